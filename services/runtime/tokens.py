"""Who is calling: access tokens verified by the issuer's published keys, never parsed by hand."""

from __future__ import annotations

import asyncio
import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from services.runtime.logs import logger
from services.runtime.problems import Forbidden, NotFound, TooManyRequests, Unauthenticated, Unavailable

#: Only signatures with a key pair: a shared secret or `none` is never taken.
ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"]
LONGEST = 8 * 1024
LEEWAY = 30
_KEYS_FRESH, _KEYS_USABLE = 600.0, 3600.0
#: Seconds between two questions for keys: for an unknown key, and after one that had no answer.
_FORCED_PAUSE, _FAILED_PAUSE = 60.0, 1.0


@dataclass(frozen=True, slots=True)
class Principal:
    """The person or system behind a token.

    ``place`` is the prefix of all that an officer may see; ``person_ref`` the keyed hash under which a
    citizen's or an enterprise's own things are kept.
    """

    sub: str
    roles: frozenset[str]
    place: str = ""
    unit: str | None = None
    hall: str | None = None
    window: str | None = None
    name: str = ""
    person_ref: str | None = None

    def has(self, *roles: str) -> bool:
        """Whether one of the roles is held."""
        return not self.roles.isdisjoint(roles)

    def require(self, *roles: str) -> None:
        """403 unless one of the roles is held."""
        if not self.has(*roles):
            raise Forbidden(
                "您的账号没有办理此事的权限，请联系管理员。",
                "Your account does not have the role for this act.",
            )

    def oversees(self, place: str) -> bool:
        """Whether a place lies under the own prefix; where an applicant lives gives no oversight."""
        return bool(self.place) and self.person_ref is None and place.startswith(self.place)

    def must_oversee(self, place: str, what: str) -> None:
        """404, with a line in the audit log, where a place lies outside the own prefix."""
        if not self.oversees(place):
            logger().warning("audit_outside_prefix", sub=self.sub, own=self.place, place=place, what=what)
            raise NotFound()


class RateLimit:
    """Requests a second for each signed-in caller, so that one does not starve the others; 0 is no limit.

    What a caller may do in five seconds may come at once. Of each caller only the instant is kept at which
    that allowance is whole again (generic cell rate algorithm, ATM Forum TM 4.0); past ones are dropped.
    """

    _WINDOW, _SWEEP_AT = 5.0, 10_000

    def __init__(self, a_second: int, *, now: Callable[[], float] = time.monotonic) -> None:
        self._cost, self._now = (1 / a_second if a_second else 0.0), now
        self._whole_at: dict[str, float] = {}
        self._sweep_at = self._SWEEP_AT

    def __len__(self) -> int:
        return len(self._whole_at)

    def take(self, who: str) -> None:
        """Count one request; 429 where it is one too many."""
        if not self._cost:
            return
        now = self._now()
        whole_at = max(now, self._whole_at.get(who, now)) + self._cost
        # A thousandth of a request for the sums of floating point.
        if (wait := whole_at - now - self._WINDOW) > self._cost / 1000:
            raise TooManyRequests(
                "请求过于频繁，请稍后再试。", "Too many requests, slow down.", retry_after=math.ceil(wait)
            )
        self._whole_at[who] = whole_at
        if len(self._whole_at) > self._sweep_at:
            self._whole_at = {known: at for known, at in self._whole_at.items() if at > now}
            self._sweep_at = max(self._SWEEP_AT, 2 * len(self._whole_at))


class Verifier:
    """Verifies tokens; keys are kept 10 minutes, refreshed once a minute at most for an unknown key, and
    still used for an hour while the issuer is away.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        fetch_keys: Callable[[], Awaitable[dict[str, Any]]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._fetch_keys, self._now = fetch_keys, now
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys: KeySet | None = None
        self._fetched = self._asked = float("-inf")
        self._lock = asyncio.Lock()
        self._verified: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    async def principal(self, token: str) -> Principal:
        """The caller; 401 where the token is not good."""
        if len(token) > LONGEST:
            raise _refused()
        name = hashlib.sha256(token.encode()).digest()
        known = self._verified.get(name)
        if known is not None:
            if known[0] + LEEWAY < self._now():
                raise _refused()
            return known[1]
        expires, principal = await self._verify(token)
        self._verified[name] = (expires, principal)
        if len(self._verified) > 10_000:
            self._verified.popitem(last=False)
        return principal

    async def _verify(self, token: str) -> tuple[float, Principal]:
        keys = await self._current_keys()
        try:
            try:
                decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            except InvalidKeyIdError:
                # An unknown key may be a new one.
                keys = await self._current_keys(pause=_FORCED_PAUSE)
                decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            if decoded.header.get("typ", "").lower() not in ("at+jwt", "application/at+jwt"):
                raise _refused()
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise _refused() from error
        return float(decoded.claims["exp"]), _principal(decoded.claims)

    async def _current_keys(self, *, pause: float | None = None) -> KeySet:
        """The keys; asked for where they are old, or (``pause`` seconds after the last time) in any case.

        While one caller asks, the others go on with what there is: an issuer that hangs makes no queue.
        """
        keys = self._usable()
        if keys is not None and pause is None and (self._age() <= _KEYS_FRESH or self._lock.locked()):
            return keys
        async with self._lock:
            if self._since_asked() > (_FAILED_PAUSE if pause is None else pause):
                await self._ask()
            keys = self._usable()
        if keys is None:
            raise Unavailable()
        return keys

    async def _ask(self) -> None:
        try:
            self._keys = KeySet.import_key_set(await self._fetch_keys())  # type: ignore[arg-type]
            self._fetched = self._now()
        except Exception as error:
            logger().warning("keys_not_fetched", error=repr(error))
        finally:
            self._asked = self._now()

    def _usable(self) -> KeySet | None:
        return self._keys if self._age() <= _KEYS_USABLE else None

    # A clock that was set back must not make keys young for as long.

    def _age(self) -> float:
        return abs(self._now() - self._fetched)

    def _since_asked(self) -> float:
        return abs(self._now() - self._asked)


def jwks_over_http(url: str, client: httpx.AsyncClient) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Fetch an issuer's key set."""

    async def fetch() -> dict[str, Any]:
        answer = await client.get(url, timeout=5)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    return fetch


def _principal(claims: dict[str, Any]) -> Principal:
    roles = claims.get("roles")
    return Principal(
        sub=str(claims["sub"]),
        roles=frozenset(str(role) for role in roles) if isinstance(roles, list) else frozenset(),
        place=str(claims.get("place") or ""),
        unit=claims.get("unit"),
        hall=claims.get("hall"),
        window=claims.get("window"),
        name=str(claims.get("name", "")),
        person_ref=claims.get("person_ref"),
    )


def _refused() -> Unauthenticated:
    return Unauthenticated(
        "请先登录，或登录已过期，请重新登录。",
        "Sign in first; the token is missing, expired or not valid here.",
    )


async def _caller(request: Request) -> Principal:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _refused()
    verifier: Verifier = request.app.state.verifier
    principal = await verifier.principal(token)
    limiter: RateLimit = request.app.state.rate_limit
    limiter.take(principal.sub)
    request.state.principal = principal
    return principal


async def _caller_if_any(request: Request) -> Principal | None:
    return await _caller(request) if "authorization" in request.headers else None


#: The signed-in caller; 401 without one.
Caller = Annotated[Principal, Depends(_caller)]
#: The caller where one is signed in (a bad token is still refused).
MaybeCaller = Annotated[Principal | None, Depends(_caller_if_any)]
