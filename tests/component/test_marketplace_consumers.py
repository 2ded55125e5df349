"""The marketplace's events where they are heard: on the case, in inboxes, in figures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.evaluation.main import build as build_evaluation
from services.evaluation.settings import Settings as EvaluationSettings
from services.notify.main import build as build_notify
from services.notify.settings import Settings as NotifySettings
from tests.support import happenings as h
from tests.support import intake as sample
from tests.support.eventually import eventually
from tests.support.intake import citizen, submit_online
from tests.support.services import Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
A = "ag-91370104MA3C4N5P6W"
ALL = (
    ("agency-admitted", "first"),
    ("agency-regraded", "up"),
    ("selection-opened", "draw-of-an-applicant"),
    ("entries-closed", "draw"),
    ("agencies-drawn", "two-asked"),
    ("agency-selected", "drawn"),
)


@pytest.fixture
async def intake(stack: Stack, names: str, bus: Bus, issuer: Issuer) -> AsyncIterator[Running]:
    async with sample.at_work(stack, names, bus, issuer) as service:
        yield service


@pytest.fixture
async def notify(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Running]:
    async with running(lambda: build_notify(settings(NotifySettings, stack, names)), issuer) as made:
        yield made


@pytest.fixture
async def evaluation(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Running]:
    async with running(
        lambda: build_evaluation(settings(EvaluationSettings, stack, names), clock=lambda: NOW), issuer
    ) as made:
        yield made


async def until(service: Running, path: str, header: dict[str, str], reached: Any) -> Any:
    async def there() -> Any:
        answer = await service.client.get(path, headers=header)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return body if reached(body) else None

    return await eventually(there)


async def test_the_case_shows_its_selection_as_it_goes_on_but_not_a_stranger_s(
    intake: Running, bus: Bus
) -> None:
    submitted = (await submit_online(intake)).json()
    case_no, mine = submitted["case_no"], citizen(intake)
    case = await intake.service.database["cases"].find_one({"_id": case_no})
    assert case
    person = next(reader for reader in case["readers"] if reader.startswith("a1."))
    path = f"/api/intake/cases/{case_no}/selections"
    about = {"case_no": case_no, "opened_by": person}
    await bus.publish(h.happened("agency-admitted", "first"))
    await bus.publish(h.happened("selection-opened", "draw-of-an-applicant", **about))
    shown = await until(intake, path, mine, lambda body: body["selections"])
    assert shown["selections"][0]["state"] == "open"
    await bus.publish(h.happened("entries-closed", "draw", **about))
    await bus.publish(h.happened("agency-selected", "drawn", **about, agency_id=A))
    ended = await until(intake, path, mine, lambda body: body["selections"][0]["state"] == "selected")
    assert ended["selections"][0]["agency"] == {"agency_id": A, "name": "济南示例工程咨询有限公司"}
    assert ended["selections"][0]["entry_count"] == 3

    other = "xq-370104-20261123-STRANGER"
    await bus.publish(
        h.happened(
            "selection-opened",
            "draw-of-an-applicant",
            **{**about, "opened_by": h.STRANGER, "selection_id": other},
        )
    )
    await eventually(lambda: intake.service.database["selections"].find_one({"_id": other}))
    assert len((await intake.client.get(path, headers=mine)).json()["selections"]) == 1


async def test_applicants_are_shown_who_may_be_chosen_today(intake: Running, bus: Bus) -> None:
    path = "/api/intake/agencies?service=zj-001&place=370104101"
    await bus.publish(h.happened("agency-admitted", "first"))
    found = await until(intake, path, {}, lambda body: body["agencies"])
    assert found["agencies"] == [{"agency_id": A, "name": "济南示例工程咨询有限公司", "grade": "B"}]
    later = {
        "agency_id": "ag-91370104MA3D7Q8R2U",
        "qualified": [{"service_code": "zj-001", "until": "2020-01-01"}],
    }
    await bus.publish(h.happened("agency-admitted", "first", **later))
    await bus.publish(h.happened("agency-regraded", "up"))
    again = await until(intake, path, {}, lambda body: body["agencies"][0]["grade"] == "A")
    assert len(again["agencies"]) == 1
    await bus.publish(h.happened("agency-blacklisted", "for-good"))
    await until(intake, path, {}, lambda body: not body["agencies"])
    await bus.publish(h.happened("agency-admitted", "back-from-the-blacklist"))
    await until(intake, path, {}, lambda body: body["agencies"])
    await bus.publish(h.happened("agency-removed", "by-itself"))
    await until(intake, path, {}, lambda body: not body["agencies"])


async def test_agencies_are_invited_asked_and_told_and_so_is_the_applicant(
    notify: Running, bus: Bus, issuer: Issuer
) -> None:
    inbox = "/api/notify/inbox"
    agency = issuer.header("agency", "agency", place="370104", unit=A)
    for type, example in (*ALL, ("agency-blacklisted", "for-a-year"), ("agency-removed", "by-itself")):
        await bus.publish(h.happened(type, example))
    told = await until(notify, inbox, agency, lambda body: len(body["notices"]) == 8)
    assert {one["event"] for one in told["notices"]} == {
        *(type for type, _ in ALL),
        "agency-blacklisted",
        "agency-removed",
    }
    texts = {one["event"]: one["text"] for one in told["notices"]}
    assert "2026-11-26 17:00" in texts["selection-opened"]
    assert "20000.00 元" in texts["agency-selected"]
    assert "至 2027-11-19 止" in texts["agency-blacklisted"]
    assert all("{" not in text and "None" not in text for text in texts.values())
    applicant = issuer.header("citizen", "citizen", person_ref=h.APPLICANT)
    own = await until(notify, inbox, applicant, lambda body: len(body["notices"]) == 2)
    assert {one["event"] for one in own["notices"]} == {"entries-closed", "agency-selected"}
    await bus.publish(
        h.happened("selection-cancelled", "too-few", selection_id="xq-370104-20261123-CANCELLD")
    )
    await until(notify, inbox, applicant, lambda body: len(body["notices"]) == 3)
    stranger = issuer.header("agency-x", "agency", place="370104", unit="ag-91370104MA3G8Y9A1R")
    assert (await notify.client.get(inbox, headers=stranger)).json()["notices"] == []


async def test_selections_are_counted_by_mode_and_agencies_by_grade(
    evaluation: Running, bus: Bus, issuer: Issuer
) -> None:
    path = "/api/evaluation/marketplace?from=2026-11-23&to=2026-11-25"
    supervisor = issuer.header("supervisor", "supervisor", place="370104")
    for type, example in ALL:
        await bus.publish(h.happened(type, example))
    await bus.publish(h.happened("selection-opened", "bid-of-a-unit-again", selection_id="xq-1"))
    cancelled = h.happened("selection-cancelled", "too-few", selection_id="xq-2")
    await bus.publish(h.happened("selection-opened", "draw-of-an-applicant", selection_id="xq-2"))
    await bus.publish(cancelled)

    def counted(body: dict[str, Any]) -> bool:
        modes = {one["mode"]: one for one in body["modes"]}
        return bool(
            modes["draw"] == {"mode": "draw", "opened": 2, "selected": 1, "cancelled": 1, "entrants": 4}
            and modes["bid"]["opened"] == 1
            and body["agencies"] == {"grades": {"A": 1, "B": 0, "C": 0, "D": 0}, "blacklisted": 0}
        )

    await until(evaluation, path, supervisor, counted)
    await bus.publish(h.happened("agency-blacklisted", "for-a-year"))
    await until(evaluation, path, supervisor, lambda body: body["agencies"]["blacklisted"] == 1)
    await bus.publish(h.happened("agency-removed", "by-itself"))
    await until(evaluation, path, supervisor, lambda body: body["agencies"]["blacklisted"] == 0)
    answer = await evaluation.client.get(path, headers=issuer.header("citizen", "citizen", place="370104"))
    assert answer.status_code == 403
