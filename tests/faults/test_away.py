"""A part is away for a while: the others go on, nobody is told a falsehood, all is caught up (P1; F5, F7)."""

from __future__ import annotations

import asyncio

import httpx

from tests.faults.checker import everything_once
from tests.faults.ledger import Ledger
from tests.support.aftermath import Aftermath
from tests.support.eventually import eventually
from tests.support.processes import Product, killed


async def test_with_kafka_away_intake_accepts_without_delay_and_everything_drains_after(
    product: Product, ledger: Ledger, aftermath: Aftermath
) -> None:
    broker = product.processes["kafka"]
    troubles = ledger.troubles
    async with ledger.load(200) as load:
        async with killed(broker):
            await load.reaches(200)
            assert broker.process is None, "the broker was away for all of it"
            assert ledger.troubles == troubles, "no submission was made to wait or refused"
            waiting = await aftermath.collection("intake", "cases").count_documents(
                {"outbox.0": {"$exists": True}}
            )
            assert waiting > 0, "the events wait in their documents"
        assert load.is_running
    await everything_once(ledger, aftermath)


async def test_with_the_catalog_down_cases_are_submitted_decided_and_told(
    product: Product, ledger: Ledger, aftermath: Aftermath
) -> None:
    troubles = ledger.troubles
    async with killed(product.services["catalog"]):
        async with ledger.load(50):
            pass
        assert ledger.troubles == troubles
        assert product.services["catalog"].process is None
        await everything_once(ledger, aftermath, away="catalog")
    await everything_once(ledger, aftermath)


async def test_with_the_database_frozen_intake_says_503_when_to_come_back_and_never_a_false_yes(
    product: Product, ledger: Ledger, aftermath: Aftermath
) -> None:
    database = product.processes["mongod"]
    numbers = [ledger.new_number() for _ in range(8)]
    async with httpx.AsyncClient(timeout=30) as client:
        database.pause()
        try:
            answers = await asyncio.gather(*(ledger.submit(client, number) for number in numbers))
        finally:
            database.resume()
        assert {answer.status_code for answer in answers} == {503}
        assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
        for number in numbers:
            await eventually(lambda number=number: _comes_through(ledger, client, number))  # type: ignore[misc]
    await everything_once(ledger, aftermath)


async def _comes_through(ledger: Ledger, client: httpx.AsyncClient, number: int) -> bool:
    """The same call again, until it is taken and decided."""
    submitted = await ledger.submit(client, number)
    assert submitted.status_code == 201, submitted.text
    case_no = ledger.submitted[number] = submitted.json()["case_no"]
    decided = await ledger.decide(client, case_no)
    assert decided.status_code == 200, decided.text
    ledger.decided.add(case_no)
    return True
