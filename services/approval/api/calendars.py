"""Loading a year's days off and make-up days (operators)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path
from fastapi.responses import Response
from pydantic import Field

from contracts import Actor
from contracts.approval import CalendarException
from services.approval import handlers
from services.approval.domain.calendars import CalendarYear, calendar_id
from services.approval.handlers import Approval
from services.runtime.http import JSON, Body
from services.runtime.problems import NotFound, PreconditionFailed, PreconditionRequired
from services.runtime.tokens import Caller
from services.workdays import NATIONAL

_PLACE = r"^[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?)?$"
Place = Annotated[str, Path(pattern=_PLACE)]
Year = Annotated[int, Path(ge=2000, le=2149)]


class Arrangement(Body):
    """节假日安排 of one year: only the days that differ from their weekday."""

    exceptions: list[CalendarException] = Field(max_length=200)
    source: str = Field(min_length=2, max_length=300)


def add_calendars(router: APIRouter, app: Approval) -> None:
    """`GET` and `PUT /api/approval/calendars/{place}/{year}`."""

    @router.get("/api/approval/calendars/{place}/{year}", tags=["calendars"])
    async def read(place: Place, year: Year) -> Response:
        """A year as loaded here; 404 where only the calendar that ships with the product is known."""
        found = await app.store.calendars.get(calendar_id(place, year))
        if found is None:
            raise NotFound()
        return _shown(found)

    @router.put("/api/approval/calendars/{place}/{year}", tags=["calendars"])
    async def load(
        caller: Caller,
        place: Place,
        year: Year,
        body: Arrangement,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Load a year, or replace it whole (with `If-Match`); open dossiers are recomputed by themselves.

        The national arrangement (`00`) holds for this whole installation: any operator may load it.
        """
        caller.require("operator")
        if place != NATIONAL:
            caller.must_oversee(place, f"calendar {place}:{year}")
        actor = Actor(role="operator", officer_id=caller.sub, unit_id=caller.unit)
        made = await handlers.load_calendar(
            app, place, year, body.exceptions, body.source, actor, lambda known: _must_match(known, if_match)
        )
        return _shown(made)


def _must_match(known: CalendarYear | None, if_match: str | None) -> None:
    if known is None:
        return
    if if_match is None:
        raise PreconditionRequired(
            "该年度已载入，修改时请带 If-Match。", "This year is loaded; send If-Match to replace it."
        )
    if if_match.strip('"') != known.version:
        raise PreconditionFailed(
            "该年度已被他人更新，请重新读取后再改。", "Somebody else has replaced this year; read it again."
        )


def _shown(year: CalendarYear) -> Response:
    body: dict[str, Any] = {
        "place": year.place,
        "year": year.year,
        "calendar": year.version,
        "source": year.source,
        "exceptions": year.exceptions,
        "worked_off": year.worked_off,
    }
    return JSON(body, headers={"etag": f'"{year.version}"'})
