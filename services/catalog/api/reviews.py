"""Findings, waivers and the joint review of drafts; what waits for the caller; tasks (see `publishing`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field, model_validator

from services.catalog.api import many
from services.catalog.api.items import ItemCode
from services.catalog.api.people import APPROVERS, EDITORS, READERS, person
from services.catalog.api.publishing import Many, Reason, answer, must_be_theirs
from services.catalog.app import App
from services.catalog.domain import sources
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.item.drafts import Waiver
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.record import DraftRecord
from services.catalog.handlers import items, review
from services.runtime import http
from services.runtime.paging import Cursors
from services.runtime.problems import Wrong
from services.runtime.tokens import Caller, Principal

FindingId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Place = Annotated[str, Query(pattern=r"^[0-9]{0,12}$")]
Limit = Annotated[int, Query(ge=1, le=1000)]
Cursor = Annotated[str | None, Query(max_length=500)]


class Review(http.Body):
    """Consent, or the draft given back with a reason."""

    outcome: Literal["signed", "sent_back"] = "signed"
    reason: Reason | None = None

    @model_validator(mode="after")
    def _reason_with_sending_back(self) -> Review:
        if self.outcome == "sent_back" and not self.reason:
            raise Wrong("reason", "退回时请写明理由", "say why it is sent back")
        return self


class Submission(http.Body):
    """A draft sent to review, with a word to those who read it."""

    note: Reason | None = None


class Waiving(http.Body):
    """Why a finding may stand."""

    finding: str = Field(pattern=r"^[0-9a-f]{16}$")
    reason: Reason


def routes(app: App) -> APIRouter:
    """Editors waive and submit, approvers sign and approve; both read."""
    router = APIRouter(prefix="/api/catalog", tags=["reviews"])
    cursors = {name: Cursors(app.digest_key, f"catalog-{name}") for name in ("reviews", "tasks")}

    @router.get("/items/{item_code}/findings")
    async def findings(item_code: ItemCode, caller: Caller) -> Response:
        """The lint of the draft; of the live record where there is no draft."""
        caller.require(*READERS)
        await must_be_theirs(app, item_code, caller)
        found = await review.findings(app, await app.store.items.require(item_code))
        return http.JSON([_finding(one, waiver) for one, waiver in found])

    @router.post("/items/{item_code}/findings")
    async def check(item_code: ItemCode, body: DraftRecord, caller: Caller) -> Response:
        """The lint of a record as it is being written; nothing is kept."""
        caller.require(*EDITORS)
        await must_be_theirs(app, item_code, caller)
        found = await review.findings(app, await app.store.items.require(item_code), body)
        return http.JSON([_finding(one, waiver) for one, waiver in found])

    @router.post("/items/{item_code}/waivers")
    async def waive(item_code: ItemCode, body: Waiving, caller: Caller, key: http.Keyed) -> Response:
        """Let a finding stand, with a reason and in the caller's name; signatures are taken back."""
        await must_be_theirs(app, item_code, caller)
        acting = person(caller, *EDITORS)
        return answer(await review.waive(app, item_code, body.finding, body.reason, acting, key), app.clock())

    @router.delete("/items/{item_code}/waivers/{finding_id}")
    async def unwaive(item_code: ItemCode, finding_id: FindingId, caller: Caller) -> Response:
        """Take a waiver back."""
        await must_be_theirs(app, item_code, caller)
        return answer(await review.unwaive(app, item_code, finding_id, person(caller, *EDITORS)), app.clock())

    @router.post("/items/{item_code}/submission")
    async def submit(
        item_code: ItemCode, caller: Caller, key: http.Keyed, body: Submission | None = None
    ) -> Response:
        """Send the draft to review (送审)."""
        await must_be_theirs(app, item_code, caller)
        acting = person(caller, *EDITORS)
        return answer(
            await review.submit(app, item_code, body.note if body else None, acting, key), app.clock()
        )

    @router.post("/items/{item_code}/review")
    async def sign(
        item_code: ItemCode, caller: Caller, key: http.Keyed, body: Review | None = None
    ) -> Response:
        """Sign for the own unit, or give the draft back; never of one who edited it."""
        await must_be_theirs(app, item_code, caller)
        acting = person(caller, *APPROVERS)
        if body is not None and body.outcome == "sent_back":
            return answer(await review.send_back(app, item_code, body.reason or "", acting, key), app.clock())
        return answer(await review.sign(app, item_code, acting, key), app.clock())

    @router.post("/items/{item_code}/approval")
    async def approve(
        item_code: ItemCode, caller: Caller, key: http.Keyed, body: Review | None = None
    ) -> Response:
        """Approve what all units signed, or give it back; never of one who edited or signed it."""
        await must_be_theirs(app, item_code, caller)
        acting = person(caller, *APPROVERS)
        if body is not None and body.outcome == "sent_back":
            return answer(await review.send_back(app, item_code, body.reason or "", acting, key), app.clock())
        return answer(await review.approve(app, item_code, acting, key), app.clock())

    @router.post("/submissions")
    async def submit_many(body: Many, caller: Caller, request: Request) -> Response:
        """Send many drafts to review: ``{"done":[…],"refused":[{"item_code","code","message"}]}``."""
        acting = person(caller, *EDITORS)

        async def act(item_code: str) -> Item:
            await must_be_theirs(app, item_code, caller)
            return await review.submit(app, item_code, None, acting)

        return many.answer(request, *await items.each(body.item_codes, act))

    @router.post("/reviews")
    async def sign_many(body: Many, caller: Caller, request: Request) -> Response:
        """Sign many drafts; the answer is as of ``/submissions``."""
        acting = person(caller, *APPROVERS)

        async def act(item_code: str) -> Item:
            await must_be_theirs(app, item_code, caller)
            return await review.sign(app, item_code, acting)

        return many.answer(request, *await items.each(body.item_codes, act))

    @router.post("/approvals")
    async def approve_many(body: Many, caller: Caller, request: Request) -> Response:
        """Approve many drafts; the answer is as of ``/submissions``."""
        acting = person(caller, *APPROVERS)

        async def act(item_code: str) -> Item:
            await must_be_theirs(app, item_code, caller)
            return await review.approve(app, item_code, acting)

        return many.answer(request, *await items.each(body.item_codes, act))

    @router.get("/reviews")
    async def inbox(caller: Caller, place: Place = "", limit: Limit = 50, cursor: Cursor = None) -> Response:
        """The drafts that wait for the caller's signature or approval."""
        acting = person(caller, *APPROVERS)
        after = (cursors["reviews"].read(cursor) or [None])[0]
        page = await app.store.reviews.awaiting(
            _under(caller, place), acting.unit, acting.sub, after=after, limit=limit + 1
        )
        units = await app.store.names(_unit(item) for item in page)
        more = cursors["reviews"].made(page[limit - 1].item_code) if len(page) > limit else None
        return http.JSON({"reviews": [_review(item, units) for item in page[:limit]], "next_cursor": more})

    @router.get("/tasks")
    async def tasks(caller: Caller, place: Place = "", limit: Limit = 50, cursor: Cursor = None) -> Response:
        """What is still to be done on items of the list: 列入目录后再相应完善依据 (seed 000 二(一)2)."""
        caller.require(*READERS)
        after = (cursors["tasks"].read(cursor) or [None])[0]
        page = await app.store.reviews.without_basis(
            _under(caller, place), app.clock(), after=after, limit=limit + 1
        )
        units = await app.store.names(_record(line).get("unit_id") or "" for line in page)
        more = cursors["tasks"].made(page[limit - 1]["_id"]) if len(page) > limit else None
        return http.JSON({"tasks": [_task(line, units) for line in page[:limit]], "next_cursor": more})

    return router


