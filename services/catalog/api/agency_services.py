"""`/api/catalog/agency-services`: 必须的中介服务清单. Public; published by another than the editor."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response
from pydantic import Field

from contracts.base import PlaceCode
from services.catalog.api.people import APPROVERS, EDITORS, READERS, etag, person, revision, sees_drafts
from services.catalog.app import App
from services.catalog.domain.marketplace.agency_services import AgencyService, ServiceRecord
from services.catalog.domain.text import same
from services.catalog.handlers import agencies
from services.catalog.store.queries import at_or_above, under
from services.runtime import http
from services.runtime.http import VISIBLE
from services.runtime.paging import Cursors
from services.runtime.problems import NotFound, Unauthenticated
from services.runtime.tokens import Caller, MaybeCaller, Principal

Code = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]


class NewService(http.Body):
    """A line of the list with its code."""

    place: PlaceCode
    service_code: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")
    record: ServiceRecord


class Reason(http.Body):
    """Why."""

    reason: str = Field(min_length=2, max_length=1000, pattern=VISIBLE)


def routes(app: App) -> APIRouter:
    """The list: read, edit, publish, cut."""
    router = APIRouter(prefix="/api/catalog/agency-services", tags=["marketplace"])
    cursors = Cursors(app.digest_key, "agency-services")

    @router.get("")
    async def listed(
        caller: MaybeCaller,
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        q: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
        state: Literal["published", "draft", "all"] = "published",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """The list that holds at a place (its own and those of the places above); drafts for who prepares."""
        after = cursors.read(cursor)
        found = await app.store.agencies.service_list(
            _where(caller, place, q, state), after=str(after[0]) if after else None, limit=limit + 1
        )
        more = cursors.made(found[limit - 1].service_code) if len(found) > limit else None
        shown = [service_view(one, drafts=state != "published") for one in found[:limit]]
        return http.JSON({"services": shown, "next_cursor": more})

    @router.post("")
    async def create(body: NewService, caller: Caller, key: http.Keyed) -> Response:
        """A new line, as a draft."""
        acting = person(caller, *EDITORS)
        caller.must_oversee(body.place, "agency service")
        made = await agencies.prepare_service(app, body.service_code, body.place, body.record, acting, key)
        return http.JSON(service_view(made, drafts=True), 201, etag(made.revision))

    @router.get("/{code}")
    async def read(code: Code, caller: MaybeCaller) -> Response:
        """One line, with the items that need it."""
        found = await app.store.agencies.services.require(code)
        drafts = sees_drafts(caller, found.place)
        if found.record is None and not drafts:
            raise NotFound()
        needed_by = await app.store.agencies.items_that_need(found)
        view = {**service_view(found, drafts=drafts), "needed_by": needed_by}
        return http.JSON(view, headers=etag(found.revision))

    @router.put("/{code}/draft")
    async def edit(
        code: Code, body: ServiceRecord, caller: Caller, if_match: Annotated[str | None, Header()] = None
    ) -> Response:
        """Put the whole record in as the draft (If-Match)."""
        acting = person(caller, *EDITORS)
        await _must_oversee(app, code, caller)
        edited = await agencies.edit_service(app, code, body, acting, revision(if_match))
        return http.JSON(service_view(edited, drafts=True), headers=etag(edited.revision))

    @router.post("/{code}/publication")
    async def publish(code: Code, caller: Caller, key: http.Keyed) -> Response:
        """A second person puts the draft in force."""
        await _must_oversee(app, code, caller)
        done = await agencies.publish_service(app, code, person(caller, *APPROVERS), key)
        return http.JSON(service_view(done, drafts=True), headers=etag(done.revision))

    @router.post("/{code}/cut")
    async def cut(code: Code, body: Reason, caller: Caller, key: http.Keyed) -> Response:
        """清理: off the list, with a reason that stays readable."""
        await _must_oversee(app, code, caller)
        done = await agencies.cut_service(app, code, body.reason, person(caller, *APPROVERS), key)
        return http.JSON(service_view(done, drafts=True), headers=etag(done.revision))

    return router


def service_view(service: AgencyService, *, drafts: bool = False) -> dict[str, Any]:
    """A line as it is shown; the draft only to who prepares."""
    shown: dict[str, Any] = {
        "service_code": service.service_code,
        "place": service.place,
        "state": "cut" if service.cut else "published" if service.record else "draft",
        "cut": service.cut,
        "published_at": service.published_at,
        "revision": service.revision,
        "record": service.record,
    }
    if drafts and service.draft is not None:
        shown["draft"] = {
            "record": service.draft.record,
            "at": service.draft.at,
            "editors": service.draft.editors,
        }
    return shown


async def _must_oversee(app: App, code: str, caller: Principal) -> None:
    found = await app.store.agencies.services.require(code)
    caller.must_oversee(found.place, f"agency service {code}")


def _where(caller: Principal | None, place: str | None, q: str, state: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    if state == "published":
        parts.append({"record": {"$ne": None}, "cut": None})
        if place:
            parts.append(at_or_above(place))
    else:
        if caller is None:
            raise Unauthenticated("请先登录。", "Sign in to see what is not published.")
        caller.require(*READERS)
        parts.append(under(caller.place or "-"))
        if state == "draft":
            parts.append({"draft": {"$ne": None}})
    if q.strip():
        words = {"$regex": re.escape(same(q)), "$options": "i"}
        parts.append({"$or": [{"record.name": words}, {"draft.record.name": words}, {"_id": words}]})
    return {"$and": parts}
