"""`/api/catalog/agencies`: 中介机构, compared by price, time, grade and jobs; admitted, graded, barred.

Reading what was admitted is public, the blacklist with its reasons too (通报和公告, seed 004 二(六) 2); an
agency sees and edits its own (role `agency`, its unit is the agency's id); officers what lies under their
place.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response
from pydantic import Field

from contracts import Actor
from contracts.base import PlaceCode
from contracts.marketplace import Grade
from services.catalog.api.agency_services import Reason
from services.catalog.api.agency_views import agency_view, sorted_by
from services.catalog.api.people import APPROVERS, EDITORS, READERS, etag, person, revision
from services.catalog.app import App
from services.catalog.domain.marketplace.agencies import Agency, AgencyRecord
from services.catalog.handlers import agencies
from services.catalog.handlers.items import Person
from services.catalog.store.agencies import like
from services.catalog.store.queries import at_or_above, under
from services.runtime import http
from services.runtime.clock import BEIJING
from services.runtime.http import VISIBLE
from services.runtime.paging import Cursors
from services.runtime.problems import Forbidden, NotFound, Unauthenticated
from services.runtime.tokens import Caller, MaybeCaller, Principal

AgencyId = Annotated[str, Path(pattern=r"^ag-[0-9A-Z]{18}$")]
#: Agencies that one comparison looks at; a county has tens for a service.
COMPARED = 500


class NewAgency(http.Body):
    """An agency that wants to enter at a place."""

    place: PlaceCode
    record: AgencyRecord


class Regrading(http.Body):
    """A credit grade with its reason."""

    grade: Grade
    reason: str = Field(min_length=2, max_length=1000, pattern=VISIBLE)


class Barring(http.Body):
    """A place on the blacklist; without ``until`` for good."""

    until: date | None = None
    reason: str = Field(min_length=2, max_length=1000, pattern=VISIBLE)


def routes(app: App) -> APIRouter:
    """Everything about agencies."""
    router = APIRouter(prefix="/api/catalog/agencies", tags=["marketplace"])
    _reading(router, app)
    _entering(router, app)
    _standing(router, app)
    return router


def _reading(router: APIRouter, app: App) -> None:
    cursors = Cursors(app.digest_key, "agencies")

    @router.get("")
    async def listed(
        caller: MaybeCaller,
        q: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        state: Literal["admitted", "blacklisted", "pending", "expiring", "all"] = "admitted",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """Agencies; ``pending``, ``expiring`` (a qualification ends in 60 days), ``all`` for officers."""
        where = _where(app, caller, q, place, state)
        after = cursors.read(cursor)
        found = await app.store.agencies.page(where, after=str(after[0]) if after else None, limit=limit + 1)
        more = cursors.made(found[limit - 1].agency_id) if len(found) > limit else None
        return http.JSON({"agencies": await _views(app, found[:limit], caller), "next_cursor": more})

    @router.get("/comparison")
    async def comparison(
        service: Annotated[str, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")],
        place: Annotated[str, Query(pattern=r"^[0-9]{2,12}$")],
        by: Literal["price", "days", "grade", "jobs"] = "price",
    ) -> Response:
        """Who may be chosen for a service at a place today, side by side, the best first."""
        wanted = await app.store.agencies.services.require(service)
        today = app.clock().astimezone(BEIJING).date()
        offering = (await app.store.agencies.offering(service, place))[:COMPARED]
        able = [one for one in offering if one.why_not(wanted, today) is None]
        work = await app.store.selections.work(one.agency_id for one in able)
        rows = sorted_by(by, service, able, work)
        views = [agency_view(one, today, work.get(one.agency_id), None, service=wanted) for one in rows]
        return http.JSON({"service_code": service, "by": by, "agencies": views})

    @router.get("/{agency_id}")
    async def read(agency_id: AgencyId, caller: MaybeCaller) -> Response:
        """One agency."""
        found = await app.store.agencies.records.require(agency_id)
        if found.record is None and not _sees_all(caller, found):
            raise NotFound()
        (view,) = await _views(app, [found], caller)
        return http.JSON(view, headers=etag(found.revision))


def _entering(router: APIRouter, app: App) -> None:
    @router.post("")
    async def enter(body: NewAgency, caller: Caller, key: http.Keyed) -> Response:
        """入驻申请, by the agency itself or by an editor of the place."""
        acting = _editor(caller, agencies.id_of(body.record.uscc.strip().upper()), body.place)
        made = await agencies.enter(app, body.place, body.record, acting, key)
        return http.JSON((await _views(app, [made], caller))[0], 201, etag(made.revision))

    @router.put("/{agency_id}/draft")
    async def edit(
        agency_id: AgencyId,
        body: AgencyRecord,
        caller: Caller,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Put changed data in as the draft (If-Match); what was admitted stands until it is approved."""
        found = await app.store.agencies.records.require(agency_id)
        acting = _editor(caller, agency_id, found.place)
        edited = await agencies.edit(app, agency_id, body, acting, revision(if_match))
        return http.JSON((await _views(app, [edited], caller))[0], headers=etag(edited.revision))


