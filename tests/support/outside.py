"""What notify speaks to, over real HTTP and SMTP: intake's contacts, tokens, the gateways."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from deploy.local.gateways import smtp
from deploy.local.gateways.app import create_app
from deploy.local.gateways.mailbox import Mailbox
from deploy.local.ports import free_ports
from tests.support.eventually import eventually


@dataclass
class Outside:
    """The other side: who can be reached how, and what came in."""

    mailbox: Mailbox = field(default_factory=Mailbox)
    contacts: dict[str, dict[str, str | None]] = field(default_factory=dict)
    #: How often contacts were asked for, and for whom.
    asked: list[list[str]] = field(default_factory=list)
    #: Whether intake answers.
    intake_away: bool = False
    receipts_asked: int = 0
    #: Whether the gateway gives many receipts at once.
    receipts_together: bool = True
    settings: dict[str, Any] = field(default_factory=dict)

    def texts(self) -> list[str]:
        """Texts that came in, oldest first."""
        return [message.text for message in reversed(self.mailbox.newest("sms"))]


@contextlib.asynccontextmanager
async def outside() -> AsyncIterator[Outside]:
    """Serve it; ``settings`` are what notify must be told to find it."""
    made = Outside()
    http_port, smtp_port = free_ports(2)
    server = await smtp.serve(made.mailbox, "127.0.0.1", smtp_port)
    url = f"http://127.0.0.1:{http_port}"
    made.settings = {
        "intake_url": url,
        "token_url": f"{url}/api/token",
        "client_secret": "secret",
        "sms_url": url,
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port,
        "smtp_from": "notice@hall.example",
    }
    async with serving(_app(made), http_port):
        yield made
    server.close()


@contextlib.asynccontextmanager
async def serving(app: Any, port: int) -> AsyncIterator[str]:
    """An application on a real port of this machine, in the test's own loop."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server._serve())
    await eventually(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


def _app(made: Outside) -> FastAPI:
    app = FastAPI()

    @app.post("/api/token")
    async def token() -> dict[str, Any]:
        return {"access_token": "for-notify", "token_type": "bearer", "expires_in": 300}

    @app.post("/api/intake/contacts")
    async def contacts(request: Request) -> JSONResponse:
        if made.intake_away:
            return JSONResponse({}, status_code=503)
        if request.headers.get("authorization") != "Bearer for-notify":
            return JSONResponse({}, status_code=401)
        refs = (await request.json())["refs"]
        made.asked.append(refs)
        return JSONResponse({"contacts": {ref: made.contacts[ref] for ref in refs if ref in made.contacts}})

    @app.middleware("http")
    async def count(request: Request, go_on: Any) -> Any:
        path = request.url.path
        made.receipts_asked += path == "/sms/receipts" or (
            request.method == "GET" and path.startswith("/sms/")
        )
        if path == "/sms/receipts" and not made.receipts_together:
            return JSONResponse({}, status_code=404)
        return await go_on(request)

    app.mount("", create_app(made.mailbox))
    return app
