"""Enterprises' features recorded and told, proposals answered by the enterprise itself (mission C14)."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.runtime.references import person_ref
from tests.support import happenings as h
from tests.support.catalog import problem
from tests.support.eventually import eventually
from tests.support.intake import at_work, citizen, clerk, official
from tests.support.services import KEY, Bus, Running
from tests.support.stack import Stack
from tests.support.tokens import Issuer

USCC = "91370104MA3F2H6K7M"
FEATURES, PROPOSALS = "/api/intake/enterprises/features", "/api/intake/proposals"
PROPOSAL = "bp-" + "3f9a1c7d20be4461" + "0" * 8


@pytest.fixture
async def intake(stack: Stack, names: str, bus: Bus, issuer: Issuer) -> AsyncIterator[Running]:
    instant = datetime(2026, 12, 2, 1, tzinfo=UTC)
    async with at_work(stack, names, bus, issuer, clock=lambda: instant) as service:
        yield service


def body(**given: Any) -> dict[str, Any]:
    return {
        "uscc": USCC,
        "name": "济南示例食品有限公司",
        "phone": "13800005678",
        "place": "370104101",
        "features": {"industry": "C1392", "size": "small", "registered_on": "2023-05-18"},
        **given,
    }


async def put(intake: Running, header: dict[str, str] | None = None, **given: Any) -> httpx.Response:
    headers = header or clerk(intake)
    return await intake.client.put(FEATURES, json=body(**given), headers=headers)


async def told(bus: Bus, topic: str, count: int) -> list[Any]:
    async def there() -> list[Any] | None:
        found = await bus.all(topic)
        return found if len(found) >= count else None

    found: list[Any] | None = await eventually(there)
    assert found is not None
    return found


async def test_features_are_told_by_reference_without_name_or_number(intake: Running, bus: Bus) -> None:
    made = await put(intake)
    assert made.status_code == 200, made.text
    assert made.json()["features"]["place_code"] == "370104101"
    assert problem(await put(intake)) == (428, "if-match-required")
    tag = {**clerk(intake), "If-Match": made.headers["etag"]}
    features = {"industry": "C1392", "size": "medium", "registered_on": "2023-05-18"}
    changed = await put(intake, tag, features=features)
    assert changed.json()["revision"] == 2
    assert problem(await put(intake, tag)) == (412, "stale")
    events = await told(bus, "intake.applicants", 2)
    assert [value["features"]["size"] for _, value in events] == ["small", "medium"]
    assert events[0][0].subject == made.json()["applicant_ref"]
    assert events[0][1]["phone_masked"] == "138****5678"
    for _, value in events:
        assert not {"13800005678", USCC, "济南示例食品有限公司"} & set(str(value).split("'"))
    found = await intake.client.get(
        "/api/intake/enterprises", params={"uscc": USCC}, headers=official(intake, "chief")
    )
    (one,) = found.json()["enterprises"]
    assert one["name"] == "济南示例食品有限公司" and one["number_masked"].endswith("6K7M")


async def test_bad_features_are_refused_and_other_places_are_not_there(intake: Running) -> None:
    for bad in (
        {"uscc": "91370104MA3F2H6K7X"},
        {"uscc": "91370104MA3F2H6KIO"},
        {"phone": "12345"},
        {"name": "公司\u200b"},
        {"place": "3701x"},
        {"features": {"size": "tiny"}},
        {"features": {"turnover": 1}},
        {"features": {"$ne": None}},
    ):
        assert (await put(intake, **bad)).status_code == 422, bad
    assert problem(await put(intake, clerk(intake, place="370105"))) == (404, "not-found")
    assert (await put(intake, official(intake, "reviewer"))).status_code == 403
    assert (await put(intake, citizen(intake))).status_code == 403


async def proposed(intake: Running, bus: Bus, **given: Any) -> dict[str, str]:
    """A proposal to the enterprise, and the headers of its person."""
    ref = person_ref(base64.b64decode(KEY), "uscc", USCC)
    event = h.happened("benefit-proposed", "fixed-amount", proposal_id=PROPOSAL, applicant_ref=ref, **given)
    await bus.publish(event)
    header = citizen(intake, ref)

    async def there() -> bool:
        answer = await intake.client.get(PROPOSALS, headers=header)
        return bool(answer.json()["proposals"])

    await eventually(there)
    return header


async def test_an_enterprise_sees_why_it_fits_and_consents(intake: Running, bus: Bus) -> None:
    header = await proposed(intake, bus)
    (one,) = (await intake.client.get(PROPOSALS, headers=header)).json()["proposals"]
    assert one["matched"][0] == {"condition": "小型、微型企业", "reason": "企业规模：小型"}
    assert (one["state"], one["lapses_on"]) == ("proposed", "2026-12-31")
    path = f"{PROPOSALS}/{PROPOSAL}/consent"
    stranger = citizen(intake, "a1.0000000000000001", sub="other")
    assert problem(await intake.client.post(path, headers=stranger)) == (404, "not-found")
    assert problem(await intake.client.post(path, headers=clerk(intake))) == (404, "not-found")
    assert (await intake.client.get(PROPOSALS, headers=stranger)).json()["proposals"] == []
    key = {**header, "Idempotency-Key": "yes-1"}
    for _ in range(2):
        done = await intake.client.post(path, headers=key)
        assert (done.status_code, done.json()["state"]) == (200, "consented")
    assert problem(await intake.client.post(path, headers=header)) == (409, "answered-already")
    ((envelope, value),) = await told(bus, "intake.proposals", 1)
    assert (envelope.type, value["proposal_id"]) == ("proposal-consented", PROPOSAL)
    same = {"proposal_id": PROPOSAL, "applicant_ref": value["applicant_ref"]}
    await bus.publish(h.happened("benefit-paid", "without-case", **same))

    async def is_paid() -> bool:
        (one,) = (await intake.client.get(PROPOSALS, headers=header)).json()["proposals"]
        return bool(one["state"] == "paid" and one["paid"]["amount_fen"] == 1_000_000)

    await eventually(is_paid)


async def test_declining_travels_as_a_code(intake: Running, bus: Bus) -> None:
    header = await proposed(intake, bus)
    path = f"{PROPOSALS}/{PROPOSAL}/refusal"
    words = await intake.client.post(path, json={"reason": "我们已经享受过了"}, headers=header)
    assert words.status_code == 422
    done = await intake.client.post(path, json={"reason": "file_is_wrong"}, headers=header)
    assert done.json()["state"] == "declined"
    ((envelope, value),) = await told(bus, "intake.proposals", 1)
    assert (envelope.type, value["reason"]) == ("proposal-declined", "file_is_wrong")


async def test_after_its_last_day_a_proposal_can_no_longer_be_answered(intake: Running, bus: Bus) -> None:
    header = await proposed(intake, bus, lapses_on="2026-12-01")
    (one,) = (await intake.client.get(PROPOSALS, headers=header)).json()["proposals"]
    assert one["state"] == "lapsed"
    answer = await intake.client.post(f"{PROPOSALS}/{PROPOSAL}/consent", headers=header)
    assert problem(answer) == (409, "answered-already")
