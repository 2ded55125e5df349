"""Approval's calendars: the public calculator, and a year loaded later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from contracts.blocks import Limits
from services.approval.main import build
from services.approval.settings import Settings
from tests.support.dossiers import CASE, accepted, working_days
from tests.support.eventually import eventually
from tests.support.services import Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

YEAR = {
    "exceptions": [
        {"date": "2027-01-01", "counts": False, "name": "元旦"},
        {"date": "2027-01-04", "counts": False, "name": "元旦"},
    ],
    "source": "国办发明电〔2026〕7号",
}


@pytest.fixture
async def approval(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Running]:
    made = settings(Settings, stack, names)
    async with running(lambda: build(made), issuer) as service:
        yield service


async def due(approval: Running, language: str = "zh-CN", **params: Any) -> httpx.Response:
    return await approval.client.get(
        "/api/approval/due-date", params=params, headers={"Accept-Language": language}
    )


async def load(
    approval: Running, body: object = YEAR, etag: str | None = None, **given: Any
) -> httpx.Response:
    claims = {"place": "3701", **given}
    headers = approval.issuer.header("operator", claims.pop("role", "operator"), place=claims.pop("place"))
    if etag is not None:
        headers["If-Match"] = etag
    path = claims.pop("path", "00/2027")
    return await approval.client.put(f"/api/approval/calendars/{path}", json=body, headers=headers)


async def test_the_calculator_says_of_every_day_why_it_counts(approval: Running) -> None:
    answer = await due(approval, accepted_on="2026-02-13", limit=5, unit="working_days", place="370104")

    found = answer.json()
    days = {day["on"]: day for day in found["days"]}
    assert (found["due_on"], found["provisional"]) == ("2026-02-27", False)
    assert days["2026-02-14"]["counts"] and days["2026-02-14"]["number"] == 1
    assert "调休" in days["2026-02-14"]["why"]
    assert not days["2026-02-16"]["counts"] and "春节" in days["2026-02-16"]["why"]


async def test_the_calculator_answers_in_english_too(approval: Running) -> None:
    found = (await due(approval, "en", accepted_on="2026-02-13", limit=5)).json()

    assert found["days"][0]["why"].startswith("make-up working day")


@pytest.mark.parametrize(
    "params",
    [
        {"accepted_on": "2026-02-30", "limit": 5},
        {"accepted_on": "9999-01-01", "limit": 5},
        {"accepted_on": "2026-02-13", "limit": -1},
        {"accepted_on": "2026-02-13", "limit": 5, "unit": "hours"},
        {"accepted_on": "2026-02-13", "limit": 5, "place": "x"},
        {"limit": 5},
    ],
)
async def test_a_question_that_has_no_answer_is_a_422(approval: Running, params: dict[str, Any]) -> None:
    assert (await due(approval, **params)).status_code == 422


async def test_a_year_loaded_later_settles_provisional_dates_by_event(approval: Running, bus: Bus) -> None:
    long = Limits(promised=working_days(30), statutory=working_days(60))
    await bus.publish(accepted(limits=long))
    reader = approval.issuer.header("reviewer", "reviewer", place="370104")

    async def row() -> dict[str, Any]:
        found = await approval.client.get("/api/approval/cases", headers=reader)
        return next(iter(found.json()["cases"]), {})

    first = await eventually(row)
    assert (first["promised_due"], first["provisional"]) == ("2027-01-05", True)

    answer = await load(approval)
    assert answer.status_code == 200 and answer.json()["calendar"] == "00-2027.1"

    async def settled() -> bool:
        return bool((await row())["promised_due"] == "2027-01-06")

    await eventually(settled, within=20)
    assert (await row())["provisional"] is False
    events = [e for e, _ in await bus.all("approval.calendars")]
    assert [event.type for event in events] == ["calendar-loaded"]

    async def told() -> list[dict[str, Any]]:
        return [d for e, d in await bus.all("approval.cases") if e.type == "due-dates-recomputed"]

    (moved,) = await eventually(told)
    assert moved["case_no"] == CASE and moved["cause"] == "00-2027.1"
    assert moved["previous"]["promised_due"] == {"on": "2027-01-05", "provisional": True}
    assert (await due(approval, accepted_on="2026-12-30", limit=2)).json()["due_on"] == "2027-01-05"


async def test_a_year_is_replaced_only_by_who_has_read_it(approval: Running) -> None:
    first = await load(approval)

    assert (await load(approval)).status_code == 428
    assert (await load(approval, etag='"00-2027.9"')).status_code == 412
    again = await load(approval, etag=first.headers["etag"])
    assert again.json()["calendar"] == "00-2027.2"


async def test_only_an_operator_loads_and_only_the_own_place_or_the_country(approval: Running) -> None:
    assert (await load(approval, role="reviewer")).status_code == 403
    assert (await load(approval, path="3702/2027")).status_code == 404
    assert (await load(approval, path="3701/2027")).status_code == 200
    wrong = {**YEAR, "exceptions": [{"date": "2029-01-01", "counts": False, "name": "元旦"}]}
    refused = await load(approval, wrong, path="3701/2028")
    assert (refused.status_code, refused.json()["code"]) == (422, "calendar-invalid")
