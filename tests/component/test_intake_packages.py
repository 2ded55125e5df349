"""Intake's own copies of packages 一件事: from the broker alone, in any order, there without the catalog."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from contracts.packages import PackagePublished
from tests.support import intake as sample
from tests.support.eventually import eventually
from tests.support.happenings import happened
from tests.support.services import Bus, Running, system_clock
from tests.support.stack import Stack
from tests.support.tokens import Issuer

CODE = "P-0001-370104101"
PACKAGES = "/api/intake/packages"


@pytest.fixture
async def intake(stack: Stack, names: str, bus: Bus, issuer: Issuer) -> AsyncIterator[Running]:
    async with sample.at_work(stack, names, bus, issuer) as service:
        yield service


async def held(intake: Running, code: str = CODE) -> dict[str, Any] | None:
    answer = await intake.client.get(f"{PACKAGES}/{code}")
    assert answer.status_code in (200, 404), answer.text
    found: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
    return found


async def test_a_published_package_is_kept_whole_and_offered_to_its_people(intake: Running, bus: Bus) -> None:
    event: PackagePublished = happened("package-published", "newborn")
    await bus.publish(event)
    found = await eventually(lambda: held(intake))
    assert (found["version"], found["record"]) == (1, event.record.model_dump(mode="json", exclude_none=True))
    for place, count in (("370104101", 1), ("370104101201", 1), ("370105101", 0), ("370104", 0)):
        listed = await intake.client.get(PACKAGES, params={"place": place})
        assert len(listed.json()["packages"]) == count, place
    assert (await intake.client.get(PACKAGES)).status_code == 422


async def test_a_version_to_come_leaves_the_present_one_in_force(intake: Running, bus: Bus) -> None:
    """A rebuilt consumer sees only the newest event of a compacted topic."""
    later = system_clock() + timedelta(days=30)
    coming = happened("package-published", "smaller-before-it-is-in-force", effective_from=later.isoformat())
    await bus.publish(coming, sequence=2)
    found = await eventually(lambda: held(intake))
    assert (found["version"], len(found["record"]["parts"])) == (1, 4)


async def test_a_withdrawn_package_is_offered_no_more_and_an_old_event_does_not_bring_it_back(
    intake: Running, bus: Bus
) -> None:
    published = happened("package-published", "newborn")
    await bus.publish(published, sequence=1)
    await eventually(lambda: held(intake))
    await bus.publish(happened("package-withdrawn", "by-a-withdrawn-item"), sequence=2)

    async def gone() -> bool:
        return await held(intake) is None

    await eventually(gone)
    other = "P-0002-370104101"
    await bus.publish(published, sequence=1)
    await bus.publish(happened("package-published", "newborn", package_code=other), sequence=1)
    await eventually(lambda: held(intake, other))
    assert await held(intake) is None
