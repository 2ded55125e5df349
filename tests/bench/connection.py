"""A keep-alive HTTP/1.1 connection for the load generator, whose own processor time is measured time too.

On two shared cores httpx alone would take more of them than the services' HTTP side; this does one request
at a time on one connection and nothing else.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httptools
import orjson


class Connection(asyncio.Protocol):
    """One connection of one client."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._head = f"host: {host}:{port}\r\ncontent-type: application/json\r\n".encode()
        self._transport: Any = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parser: Any = None
        self._body: list[bytes] = []

    @classmethod
    def to(cls, url: str) -> Connection:
        """A connection to `http://host:port`; opened at the first request."""
        host, _, port = url.removeprefix("http://").partition(":")
        return cls(host, int(port))

    async def post(self, path: str, body: object, headers: bytes) -> tuple[int, Any]:
        """Status and JSON of the answer; `headers` are whole lines, each ending in CRLF."""
        loop = asyncio.get_running_loop()
        if self._transport is None:
            await loop.create_connection(lambda: self, self._host, self._port)
        content = orjson.dumps(body)
        self._answer = loop.create_future()
        self._body, self._parser = [], httptools.HttpResponseParser(self)
        self._transport.write(
            b"POST %s HTTP/1.1\r\n%s%scontent-length: %d\r\n\r\n%s"
            % (path.encode(), self._head, headers, len(content), content)
        )
        status, answer = await self._answer
        return status, orjson.loads(answer)

    def close(self) -> None:
        """Give the connection back."""
        if self._transport is not None:
            self._transport.close()

    # -- asyncio.Protocol -------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Opened."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Part of an answer."""
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        """The other side, or we, closed it."""
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("closed without an answer"))

    # -- httptools --------------------------------------------------------------------------------------

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The whole answer is here."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), b"".join(self._body)))
