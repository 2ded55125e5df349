"""Passwords and client secrets: argon2id, tried a limited number of times, as slowly for unknown names."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from weakref import WeakValueDictionary

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from services.portal.domain import TooManyAttempts

#: OWASP's smallest recommended argon2id (19 MiB, two passes): some 15 ms, so that a hall signs in at eight.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Hash of a password that nobody has: verified where the name is unknown, so that both take as long.
_NOBODY = _HASHER.hash("no account has this password")
#: How many hashes are computed at once; bounds the memory that a flood of sign-ins can take.
_AT_ONCE = 2


class Passwords:
    """Hashes and verifies, off the event loop."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """The argon2id hash to keep."""
        async with self._room:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def is_right(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one of ``kept``; None (no such account) takes as long and is wrong."""
        async with self._room:
            right = await asyncio.to_thread(_verify, kept or _NOBODY, password)
        return right and kept is not None


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


class Attempts:
    """Failed sign-ins, counted in this process: per address and name, per name, per address (429 beyond).

    The narrow limit is first, so that a stranger who guesses at a name does not lock its owner out at once.
    """

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def attempt(self, username: str, address: str) -> AsyncIterator[None]:
        """Try once, one after the other for each name; an error inside counts as a failure."""
        limits = _limits(username, address)
        turn = self._turns.setdefault(username, asyncio.Lock())
        async with turn:
            for item, key in limits:
                if not self._window.test(item, key):
                    reset = self._window.get_window_stats(item, key).reset_time
                    raise TooManyAttempts(int(reset - time.time()) + 1)
            try:
                yield
            except Exception:
                for item, key in limits:
                    self._window.hit(item, key)
                raise


def _limits(username: str, address: str) -> list[tuple[RateLimitItem, str]]:
    return [
        (RateLimitItemPerMinute(10, 5), f"both {address} {username}"),
        (RateLimitItemPerHour(100), f"name {username}"),
        (RateLimitItemPerMinute(200, 5), f"address {address}"),
    ]
