"""One address: what the portal hands on to a service and back, and the pages beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from deploy.local.ports import free_ports
from services.portal.main import build
from services.portal.settings import Settings
from tests.support.listening import listening
from tests.support.services import KEY, settings
from tests.support.stack import Stack


class Neighbour:
    """A service behind the portal that keeps what it was asked, and a line that stays open."""

    def __init__(self) -> None:
        self.asked: list[Scope] = []
        self.bodies: list[bytes] = []
        self.more = asyncio.Event()
        self.left = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        self.asked.append(scope)
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.bodies.append(body)
        if scope["path"].endswith("/live"):
            await self._live(receive, send)
            return
        headers = [
            (b"content-type", b"text/html"),
            (b"connection", b"keep-alive"),
            (b"set-cookie", b"a=b"),
            (b"x-own", b"kept"),
        ]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b"answer"})

    async def _live(self, receive: Receive, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"text/event-stream")],
            }
        )
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        waiting = [asyncio.create_task(self.more.wait()), asyncio.ensure_future(receive())]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not self.more.is_set():
            self.left.set()
            return
        waiting[1].cancel()
        await send({"type": "http.response.body", "body": b"data: 2\n\n", "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def neighbour() -> Neighbour:
    return Neighbour()


@pytest.fixture
async def client(
    stack: Stack, names: str, neighbour: Neighbour, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>一窗</title>")
    (tmp_path / "assets" / "main-1a2b.js").write_text("export {}")
    (nobody,) = free_ports(1)
    async with listening(neighbour) as address:
        made = settings(
            Settings,
            stack,
            names,
            master_key=KEY,
            upstreams={"intake": address, "catalog": f"http://127.0.0.1:{nobody}"},
            static=tmp_path,
        )
        async with (
            build(made).running() as app,
            listening(app) as portal,
            httpx.AsyncClient(base_url=portal) as client,
        ):
            yield client


async def test_a_call_reaches_the_service_with_path_query_body_and_token(
    client: httpx.AsyncClient, neighbour: Neighbour
) -> None:
    answer = await client.post(
        "/api/intake/cases/%E5%BC%A0?limit=5&q=%E4%B8%AD",
        content=b'{"a":1}',
        headers={"Authorization": "Bearer t", "Idempotency-Key": "k", "Content-Type": "application/json"},
    )

    assert (answer.status_code, answer.text, answer.headers["x-own"]) == (201, "answer", "kept")
    asked = neighbour.asked[0]
    assert asked["raw_path"] == b"/api/intake/cases/%E5%BC%A0"
    assert asked["query_string"] == b"limit=5&q=%E4%B8%AD"
    assert neighbour.bodies == [b'{"a":1}']
    headers = dict(asked["headers"])
    assert headers[b"authorization"] == b"Bearer t" and headers[b"idempotency-key"] == b"k"


async def test_where_a_call_comes_from_is_not_the_clients_to_say(
    client: httpx.AsyncClient, neighbour: Neighbour
) -> None:
    answer = await client.get(
        "/api/intake/cases",
        headers={
            "X-Forwarded-For": "9.9.9.9",
            "X-Real-IP": "9.9.9.9",
            "Cookie": "a=b",
            "Connection": "x-odd",
            "X-Odd": "1",
        },
    )

    headers = dict(neighbour.asked[0]["headers"])
    assert headers[b"x-forwarded-for"] == b"127.0.0.1"
    assert not {b"x-real-ip", b"cookie", b"x-odd"} & headers.keys()
    assert "set-cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_events_arrive_one_by_one_as_they_happen(
    client: httpx.AsyncClient, neighbour: Neighbour
) -> None:
    async with client.stream("GET", "/api/intake/cases/1/live") as answer:
        events = answer.aiter_raw()
        assert await anext(events) == b"data: 1\n\n"
        neighbour.more.set()
        assert await anext(events) == b"data: 2\n\n"


async def test_a_client_that_leaves_takes_the_open_line_with_it(
    client: httpx.AsyncClient, neighbour: Neighbour
) -> None:
    async with client.stream("GET", "/api/intake/cases/1/live") as answer:
        await anext(answer.aiter_raw())

    await asyncio.wait_for(neighbour.left.wait(), 10)


async def test_an_upload_is_handed_on_whole(client: httpx.AsyncClient, neighbour: Neighbour) -> None:
    content = bytes(range(256)) * 8192

    await client.post("/api/intake/files", files={"file": ("a.pdf", content, "application/pdf")})

    assert content in neighbour.bodies[0]


async def test_a_service_that_is_away_is_a_503_that_says_when_to_come_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/catalog/items", headers={"Accept-Language": "en"})

    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable" and answer.json()["service"] == "catalog"
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "path", ["/api/nothing/cases", "/api", "/api/", "/api/intake/..%2f..%2fetc", "/missing.png"]
)
async def test_what_is_not_there_is_a_404(client: httpx.AsyncClient, neighbour: Neighbour, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 404
    assert neighbour.asked == []


async def test_the_status_names_who_is_away(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/status")).json() == {"services": {"catalog": "away", "intake": "away"}}


async def test_pages_are_guarded_and_asked_for_anew_and_hashed_files_kept_for_good(
    client: httpx.AsyncClient,
) -> None:
    page, view = await client.get("/"), await client.get("/cases/370104-20261123-7K3M9QX4")
    script = await client.get("/assets/main-1a2b.js")

    assert page.text == view.text and "一窗" in page.text
    assert page.headers["cache-control"] == "no-cache"
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert page.headers["x-frame-options"] == "DENY" and page.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-type"].startswith("text/javascript")
    again = await client.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304 and again.content == b""


async def test_a_forged_origin_gets_no_permission(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/status", headers={"Origin": "https://elsewhere.example"})

    assert "access-control-allow-origin" not in answer.headers
