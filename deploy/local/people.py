"""The demo accounts as HTTP clients: signed in once, signed in again when the token has ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.local.problems import StackError


class Refused(StackError):
    """A service refused a call, in its own words; ``code`` is its stable name for the reason."""

    def __init__(self, path: str, status: int, code: str, said: str) -> None:
        super().__init__(f"{path}: {status} {said}")
        self.status, self.code = status, code


class Person:
    """One signed-in account. A refused call raises :class:`Refused`."""

    def __init__(self, portal_url: str, username: str, password: str) -> None:
        self._username, self._password = username, password
        self._client = httpx.AsyncClient(base_url=portal_url, timeout=60, trust_env=False)

    async def __aenter__(self) -> Self:
        """Sign in."""
        await self.sign_in()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave."""
        await self._client.aclose()

    async def sign_in(self) -> None:
        """Get a token for this account."""
        form = {"grant_type": "password", "username": self._username, "password": self._password}
        answer = await self._client.post("/api/token", data=form)
        self._client.headers["authorization"] = f"Bearer {_good(answer)['access_token']}"

    async def call(self, method: str, path: str, **given: Any) -> Any:
        """The JSON answer of a call."""
        answer = await self._client.request(method, path, **given)
        if answer.status_code == 401:
            await self.sign_in()
            answer = await self._client.request(method, path, **given)
        return _good(answer)

    async def get(self, path: str, **given: Any) -> Any:
        """GET."""
        return await self.call("GET", path, **given)

    async def post(self, path: str, body: Any = None, **given: Any) -> Any:
        """POST JSON."""
        return await self.call("POST", path, json={} if body is None else body, **given)

    async def until(self, path: str, reached: Callable[[Any], bool], within: float = 30) -> Any:
        """Follow a live view until one of its messages shows what is waited for; gives that message."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                async for shown in self._live(path):
                    if reached(shown):
                        return shown
        raise StackError(f"{within:.0f} 秒内没有等到 {path} 的变化 nothing new in time")

    async def _live(self, path: str) -> AsyncIterator[Any]:
        async with self._client.stream("GET", path) as answer:
            if answer.status_code != 200:
                await answer.aread()
                _good(answer)
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    yield json.loads(line[5:])


def _good(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        body = answer.json()
    except ValueError:
        body = {"title": answer.text[:300]}
    path = answer.request.url.path
    raise Refused(path, answer.status_code, body.get("code", ""), body.get("title", ""))
