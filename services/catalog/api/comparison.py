"""对标: lists of other places, own items beside the same ones elsewhere, what to cut to lead (C12)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from fastapi.responses import Response

from services.catalog.api.adoption import OVERSEERS
from services.catalog.api.comparison_views import beside, listed_set, printout, set_in_full, summary
from services.catalog.api.exports import attached
from services.catalog.api.people import EDITORS, person
from services.catalog.app import App
from services.catalog.domain.compare.comparison_sets import ComparisonSet, Decision
from services.catalog.exports import written
from services.catalog.handlers import comparison
from services.catalog.handlers.directory import known_place
from services.runtime import http
from services.runtime.http import VISIBLE
from services.runtime.problems import NotFound
from services.runtime.tokens import Caller, Principal

SetId = Annotated[str, Path(pattern=r"^cs-[0-9a-f]{24}$")]
PlaceQuery = Annotated[str, Query(pattern=r"^[0-9]{2,12}$")]


class Matching(http.Body):
    """A row of the list is, or is not, the same item as an own one."""

    base_code: str
    decision: Decision = "confirmed"


def routes(app: App) -> APIRouter:
    """Lists are the editor's; the comparison is read by all who prepare or oversee items."""
    router = APIRouter(prefix="/api/catalog/comparisons", tags=["comparison"])

    @router.get("")
    async def compared(
        caller: Caller,
        place: PlaceQuery,
        behind: bool = False,
        limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
    ) -> Response:
        """Own items of a place beside the same ones elsewhere; ``behind``: those alone that do not lead."""
        caller.require(*OVERSEERS)
        caller.must_oversee(place, "comparison")
        found = await comparison.compare(app, place)
        shown = [one for one in found if one.others]
        if behind:
            shown = [one for one in shown if (cut := one.cuts()).materials or cut.days or cut.fee_fen]
        return http.JSON({**summary(found), "items": [beside(one) for one in shown[:limit]]})

    @router.get("/file")
    async def file(caller: Caller, place: PlaceQuery) -> Response:
        """The comparison as a workbook."""
        caller.require(*OVERSEERS)
        caller.must_oversee(place, "comparison")
        at = await known_place(app, place)
        found = [one for one in await comparison.compare(app, place) if one.others]
        content = written(printout(at.record.name, found, app.clock()), "xlsx")
        return attached(f"{at.record.name}对标.xlsx", content, "xlsx")

    @router.get("/sets")
    async def sets(caller: Caller, place: PlaceQuery) -> Response:
        """The lists that a place is compared with: its own, and those of places above."""
        caller.require(*OVERSEERS)
        caller.must_oversee(place, "comparison")
        found = await app.store.comparisons.of_place(place)
        return http.JSON({"sets": [listed_set(one) for one in found]})

    @router.post("/sets", status_code=201)
    async def read_in(
        caller: Caller,
        file: Annotated[UploadFile, File()],
        place: Annotated[str, Form(pattern=r"^[0-9]{2,12}$")],
        source: Annotated[str, Form(min_length=2, max_length=100, pattern=VISIBLE)],
        as_of: Annotated[date, Form()],
    ) -> Response:
        """Read in another place's list (.xlsx, .docx, .csv): 事项名称, 申请材料, 承诺时限, 收费."""
        acting = person(caller, *EDITORS)
        caller.must_oversee(place, "comparison")
        await known_place(app, place)
        made = await comparison.read_in(app, await file.read(), place, source.strip(), as_of, acting)
        return http.JSON(set_in_full(made, await comparison.candidates(app, made, place)), 201)

    @router.get("/sets/{set_id}")
    async def read(set_id: SetId, caller: Caller, place: PlaceQuery) -> Response:
        """A list with its problems, and rows that may be an own item of a place under another name."""
        caller.require(*OVERSEERS)
        caller.must_oversee(place, "comparison")
        found = await app.store.comparisons.records.require(set_id)
        if not place.startswith(found.place):
            raise NotFound()
        return http.JSON(set_in_full(found, await comparison.candidates(app, found, place)))

    @router.post("/sets/{set_id}/rows/{number}/match")
    async def match(set_id: SetId, number: int, body: Matching, caller: Caller, key: http.Keyed) -> Response:
        """Confirm or reject that a row is the same item as an own one."""
        acting = person(caller, *EDITORS)
        await _theirs(app, set_id, caller)
        found = await comparison.decide(app, set_id, number, body.base_code, body.decision, acting, key)
        return http.JSON(listed_set(found))

    @router.delete("/sets/{set_id}")
    async def close(set_id: SetId, caller: Caller) -> Response:
        """The list is compared with no more."""
        acting = person(caller, *EDITORS)
        await _theirs(app, set_id, caller)
        return http.JSON(listed_set(await comparison.close(app, set_id, acting)))

    return router


async def _theirs(app: App, set_id: str, caller: Principal) -> ComparisonSet:
    found = await app.store.comparisons.records.require(set_id)
    caller.must_oversee(found.place, f"comparison {set_id}")
    return found
