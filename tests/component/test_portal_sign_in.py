"""Signing in at the portal: grants, rotation, refusals, and what the tokens say."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from services.portal import demo
from services.portal.main import build
from services.portal.settings import Settings
from services.runtime.clock import system_clock
from services.runtime.references import person_ref
from tests.support.services import KEY, settings
from tests.support.stack import Stack
from tests.support.tokens import AUDIENCE, ISSUER

PASSWORD = "a-demo-password"
SECRET = "the secret of notify"


class Hands:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.ahead


@contextlib.asynccontextmanager
async def portal(
    stack: Stack, names: str, clock: Hands | None = None, **given: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A portal in this process, and a client that speaks to it."""
    made = settings(
        Settings,
        stack,
        names,
        **{
            "master_key": KEY,
            "reference_key": KEY,
            "demo_password": PASSWORD,
            "clients": {"notify": SECRET},
            **given,
        },
    )
    async with build(made, clock=clock or system_clock).running() as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
            yield client


@pytest.fixture
async def client(stack: Stack, names: str) -> AsyncIterator[httpx.AsyncClient]:
    async with portal(stack, names) as client:
        yield client


async def sign_in(client: httpx.AsyncClient, username: str, password: str = PASSWORD) -> httpx.Response:
    form = {"grant_type": "password", "username": username, "password": password}
    return await client.post("/api/token", data=form)


async def renewed(client: httpx.AsyncClient, refresh_token: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return await client.post("/api/token", data=form)


async def claims(client: httpx.AsyncClient, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    keys = KeySet.import_key_set((await client.get("/api/jwks")).json())
    decoded = jwt.decode(token, keys, algorithms=["ES256"])
    return decoded.header, decoded.claims


async def test_a_clerk_gets_a_token_that_says_place_hall_and_window(client: httpx.AsyncClient) -> None:
    answer = await sign_in(client, "clerk")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    header, said = await claims(client, answer.json()["access_token"])
    assert header["typ"] == "at+jwt"
    assert said["iss"] == ISSUER and said["aud"] == AUDIENCE and said["jti"]
    assert said["exp"] - said["iat"] == answer.json()["expires_in"] == 300
    assert (said["sub"], said["roles"], said["place"]) == ("clerk", ["clerk"], "370104")
    assert (said["unit"], said["hall"], said["window"]) == ("u-370104-07", "h-370104", "h-370104-w-01")


async def test_a_reviewer_has_no_unit_and_so_all_of_the_county(client: httpx.AsyncClient) -> None:
    _, said = await claims(client, (await sign_in(client, "reviewer-b")).json()["access_token"])

    assert said["place"] == "370105"
    assert "unit" not in said


async def test_a_citizen_sees_only_a_mask_of_the_own_number(client: httpx.AsyncClient, names: str) -> None:
    token = (await sign_in(client, "citizen")).json()["access_token"]

    me = await client.get("/api/me", headers={"Authorization": f"Bearer {token}"})

    assert me.json()["id_masked"] == "370***********8723"
    assert demo.CITIZENS["citizen"] not in me.text
    _, said = await claims(client, token)
    assert said["person_ref"] == person_ref(
        b"0123456789abcdef0123456789abcdef", "citizen", demo.CITIZENS["citizen"]
    )
    assert demo.CITIZENS["citizen"] not in json.dumps(said)


async def test_a_service_signs_in_with_its_secret_and_gets_nothing_to_renew(
    client: httpx.AsyncClient,
) -> None:
    form = {"grant_type": "client_credentials", "client_id": "notify", "client_secret": SECRET}
    answer = await client.post("/api/token", data=form)

    assert "refresh_token" not in answer.json()
    _, said = await claims(client, answer.json()["access_token"])
    assert (said["sub"], said["roles"]) == ("notify", ["service"])


async def test_the_province_may_send_its_secret_in_the_header(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/token", data={"grant_type": "client_credentials"}, auth=("province", PASSWORD)
    )

    _, said = await claims(client, answer.json()["access_token"])
    assert (said["roles"], said["place"]) == (["subscriber"], "37")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password", "username": "clerk", "password": "no"}, 400, "invalid_grant"),
        ({"grant_type": "password", "username": "nobody", "password": "no"}, 400, "invalid_grant"),
        # A client's secret is no password, and the other way round.
        ({"grant_type": "password", "username": "province", "password": PASSWORD}, 400, "invalid_grant"),
        (
            {"grant_type": "client_credentials", "client_id": "clerk", "client_secret": PASSWORD},
            401,
            "invalid_client",
        ),
        ({"grant_type": "password", "username": "clerk"}, 400, "invalid_request"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "made up"}, 400, "invalid_grant"),
        ({}, 400, "invalid_request"),
    ],
)
async def test_what_is_not_granted_says_so_in_oauths_words(
    client: httpx.AsyncClient, form: dict[str, str], status: int, error: str
) -> None:
    answer = await client.post("/api/token", data=form)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(client: httpx.AsyncClient) -> None:
    assert (await sign_in(client, "nobody", "x")).json() == (await sign_in(client, "clerk", "x")).json()


