"""`GET /api/catalog/exports`: the tables of the annexes as files; and the report of an import."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.catalog.api.people import READERS
from services.catalog.app import App
from services.catalog.domain.tables.imports import Kind
from services.catalog.exports import MEDIA_TYPES, Format
from services.catalog.handlers import exports
from services.runtime.clock import BEIJING
from services.runtime.http import VISIBLE
from services.runtime.tokens import Caller


def routes(app: App) -> APIRouter:
    """Exports are made when asked for, from the drafts, or the live records where there is no draft."""
    router = APIRouter(prefix="/api/catalog/exports", tags=["exports"])

    @router.get("")
    async def export(
        caller: Caller,
        place: Annotated[str, Query(pattern=r"^[0-9]{2,12}$")],
        kind: Kind = "items",
        format: Format = "xlsx",
        filled_by: Annotated[str | None, Query(max_length=100, pattern=VISIBLE)] = None,
        contact: Annotated[str, Query(max_length=100, pattern=VISIBLE)] = "",
    ) -> Response:
        """A table of a place. ``filled_by`` is 填表单位 (default: the place); ``contact`` 填表人及联系方式
        is printed and kept nowhere.
        """
        caller.require(*READERS)
        caller.must_oversee(place, "export")
        today = app.clock().astimezone(BEIJING).date()
        name, content = await exports.export(
            app, place, kind, format, filled_by=filled_by, contact=contact, on=today
        )
        return attached(name, content, format)

    return router


def attached(name: str, content: bytes, format: Format) -> Response:
    """A file to save under a name."""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=MEDIA_TYPES[format], headers=headers)
