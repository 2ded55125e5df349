"""`/api/catalog/filings`: what places ask less of than the standard (备案), for the units above them (C9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from services.catalog.api.adoption import OVERSEERS
from services.catalog.api.exports import attached
from services.catalog.app import App
from services.catalog.handlers import filings
from services.catalog.handlers.directory import known_place
from services.catalog.store.filings import Filed, Kind, of, told
from services.runtime import http
from services.runtime.clock import BEIJING
from services.runtime.mongo import Document
from services.runtime.paging import BadCursor, Cursors
from services.runtime.tokens import Caller

#: A day of this age.
Day = Annotated[date | None, Query(ge=date(1990, 1, 1), le=date(2150, 12, 31))]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which filings are meant."""

    place: str
    items: Document
    filings: Document


def asked(
    caller: Caller,
    place: Annotated[str, Query(pattern=r"^[0-9]{2,12}$")],
    item: Annotated[str, Query(max_length=100, pattern=http.VISIBLE)] = "",
    kind: Kind | None = None,
    begins: Annotated[Day, Query(alias="from")] = None,
    until: Day = None,
) -> Asked:
    """At and below ``place``; ``item``: a code or words of the name; from one day until another, both in."""
    caller.require(*OVERSEERS)
    caller.must_oversee(place, "filings")
    after_it = until and until + timedelta(days=1)
    return Asked(place, of(place, item.strip()), told(kind, _midnight(begins), _midnight(after_it)))


Meant = Annotated[Asked, Depends(asked)]


def routes(app: App) -> APIRouter:
    """Read by those who prepare items and those who oversee, under their prefix."""
    router = APIRouter(prefix="/api/catalog/filings", tags=["adoption"])
    cursors = Cursors(app.digest_key, "filings")

    @router.get("")
    async def listed(
        meant: Meant,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """Filings, the newest first: who, what was shortened or dropped, and the note it was sent in with."""
        after = _after(cursors.read(cursor))
        page = await app.store.filings.page(meant.items, meant.filings, after, limit + 1)
        names = await filings.names_of(app, page)
        last = page[limit - 1].filing if len(page) > limit else None
        return http.JSON(
            {
                "filings": [_filed(one, names) for one in page[:limit]],
                "next_cursor": cursors.made(last.at.isoformat(), last.filing_no) if last else None,
            }
        )

    @router.get("/file")
    async def file(meant: Meant, format: Literal["xlsx", "csv"] = "xlsx") -> Response:
        """The same as a table."""
        at = await known_place(app, meant.place)
        name, content = await filings.table(app, at, meant.items, meant.filings, format, app.clock())
        return attached(name, content, format)

    return router


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), BEIJING) if day else None


def _after(values: list[Any] | None) -> tuple[datetime, str] | None:
    if values is None:
        return None
    if len(values) != 2:
        raise BadCursor()
    return datetime.fromisoformat(values[0]), str(values[1])


def _filed(one: Filed, names: Mapping[str, str]) -> dict[str, Any]:
    filing = one.filing
    return {
        "filing_no": filing.filing_no,
        "at": filing.at,
        "item_code": one.item_code,
        "base_code": one.base_code,
        "name": one.name,
        "version": filing.version,
        "place": one.place,
        "place_name": names.get(one.place, one.place),
        "unit_name": names.get(one.unit_id, one.unit_id),
        "filed_with": one.filed_with,
        "reductions": filing.reductions,
        "standard": filing.standard,
        "steps": {step.step: one.steps.get(step.step, step.step) for step in filing.reductions.steps},
        "by": filing.by,
        "approved_by": names.get(filing.approved_by or "", filing.approved_by),
        "note": filing.note,
    }
