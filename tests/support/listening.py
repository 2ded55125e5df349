"""An application on a port of its own, for what an in-process transport cannot show: streams and leaving."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import uvicorn

from deploy.local.ports import free_ports
from tests.support.eventually import eventually


@contextlib.asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """Serve an ASGI application as the runtime does; gives its base URL."""
    (port,) = free_ports(1)
    config = uvicorn.Config(
        app, log_config=None, lifespan="off", timeout_graceful_shutdown=1, proxy_headers=False
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve([socket.create_server(("127.0.0.1", port))]))
    await eventually(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running
