"""`/api/catalog/items`: finding, reading and editing items."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response

from contracts.base import PlaceCode
from services.catalog.api import search
from services.catalog.api.people import (
    EDITORS,
    READERS,
    etag,
    must_see,
    must_see_version,
    person,
    revision,
    sees_drafts,
    staff_prefix,
)
from services.catalog.app import App
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.item.drafts import Waiver
from services.catalog.domain.item.items import Item, Version
from services.catalog.domain.item.record import DraftRecord
from services.catalog.handlers import items, review
from services.catalog.store import Listed, queries
from services.runtime import http
from services.runtime.paging import Cursors
from services.runtime.problems import NotFound, Unauthenticated
from services.runtime.tokens import Caller, MaybeCaller, Principal

ItemCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
WhichVersion = Annotated[int | Literal["draft"] | None, Query()]
State = Literal["published", "draft", "in_review", "signed", "approved", "withdrawn", "all"]


class NewItem(http.Body):
    """A draft from a whole record, which brings its base code."""

    place: PlaceCode
    record: DraftRecord


def routes(app: App) -> APIRouter:
    """Lists and records of what is published are public; drafts are for those who prepare them."""
    router = APIRouter(prefix="/api/catalog/items", tags=["items"])
    cursors = Cursors(app.digest_key, "items")

    @router.get("")
    async def listed(
        caller: MaybeCaller,
        q: search.Typed = "",
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        kind: Annotated[str | None, Query(max_length=20)] = None,
        state: State = "published",
        parent: Annotated[str | None, Query(max_length=128)] = None,
        findings: bool = False,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """Find items; with ``q`` as people type it, best first, each with why (mission C15).

        Without ``place``: what can be applied for under the caller's place. Other states than published are
        for editors and approvers under their prefix.
        """
        where = _where(app, caller, place, kind, state, parent)
        if q.strip():
            found = await search.answered(
                app,
                typed=q,
                where=where,
                state=state,
                place=place,
                caller=caller,
                limit=limit,
                cursor=cursor,
                entries=lambda lines: _entries(app, lines, caller, findings),
            )
            return http.JSON(found)
        after = cursors.read(cursor)
        page = await app.store.listed(where, app.clock(), after=after[0] if after else None, limit=limit + 1)
        entries = await _entries(app, page[:limit], caller, findings)
        more = cursors.made(page[limit - 1].item_code) if len(page) > limit else None
        return http.JSON({"items": entries, "next_cursor": more})

    @router.post("")
    async def create(body: NewItem, caller: Caller, key: http.Keyed) -> Response:
        """A new draft from a whole record."""
        acting = person(caller, *EDITORS)
        caller.must_oversee(body.place, "new item")
        item = await items.create(app, body.place, body.record, acting, key)
        return http.JSON(_drafted(item), 201, etag(item.revision))

    @router.get("/{item_code}")
    async def read(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """The version in force (or the next one), the one asked for, or ``version=draft``."""
        item = await visible(app, item_code, caller)
        return http.JSON(await _item(app, item, caller, version), headers=etag(item.revision))

    @router.put("/{item_code}/draft")
    async def edit(
        item_code: ItemCode,
        body: DraftRecord,
        caller: Caller,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Put the whole record in as the draft; If-Match is the ETag that was read."""
        acting = person(caller, *EDITORS)
        item = await app.store.items.require(item_code)
        caller.must_oversee(item.place, f"item {item_code}")
        edited = await items.edit(app, item_code, body, acting, revision(if_match))
        return http.JSON(_drafted(edited), headers=etag(edited.revision))

    return router


async def visible(app: App, item_code: str, caller: Principal | None) -> Item:
    """An item that the caller may see."""
    item = await app.store.items.require(item_code)
    must_see(caller, item)
    return item


async def chosen(
    app: App, item: Item, caller: Principal | None, version: int | Literal["draft"] | None
) -> Version | None:
    """The version meant, None for the draft; 404 for a draft that is not the caller's to see."""
    shown = item.shown(app.clock())
    if version == "draft" or (version is None and shown is None):
        if item.draft is None or not sees_drafts(caller, item.place):
            raise NotFound()
        return None
    found = shown if version is None else await items.version(app, item, version)
    if found is not None:
        must_see_version(caller, item, found)
    return found


