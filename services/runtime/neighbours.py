"""Calls to a neighbouring service or provider: time-outs, retries on what may pass, own service token."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator

import httpx
import stamina

#: Connect and read, in seconds.
TIMEOUT = httpx.Timeout(5.0, connect=2.0)


class ServiceToken(httpx.Auth):
    """Signs calls with a token got by client credentials, renewed a minute before it ends."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self._url = url
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._token, self._until = "", 0.0
        self._lock = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add the token."""
        request.headers["authorization"] = f"Bearer {await self._current()}"
        yield request

    async def _current(self) -> str:
        async with self._lock:
            if time.monotonic() > self._until:
                async with httpx.AsyncClient(timeout=TIMEOUT) as client:
                    answer = await client.post(self._url, data=self._form)
                answer.raise_for_status()
                found = answer.json()
                self._token = found["access_token"]
                self._until = time.monotonic() + max(5, found["expires_in"] - 60)
            return self._token


def may_pass(error: Exception) -> bool:
    """Whether trying again may help: network trouble, 429 and 5xx, never another refusal."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code == 429 or error.response.status_code >= 500
    return isinstance(error, httpx.TransportError)


async def post(client: httpx.AsyncClient, url: str, body: object, *, attempts: int = 3) -> httpx.Response:
    """POST JSON, repeated while it may pass; the answer has a good status."""
    async for attempt in stamina.retry_context(on=may_pass, attempts=attempts, timeout=15):
        with attempt:
            answer = await client.post(url, json=body)
            answer.raise_for_status()
    return answer
