"""Who is calling: access tokens verified by the issuer's published keys, never parsed by hand."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from services.runtime.logs import logger
from services.runtime.problems import Forbidden, NotFound, TooManyRequests, Unauthenticated, Unavailable

#: Only signatures with a key pair: a shared secret or `none` is never taken.
ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"]
LONGEST = 8 * 1024
LEEWAY = 30
_KEYS_FRESH, _KEYS_USABLE, _REFRESH_PAUSE = 600.0, 3600.0, 60.0


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
                "您的账号没有办理此事的权限,请联系管理员。",
                "Your account does not have the role for this act.",
            )

    def oversees(self, place: str) -> bool:
        """Whether a place lies under the own prefix."""
        return bool(self.place) and place.startswith(self.place)

    def must_oversee(self, place: str, what: str) -> None:
        """404, with a line in the audit log, where a place lies outside the own prefix."""
        if not self.oversees(place):
            logger().warning("audit_outside_prefix", sub=self.sub, own=self.place, place=place, what=what)
            raise NotFound()


class RateLimit:
    """Requests a second for each signed-in caller, so that one does not starve the others; 0 is no limit."""

    def __init__(self, a_second: int) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerSecond(a_second * 5, 5) if a_second else None

    def take(self, who: str) -> None:
        """Count one request; 429 where it is one too many."""
        if self._limit is not None and not self._window.hit(self._limit, who):
            raise TooManyRequests("请求过于频繁,请稍后再试。", "Too many requests, slow down.", retry_after=5)


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
        self._fetched = self._tried = float("-inf")
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
        for forced in (False, True):
            keys = await self._current_keys(forced=forced)
            try:
                decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
                if decoded.header.get("typ", "").lower() not in ("at+jwt", "application/at+jwt"):
                    raise _refused()
                self._claims.validate(decoded.claims)
            except (JoseError, ValueError) as error:
                # An unknown key may be a new one: ask the issuer once.
                if not forced and isinstance(error, ValueError):
                    continue
                raise _refused() from error
            return float(decoded.claims["exp"]), _principal(decoded.claims)
        raise _refused()

    async def _current_keys(self, *, forced: bool) -> KeySet:
        async with self._lock:
            now = self._now()
            age = now - self._fetched
            due = age > _KEYS_FRESH or forced
            if self._keys is None or (due and now - self._tried > (_REFRESH_PAUSE if forced else 1.0)):
                self._tried = now
                try:
                    self._keys = KeySet.import_key_set(await self._fetch_keys())  # type: ignore[arg-type]
                    self._fetched = now
                except Exception as error:
                    logger().warning("keys_not_fetched", error=repr(error))
                    if self._keys is None or age > _KEYS_USABLE:
                        raise Unavailable() from error
            if now - self._fetched > _KEYS_USABLE:
                raise Unavailable()
            return self._keys


def jwks_over_http(url: str, client: httpx.AsyncClient) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Fetch an issuer's key set."""

    async def fetch() -> dict[str, Any]:
        answer = await client.get(url, timeout=5)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    return fetch


def _principal(claims: dict[str, Any]) -> Principal:
    return Principal(
        sub=str(claims["sub"]),
        roles=frozenset(str(role) for role in claims.get("roles", ())),
        place=str(claims.get("place", "")),
        unit=claims.get("unit"),
        hall=claims.get("hall"),
        window=claims.get("window"),
        name=str(claims.get("name", "")),
        person_ref=claims.get("person_ref"),
    )


def _refused() -> Unauthenticated:
    return Unauthenticated(
        "请先登录,或登录已过期,请重新登录。",
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
