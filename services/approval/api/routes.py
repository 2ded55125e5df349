"""Routes of approval: the work list, the dossier, the acts of officers, the live line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response
from pydantic import Field
from sse_starlette import EventSourceResponse

from contracts import Actor
from contracts.base import Sha256
from contracts.blocks import Limit
from services.approval import handlers
from services.approval.api import views
from services.approval.api.calculator import add_calculator
from services.approval.api.calendars import add_calendars
from services.approval.domain.acts import Verdict
from services.approval.domain.dossier import Desk, Dossier
from services.approval.handlers import Act, Approval
from services.approval.store import Wanted
from services.runtime import http
from services.runtime.http import JSON, VISIBLE, Body
from services.runtime.idempotency import IdempotencyKey
from services.runtime.live import Live
from services.runtime.paging import BadCursor, Cursors
from services.runtime.problems import Forbidden
from services.runtime.tokens import Caller, Principal
from services.workdays import civil_day

READERS = ("reviewer", "chief", "clerk", "agent", "supervisor", "regulator", "operator")
#: Who decides, the strongest right first; a clerk only at the window, where the item says so.
DECIDERS = ("chief", "reviewer", "clerk")
HANDLERS = ("chief", "reviewer")
#: Seconds that a live line lasts: the life of a token. The pages open it again with a fresh one.
LINE_LIFE = 300.0

State = Literal["open", "paused", "decided", "closed", "all"]


class DecisionBody(Body):
    """A decision."""

    outcome: Literal["granted", "refused"]
    reason: str = Field(min_length=1, max_length=4000, pattern=VISIBLE)
    remedies: str | None = Field(None, min_length=1, max_length=2000, pattern=VISIBLE)


class PauseBody(Body):
    """The start of a special step."""

    step: str = Field(min_length=1, max_length=100)
    planned_end: date


class ResumeBody(Body):
    """The end of a special step; the pause need be named only where several are open."""

    pause_id: str | None = Field(None, max_length=100)
    protocol_sha256: Sha256 | None = None


class LimitBody(Body):
    """A time limit."""

    value: int = Field(ge=1, le=3660)
    unit: Literal["working_days", "calendar_days"]


class ExtensionBody(Body):
    """The one extension; without a limit it goes as far as the item allows."""

    reason: str = Field(min_length=1, max_length=2000, pattern=VISIBLE)
    limit: LimitBody | None = None


def routes(app: Approval, live: Live, digest_key: bytes) -> APIRouter:
    """Every route."""
    router = APIRouter()
    add_calculator(router, app)
    add_calendars(router, app)
    _work_list(router, app, Cursors(digest_key, "approval.cases"))
    _live_line(router, app, live)
    _dossier(router, app)
    _acts(router, app)
    return router


def _work_list(router: APIRouter, app: Approval, cursors: Cursors) -> None:
    @router.get("/api/approval/cases", tags=["work list"])
    async def cases(
        caller: Caller,
        state: State = "open",
        unit: Annotated[str | None, Query(max_length=128)] = None,
        due_before: date | None = None,
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: str | None = None,
    ) -> Response:
        """Cases under the own place, the most urgent first; `open` are all that are not decided."""
        area = _area(caller, place)
        desks: dict[str, Desk | None] = {"paused": "open", "all": None}
        wanted = Wanted(
            area=area,
            desk=desks.get(state, state),  # type: ignore[arg-type]
            state="paused" if state == "paused" else None,
            unit=unit or _own_unit(caller),
            due_before=due_before,
            after=_after(cursors, cursor),
        )
        found = await app.store.list(wanted, limit + 1)
        shown, today = found[:limit], civil_day(app.clock())
        await app.store.calendar.look()
        rows = [views.row(d, today, app.store.calendar.at_hand(d.place)) for d in shown]
        more = cursors.made(shown[-1].due.isoformat(), shown[-1].case_no) if len(found) > limit else None
        return JSON({"cases": rows, "next_cursor": more})


def _live_line(router: APIRouter, app: Approval, live: Live) -> None:
    @router.get("/api/approval/live", tags=["work list"])
    async def changes(
        caller: Caller, place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None
    ) -> EventSourceResponse:
        """Server-sent events: the line of a work list for every dossier that changes under the own place."""
        area, unit = _area(caller, place), _own_unit(caller)

        def wanted(document: dict[str, Any]) -> bool:
            return area in document["areas"] and unit in (None, document["unit_id"])

        async def lines() -> AsyncIterator[dict[str, str]]:
            async with live.listen(wanted) as changed:
                yield {"event": "ready", "data": "{}"}
                try:
                    async with asyncio.timeout(LINE_LIFE):
                        while True:
                            document = await changed.get()
                            if document is None:
                                return  # the page opens the line again and reads its list anew
                            dossier = app.store.dossier_of(document)
                            calendar = app.store.calendar.at_hand(dossier.place)
                            line = views.row(dossier, civil_day(app.clock()), calendar)
                            yield {"event": "case", "data": JSON(line).body.decode()}  # type: ignore[union-attr]
                except TimeoutError:
                    return

        return EventSourceResponse(lines(), ping=15)


def _dossier(router: APIRouter, app: Approval) -> None:
    @router.get("/api/approval/cases/{case_no}", tags=["dossier"])
    async def dossier(
        caller: Caller, case_no: str, accept_language: Annotated[str, Header()] = ""
    ) -> Response:
        """Everything about a case that its officer needs."""
        found = await _seen(app, caller, case_no)
        entries = await app.store.dossiers.history(case_no)
        terms = await app.store.terms.fetch(found.case.item)
        calendar = await app.store.calendar.of(found.place)
        english = accept_language.lower().startswith("en")
        return JSON(views.dossier(found, terms, entries, civil_day(app.clock()), calendar, english=english))

    @router.get("/api/approval/cases/{case_no}/history", tags=["dossier"])
    async def history(caller: Caller, case_no: str) -> Response:
        """Who did what when, as chained by hash (A9), and whether the chain is whole."""
        await _seen(app, caller, case_no)
        entries = await app.store.dossiers.history(case_no)
        fault = await app.store.dossiers.fault_in_history(case_no)
        return JSON({"case_no": case_no, "verified": fault is None, "fault": fault, "entries": entries})


def _acts(router: APIRouter, app: Approval) -> None:
    async def done(caller: Principal, case_no: str, act: Act, key: IdempotencyKey | None) -> Response:
        def see(dossier: Dossier) -> None:
            caller.must_oversee(dossier.place, case_no)

        return JSON(views.answer(await handlers.act(app, case_no, see, act, key)))

    @router.post("/api/approval/cases/{case_no}/decision", tags=["acts"])
    async def decision(caller: Caller, case_no: str, body: DecisionBody, key: http.Keyed) -> Response:
        """Grant or refuse, with the reason; a refusal names the remedies."""
        actor = await _acting(app, caller, case_no, DECIDERS)
        verdict = Verdict(body.outcome, body.reason, body.remedies)
        return await done(caller, case_no, handlers.decide(app, verdict, actor), key)

    @router.post("/api/approval/cases/{case_no}/pause", tags=["acts"])
    async def pause(caller: Caller, case_no: str, body: PauseBody, key: http.Keyed) -> Response:
        """Stop the clock for a special step of which the item says that it stops it."""
        actor = await _acting(app, caller, case_no, HANDLERS)
        return await done(caller, case_no, handlers.pause(app, body.step, body.planned_end, actor), key)

    @router.post("/api/approval/cases/{case_no}/resume", tags=["acts"])
    async def resume(
        caller: Caller, case_no: str, key: http.Keyed, body: ResumeBody | None = None
    ) -> Response:
        """Let the clock run again."""
        actor = await _acting(app, caller, case_no, HANDLERS)
        given = body or ResumeBody()
        act = handlers.resume(app, given.pause_id, given.protocol_sha256, actor)
        return await done(caller, case_no, act, key)

    @router.post("/api/approval/cases/{case_no}/extension", tags=["acts"])
    async def extension(caller: Caller, case_no: str, body: ExtensionBody, key: http.Keyed) -> Response:
        """Extend the limit, once, with the reason."""
        actor = await _acting(app, caller, case_no, HANDLERS)
        limit = Limit(value=body.limit.value, unit=body.limit.unit) if body.limit else None
        return await done(caller, case_no, handlers.extend(app, body.reason, limit, actor), key)


async def _acting(app: Approval, caller: Principal, case_no: str, roles: tuple[str, ...]) -> Actor:
    held = next((role for role in roles if caller.has(role)), None)
    if held is None:
        # Whether it is there is told only to who may see it: 404 before 403.
        await _seen(app, caller, case_no)
        caller.require(*roles)
    return Actor(
        role=held or roles[0],
        officer_id=caller.sub,
        unit_id=caller.unit,
        hall_id=caller.hall,
        window_id=caller.window,
    )


async def _seen(app: Approval, caller: Principal, case_no: str) -> Dossier:
    found = await app.store.dossiers.require(case_no)
    # A citizen follows the own case at intake; here it is an office's paper.
    caller.must_oversee(found.place if caller.has(*READERS) else "", case_no)
    return found


def _area(caller: Principal, place: str | None) -> str:
    caller.require(*READERS)
    if not caller.place:
        raise Forbidden("您的账号没有所属行政区划。", "Your account has no place.", code="no-place")
    if place is not None:
        caller.must_oversee(place, "work list")
    return place or caller.place


def _own_unit(caller: Principal) -> str | None:
    return caller.unit if caller.has(*HANDLERS) else None


def _after(cursors: Cursors, cursor: str | None) -> tuple[str, str] | None:
    values = cursors.read(cursor)
    if values is None:
        return None
    if len(values) != 2:
        raise BadCursor()
    return str(values[0]), str(values[1])
