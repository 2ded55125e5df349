"""Notices of a case, a person's inbox, what could not be delivered, and sending it again."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from contracts import Actor
from services.notify import handlers, texts
from services.notify.domain.delivery import Delivery
from services.notify.domain.notice import Notice
from services.notify.handlers import App
from services.runtime import http
from services.runtime.http import JSON
from services.runtime.problems import NotFound
from services.runtime.tokens import Caller, Principal

#: Roles that see the notices of the cases under their prefix.
OFFICERS = ("clerk", "agent", "reviewer", "chief", "supervisor", "regulator", "operator", "service")
_CASE_NO = re.compile(r"\d{2,12}-\d{8}-[0-9A-Z]{6,12}")

Limit = Annotated[int, Query(ge=1, le=1000)]


def routes(app: App) -> APIRouter:
    """`/api/notify/cases/…/notices`, `/api/notify/inbox`, `/api/notify/failures`, `…/resend`."""
    router = APIRouter(prefix="/api/notify", tags=["notices"])

    @router.get("/cases/{case_no}/notices")
    async def of_case(caller: Caller, case_no: str, request: Request) -> JSON:
        """Everything told of a case, one entry per channel, oldest first."""
        found = await app.notices.of_case(case_no)
        if not found:
            # A case just submitted has none yet; its number cannot be guessed, so this tells nothing.
            return _none_yet(case_no)
        shown = [(n, d) for n in found for d in n.deliveries if _may_see(caller, n, d)]
        if not shown:
            caller.must_oversee(found[0].place_code, f"notices of {case_no}")
            raise NotFound()
        language = texts.language_of(request.headers.get("accept-language"))
        return JSON([_delivery(app, n, d, language) for n, d in shown])

    @router.get("/inbox")
    async def inbox(caller: Caller, request: Request, limit: Limit = 50, cursor: str | None = None) -> JSON:
        """The caller's own notices, those of its agency, or those for the supervisors of the place."""
        language = texts.language_of(request.headers.get("accept-language"))
        supervises = caller.has("supervisor") and bool(caller.place)
        own = caller.unit if caller.has("agency", "catalog-approver", "editor") else caller.person_ref
        if not supervises and own is None:
            return JSON({"notices": [], "next_cursor": None})
        found, following = await app.notices.inbox(
            ref=None if supervises else own,
            place=caller.place if supervises else None,
            cursor=cursor,
            limit=limit,
        )
        return JSON({"notices": [_letter(app, n, language) for n in found], "next_cursor": following})

    @router.get("/failures")
    async def failures(caller: Caller, limit: Limit = 100, cursor: str | None = None) -> JSON:
        """What could not be delivered, or of which nothing is known (N5); newest first."""
        caller.require("operator")
        found, following = await app.notices.troubled(place=caller.place, cursor=cursor, limit=limit)
        return JSON({"failures": [_trouble(n) for n in found], "next_cursor": following})

    @router.post("/notices/{notice_id}/resend")
    async def resend(caller: Caller, notice_id: str, key: http.Keyed) -> JSON:
        """Send again what failed; answered 409 where nothing failed."""
        notice = await app.notices.records.require(notice_id)
        caller.must_oversee(notice.place_code, f"notice {notice_id}")
        caller.require("operator", "supervisor", "clerk")
        role = next(r for r in ("operator", "supervisor", "clerk") if caller.has(r))
        actor = Actor(role=role, officer_id=caller.sub, unit_id=caller.unit)
        return JSON(_trouble(await handlers.resend(app, notice_id, actor, key)))

    return router


def _none_yet(case_no: str) -> JSON:
    if not _CASE_NO.fullmatch(case_no):
        raise NotFound()
    return JSON([])


def _may_see(caller: Principal, notice: Notice, delivery: Delivery) -> bool:
    if caller.person_ref is not None and delivery.recipient_ref == caller.person_ref:
        return True
    return caller.has(*OFFICERS) and caller.oversees(notice.place_code)


def _delivery(app: App, notice: Notice, delivery: Delivery, language: texts.Language) -> dict[str, Any]:
    text = app.texts.render(notice, delivery, language)
    return {
        "notice_id": notice.notice_id,
        "event": notice.event_type,
        "channel": delivery.channel,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "delivery": delivery.number,
        "recipient_kind": delivery.recipient_kind,
        "at": notice.at,
        "sent_at": delivery.sent_at,
        "delivered_at": delivery.delivered_at,
        "failure": delivery.failure,
        "title": text.title,
        "text": text.body,
    }


def _letter(app: App, notice: Notice, language: texts.Language) -> dict[str, Any]:
    inboxes = [d for d in notice.deliveries if d.channel == "inbox"]
    text = app.texts.render(notice, inboxes[0], language)
    return {
        "notice_id": notice.notice_id,
        "event": notice.event_type,
        "case_no": notice.case_no,
        "place_code": notice.place_code,
        "at": notice.at,
        "title": text.title,
        "text": text.body,
    }


def _trouble(notice: Notice) -> dict[str, Any]:
    names = ("number", "channel", "recipient_kind", "state", "attempts", "failure", "next_at")
    return {
        "notice_id": notice.notice_id,
        "event": notice.event_type,
        "case_no": notice.case_no,
        "place_code": notice.place_code,
        "at": notice.at,
        "deliveries": [
            {("delivery" if name == "number" else name): getattr(d, name) for name in names}
            for d in notice.deliveries
        ],
    }
