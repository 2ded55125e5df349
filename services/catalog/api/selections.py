"""`/api/catalog/selections`: 选取 by comparison, draw, draw with inquiry or sealed bid.

Reading is public, live too, and so is everything that a draw is computed again from. Opened by citizens
for their own matters and by editors for their unit; agencies enter and give prices; a supervisor draws the
number.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from sse_starlette import EventSourceResponse

from contracts import Actor
from services.catalog.api.agency_services import Reason
from services.catalog.api.people import APPROVERS, EDITORS, person
from services.catalog.api.selection_bodies import (
    Answering,
    Choosing,
    Entering,
    Fulfilling,
    Opening,
    Witnessing,
)
from services.catalog.api.selection_views import is_owner, line, verification, whole
from services.catalog.app import App
from services.catalog.domain.marketplace.selection_refusals import NotEligible
from services.catalog.domain.marketplace.selections import Entered, Owner, Selection
from services.catalog.handlers import selections
from services.catalog.store.queries import under
from services.runtime import http
from services.runtime.paging import BadCursor, Cursors
from services.runtime.problems import Forbidden, Unauthenticated
from services.runtime.tokens import Caller, MaybeCaller, Principal

SelectionId = Annotated[str, Path(pattern=r"^xq-[0-9]{2,12}-[0-9]{8}-[0-9A-Z]{8}$")]
#: Seconds that a live line lasts: the life of a token. The pages open it again.
LINE_LIFE = 300.0
_UNDER_WAY = ("open", "drawing", "witnessing", "revealing", "quoting", "choosing")


def routes(app: App) -> APIRouter:
    """Everything about selections."""
    router = APIRouter(prefix="/api/catalog/selections", tags=["marketplace"])
    _reading(router, app)
    _of_agencies(router, app)
    _of_clients(router, app)
    return router


def _reading(router: APIRouter, app: App) -> None:
    cursors = Cursors(app.digest_key, "selections")

    @router.get("")
    async def listed(
        caller: MaybeCaller,
        state: Literal["open", "under_way", "ended", "all"] = "all",
        mine: bool = False,
        service: Annotated[str | None, Query(max_length=64)] = None,
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        agency: Annotated[str | None, Query(pattern=r"^ag-[0-9A-Z]{18}$")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """Newest first. ``mine``: opened by the caller or entered by its agency; ``agency``: won."""
        after = _after(cursors.read(cursor))
        where = _where(caller, state, mine, service, place, agency)
        found = await app.store.selections.page(where, after=after, limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        more = cursors.made(last.opened_at.isoformat(), last.selection_id) if last else None
        return http.JSON({"selections": [line(one) for one in found[:limit]], "next_cursor": more})

    @router.get("/{selection_id}")
    async def read(selection_id: SelectionId, caller: MaybeCaller) -> Response:
        """One selection."""
        return _answer(app, await app.store.selections.records.require(selection_id), caller)

    @router.get("/{selection_id}/verification")
    async def verify(selection_id: SelectionId) -> Response:
        """What a draw is computed again from, by anybody."""
        return http.JSON(verification(await app.store.selections.records.require(selection_id)))

    @router.get("/{selection_id}/live")
    async def live(selection_id: SelectionId, caller: MaybeCaller) -> EventSourceResponse:
        """Server-sent events: the selection again whenever it changes."""
        await app.store.selections.records.require(selection_id)

        async def states() -> AsyncIterator[dict[str, str]]:
            async with app.store.selections.live.listen(lambda one: one["_id"] == selection_id) as changed:
                yield {"data": _text(app, await app.store.selections.records.require(selection_id), caller)}
                try:
                    async with asyncio.timeout(LINE_LIFE):
                        while True:
                            await changed.get()
                            present = await app.store.selections.records.require(selection_id)
                            yield {"data": _text(app, present, caller)}
                except TimeoutError:
                    return

        return EventSourceResponse(states(), ping=15)


def _of_agencies(router: APIRouter, app: App) -> None:
    @router.post("/{selection_id}/entries")
    async def enter(selection_id: SelectionId, body: Entering, caller: Caller, key: http.Keyed) -> Response:
        """Take part."""
        agency_id, actor = _agency(caller)
        agency = await app.store.agencies.records.get(agency_id)
        if agency is None or agency.record is None:
            raise NotEligible("尚未入驻")
        entry = Entered(
            agency_id=agency_id,
            name=agency.record.name,
            at=app.clock(),
            **body.model_dump(exclude={"no_relation"}),
        )
        entered = await selections.enter(app, selection_id, agency_id, entry, actor, key)
        return _answer(app, entered, caller, 201)

    @router.post("/{selection_id}/entries/withdrawal")
    async def leave(selection_id: SelectionId, caller: Caller, key: http.Keyed) -> Response:
        """Take the entry back, before the closing."""
        agency_id, actor = _agency(caller)
        return _answer(app, await selections.leave(app, selection_id, agency_id, actor, key), caller)

    @router.post("/{selection_id}/answers")
    async def answer(selection_id: SelectionId, body: Answering, caller: Caller, key: http.Keyed) -> Response:
        """Reveal the sealed bid, or give the price that was asked for."""
        agency_id, actor = _agency(caller)
        done = await selections.answer(app, selection_id, agency_id, body.price_fen, body.nonce, actor, key)
        return _answer(app, done, caller)


def _of_clients(router: APIRouter, app: App) -> None:
    @router.post("")
    async def open_one(body: Opening, caller: Caller, key: http.Keyed) -> Response:
        """Open a selection."""
        owner, actor = _client(caller, body.place)
        opened = await selections.open_selection(
            app, body.place, owner, body.terms(), body.entries_until, body.case_no, actor, key
        )
        return _answer(app, opened, caller, 201)

    @router.post("/{selection_id}/closing")
    async def close(selection_id: SelectionId, caller: Caller, key: http.Keyed) -> Response:
        """Close a comparison before its time."""
        actor = await _owner(app, selection_id, caller)
        return _answer(app, await selections.close_early(app, selection_id, actor, key), caller)

    @router.post("/{selection_id}/choice")
    async def choose(selection_id: SelectionId, body: Choosing, caller: Caller, key: http.Keyed) -> Response:
        """Choose, with a reason."""
        actor = await _owner(app, selection_id, caller)
        chosen = await selections.choose(app, selection_id, body.agency_id, body.reason, actor, key)
        return _answer(app, chosen, caller)

    @router.post("/{selection_id}/cancellation")
    async def cancel(selection_id: SelectionId, body: Reason, caller: Caller, key: http.Keyed) -> Response:
        """Call it off: the client before the closing, an approver of the place until it has ended."""
        if caller.has(*APPROVERS):
            found = await app.store.selections.records.require(selection_id)
            caller.must_oversee(found.place, f"selection {selection_id}")
            actor = person(caller, *APPROVERS).actor
        else:
            # Of a unit, too: after the closing of a draw only a person above the client may.
            actor = (await _owner(app, selection_id, caller)).model_copy(update={"officer_id": None})
        return _answer(app, await selections.cancel(app, selection_id, body.reason, actor, key), caller)

    @router.post("/{selection_id}/witness")
    async def witness(
        selection_id: SelectionId, body: Witnessing, caller: Caller, key: http.Keyed
    ) -> Response:
        """The six digits drawn in public, by a supervisor or an approver, never by who opened it."""
        found = await app.store.selections.records.require(selection_id)
        caller.must_oversee(found.place, f"selection {selection_id}")
        acting = person(caller, "supervisor", *APPROVERS)
        return _answer(app, await selections.witness(app, selection_id, body.number, acting, key), caller)

    @router.post("/{selection_id}/fulfilment")
    async def fulfil(
        selection_id: SelectionId, body: Fulfilling, caller: Caller, key: http.Keyed
    ) -> Response:
        """The work is done; the client rates it."""
        actor = await _owner(app, selection_id, caller)
        return _answer(app, await selections.fulfil(app, selection_id, body.rating, actor, key), caller)


def _answer(app: App, selection: Selection, caller: Principal | None, status: int = 200) -> Response:
    return http.JSON(whole(selection, caller, app.clock()), status)


def _text(app: App, selection: Selection, caller: Principal | None) -> str:
    return bytes(_answer(app, selection, caller).body).decode()


def _agency(caller: Principal) -> tuple[str, Actor]:
    caller.require("agency")
    if not caller.unit:
        raise Forbidden("账号没有对应的机构。", "The account has no agency.", code="no-agency")
    return caller.unit, Actor(role="agency", unit_id=caller.unit)


def _client(caller: Principal, place: str) -> tuple[Owner, Actor]:
    if caller.has("citizen"):
        return Owner(caller.sub, person_ref=caller.person_ref), Actor(role="citizen")
    acting = person(caller, *EDITORS)
    caller.must_oversee(place, "selection")
    return Owner(caller.sub, unit=acting.unit), acting.actor


async def _owner(app: App, selection_id: str, caller: Principal) -> Actor:
    """The caller as the client of a selection; 403 for everybody else, because everybody sees it."""
    found = await app.store.selections.records.require(selection_id)
    if not is_owner(caller, found):
        raise Forbidden(
            "只有发起选取的人可以办理此事。", "Only the client who opened it may do this.", code="not-yours"
        )
    return Actor(role="citizen") if found.owner.unit is None else person(caller, *EDITORS).actor


def _after(values: list[Any] | None) -> tuple[datetime, str] | None:
    if values is None:
        return None
    try:
        at, selection_id = values
        return datetime.fromisoformat(at), str(selection_id)
    except (TypeError, ValueError):
        raise BadCursor() from None


def _where(
    caller: Principal | None,
    state: str,
    mine: bool,
    service: str | None,
    place: str | None,
    agency: str | None,
) -> dict[str, Any]:
    where: dict[str, Any] = {}
    if state == "open":
        where["state"] = "open"
    elif state == "under_way":
        where["state"] = {"$in": list(_UNDER_WAY)}
    elif state == "ended":
        where["state"] = {"$nin": list(_UNDER_WAY)}
    if mine:
        if caller is None:
            raise Unauthenticated("请先登录。", "Sign in to see what is yours.")
        if caller.has("agency"):
            where["entries.agency_id"] = caller.unit or "-"
        elif caller.has("citizen"):
            where["owner.sub"] = caller.sub
        else:
            # Without a unit nothing is the caller's: of citizens' selections the unit is empty, too.
            where["owner.unit"] = caller.unit or "-"
    if service:
        where["terms.service_code"] = service
    if agency:
        where["winner"] = agency
    return {**where, **under(place)} if place else where
