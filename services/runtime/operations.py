"""What operators and orchestrators ask of every service: alive, ready, metrics, and the parked events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import Field

from services.runtime.http import JSON, Body
from services.runtime.logs import logger
from services.runtime.tokens import Caller

if TYPE_CHECKING:
    from services.runtime.service import Service
    from services.runtime.settings import Role

#: Seconds without contact to the broker after which a worker is not ready.
_SILENT = 60.0


class Discard(Body):
    """Giving up a parked event."""

    reason: str = Field(min_length=4, max_length=500)


class Replay(Body):
    """Which parked events to try again: one row, one key, or (neither) all."""

    id: str | None = None
    key: str | None = None


def routes(service: Service, role: Role) -> APIRouter:
    """Health, metrics, and `/api/<service>/parked` for operators."""
    router = APIRouter(default_response_class=JSON)

    @router.get("/healthz", include_in_schema=False)
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz", include_in_schema=False)
    async def ready() -> Response:
        checks = {"database": await _database(service), "broker": _broker(service)}
        # Who only works needs the broker; who answers requests must go on without it.
        needed = ("database", "broker") if role == "work" else ("database",)
        good = service.started and not service.stopping and all(checks[name] == "ok" for name in needed)
        return JSON({"ready": good, **checks}, status_code=200 if good else 503)

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(service.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    prefix = f"/api/{service.settings.service}/parked"

    @router.get(prefix, tags=["operations"])
    async def parked(caller: Caller, limit: int = 100) -> dict[str, Any]:
        """Events that wait, oldest first."""
        caller.require("operator")
        rows = await service.parked.rows(limit=max(1, min(limit, 1000)))
        return {"parked": [row.summary() for row in rows]}

    @router.post(f"{prefix}/replay", tags=["operations"])
    async def replay(caller: Caller, body: Replay) -> dict[str, int]:
        """Try parked events again now."""
        caller.require("operator")
        released = await service.parked.release(id=body.id, key=body.key)
        logger().info(
            "audit_parked_replayed", by=caller.sub, parked_id=body.id, key=body.key, released=released
        )
        return {"released": released}

    @router.post(f"{prefix}/{{id}}/discard", tags=["operations"])
    async def discard(caller: Caller, id: str, body: Discard) -> dict[str, str]:
        """Give a parked event up; it is kept aside with the reason and the name."""
        caller.require("operator")
        await service.parked.discard(id, reason=body.reason, by=caller.sub)
        # The reason is kept with the event; free words do not go into logs.
        logger().info("audit_parked_discarded", by=caller.sub, parked_id=id)
        return {"discarded": id}

    return router


async def _database(service: Service) -> str:
    try:
        await service.database.ping()
    except Exception:
        return "away"
    return "ok"


def _broker(service: Service) -> str:
    consumer = service.consumer
    if consumer is None:
        return "ok"
    return "ok" if consumer.connected and time.monotonic() - consumer.watchdog.heard_at < _SILENT else "away"
