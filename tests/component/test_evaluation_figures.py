"""Figures: counted from the facts, per place, hall, unit, window, item and day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.evaluation.main import build
from services.evaluation.settings import Settings
from tests.support import happenings as h
from tests.support.eventually import eventually
from tests.support.services import Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
#: 00:30 civil time of the 24th is still the 23rd in UTC: days are civil days.
NIGHT = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
DAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
async def evaluation(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Running]:
    """The service."""
    async with running(lambda: build(settings(Settings, stack, names), clock=lambda: NOW), issuer) as made:
        yield made


def number(n: int) -> str:
    return f"370104-20261123-7K3M9Q{n:02d}"


def item(code: str, handling: str) -> dict[str, Any]:
    return {"item_code": code, "base_code": "05-0008", "name": f"事项{code}", "handling": handling}


async def some_cases(bus: Bus) -> None:
    """Four cases of the county in two halls, one of another county: two decided, one late; one rated."""
    immediate, promised = item("05-0008-370104", "immediate"), item("05-0009-370104", "promised")
    await bus.publish(h.received(number(1), at=DAY.isoformat(), hall_id="h-1", item=promised))
    await bus.publish(h.accepted(number(1), at=NIGHT.isoformat(), hall_id="h-1", item=promised))
    for n, hall, what in ((2, "h-1", immediate), (3, "h-2", promised), (4, "h-2", promised)):
        at = DAY.isoformat()
        await bus.publish(
            h.accepted(number(n), at=at, submitted_at=at, channel="window", hall_id=hall, item=what)
        )
    elsewhere = {"place_code": "370105", "hall_id": "h-9", "item": item("05-0008-370105", "promised")}
    await bus.publish(h.accepted("370105-20261123-8P4M9Q01", at=DAY.isoformat(), **elsewhere))
    kept, late = {"promised": True, "statutory": True}, {"promised": False, "statutory": True}
    for n, on_time in ((2, kept), (3, late)):
        at = (DAY + timedelta(days=1)).isoformat()
        await bus.publish(
            h.decided(number(n), at=at, on_time=on_time, hall_id="h-1" if n == 2 else "h-2", item=promised)
        )


async def figures(evaluation: Running, query: str = "", place: str = "370104", **how: Any) -> dict[str, Any]:
    header = evaluation.issuer.header("s", how.get("role", "supervisor"), place=place)
    answer = await evaluation.client.get(f"/api/evaluation/figures?{query}", headers=header)
    assert answer.status_code == how.get("status", 200), answer.text
    found: dict[str, Any] = answer.json()
    return found


async def counted(evaluation: Running, query: str = "") -> dict[str, Any]:
    """The figures once all of the cases are in."""

    async def there() -> dict[str, Any] | None:
        found = await figures(evaluation, query)
        return found if (found["totals"]["accepted"], found["totals"]["decided"]) == (4, 2) else None

    found: dict[str, Any] | None = await eventually(there)
    assert found
    return found


async def test_the_figures_of_a_county(evaluation: Running, bus: Bus) -> None:
    await some_cases(bus)
    found = await counted(evaluation)
    totals = found["totals"]
    assert (totals["received"], totals["accepted"], totals["decided"]) == (4, 4, 2)
    assert (totals["on_time_rate"], totals["immediate_rate"], totals["online_rate"]) == (0.5, 0.25, 0.25)
    assert totals["materials_saved"] == 8
    assert (totals["ratings"], totals["average_grade"], totals["satisfaction"]) == (0, None, None)
    assert (found["from"], found["to"], found["by"]) == ("2026-10-27", "2026-11-25", "unit")
    by_day = {day["day"]: (day["accepted"], day["decided"]) for day in found["days"]}
    assert len(by_day) == 30
    assert by_day["2026-11-23"] == (3, 0) and by_day["2026-11-24"] == (1, 2)


async def test_rows_are_named_by_the_directory(evaluation: Running, bus: Bus) -> None:
    record = {"name": "县政务服务中心"}
    await bus.publish(h.happened("directory-entry-published", "hall", entry_id="h-1", record=record))
    await some_cases(bus)
    found = await counted(evaluation, "by=hall")
    rows = {row["key"]: (row["name"], row["accepted"], row["decided"]) for row in found["rows"]}
    assert rows == {"h-1": ("县政务服务中心", 2, 1), "h-2": ("h-2", 2, 1)}
    by_window = await figures(evaluation, "by=window")
    assert [row["key"] for row in by_window["rows"]] == ["w-02"]
    by_day = await figures(evaluation, "by=day")
    assert [row["key"] for row in by_day["rows"]] == ["2026-11-23", "2026-11-24"]
    by_item = await figures(evaluation, "by=item")
    assert {row["key"]: row["immediate_rate"] for row in by_item["rows"]} == {
        "05-0008-370104": 1.0,
        "05-0009-370104": 0.0,
    }


async def test_a_prefix_covers_what_lies_below_and_nothing_beside(evaluation: Running, bus: Bus) -> None:
    await some_cases(bus)
    await counted(evaluation)

    async def whole_city() -> bool:
        return bool((await figures(evaluation, place="3701"))["totals"]["accepted"] == 5)

    assert await eventually(whole_city)
    assert (await figures(evaluation, "place=370105", place="3701"))["totals"]["accepted"] == 1
    await figures(evaluation, "place=370105", status=404)
    await figures(evaluation, "place=37", status=404)
    await figures(evaluation, role="clerk", status=403)
    await figures(evaluation, role="citizen", status=403)


async def test_ratings_count_on_the_day_they_were_given(
    evaluation: Running, bus: Bus, issuer: Issuer
) -> None:
    await some_cases(bus)
    await counted(evaluation)
    citizen = issuer.header("citizen", "citizen", person_ref=h.APPLICANT)
    for n, grade in ((2, 5), (3, 2)):
        path = f"/api/evaluation/cases/{number(n)}/rating"
        answer = await evaluation.client.post(path, json={"grade": grade}, headers=citizen)
        assert answer.status_code == 201, answer.text

    async def rated() -> dict[str, Any] | None:
        totals: dict[str, Any] = (await figures(evaluation))["totals"]
        return totals if totals["ratings"] == 2 else None

    totals = await eventually(rated)
    assert totals and (totals["average_grade"], totals["satisfaction"]) == (3.5, 0.5)


async def test_secret_items_are_in_no_figure(evaluation: Running, bus: Bus) -> None:
    await some_cases(bus)
    await counted(evaluation)
    published = h.happened(
        "item-published",
        "appraisal-guide",
        item_code="05-0008-370104",
        place_code="370104",
        record={"secret": True},
    )
    await bus.publish(published)

    async def without() -> bool:
        return bool((await figures(evaluation))["totals"]["accepted"] == 3)

    assert await eventually(without)


async def test_events_that_come_again_are_counted_once(evaluation: Running, bus: Bus) -> None:
    sent = await bus.publish(h.accepted(number(1), at=DAY.isoformat()))
    for _ in range(10):
        await bus.publish(h.accepted(number(1), at=DAY.isoformat()), sequence=1, id=sent.id)
    await bus.publish(h.accepted(number(2), at=DAY.isoformat()))

    async def two() -> bool:
        return bool((await figures(evaluation))["totals"]["accepted"] == 2)

    assert await eventually(two)
    metrics = (await evaluation.client.get("/metrics")).text
    assert "yichuang_incomplete_case_facts 0.0" in metrics


async def test_a_decision_is_counted_when_its_acceptance_is_there(evaluation: Running, bus: Bus) -> None:
    at = (DAY + timedelta(days=1)).isoformat()
    await bus.publish(h.decided(number(1), at=at))

    async def known() -> int:
        return int(await evaluation.service.database["case_facts"].count_documents({}))

    await eventually(known)
    assert (await figures(evaluation))["totals"]["decided"] == 0
    await bus.publish(h.accepted(number(1), at=DAY.isoformat()))

    async def counts() -> bool:
        totals = (await figures(evaluation))["totals"]
        return (totals["accepted"], totals["decided"]) == (1, 1)

    assert await eventually(counts)


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-11-24&to=2026-11-23",
        "from=2020-01-01&to=2026-01-01",
        "from=9999-12-31",
        "to=0001-01-01",
        "by=colour",
        "place=x",
        "from=24:00",
    ],
)
async def test_bad_questions_are_refused(evaluation: Running, query: str) -> None:
    await figures(evaluation, query, status=422)