def _under(caller: Principal, place: str) -> str:
    """The place asked for, within the caller's own prefix."""
    asked = place or caller.place
    if not asked.startswith(caller.place):
        caller.must_oversee(asked, "list")
    return asked or "-"


def _finding(found: Finding, waiver: Waiver | None) -> dict[str, Any]:
    shown = asdict(found)
    del shown["subject"]
    waived = {name: getattr(waiver, name) for name in ("by", "unit", "at", "reason")} if waiver else None
    return {"id": found.id, **shown, "waived": waived}


def _unit(item: Item) -> str:
    return (item.draft.record.unit_id if item.draft else None) or ""


def _review(item: Item, units: Mapping[str, str]) -> dict[str, Any]:
    draft = item.draft
    assert draft is not None
    assert draft.submission is not None
    return {
        "item_code": item.item_code,
        "name": draft.record.name,
        "place": item.place,
        "unit_name": units.get(_unit(item), draft.record.implementing_body),
        "act": "approve" if draft.stage == "signed" else "sign",
        "submitted_at": draft.submission.at,
        "submitted_by": draft.submission.by,
        "note": draft.submission.note,
        "signed": [asdict(signature) for signature in draft.signatures],
        "outstanding": draft.outstanding,
        "version": item.latest,
        "revision": item.revision,
    }


def _record(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """The newest record of an item."""
    published = line.get("published")
    found: Mapping[str, Any] = published[-1]["record"] if published else line["draft"]["record"]
    return found


def _task(line: Mapping[str, Any], units: Mapping[str, str]) -> dict[str, Any]:
    record, published = _record(line), line.get("published")
    return {
        "item_code": line["_id"],
        "name": record["name"],
        "place": line["place"],
        "unit_name": units.get(record.get("unit_id") or "", record["implementing_body"]),
        "rule": "no-basis",
        "text": "补充完善实施依据及条款。",
        "source": sources.LISTING,
        "since": published[-1]["effective_from"] if published else line["draft"]["at"],
        "state": "published" if published else line.get("stage") or "draft",
    }
