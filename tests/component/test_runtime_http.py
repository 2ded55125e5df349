"""The edge of every service: who may come in, what is refused, and how a refusal reads."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from pydantic import Field

from services.runtime import http
from services.runtime.parked import Row
from services.runtime.problems import Conflict, NotFound
from services.runtime.service import Service
from services.runtime.tokens import Caller
from tests.support.ballots import Ballot, Publisher, PublisherSettings, put
from tests.support.eventually import eventually
from tests.support.services import Running, running, settings
from tests.support.stack import Server, Stack
from tests.support.tokens import AUDIENCE, ISSUER, Issuer


class Grade(http.Body):
    """A grade for a box."""

    box: str = Field(min_length=1)
    grade: int


def _with_routes(publisher: Publisher) -> Service:
    router, service = APIRouter(), publisher.service

    @router.post("/api/evaluation/boxes")
    async def make(caller: Caller, body: Grade, key: http.Keyed) -> dict[str, Any]:
        if body.grade < 0:
            raise Conflict("分数不能为负。", "No negative grades.", code="negative", field="grade")
        change = put(Ballot(body.box), body.grade, service.clock())
        ballot = await publisher.ballots.create(change, key=key)
        return {"box": ballot.box, "grades": ballot.grades}

    @router.get("/api/evaluation/places/{place}")
    async def look(caller: Caller, place: str) -> dict[str, str]:
        caller.must_oversee(place, "place")
        return {"place": place}

    @router.get("/api/evaluation/broken")
    async def broken(caller: Caller) -> None:
        raise RuntimeError("secret 110101199003077758")

    @router.get("/api/evaluation/nothing")
    async def nothing() -> None:
        raise NotFound()

    service.serve(router)
    return service


@pytest.fixture
async def edge(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Running]:
    publisher = Publisher(settings(PublisherSettings, stack, names))
    async with running(lambda: _with_routes(publisher), issuer, "serve") as started:
        yield started


async def _with_token(edge: Running, token: str) -> httpx.Response:
    return await edge.client.get(
        "/api/evaluation/places/370104", headers={"Authorization": f"Bearer {token}"}
    )


async def test_a_good_token_comes_in_and_sees_what_lies_under_its_prefix_only(edge: Running) -> None:
    header = edge.issuer.header("o-1", "clerk", place="370104")
    assert (await edge.client.get("/api/evaluation/places/370104101", headers=header)).status_code == 200
    applicant = edge.issuer.header("c-1", "citizen", place="370104", person_ref="a1.0123456789abcdef")
    lives_there = await edge.client.get("/api/evaluation/places/370104101", headers=applicant)
    assert lives_there.status_code == 404
    other = await edge.client.get("/api/evaluation/places/370105", headers=header)
    assert other.status_code == 404
    # A place that does not exist and one that is not to be seen read the same.
    assert other.json() == (await edge.client.get("/api/evaluation/nothing")).json()


async def test_every_bad_token_is_refused(edge: Running) -> None:
    issuer, now = edge.issuer, int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "o-1", "exp": now + 60, "place": "370104"}
    header = {"alg": "ES256", "kid": "test", "typ": "at+jwt"}
    unsigned = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "none", "typ": "at+jwt"}, good)
    )
    public = json.dumps((await issuer.keys())["keys"][0]).encode()
    bad = {
        "nothing": "",
        "alg none": unsigned + ".",
        "the public key as a shared secret": jwt.encode(
            {"alg": "HS256", "typ": "at+jwt"}, good, OctKey.import_key(public)
        ),
        "another audience": jwt.encode(header, {**good, "aud": "elsewhere"}, issuer.key),
        "another issuer": jwt.encode(header, {**good, "iss": "http://evil.test"}, issuer.key),
        "an id token": jwt.encode({**header, "typ": "JWT"}, good, issuer.key),
        "no end": jwt.encode(header, {k: v for k, v in good.items() if k != "exp"}, issuer.key),
        "expired 31 s ago": jwt.encode(header, {**good, "exp": now - 32}, issuer.key),
        "another key": jwt.encode(header, good, ECKey.generate_key("P-256", {"kid": "test"})),
        "too long": jwt.encode(header, {**good, "x": "y" * 9000}, issuer.key),
        "garbage": "a.b.c",
    }
    answers = {name: (await _with_token(edge, token)).status_code for name, token in bad.items()}
    assert answers == dict.fromkeys(bad, 401)
    fresh = jwt.encode(header, {**good, "exp": now - 25}, issuer.key)
    assert (await _with_token(edge, fresh)).status_code == 200


async def test_a_refusal_says_in_both_languages_what_to_do_and_names_the_field(edge: Running) -> None:
    header = edge.issuer.header("o-1", "clerk", place="370104")
    body = {"box": "b-1", "grade": -1}
    zh = await edge.client.post("/api/evaluation/boxes", json=body, headers=header)
    en = await edge.client.post(
        "/api/evaluation/boxes", json=body, headers={**header, "Accept-Language": "en"}
    )
    assert (zh.status_code, zh.headers["content-type"]) == (409, "application/problem+json")
    assert (zh.json()["title"], zh.json()["field"], zh.json()["code"]) == (
        "分数不能为负。",
        "grade",
        "negative",
    )
    assert en.json()["title"] == "No negative grades."


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"grade": 5}, "box"),
        ({"box": "b", "grade": 5, "status": "done"}, "status"),
        ({"box": {"$ne": None}, "grade": 5}, "box"),
        ({"box": "b", "grade": "13812345678x"}, "grade"),
    ],
)
async def test_a_body_that_breaks_a_rule_is_422_and_its_values_are_not_repeated(
    edge: Running, sent: dict[str, Any], field: str
) -> None:
    header = edge.issuer.header("o-1", "clerk", place="370104")
    answer = await edge.client.post("/api/evaluation/boxes", json=sent, headers=header)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert "13812345678" not in answer.text


async def test_other_types_and_too_large_bodies_are_refused_before_they_are_read(edge: Running) -> None:
    header = edge.issuer.header("o-1", "clerk", place="370104")
    text = await edge.client.post(
        "/api/evaluation/boxes", content="box", headers={**header, "Content-Type": "text/plain"}
    )
    assert text.status_code == 415

    async def in_chunks() -> AsyncIterator[bytes]:
        yield b"box"

    chunked = await edge.client.post(
        "/api/evaluation/boxes", content=in_chunks(), headers={**header, "Content-Type": "text/plain"}
    )
    assert chunked.status_code == 415
    large = b"x" * (10 * 1024 * 1024 + 1)
    told = await edge.client.post(
        "/api/evaluation/boxes", content=large, headers={**header, "Content-Type": "application/json"}
    )
    assert told.status_code == 413

    async def untold() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 1024 * 1024

    streamed = await edge.client.post(
        "/api/evaluation/boxes", content=untold(), headers={**header, "Content-Type": "application/json"}
    )
    assert streamed.status_code == 413


async def test_the_viewer_of_the_api_needs_nothing_from_the_web(edge: Running) -> None:
    page = (await edge.client.get("/docs")).text
    parts = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert parts
    for part in parts:
        assert part.startswith("/")
        assert (await edge.client.get(part)).status_code == 200


async def test_an_internal_error_shows_neither_stack_nor_value(
    edge: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = await edge.client.get(
        "/api/evaluation/broken", headers=edge.issuer.header("o-1", "clerk", place="370104")
    )
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "110101199003077758" not in answer.text


async def test_a_key_used_twice_gives_one_box_and_with_another_body_422(edge: Running) -> None:
    header = {**edge.issuer.header("o-1", "clerk", place="370104"), "Idempotency-Key": "k-1"}
    first = await edge.client.post("/api/evaluation/boxes", json={"box": "b-1", "grade": 5}, headers=header)
    again = await edge.client.post("/api/evaluation/boxes", json={"box": "b-1", "grade": 5}, headers=header)
    other = await edge.client.post("/api/evaluation/boxes", json={"box": "b-2", "grade": 5}, headers=header)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_health_metrics_and_parked_events_answer(edge: Running) -> None:
    assert (await edge.client.get("/healthz")).status_code == 200
    assert (await edge.client.get("/readyz")).json()["database"] == "ok"
    await edge.client.get("/api/evaluation/nothing")
    metrics = (await edge.client.get("/metrics")).text
    assert 'route="/api/evaluation/nothing",status="404"' in metrics
    operator = edge.issuer.header("op", "operator", place="3701")
    clerk = edge.issuer.header("o-1", "clerk", place="370104")
    assert (await edge.client.get("/api/evaluation/parked", headers=operator)).json() == {"parked": []}
    assert (await edge.client.get("/api/evaluation/parked", headers=clerk)).status_code == 403


def _parked(offset: int, key: str) -> Row:
    return Row(
        id=f"ballots:0:{offset}",
        topic="ballots",
        partition=0,
        offset=offset,
        key=key,
        headers=[],
        value=None,
        outcome="never",
        reason="no value",
        attempts=1,
        parked_at=datetime(2026, 11, 23, 1, 31, 5, tzinfo=UTC),
    )


async def test_parked_events_show_civil_time_and_who_replays_or_discards_them_is_on_record(
    edge: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    operator = edge.issuer.header("op-7", "operator", place="3701")
    await edge.service.parked.park([_parked(1, "b-1"), _parked(2, "b-2")])
    listed = (await edge.client.get("/api/evaluation/parked", headers=operator)).json()["parked"]
    assert [row["parked_at"] for row in listed] == ["2026-11-23T09:31:05+08:00"] * 2

    path = "/api/evaluation/parked"
    replayed = await edge.client.post(f"{path}/replay", json={"key": "b-1"}, headers=operator)
    assert replayed.json() == {"released": 1}
    given_up = {"reason": "sent by mistake"}
    answer = await edge.client.post(f"{path}/ballots:0:2/discard", json=given_up, headers=operator)
    assert answer.json() == {"discarded": "ballots:0:2"}
    log = capsys.readouterr().out.splitlines()
    (replay,) = [line for line in log if "audit_parked_replayed" in line]
    (discard,) = [line for line in log if "audit_parked_discarded" in line]
    assert "op-7" in replay and "b-1" in replay
    assert "op-7" in discard and "ballots:0:2" in discard


async def test_one_caller_who_asks_too_much_gets_429_and_others_go_on(
    stack: Stack, names: str, issuer: Issuer
) -> None:
    publisher = Publisher(settings(PublisherSettings, stack, names, rate_limit=2))
    async with running(lambda: _with_routes(publisher), issuer, "serve") as edge:
        busy = issuer.header("o-1", "clerk", place="370104")
        answers = [await edge.client.get("/api/evaluation/places/370104", headers=busy) for _ in range(15)]
        assert {answer.status_code for answer in answers} == {200, 429}
        assert answers[-1].headers["retry-after"]
        other = issuer.header("o-2", "clerk", place="370104")
        assert (await edge.client.get("/api/evaluation/places/370104", headers=other)).status_code == 200


async def test_with_the_database_away_the_answer_is_503_and_never_a_false_success(
    stack: Stack, names: str, issuer: Issuer, own_mongod: Server
) -> None:
    publisher = Publisher(settings(PublisherSettings, stack, names, mongodb_uri=own_mongod.address))
    header = issuer.header("o-1", "clerk", place="370104")
    async with running(lambda: _with_routes(publisher), issuer, "serve") as edge:
        await own_mongod.kill()
        answer = await edge.client.post(
            "/api/evaluation/boxes", json={"box": "b-1", "grade": 5}, headers=header, timeout=30
        )
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert (await edge.client.get("/readyz", timeout=30)).status_code == 503
        await own_mongod.start()

        async def works_again() -> bool:
            again = await edge.client.post(
                "/api/evaluation/boxes", json={"box": "b-2", "grade": 5}, headers=header, timeout=30
            )
            return again.status_code == 200

        await eventually(works_again, within=30)
