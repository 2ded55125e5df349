"""The same thing again: a call whose answer was lost, ten at once, every event once more (P2; F9, F10)."""

from __future__ import annotations

import asyncio

import httpx
import orjson
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from tests.faults.checker import every_text_once, everything_once
from tests.faults.ledger import Ledger
from tests.support import cases
from tests.support.aftermath import Aftermath, Document
from tests.support.eventually import eventually
from tests.support.processes import Product

CONSUMERS = ("intake", "approval", "notify", "evaluation")


async def test_a_reply_lost_after_the_commit_leads_to_one_case_and_the_same_answer(
    product: Product, ledger: Ledger, aftermath: Aftermath
) -> None:
    number = ledger.new_number()
    await _send_and_hang_up(product, ledger, number)
    stored = await eventually(lambda: _made_with(aftermath, f"submit-{number}"))
    async with httpx.AsyncClient(timeout=10) as client:
        again = await ledger.submit(client, number)
        other = await ledger.submit(client, ledger.new_number(), key=f"submit-{number}")
        assert again.status_code == 201
        assert again.json()["case_no"] == stored["_id"]
        assert other.status_code == 422, "the same key for another person's application"
        await _finish(ledger, client, number, stored["_id"])
    await everything_once(ledger, aftermath)


async def test_ten_times_the_same_call_at_once_makes_one_case(ledger: Ledger, aftermath: Aftermath) -> None:
    number = ledger.new_number()
    async with httpx.AsyncClient(timeout=10) as client:
        answers = await asyncio.gather(*(ledger.submit(client, number) for _ in range(10)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["case_no"] for answer in answers}) == 1
        await _finish(ledger, client, number, answers[0].json()["case_no"])
    await everything_once(ledger, aftermath)


async def test_every_event_of_every_topic_delivered_again_changes_nothing(
    product: Product, ledger: Ledger, aftermath: Aftermath
) -> None:
    async with ledger.load(20):
        pass
    await every_text_once(ledger, aftermath)
    before = await _versions(aftermath)
    consumers = [product.services[name] for name in CONSUMERS]
    for service in consumers:
        await service.stop()
    try:
        rewound = sum([await _rewind(product, name) for name in CONSUMERS])
        assert rewound > 20 * 7, "each case has led to seven events at least"
    finally:
        for service in consumers:
            await service.start()
    await everything_once(ledger, aftermath)
    assert await _versions(aftermath) == before
    await every_text_once(ledger, aftermath)


# -- how ------------------------------------------------------------------------------------------------


async def _send_and_hang_up(product: Product, ledger: Ledger, number: int) -> None:
    address = product.url("intake").removeprefix("http://")
    host, port = address.split(":")
    body = orjson.dumps(cases.submission(number))
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST {cases.SUBMIT} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nidempotency-key: submit-{number}\r\n"
        f"authorization: {ledger.clerk}\r\n\r\n".encode()
        + body
    )
    await writer.drain()
    writer.close()


async def _made_with(aftermath: Aftermath, key: str) -> Document:
    found: Document = await aftermath.collection("intake", "cases").find_one({"idempotency.key": key}) or {}
    return found


async def _finish(ledger: Ledger, client: httpx.AsyncClient, number: int, case_no: str) -> None:
    ledger.submitted[number] = case_no

    async def decided() -> bool:
        return (await ledger.decide(client, case_no)).status_code == 200

    await eventually(decided)
    ledger.decided.add(case_no)


async def _rewind(product: Product, service: str) -> int:
    """Put the group of a stopped service back to the beginning; how many events it will get again."""
    group, servers = f"{product.names}{service}", product.stack.bootstrap_servers
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, group_id=group, enable_auto_commit=False)
    await asyncio.gather(admin.start(), consumer.start())
    try:
        committed = await admin.list_consumer_group_offsets(group)
        consumer.assign(list(committed))
        await consumer.commit(dict.fromkeys(committed, 0))
        return sum(offset.offset for offset in committed.values())
    finally:
        await asyncio.gather(admin.close(), consumer.stop())


async def _versions(aftermath: Aftermath) -> dict[str, int]:
    """Version of every document that events change. Notices are left out: receipts of texts come in later."""
    versions = {}
    for service, name in (
        ("intake", "cases"),
        ("approval", "dossiers"),
        ("evaluation", "case_facts"),
        ("evaluation", "invitations"),
    ):
        for document in await aftermath.find(service, name, "version"):
            versions[f"{service}.{name}.{document['_id']}"] = document["version"]
    return versions
