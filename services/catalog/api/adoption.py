"""认领: what is handed down, taking it over, asking less of it (备案), and the adoption rate (C9)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from pydantic import Field

from contracts.base import PlaceCode
from contracts.reductions import Reductions
from services.catalog.api import many
from services.catalog.api.items import ItemCode
from services.catalog.api.people import APPROVERS, EDITORS, READERS, etag, person, revision
from services.catalog.app import App
from services.catalog.domain.item.items import Item
from services.catalog.domain.levels import adoption_rates, reductions
from services.catalog.domain.levels.adoption_rates import PlaceRate
from services.catalog.domain.levels.adoption_refusals import NotAdopted
from services.catalog.handlers import adoption
from services.catalog.handlers.adoption import Waiting
from services.catalog.handlers.directory import known_place
from services.catalog.handlers.items import each
from services.runtime import http
from services.runtime.paging import Cursors
from services.runtime.tokens import Caller, Principal

UnitId = Annotated[str | None, Field(max_length=128)]
PlaceQuery = Annotated[str, Query(pattern=r"^[0-9]{2,12}$")]
#: Who may see how far places have come: those who prepare items, and those who oversee.
OVERSEERS = (*READERS, "supervisor", "chief")


class Adopting(http.Body):
    """A place takes an item over; its unit where it has more than one."""

    place: PlaceCode
    unit_id: UnitId = None


class ManyAdoptions(http.Body):
    """Several items that one place takes over."""

    place: PlaceCode
    item_codes: list[Annotated[str, Field(max_length=128)]] = Field(min_length=1, max_length=1000)
    unit_id: UnitId = None


def routes(app: App) -> APIRouter:
    """Adopting is for the place's approvers, asking less for its editors."""
    router = APIRouter(prefix="/api/catalog", tags=["adoption"])
    cursors = Cursors(app.digest_key, "adoptable")

    @router.get("/adoptable")
    async def adoptable(
        caller: Caller,
        place: PlaceQuery,
        state: Annotated[adoption_rates.State | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """What is handed down to one place, with what the place has of it."""
        caller.require(*OVERSEERS)
        caller.must_oversee(place, "adoptable")
        after = cursors.read(cursor)
        rows = await adoption.waiting(app, await known_place(app, place))
        left = [
            row
            for row in rows
            if (after is None or row.standard.base_code > after[0])
            and (state is None or _state(row) == state)
        ]
        more = cursors.made(left[limit - 1].standard.base_code) if len(left) > limit else None
        return http.JSON({"items": [_waiting(row) for row in left[:limit]], "next_cursor": more})

    @router.post("/items/{item_code}/adoption", status_code=201)
    async def adopt(item_code: ItemCode, body: Adopting, caller: Caller, key: http.Keyed) -> Response:
        """The place takes the standard over under its own item code; in force at once."""
        caller.must_oversee(body.place, "adoption")
        acting = person(caller, *APPROVERS)
        item = await adoption.adopt(app, item_code, body.place, body.unit_id, acting, key)
        return http.JSON(_adopted(item), 201, etag(item.revision))

    @router.post("/adoptions")
    async def adopt_many(body: ManyAdoptions, caller: Caller, request: Request) -> Response:
        """Take many over: ``{"done":[…],"refused":[{"item_code","code","message"}]}``."""
        caller.must_oversee(body.place, "adoption")
        acting = person(caller, *APPROVERS)

        async def act(item_code: str) -> Item:
            return await adoption.adopt(app, item_code, body.place, body.unit_id, acting, None)

        done, refused = await each(body.item_codes, act)
        return many.answer(request, done, refused)

    @router.get("/items/{item_code}/reductions")
    async def read(item_code: ItemCode, caller: Caller) -> Response:
        """An adopted item beside its standard: what is asked less, drafted and in force, and the filings."""
        item = await _theirs(app, item_code, caller, OVERSEERS)
        return http.JSON(_beside(item), headers=etag(item.revision))

    @router.put("/items/{item_code}/reductions")
    async def reduce(
        item_code: ItemCode,
        body: Reductions,
        caller: Caller,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Draft all that the place asks less of; what is not named is as the standard has it again."""
        acting = person(caller, *EDITORS)
        await _theirs(app, item_code, caller, EDITORS)
        item = await adoption.reduce(app, item_code, body, acting, revision(if_match))
        return http.JSON(_beside(item), headers=etag(item.revision))

    @router.get("/adoption-rates")
    async def rates(caller: Caller, place: PlaceQuery) -> Response:
        """The adoption rate of each place at and below a place, with the items that are still missing."""
        caller.require(*OVERSEERS)
        caller.must_oversee(place, "adoption rates")
        found = await adoption.rates(app, place)
        levels = [
            {"level": level, "delegated": delegated, "adopted": adopted, "rate": adopted / delegated}
            for level, (delegated, adopted) in adoption_rates.by_level(found).items()
        ]
        return http.JSON(
            {"goal": adoption_rates.GOAL, "levels": levels, "places": [_rate(one) for one in found]}
        )

    return router


async def _theirs(app: App, item_code: str, caller: Principal, roles: tuple[str, ...]) -> Item:
    caller.require(*roles)
    item = await app.store.items.require(item_code)
    caller.must_oversee(item.place, f"item {item_code}")
    return item


def _state(row: Waiting) -> adoption_rates.State:
    return row.taken.state if row.taken else "waiting"


def _waiting(row: Waiting) -> dict[str, Any]:
    standard, taken = row.standard, row.taken
    return {
        "item_code": standard.item_code,
        "base_code": standard.base_code,
        "name": standard.name,
        "kind": standard.kind,
        "from_place": standard.place,
        "version": standard.version,
        "secret": standard.secret,
        "state": _state(row),
        "own": asdict(taken) if taken else None,
    }


def _adopted(item: Item) -> dict[str, Any]:
    assert item.adopted is not None
    return {
        "item_code": item.item_code,
        "base_code": item.base_code,
        "place": item.place,
        "version": item.latest,
        "base_item": item.adopted.base_item,
        "base_version": item.adopted.standard.version,
        "revision": item.revision,
    }


def _beside(item: Item) -> dict[str, Any]:
    if item.adopted is None or not item.published:
        raise NotAdopted()
    adopted = item.adopted
    return {
        **_adopted(item),
        "handed_down_by": adopted.handed_down_by,
        "standard": adopted.due.record,
        "standard_version": adopted.due.version,
        "revised": adopted.next is not None,
        "record": item.published[-1].record,
        "reductions": adopted.reductions,
        "drafted": reductions.found(adopted.due.record, item.draft.record) if item.draft else None,
        "draft_state": item.draft_state,
        "filings": [asdict(filing) for filing in adopted.filings],
    }


def _rate(one: PlaceRate) -> dict[str, Any]:
    return {
        "place": one.place,
        "name": one.name,
        "level": one.level,
        "delegated": one.delegated,
        "adopted": one.adopted,
        "revised": one.revised,
        "rate": one.rate,
        "gaps": [{"item_code": gap.item_code, "name": gap.name, "from_place": gap.place} for gap in one.gaps],
    }