async def _item(
    app: App, item: Item, caller: Principal | None, version: int | Literal["draft"] | None
) -> dict[str, Any]:
    found = await chosen(app, item, caller, version)
    if found is None:
        body = _drafted(item)
    else:
        body = {
            "item_code": item.item_code,
            "place": item.place,
            "version": found.number,
            "effective_from": found.effective_from,
            "state": item.state_of(found, app.clock()),
            "record": found.record,
            "record_sha256": found.record_sha256,
            "supersedes": found.supersedes,
        }
    if item.withdrawn:
        body["withdrawn"] = asdict(item.withdrawn)
    if item.draft and sees_drafts(caller, item.place):
        body["draft_state"] = item.draft_state
    return body


def _drafted(item: Item) -> dict[str, Any]:
    draft = item.draft
    assert draft is not None
    return {
        "item_code": item.item_code,
        "place": item.place,
        "version": item.latest,
        "effective_from": None,
        "state": item.draft_state,
        "revision": item.revision,
        "editors": draft.editors,
        "edited_at": draft.at,
        "signatures": [asdict(signature) for signature in draft.signatures],
        "submission": asdict(draft.submission) if draft.submission else None,
        "outstanding": draft.outstanding,
        "approval": asdict(draft.approval) if draft.approval else None,
        "returned": draft.returned,
        "waivers": [waiver(one) for one in draft.waivers],
        "record": draft.record,
    }


def waiver(given: Waiver) -> dict[str, Any]:
    """A waiver without the whole text that it is about."""
    shown = asdict(given)
    del shown["subject"]
    return shown


def _where(
    app: App,
    caller: Principal | None,
    place: str | None,
    kind: str | None,
    state: State,
    parent: str | None,
) -> dict[str, Any]:
    now = app.clock()
    parts = [queries.in_state(state, now)]
    if state != "published":
        if caller is None:
            raise Unauthenticated("请先登录。", "Sign in to see what is not published.")
        caller.require(*READERS)
        parts.append(queries.under(caller.place or "-"))
    if place is not None:
        parts.append(queries.under(place))
    elif state == "published":
        parts.append(queries.for_application())
        if caller is not None and caller.place:
            parts.append(queries.under(caller.place))
    parts.append(queries.not_secret(staff_prefix(caller)))
    if parent:
        parts.append(queries.below(parent))
    if kind:
        parts.append(queries.of_kind(kind))
    return {"$and": [part for part in parts if part]} if any(parts) else {}


async def _entries(
    app: App, page: list[Listed], caller: Principal | None, with_findings: bool
) -> list[dict[str, Any]]:
    units = await app.store.names(line.record.get("unit_id") or "" for line in page)
    entries = [_entry(line, units, sees_drafts(caller, line.place)) for line in page]
    if with_findings:
        drafts = [entry["item_code"] for entry in entries if entry["draft_state"]]
        found = await review.open_findings(app, drafts)
        for entry in entries:
            of_draft = found.get(entry["item_code"])
            entry["findings"] = _counted(of_draft) if of_draft is not None else None
    return entries


def _counted(found: list[Finding]) -> dict[str, int]:
    severities = [one.severity for one in found]
    return {"errors": severities.count("error"), "warnings": severities.count("warning")}


def _entry(line: Listed, units: dict[str, str], drafts: bool) -> dict[str, Any]:
    record = line.record
    return {
        "item_code": line.item_code,
        "name": record.get("name"),
        "place": line.place,
        "unit_name": units.get(record.get("unit_id") or "", record.get("implementing_body")),
        "kind": record.get("kind"),
        "handling": record.get("handling"),
        "promised": (record.get("limits") or {}).get("promised"),
        "fee_text": (record.get("fee") or {}).get("text"),
        "sample": record.get("sample", False),
        "secret": record.get("secret", False),
        "main_item": record.get("main_item", False),
        "parent_code": record.get("parent_code"),
        "state": line.state,
        "draft_state": line.draft_state if drafts else None,
        "edited_at": line.edited_at if drafts else None,
        "version": line.version,
        "revision": line.revision,
    }
