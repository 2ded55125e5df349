"""An orderly stop under load, and a replica that freezes and comes back (P2, P4; F2, F3)."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.checker import everything_once
from tests.faults.ledger import Ledger
from tests.support.aftermath import Aftermath
from tests.support.eventually import eventually
from tests.support.processes import Product


@pytest.mark.parametrize("service", ["intake", "approval"])
async def test_sigterm_under_load_answers_what_it_has_begun_and_ends_by_itself(
    service: str, product: Product, ledger: Ledger, aftermath: Aftermath
) -> None:
    server = product.services[service]
    refused = {status: count for status, count in ledger.statuses.items() if status >= 500}
    broken = ledger.statuses[0]
    async with ledger.load(150) as load:
        await load.reaches(40)
        process = server.process
        assert process and load.is_running
        try:
            async with asyncio.timeout(15):
                await server.stop()
            assert process.returncode == 0
            await eventually(lambda: ledger.statuses[0] > broken, message="nobody met the stopped service")
        finally:
            await server.start()
    assert {s: n for s, n in ledger.statuses.items() if s >= 500} == refused, "no 5xx while it drained"
    await everything_once(ledger, aftermath)


async def test_a_replica_frozen_past_its_session_comes_back_and_doubles_nothing(
    product: Product, ledger: Ledger, aftermath: Aftermath
) -> None:
    frozen = product.services["evaluation"]
    async with product.replica("evaluation") as other, ledger.load(200) as load:
        await load.reaches(50)
        frozen.pause()
        try:
            # The group gives the frozen one up, and the other one works off what is there.
            await eventually(lambda: not load.is_running, within=60)
            await eventually(aftermath.settled, within=60, every=0.2)
            assert other.process and other.process.poll() is None
            assert frozen.process and frozen.process.poll() is None
        finally:
            frozen.resume()
    await everything_once(ledger, aftermath)
