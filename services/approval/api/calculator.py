"""The public due-date calculator, with the reason for every day (design §7)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response

from services.approval.handlers import Approval
from services.runtime.http import JSON
from services.runtime.problems import Invalid
from services.workdays import DateOutOfRangeError, Limit, due_date

_PLACE = r"^[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?)?$"


def add_calculator(router: APIRouter, app: Approval) -> None:
    """`GET /api/approval/due-date`."""

    @router.get("/api/approval/due-date", tags=["public"])
    async def due(
        accepted_on: date,
        limit: Annotated[int, Query(ge=0, le=3660)],
        unit: Literal["working_days", "calendar_days"] = "working_days",
        place: Annotated[str, Query(pattern=_PLACE)] = "00",
        accept_language: Annotated[str, Header()] = "",
    ) -> Response:
        """By when a case accepted on that day is due, and why each day counts or not. No sign-in."""
        calendar = await app.store.calendar.of(place)
        try:
            found = due_date(accepted_on, Limit(limit, unit), calendar, explain=True)
        except DateOutOfRangeError:
            raise Invalid(
                "日期应在 1990 年至 2150 年之间。",
                "The dates must lie between 1990 and 2150.",
                code="date-out-of-range",
                field="accepted_on",
            ) from None
        english = accept_language.lower().startswith("en")
        return JSON(
            {
                "accepted_on": accepted_on.isoformat(),
                "limit": limit,
                "unit": unit,
                "place": place,
                "starts_on": found.starts_on.isoformat(),
                "due_on": found.on.isoformat(),
                "provisional": found.provisional,
                "calendar": calendar.version,
                "days": [
                    {
                        "on": day.date.isoformat(),
                        "counts": day.counts,
                        "number": day.number,
                        "why": day.why_en if english else day.why_zh,
                        "known": day.known,
                    }
                    for day in found.days
                ],
            }
        )
