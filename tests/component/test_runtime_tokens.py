"""The keys of the issuer are asked for seldom, and one that hangs makes nobody wait in line."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from services.runtime.problems import TooManyRequests, Unauthenticated, Unavailable
from services.runtime.tokens import RateLimit, Verifier
from tests.support.tokens import AUDIENCE, ISSUER

START = 1_800_000_000.0


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class Keys:
    """An issuer's key set; while it hangs, each question takes five seconds and has no answer."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.key = clock, ECKey.generate_key("P-256", {"kid": "one"})
        self.asked, self.hangs = 0, False

    async def __call__(self) -> dict[str, Any]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.hangs:
            self.clock.now += 5
            raise TimeoutError
        return {"keys": [self.key.as_dict(private=False)]}

    def token(self, sub: str, key: ECKey | None = None, **claims: Any) -> str:
        """A token that ends in two days."""
        signer = key or self.key
        body = {"iss": ISSUER, "aud": AUDIENCE, "sub": sub, "exp": int(START) + 172_800, **claims}
        return jwt.encode({"alg": "ES256", "kid": signer.kid, "typ": "at+jwt"}, body, signer)


@pytest.fixture
def keys() -> Keys:
    return Keys(Clock())


@pytest.fixture
def verifier(keys: Keys) -> Verifier:
    return Verifier(issuer=ISSUER, audience=AUDIENCE, fetch_keys=keys, now=keys.clock)


async def test_while_the_issuer_hangs_old_keys_do_and_only_one_caller_waits(
    keys: Keys, verifier: Verifier
) -> None:
    await verifier.principal(keys.token("first"))
    keys.hangs, keys.clock.now = True, START + 700
    callers = await asyncio.gather(*(verifier.principal(keys.token(f"o-{n}")) for n in range(20)))
    assert len(callers) == 20
    assert keys.asked == 2
    keys.clock.now = START + 3700
    with pytest.raises(Unavailable):
        await verifier.principal(keys.token("an hour later"))


async def test_before_the_first_keys_a_hanging_issuer_is_not_asked_once_for_each_caller(
    keys: Keys, verifier: Verifier
) -> None:
    keys.hangs = True
    answers = await asyncio.gather(
        *(verifier.principal(keys.token(f"o-{n}")) for n in range(20)), return_exceptions=True
    )
    assert {type(answer) for answer in answers} == {Unavailable}
    assert keys.asked == 1
    keys.hangs = False
    keys.clock.now += 2
    assert (await verifier.principal(keys.token("later"))).sub == "later"


async def test_an_unknown_key_makes_one_question_a_minute_and_a_new_key_is_taken(
    keys: Keys, verifier: Verifier
) -> None:
    await verifier.principal(keys.token("first"))
    stranger = ECKey.generate_key("P-256", {"kid": "stranger"})
    keys.clock.now += 61
    for number in range(30):
        with pytest.raises(Unauthenticated):
            await verifier.principal(keys.token(f"o-{number}", stranger))
    assert keys.asked == 2
    keys.key = ECKey.generate_key("P-256", {"kid": "two"})
    keys.clock.now += 61
    assert (await verifier.principal(keys.token("new"))).sub == "new"
    assert keys.asked == 3


async def test_a_clock_set_back_a_day_does_not_keep_old_keys_for_a_day(
    keys: Keys, verifier: Verifier
) -> None:
    await verifier.principal(keys.token("first"))
    keys.clock.now -= 25 * 3600
    keys.key = ECKey.generate_key("P-256", {"kid": "two"})
    assert (await verifier.principal(keys.token("new"))).sub == "new"


@pytest.mark.parametrize("claims", [{"roles": None}, {"roles": "clerk"}, {"roles": 7}, {"place": None}])
async def test_claims_of_another_form_give_no_rights(
    keys: Keys, verifier: Verifier, claims: dict[str, Any]
) -> None:
    caller = await verifier.principal(keys.token("o-1", **claims))
    assert (caller.roles, caller.place) == (frozenset(), "")


async def test_who_was_refused_by_the_limit_comes_in_again_and_nobody_is_remembered_for_ever() -> None:
    clock = Clock()
    limit = RateLimit(10, now=clock)
    for _ in range(50):
        limit.take("busy")
    with pytest.raises(TooManyRequests) as refused:
        limit.take("busy")
    assert refused.value.extra["retry_after"] >= 1
    clock.now += 1
    for _ in range(10):
        limit.take("busy")
    with pytest.raises(TooManyRequests):
        limit.take("busy")
    for number in range(50_000):
        clock.now += 0.01
        limit.take(f"caller-{number}")
    assert len(limit) <= 10_001