def _standing(router: APIRouter, app: App) -> None:
    async def approver(agency_id: str, caller: Principal) -> Person:
        found = await app.store.agencies.records.require(agency_id)
        caller.must_oversee(found.place, f"agency {agency_id}")
        return person(caller, *APPROVERS)

    async def answer(agency: Agency, caller: Principal) -> Response:
        return http.JSON((await _views(app, [agency], caller))[0], headers=etag(agency.revision))

    @router.post("/{agency_id}/admission")
    async def admit(agency_id: AgencyId, caller: Caller, key: http.Keyed) -> Response:
        """准予入驻, by another person than who entered it, with valid qualifications."""
        acting = await approver(agency_id, caller)
        return await answer(await agencies.admit(app, agency_id, acting, key), caller)

    @router.post("/{agency_id}/return")
    async def send_back(agency_id: AgencyId, body: Reason, caller: Caller, key: http.Keyed) -> Response:
        """The draft goes back with a reason."""
        acting = await approver(agency_id, caller)
        return await answer(await agencies.send_back(app, agency_id, body.reason, acting, key), caller)

    @router.post("/{agency_id}/grade")
    async def regrade(agency_id: AgencyId, body: Regrading, caller: Caller, key: http.Keyed) -> Response:
        """信用评级."""
        acting = await approver(agency_id, caller)
        return await answer(
            await agencies.regrade(app, agency_id, body.grade, body.reason, acting, key), caller
        )

    @router.post("/{agency_id}/blacklisting")
    async def blacklist(agency_id: AgencyId, body: Barring, caller: Caller, key: http.Keyed) -> Response:
        """列入黑名单."""
        acting = await approver(agency_id, caller)
        return await answer(
            await agencies.blacklist(app, agency_id, body.until, body.reason, acting, key), caller
        )

    @router.post("/{agency_id}/appeal")
    async def appeal(agency_id: AgencyId, body: Reason, caller: Caller, key: http.Keyed) -> Response:
        """What was objected to the bar and what was found; ``reason`` holds it."""
        acting = await approver(agency_id, caller)
        return await answer(await agencies.note_appeal(app, agency_id, body.reason, acting, key), caller)

    @router.post("/{agency_id}/readmission")
    async def readmit(agency_id: AgencyId, body: Reason, caller: Caller, key: http.Keyed) -> Response:
        """移出黑名单."""
        acting = await approver(agency_id, caller)
        return await answer(await agencies.readmit(app, agency_id, body.reason, acting, key), caller)

    @router.post("/{agency_id}/removal")
    async def remove(agency_id: AgencyId, body: Reason, caller: Caller, key: http.Keyed) -> Response:
        """退出."""
        acting = await approver(agency_id, caller)
        return await answer(await agencies.remove(app, agency_id, body.reason, acting, key), caller)


async def _views(app: App, found: list[Agency], caller: Principal | None) -> list[dict[str, Any]]:
    today = app.clock().astimezone(BEIJING).date()
    work = await app.store.selections.work(one.agency_id for one in found)
    codes = {offer.service_code for one in found if one.record for offer in one.record.offers}
    services = await app.store.agencies.named(codes)
    return [
        agency_view(one, today, work.get(one.agency_id), services, in_full=_sees_all(caller, one))
        for one in found
    ]


def _sees_all(caller: Principal | None, agency: Agency) -> bool:
    if caller is None:
        return False
    if caller.has("agency"):
        return caller.unit == agency.agency_id
    return caller.has(*READERS) and caller.oversees(agency.place)


def _editor(caller: Principal, agency_id: str, place: str) -> Person:
    """Who may enter or change an agency: itself, or an editor of the place."""
    if caller.has("agency"):
        if caller.unit != agency_id:
            raise Forbidden(
                "只能登记和修改本机构的信息；统一社会信用代码应与账号一致。",
                "An agency registers itself only: the credit code must be the account's.",
                code="another-agency",
                field="record.uscc",
            )
        return Person(caller.sub, agency_id, Actor(role="agency", unit_id=agency_id))
    acting = person(caller, *EDITORS)
    caller.must_oversee(place, f"agency {agency_id}")
    return acting


def _where(app: App, caller: Principal | None, q: str, place: str | None, state: str) -> dict[str, Any]:
    today = app.clock().astimezone(BEIJING).date()
    barred = {"bar": {"$ne": None}, "$or": [{"bar.until": None}, {"bar.until": {"$gte": today.isoformat()}}]}
    free = {"$or": [{"bar": None}, {"bar.until": {"$ne": None, "$lt": today.isoformat()}}]}
    parts: list[dict[str, Any]] = [{"removed": None}]
    if state == "admitted":
        parts += [{"record": {"$ne": None}}, free]
    elif state == "blacklisted":
        parts += [{"record": {"$ne": None}}, barred]
    else:
        parts = [_for_officers(caller)]
        if state == "pending":
            parts.append({"draft": {"$ne": None}, "draft.returned": None})
        elif state == "expiring":
            soon = (today + timedelta(days=60)).isoformat()
            parts += [{"first_end": {"$ne": None, "$lte": soon}}, {"removed": None}]
    if place:
        parts.append(at_or_above(place) if state in ("admitted", "blacklisted") else under(place))
    if q.strip():
        parts.append(like(q))
    return {"$and": parts}


def _for_officers(caller: Principal | None) -> dict[str, Any]:
    if caller is None:
        raise Unauthenticated("请先登录。", "Sign in to see what is not public.")
    caller.require(*READERS)
    return under(caller.place or "-")
