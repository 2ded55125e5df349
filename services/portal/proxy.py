"""`/api/<service>/…` handed on to the service and its answer handed back, chunk by chunk (events, files)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlsplit

import anyio
import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from services.runtime import trace
from services.runtime.logs import logger
from services.runtime.problems import NotFound, Unavailable

#: Seconds: a neighbour that does not take the connection is away; live lines say something more often.
_PATIENCE = {"connect": 2.0, "read": 60.0, "write": 30.0, "pool": 5.0}
_READY_PATIENCE = {"connect": 1.0, "read": 2.0, "write": 1.0, "pool": 1.0}
_LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=200, keepalive_expiry=30)

#: Concern one connection only (RFC 9110 §7.6.1).
_HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
#: What a client says of where it comes from is not believed; the services use no cookies.
_NOT_IN = _HOP_BY_HOP | {
    b"host",
    b"cookie",
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-proto",
    b"x-forwarded-port",
    b"x-forwarded-prefix",
    b"x-real-ip",
    b"traceparent",
    b"expect",
}
#: The portal's own edge says these for every answer.
_NOT_OUT = _HOP_BY_HOP | {b"set-cookie", b"server", b"date", b"traceparent", b"x-content-type-options"}

_MAY_REPEAT = frozenset(("GET", "HEAD"))
#: For documents that a service makes itself, unless it says something stricter or looser of its own.
DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
)


class Proxy:
    """The services behind the portal, over one pool of connections."""

    def __init__(
        self, upstreams: Mapping[str, str], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._upstreams = {name: url.rstrip("/") for name, url in upstreams.items()}
        # The bare transport: no cookies kept, no redirects followed, nothing decoded.
        self._transport = transport or httpx.AsyncHTTPTransport(limits=_LIMITS)

    async def close(self) -> None:
        """Give the connections back."""
        await self._transport.aclose()

    async def relay(self, service: str, request: Request) -> Response:
        """The answer of the service. NotFound for no such service; Unavailable where it is away."""
        if service not in self._upstreams or ".." in request.url.path.split("/"):
            raise NotFound()
        for last in (False, True):
            try:
                answer = await self._transport.handle_async_request(self._outgoing(service, request))
                return _Relayed(answer)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
                # A kept connection whose other end had restarted: worth another try where nothing was sent.
                if last or request.method not in _MAY_REPEAT:
                    raise _away(service, error) from error
            except httpx.TransportError as error:
                raise _away(service, error) from error
        raise AssertionError("unreachable")

    async def states(self) -> dict[str, str]:
        """Of each service whether it is ready or away."""
        names = sorted(self._upstreams)
        answers = await asyncio.gather(*(self._state(name) for name in names))
        return dict(zip(names, answers, strict=True))

    async def _state(self, service: str) -> str:
        request = httpx.Request(
            "GET", f"{self._upstreams[service]}/readyz", extensions={"timeout": _READY_PATIENCE}
        )
        try:
            answer = await self._transport.handle_async_request(request)
            await answer.aclose()
        except httpx.TransportError:
            return "away"
        return "ready" if answer.status_code == 200 else "away"

    def _outgoing(self, service: str, request: Request) -> httpx.Request:
        raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
        if query := request.scope["query_string"]:
            raw = raw.split(b"?")[0] + b"?" + query
        base = httpx.URL(self._upstreams[service])
        prefix = urlsplit(self._upstreams[service]).path.encode()
        has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
        return httpx.Request(
            request.method,
            base.copy_with(raw_path=prefix + raw),
            headers=_headers_in(request),
            content=_body(request) if has_body else None,
            extensions={"timeout": _PATIENCE},
        )


def _headers_in(request: Request) -> list[tuple[bytes, bytes]]:
    listed = {
        part.strip().lower().encode("latin-1")
        for value in request.headers.getlist("connection")
        for part in value.split(",")
    }
    kept = [(n, v) for n, v in request.headers.raw if n.lower() not in _NOT_IN and n.lower() not in listed]
    peer = request.client.host if request.client else "unknown"
    return [*kept, (b"x-forwarded-for", peer.encode()), (b"traceparent", trace.current.get().encode())]


async def _body(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        if chunk:
            yield chunk


def _away(service: str, error: Exception) -> Unavailable:
    logger().warning("upstream_away", upstream=service, error=type(error).__name__)
    return Unavailable(
        "该项服务暂时不可用，请稍后再试。",
        "This service is away for the moment, try again.",
        service=service,
        retry_after=3,
    )


class _Relayed(Response):
    """An upstream's answer passed on chunk by chunk; the upstream is let go when the client is gone."""

    def __init__(self, upstream: httpx.Response) -> None:
        self._upstream = upstream
        self.status_code = upstream.status_code
        self.raw_headers = [(n.lower(), v) for n, v in upstream.headers.raw if n.lower() not in _NOT_OUT]
        self.raw_headers.append((b"referrer-policy", b"same-origin"))
        kind = upstream.headers.get("content-type", "")
        if kind.startswith("text/html") and "content-security-policy" not in upstream.headers:
            self.raw_headers.append((b"content-security-policy", DOCUMENT_POLICY.encode()))
        if kind.startswith("text/event-stream"):
            # Proxies in front would otherwise collect events.
            self.raw_headers.append((b"x-accel-buffering", b"no"))
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with anyio.create_task_group() as tasks:

                async def leave_with_the_client() -> None:
                    while True:
                        message: Message = await receive()
                        if message["type"] == "http.disconnect":
                            tasks.cancel_scope.cancel()
                            return

                tasks.start_soon(leave_with_the_client)
                await self._pass_on(send)
                tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await self._upstream.aclose()

    async def _pass_on(self, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": list(self.raw_headers)}
        )
        async for chunk in self._upstream.aiter_raw():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
