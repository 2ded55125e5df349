"""Calls to a neighbouring service or provider: time-outs, and a service token of one's own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator

import httpx

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
