"""`/api/catalog/places`: the directory of places, halls, points, units and windows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response
from pydantic import Field

from contracts.catalog import DirectoryRecord, EntryKind
from services.catalog.api.people import EDITORS, etag, person, revision_if_any
from services.catalog.app import App
from services.catalog.domain.entries import Entry
from services.catalog.handlers import directory
from services.runtime import http
from services.runtime.problems import NotFound
from services.runtime.tokens import Caller

EntryId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]


class EntryBody(http.Body):
    """An entry as it shall be."""

    kind: EntryKind
    parent_id: str | None = Field(None, max_length=128)
    record: DirectoryRecord


class Closure(http.Body):
    """Closing an entry."""

    reason: str | None = Field(None, min_length=2, max_length=500)


def routes(app: App) -> APIRouter:
    """Reading is public; editing is for editors and operators of the place."""
    router = APIRouter(prefix="/api/catalog/places", tags=["directory"])

    @router.get("")
    async def listed(place: Annotated[str, Query(pattern=r"^[0-9]{0,12}$")] = "") -> Response:
        """All open entries, at and below a place if one is given."""
        return http.JSON({"entries": [_entry(entry) for entry in await app.store.directory(place)]})

    @router.get("/{entry_id}")
    async def one(entry_id: EntryId) -> Response:
        """One entry, a closed one too; its ETag is what an edit sends as If-Match."""
        entry = await app.store.entries.require(entry_id)
        return http.JSON(_entry(entry), headers=etag(entry.revision))

    @router.put("/{entry_id}")
    async def put(
        entry_id: EntryId,
        body: EntryBody,
        caller: Caller,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Set an entry up, or alter it (If-Match needed then)."""
        entry, new = await directory.put(
            app,
            entry_id,
            body.kind,
            body.parent_id,
            body.record,
            caller=caller,
            person=person(caller, *EDITORS),
            revision=revision_if_any(if_match),
        )
        return http.JSON(_entry(entry), 201 if new else 200, etag(entry.revision))

    @router.post("/{entry_id}/closure")
    async def close(
        entry_id: EntryId,
        body: Closure,
        caller: Caller,
        key: http.Keyed,
    ) -> Response:
        """Close an entry."""
        entry = await app.store.entries.get(entry_id)
        if entry is None:
            raise NotFound()
        caller.must_oversee(entry.place, f"entry {entry_id}")
        closed = await directory.close(app, entry_id, body.reason, person(caller, *EDITORS), key)
        return http.JSON(_entry(closed), headers=etag(closed.revision))

    return router


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "entry_id": entry.entry_id,
        "kind": entry.kind,
        "parent_id": entry.parent_id,
        "place": entry.place,
        "record": entry.record,
        "revision": entry.revision,
        "closed": entry.closed,
    }
