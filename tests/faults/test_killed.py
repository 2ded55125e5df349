"""kill -9 of each process in turn, at a random moment of a load of 500 cases (P1, P2, P3, P4; F1, F4, F6)."""

from __future__ import annotations

import pytest

from tests.faults.checker import every_text_once, everything_once
from tests.faults.ledger import Ledger, Load
from tests.support.aftermath import Aftermath
from tests.support.eventually import eventually
from tests.support.processes import Product, killed

CASES = 500
VICTIMS = ("notify", "intake", "approval", "evaluation", "catalog", "kafka", "mongod")


@pytest.mark.parametrize("victim", VICTIMS)
async def test_kill_9_in_the_middle_of_a_load_loses_and_doubles_nothing(
    victim: str, product: Product, ledger: Ledger, aftermath: Aftermath
) -> None:
    server = product.processes[victim]
    async with ledger.load(CASES) as load:
        await load.reaches(ledger.random.randint(CASES // 5, CASES // 2))
        assert load.is_running
        async with killed(server):
            await _is_felt_or_gone_round(ledger, load)
    await everything_once(ledger, aftermath)


async def _is_felt_or_gone_round(ledger: Ledger, load: Load) -> None:
    """Stay without the process until clients run into its absence, or have long gone on without it."""
    troubles, decided = ledger.troubles, load.decided
    await eventually(
        lambda: ledger.troubles > troubles + 5 or load.decided > decided + 100 or load.submitted == CASES,
        within=60,
    )


async def test_after_all_of_it_every_text_message_was_handed_in_once(
    ledger: Ledger, aftermath: Aftermath
) -> None:
    async with ledger.load(20):
        pass
    await every_text_once(ledger, aftermath)
