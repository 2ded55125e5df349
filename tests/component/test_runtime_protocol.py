"""Connections that drip or flood the head of a request are closed; others are served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from services.runtime import protocol
from services.runtime.protocol import HEAD_BYTES, BoundedHead
from tests.support.eventually import eventually


async def app(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer with the number of bytes of the body."""
    taken, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        assert message["type"] == "http.request"
        taken, more = taken + len(message["body"]), message["more_body"]
    body = str(taken).encode()
    length = str(len(body)).encode()
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", length)],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=BoundedHead, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server._serve())

    async def started() -> bool:
        return server.started

    await eventually(started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def said(port: int, *pieces: bytes) -> bytes:
    """All that the server says until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
    try:
        return await asyncio.wait_for(reader.read(), 30)
    finally:
        writer.close()


async def test_a_head_that_does_not_end_in_time_is_refused(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.05)
    assert (await said(port, b"GET / HTTP/1.1\r\nHost: x\r\nX-Drip:")).startswith(b"HTTP/1.1 408 ")
    assert (await said(port)).startswith(b"HTTP/1.1 408 ")
    # The second request of a connection has its own time.
    first = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    answers = await said(port, first, b"GET /again HTTP/1.1\r\nHost:")
    assert answers.startswith(b"HTTP/1.1 200 ") and b"HTTP/1.1 408 " in answers


async def test_a_head_that_is_too_large_is_refused(port: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
    assert (await said(port, head, b"a" * (HEAD_BYTES + 1))).startswith(b"HTTP/1.1 431 ")


async def test_a_large_body_and_a_slow_answer_are_no_matter_of_the_head(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    size = 20 * HEAD_BYTES
    head = f"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n".encode()
    answer = await said(port, head, b"a" * size)
    assert answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(str(size).encode())
