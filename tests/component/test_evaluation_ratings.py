"""Ratings: once, by whom it concerns, after the end; invitations; whatever order the events come in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.evaluation.main import build
from services.evaluation.settings import Settings
from tests.support import happenings as h
from tests.support.eventually import eventually
from tests.support.services import Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

#: Shortly after the decision of the examples.
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
RATING = f"/api/evaluation/cases/{h.CASE_NO}/rating"


@pytest.fixture
async def evaluation(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Running]:
    """The service, on the day after the acceptance of the examples."""
    async with running(lambda: build(settings(Settings, stack, names), clock=lambda: NOW), issuer) as made:
        yield made


@pytest.fixture
def citizen(issuer: Issuer) -> dict[str, str]:
    """The applicant."""
    return issuer.header("citizen", "citizen", person_ref=h.APPLICANT)


async def invitations(evaluation: Running, who: dict[str, str]) -> list[dict[str, Any]]:
    answer = await evaluation.client.get("/api/evaluation/invitations", headers=who)
    found: list[dict[str, Any]] = answer.json()["invitations"]
    return found


async def over(evaluation: Running, bus: Bus, who: dict[str, str], *events: Any) -> None:
    """The case is accepted and decided, and evaluation knows."""
    for event in events or (h.accepted(), h.decided()):
        await bus.publish(event)
    await eventually(lambda: invitations(evaluation, who))
    await eventually(lambda: facts(evaluation, "intake.accepted_at"))


async def facts(evaluation: Running, field: str) -> bool:
    where = {"_id": h.CASE_NO, field: {"$ne": None, "$exists": True}}
    return bool(await evaluation.service.database["case_facts"].count_documents(where))


async def rate(evaluation: Running, who: dict[str, str], **body: Any) -> httpx.Response:
    key = body.pop("key", None)
    headers = {**who, "Idempotency-Key": key} if key else who
    return await evaluation.client.post(RATING, json={"grade": 5, **body}, headers=headers)


async def published(bus: Bus, topic: str, type: str) -> list[dict[str, Any]]:
    return [data for envelope, data in await bus.all(topic) if envelope.type == type]


@pytest.mark.parametrize("order", ["acceptance first", "decision first"])
async def test_a_finished_case_is_rated_by_the_applicant(
    evaluation: Running, bus: Bus, citizen: dict[str, str], order: str
) -> None:
    events = (h.accepted(), h.decided())
    await over(evaluation, bus, citizen, *(events if order == "acceptance first" else events[::-1]))
    answer = await rate(evaluation, citizen, grade=4, reasons=["speed"], comment="很快,13800005678")
    assert answer.status_code == 201, answer.text
    given = answer.json()
    assert (given["grade"], given["reasons"], given["comment"]) == (4, ["speed"], "很快,[已隐去]")
    assert (await evaluation.client.get(RATING, headers=citizen)).json() == given

    async def event() -> list[dict[str, Any]]:
        return await published(bus, "evaluation.ratings", "service-rated")

    (rated,) = await eventually(event)
    assert (rated["grade"], rated["window_id"], rated["has_comment"]) == (4, "w-02", True)
    assert "很快" not in str(rated)
    assert await eventually(lambda: facts(evaluation, "rating.grade"))
    assert await invitations(evaluation, citizen) == []


async def test_the_applicant_is_invited_once_however_often_the_decision_comes(
    evaluation: Running, bus: Bus, citizen: dict[str, str]
) -> None:
    await bus.publish(h.accepted())
    sent = await bus.publish(h.decided())
    for _ in range(10):
        await bus.publish(h.decided(), sequence=sent.sequence, id=sent.id, time=sent.time)
    await bus.publish(h.accepted("370104-20261123-LAST0000"))

    async def last() -> int:
        where = {"_id": "370104-20261123-LAST0000"}
        return int(await evaluation.service.database["case_facts"].count_documents(where))

    await eventually(last)
    (invitation,) = await eventually(lambda: invitations(evaluation, citizen))
    assert (invitation["case_no"], invitation["open_until"]) == (h.CASE_NO, "2026-12-05")

    async def one() -> bool:
        return len(await published(bus, "evaluation.invitations", "rating-invited")) == 1

    assert await eventually(one)


async def test_a_rating_before_the_end_is_refused(
    evaluation: Running, bus: Bus, citizen: dict[str, str]
) -> None:
    await bus.publish(h.accepted())
    await eventually(lambda: facts(evaluation, "intake.accepted_at"))
    answer = await rate(evaluation, citizen)
    assert (answer.status_code, answer.json()["code"]) == (409, "not-finished")


async def test_a_second_rating_is_refused_and_the_same_key_gives_the_same_answer(
    evaluation: Running, bus: Bus, citizen: dict[str, str]
) -> None:
    await over(evaluation, bus, citizen)
    first = await rate(evaluation, citizen, grade=3, key="k1")
    assert first.status_code == 201
    await eventually(lambda: facts(evaluation, "rating.grade"))
    same = await rate(evaluation, citizen, grade=3, key="k1")
    assert (same.status_code, same.json()) == (201, first.json())
    other_body = await rate(evaluation, citizen, grade=1, key="k1")
    assert (other_body.status_code, other_body.json()["code"]) == (422, "idempotency-key-reused")
    for again in (await rate(evaluation, citizen, grade=1), await rate(evaluation, citizen, key="k2")):
        assert (again.status_code, again.json()["code"]) == (409, "already-rated")
    assert (await evaluation.client.get(RATING, headers=citizen)).json()["grade"] == 3


async def test_of_many_ratings_at_once_one_counts(
    evaluation: Running, bus: Bus, citizen: dict[str, str]
) -> None:
    await over(evaluation, bus, citizen)
    answers = await asyncio.gather(*(rate(evaluation, citizen, grade=1 + n % 5) for n in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9

    async def one() -> bool:
        return len(await published(bus, "evaluation.ratings", "service-rated")) == 1

    assert await eventually(one)


async def test_nobody_else_sees_the_case_at_all(
    evaluation: Running, bus: Bus, citizen: dict[str, str], issuer: Issuer
) -> None:
    await over(evaluation, bus, citizen)
    strangers = [
        issuer.header("x", "citizen", person_ref=h.STRANGER),
        issuer.header("y", "citizen"),
        issuer.header("c", "clerk", place="370104"),
    ]
    for stranger in strangers:
        assert (await rate(evaluation, stranger)).status_code == 404
        assert await invitations(evaluation, stranger) == []
    assert (await evaluation.client.post(RATING, json={"grade": 5})).status_code == 401
    assert (await rate(evaluation, citizen)).status_code == 201
    for stranger in strangers:
        assert (await evaluation.client.get(RATING, headers=stranger)).status_code == 404


async def test_a_comment_is_for_the_supervisor_and_not_for_every_officer(
    evaluation: Running, bus: Bus, citizen: dict[str, str], issuer: Issuer
) -> None:
    await over(evaluation, bus, citizen)
    await rate(evaluation, citizen, grade=1, comment="等了两个小时")
    answers = {
        role: await evaluation.client.get(RATING, headers=issuer.header(role, role, place="3701"))
        for role in ("supervisor", "operator")
    }
    assert answers["supervisor"].json()["comment"] == "等了两个小时"
    assert "comment" not in answers["operator"].json() and answers["operator"].json()["has_comment"]
    elsewhere = issuer.header("s-b", "supervisor", place="370105")
    assert (await evaluation.client.get(RATING, headers=elsewhere)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"grade": 0},
        {"grade": 6},
        {"grade": "5"},
        {"grade": 5, "stars": 5},
        {"grade": 5, "comment": "长" * 501},
        {"grade": 5, "channel": "fax"},
        {"grade": 5, "comment": "a\u202eb"},
        {"grade": {"$ne": None}},
    ],
)
async def test_a_bad_rating_body_is_refused(
    evaluation: Running, bus: Bus, citizen: dict[str, str], body: dict[str, Any]
) -> None:
    if body.get("comment", "").startswith("a"):
        await over(evaluation, bus, citizen)
    answer = await evaluation.client.post(RATING, json=body, headers=citizen)
    assert answer.status_code == 422


async def test_no_number_is_kept_of_what_a_person_wrote(
    evaluation: Running, bus: Bus, citizen: dict[str, str]
) -> None:
    await over(evaluation, bus, citizen)
    await rate(
        evaluation, citizen, reasons=["打 138 0000 5678"], comment="身份证 370104199003071234", key="k"
    )
    kept = str(await evaluation.service.database["ratings"].find({}).to_list(None))
    assert "5678" not in kept and "1990" not in kept
