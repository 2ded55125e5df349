"""The server's side of a connection: the head of a request is bounded in bytes and in seconds.

The framework's protocol keeps whatever a client sends as headers and waits for their end for ever; a client
that drips a header a minute would hold a connection, and one that sends gigabytes the memory.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: A request line with headers, tokens among them, is a few KiB (tokens are refused above 8 KiB).
HEAD_BYTES: Final = 64 * 1024
HEAD_SECONDS = 10.0

_TOO_SLOW = b"408 Request Timeout"
_TOO_LARGE = b"431 Request Header Fields Too Large"


class BoundedHead(HttpToolsProtocol):
    """Closes a connection whose next head does not end within :data:`HEAD_SECONDS` or :data:`HEAD_BYTES`."""

    _head = 0
    _in_head = True
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request is due from now on."""
        super().connection_made(transport)
        self._due()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is due any more."""
        self._done()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head that has not ended."""
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A further request on a connection that is kept is due from its first byte on."""
        super().on_message_begin()
        self._head, self._in_head = 0, True
        if self._deadline is None:
            self._due()

    def on_headers_complete(self) -> None:
        """The head came in time."""
        self._in_head = False
        self._done()
        super().on_headers_complete()

    def _due(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self._refuse, _TOO_SLOW)

    def _done(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: bytes) -> None:
        self._done()
        # Beside an answer that is under way nothing can be said.
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(
                b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
        self.transport.close()