async def test_a_refresh_token_is_good_once_and_its_second_use_ends_the_session(
    stack: Stack, names: str
) -> None:
    clock = Hands()
    async with portal(stack, names, clock) as client:
        first = (await sign_in(client, "clerk")).json()["refresh_token"]
        second = (await renewed(client, first)).json()["refresh_token"]
        clock.ahead = timedelta(minutes=1)

        assert (await renewed(client, first)).json()["error"] == "invalid_grant"
        assert (await renewed(client, second)).json()["error"] == "invalid_grant"


async def test_a_renewal_whose_answer_was_lost_may_be_asked_for_again_at_once(
    client: httpx.AsyncClient,
) -> None:
    first = (await sign_in(client, "clerk")).json()["refresh_token"]

    answers = await asyncio.gather(renewed(client, first), renewed(client, first))

    assert [answer.status_code for answer in answers] == [200, 200]


async def test_a_session_ends_for_good_after_a_working_day(stack: Stack, names: str) -> None:
    clock = Hands()
    async with portal(stack, names, clock) as client:
        token = (await sign_in(client, "clerk")).json()["refresh_token"]
        clock.ahead = timedelta(hours=11)
        token = (await renewed(client, token)).json()["refresh_token"]
        clock.ahead = timedelta(hours=13)

        assert (await renewed(client, token)).status_code == 400


async def test_ten_wrong_passwords_and_even_the_right_one_must_wait(client: httpx.AsyncClient) -> None:
    for _ in range(10):
        assert (await sign_in(client, "chief", "wrong")).status_code == 400

    answer = await sign_in(client, "chief")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert (await sign_in(client, "clerk")).status_code == 200


async def test_many_at_one_desk_sign_in_at_once(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(sign_in(client, "clerk") for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}


async def test_two_portals_sign_with_one_key_that_lies_encrypted(stack: Stack, names: str) -> None:
    made = settings(Settings, stack, names, master_key=KEY)
    first, second = build(made), build(made)
    async with first.running() as one, second.running() as two:
        sets = []
        for app in (one, two):
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app), base_url="http://p.test"
            ) as client:
                sets.append((await client.get("/api/jwks")).json())
        kept = await first.database["signing_keys"].find().to_list(10)

    assert sets[0] == sets[1]
    assert "d" not in sets[0]["keys"][0]
    assert len(kept) == 1 and b"PRIVATE KEY" not in bytes(kept[0]["sealed"])


async def test_without_a_demo_password_the_demo_accounts_are_gone(stack: Stack, names: str) -> None:
    async with portal(stack, names) as client:
        listed = (await client.get("/api/public/settings")).json()
        assert listed["sample"] is True
        assert {
            "username": "clerk",
            "role_zh": "窗口人员",
            "role_en": "Window clerk",
            "place": "370104",
        } in listed["demo_accounts"]
    async with portal(stack, names, demo_password=None) as client:
        assert (await client.get("/api/public/settings")).json() == {"sample": False, "demo_accounts": []}
        assert (await sign_in(client, "clerk")).status_code == 400


async def test_a_new_demo_password_takes_the_place_of_the_old(stack: Stack, names: str) -> None:
    async with portal(stack, names) as client:
        assert (await sign_in(client, "clerk")).status_code == 200
    async with portal(stack, names, demo_password="another") as client:
        assert (await sign_in(client, "clerk")).status_code == 400
        assert (await sign_in(client, "clerk", "another")).status_code == 200
