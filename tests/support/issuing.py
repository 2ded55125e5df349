"""The test issuer over HTTP: the two addresses that services ask of an identity provider."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import orjson

from tests.support.tokens import Issuer


@contextlib.asynccontextmanager
async def serve_issuer(issuer: Issuer, port: int) -> AsyncIterator[None]:
    """Answer `GET /api/jwks` and `POST /api/token` (client credentials, any secret) on the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = _content_length(head)
            form = parse_qs((await reader.readexactly(length)).decode()) if length else {}
            body = orjson.dumps(await _found(issuer, head.split(b" ", 2)[1].decode(), form))
            writer.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
                b"content-length: %d\r\n\r\n%s" % (len(body), body)
            )
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    async with server:
        yield


async def _found(issuer: Issuer, path: str, form: dict[str, list[str]]) -> dict[str, object]:
    if path == "/api/jwks":
        return await issuer.keys()
    client = form["client_id"][0]
    return {
        "access_token": issuer.token(client, "service", life=3600),
        "token_type": "Bearer",
        "expires_in": 3600,
    }


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
