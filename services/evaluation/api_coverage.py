"""`/api/evaluation/item-figures` and `/hall-bypasses`: 认领率, 进驻率, 明进暗不进 (mission C9, C10, E6)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.evaluation import handlers
from services.evaluation.api import OVERSEERS, From, Place, To, period_of, place_of
from services.evaluation.domain import coverage
from services.evaluation.domain.coverage import Bypass
from services.evaluation.domain.facts import civil
from services.evaluation.handlers import App
from services.runtime.http import JSON
from services.runtime.paging import Cursors
from services.runtime.tokens import Caller


def routes(app: App, digest_key: bytes) -> APIRouter:
    """For those who oversee a place."""
    router = APIRouter(prefix="/api/evaluation", tags=["evaluation"])
    cursors = Cursors(digest_key, "hall-bypasses")

    @router.get("/item-figures")
    async def item_figures(caller: Caller, place: Place = None) -> JSON:
        """Of items, as they are now: 认领率 of each place, 进驻率 of each hall; 涉密 items left out."""
        caller.require(*OVERSEERS)
        wanted = place_of(caller, place)
        adoption, offering = await handlers.cover(app, wanted)
        return JSON(
            {
                "place": wanted,
                "adoption": {
                    **coverage.together(adoption),
                    "goal": coverage.GOAL,
                    "places": [one.shown() for one in adoption],
                },
                "offering": {
                    **coverage.together(offering),
                    "halls": [one.shown() for one in offering],
                },
            }
        )

    @router.get("/hall-bypasses")
    async def bypasses(
        caller: Caller,
        place: Place = None,
        first: From = None,
        last: To = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> JSON:
        """明进暗不进: decisions on items that a hall offers, of cases that no hall accepted."""
        caller.require(*OVERSEERS)
        wanted = place_of(caller, place)
        first, last = period_of(first, last, civil(app.clock()))
        after = cursors.read(cursor)
        found, following = await handlers.bypasses(
            app, wanted, first, last, after=after[0] if after else None, limit=limit
        )
        return JSON(
            {
                "place": wanted,
                "from": first.isoformat(),
                "to": last.isoformat(),
                "cases": [_bypass(one) for one in found],
                "next_cursor": cursors.made(following) if following else None,
            }
        )

    return router


def _bypass(one: Bypass) -> dict[str, Any]:
    return {
        "case_no": one.case_no,
        "item_code": one.item_code,
        "item_name": one.item_name,
        "unit_id": one.unit_id,
        "unit_name": one.unit_name,
        "hall_id": one.hall_id,
        "decided_at": one.decided_at,
        "why": one.why,
    }
