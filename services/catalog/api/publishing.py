"""Sign-off, publication and withdrawal of one item; edits, sign-off and publication of many at once.

The acts on a draft and what is read about them. All paths below `/api/catalog`; times RFC 3339; a refusal is
problem+json with `code`; POSTs take `Idempotency-Key`; R = editors and approvers under their own prefix.

- GET `/items/{code}/findings` (R) → `[{id, field, rule, severity: error|warning, text, quote, source,
  suggestion, waivable, waived: null|{by, unit, at, reason}}]`
- POST `/items/{code}/waivers` (editor) takes `{finding, reason}` → STATE; 409 `not-waivable`, 404
  `no-such-finding`
- DELETE `/items/{code}/waivers/{finding}` (editor) → STATE
- POST `/items/{code}/submission` (editor) takes `{note?}` → STATE; 409 `open-errors` with `findings`
- POST `/items/{code}/review` (approver) takes `{outcome: signed|sent_back, reason?}` → STATE; 403
  `own-draft`, `not-a-signer`; 409 `open-errors`, `not-submitted`, `unit-signed`
- POST `/items/{code}/approval` (approver) takes as review → STATE; 409 `not-signed`; 403 `own-draft`,
  `signed-already`, `not-the-approving-unit`
- POST `/items/{code}/publish` (R) takes `{effective_from?, change?:
  revised|corrected|standard_revised}` → STATE; 409 `not-reviewed`, `open-errors`
- POST `/items/{code}/withdraw` (approver) takes `{reason, effective_to?, replaced_by?}` → STATE
- POST `/submissions`, `/reviews`, `/approvals`, `/publications` (as above) takes `{item_codes: […]}` →
  `{done: […], refused: [{item_code, code, message}]}`
- GET `/reviews?place=&limit=&cursor=` (approver) → `{reviews: [{item_code, name, place, unit_name, act:
  sign|approve, submitted_at, submitted_by, note, signed: [SIGN], outstanding: [unit_id], version,
  revision}], next_cursor}`
- GET `/items/{code}/versions` (all) → `{item_code, versions: [{number, state, effective_from, ended_at,
  ended_by: null|superseded|withdrawn, published_at, change, supersedes, signed_by: [unit_id],
  approved_by, record_sha256, R only: signatures: [SIGN], approval: SIGN, published_by, waivers}]}`,
  newest first
- GET `/items/{code}/diff?from=1&to=2|draft` (all, draft R) → `{item_code, from, to, changes: [{path,
  label, kind: added|removed|changed, before, after, before_text, after_text}]}`
- GET `/tasks?place=&limit=&cursor=` (R) → `{tasks: [{item_code, name, place, unit_name, rule, text,
  source, since, state}], next_cursor}`
- GET `/review-rules/{place}` (R) → `{place, units: [unit_id], approving_unit: unit_id|null, version,
  effective_from, inherited_from: place|null, revision, versions: […]}`, ETag
- PUT `/review-rules/{place}` (approver, operator) takes `{units, approving_unit, effective_from?}` +
  If-Match → as GET
- GET `/word-lists?place=` (R) → `{lists: [LIST]}`
- GET, PUT `/word-lists/{name}/{place}` (R, editor) takes `{entries: [{phrase, suggestion?, source?,
  licence_type?, licence?, area?}], effective_from?}` + If-Match → LIST = `{name:
  catch-all|vague|risk-areas|licences, place, entries, version, effective_from, inherited_from,
  revision, versions}`, ETag

STATE = `{item_code, place, version, effective_from, state, revision, waits_for: [unit_id]}`; SIGN =
`{by, unit, at}`. The draft (GET `/items/{code}?version=draft`) has besides `editors, edited_at,
signatures: [SIGN], approval, submission: null|{by, at, note, units, approving_unit}, outstanding:
[unit_id], returned, waivers: [{finding, rule, field, quote, reason, by, unit, at}]`. States of a draft:
draft → in_review → signed → approved (events §6); where a place has no review rule one sign-off of a
second person (`review`) makes it approved, sent in or not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, Field, model_validator

from services.catalog.api.items import ItemCode
from services.catalog.api.people import APPROVERS, EDITORS, etag, person
from services.catalog.app import App
from services.catalog.domain.items import Item
from services.catalog.domain.record import DraftRecord
from services.catalog.handlers import items
from services.runtime import http
from services.runtime.idempotency import IdempotencyKey
from services.runtime.problems import Problem
from services.runtime.tokens import Caller, Principal

Key = Annotated[IdempotencyKey | None, Depends(http.keyed)]
#: An instant of this age: outside of it arithmetic with time zones runs out of calendar.
Instant = Annotated[
    AwareDatetime, Field(ge=datetime(1990, 1, 1, tzinfo=UTC), lt=datetime(2151, 1, 1, tzinfo=UTC))
]
Codes = Annotated[list[Annotated[str, Field(max_length=128)]], Field(min_length=1, max_length=1000)]


class Review(http.Body):
    """Consent, or the draft given back with a reason."""

    outcome: Literal["signed", "sent_back"] = "signed"
    reason: str | None = Field(None, min_length=2, max_length=1000)

    @model_validator(mode="after")
    def _reason_with_sending_back(self) -> Review:
        if self.outcome == "sent_back" and not self.reason:
            raise ValueError("reason is required when a draft is sent back")
        return self


class Publication(http.Body):
    """From when the version is in force; now where nothing is said."""

    effective_from: Instant | None = None


class Withdrawing(http.Body):
    """The end of an item."""

    reason: str = Field(min_length=2, max_length=1000)
    effective_to: Instant | None = None
    replaced_by: str | None = Field(None, max_length=128)


class DraftEdit(http.Body):
    """A whole record for one item; ``revision`` is the one that was read (the ETag)."""

    item_code: str = Field(max_length=128)
    revision: int
    record: DraftRecord


class Drafts(http.Body):
    """Edits of many drafts."""

    drafts: list[DraftEdit] = Field(min_length=1, max_length=1000)


class Many(http.Body):
    """Items to be signed."""

    item_codes: Codes


class ManyPublications(Many):
    """Items to be published."""

    effective_from: Instant | None = None


def routes(app: App) -> APIRouter:
    """Signing is for approvers; publishing for approvers and editors once it is signed."""
    router = APIRouter(prefix="/api/catalog", tags=["publishing"])

    @router.post("/items/{item_code}/review")
    async def review(item_code: ItemCode, caller: Caller, key: Key, body: Review | None = None) -> Response:
        """The second person's sign-off; never of one who edited the draft."""
        await _must_be_theirs(app, item_code, caller)
        acting = person(caller, *APPROVERS)
        if body is not None and body.outcome == "sent_back":
            return _answer(await items.send_back(app, item_code, body.reason or "", acting, key))
        return _answer(await items.sign(app, item_code, acting, key))

    @router.post("/items/{item_code}/publish")
    async def publish(
        item_code: ItemCode, caller: Caller, key: Key, body: Publication | None = None
    ) -> Response:
        """Publish the signed draft; 409 with the findings while the lint has open errors."""
        await _must_be_theirs(app, item_code, caller)
        acting = person(caller, *APPROVERS, *EDITORS)
        begins = body.effective_from if body else None
        return _answer(await items.publish(app, item_code, acting, begins, key))

    @router.post("/items/{item_code}/withdraw")
    async def withdraw(item_code: ItemCode, body: Withdrawing, caller: Caller, key: Key) -> Response:
        """End a published item with a reason."""
        await _must_be_theirs(app, item_code, caller)
        ended = await items.withdraw(
            app,
            item_code,
            body.reason,
            person(caller, *APPROVERS),
            effective_to=body.effective_to,
            replaced_by=body.replaced_by,
            key=key,
        )
        return _answer(ended)

    @router.post("/drafts")
    async def edit_many(body: Drafts, caller: Caller, request: Request) -> Response:
        """Put many records in as drafts: ``{"done":[…],"refused":[{"item_code","code","message"}]}``."""
        acting = person(caller, *EDITORS)
        edits = {edit.item_code: edit for edit in body.drafts}

        async def act(item_code: str) -> Item:
            await _must_be_theirs(app, item_code, caller)
            edit = edits[item_code]
            return await items.edit(app, item_code, edit.record, acting, edit.revision)

        return _answers(request, *await items.each(list(edits), act))

    @router.post("/reviews")
    async def review_many(body: Many, caller: Caller, request: Request) -> Response:
        """Sign many drafts; the answer is as of ``/drafts``."""
        acting = person(caller, *APPROVERS)

        async def act(item_code: str) -> Item:
            await _must_be_theirs(app, item_code, caller)
            return await items.sign(app, item_code, acting)

        return _answers(request, *await items.each(body.item_codes, act))

    @router.post("/publications")
    async def publish_many(body: ManyPublications, caller: Caller, request: Request) -> Response:
        """Publish many signed drafts; the answer is as of ``/drafts``."""
        acting = person(caller, *APPROVERS, *EDITORS)

        async def act(item_code: str) -> Item:
            await _must_be_theirs(app, item_code, caller)
            return await items.publish(app, item_code, acting, body.effective_from)

        return _answers(request, *await items.each(body.item_codes, act))

    return router


async def _must_be_theirs(app: App, item_code: str, caller: Principal) -> None:
    item = await app.store.items.require(item_code)
    caller.must_oversee(item.place, f"item {item_code}")


def _answer(item: Item) -> Response:
    newest = item.published[-1] if item.published else None
    return http.JSON(
        {
            "item_code": item.item_code,
            "place": item.place,
            "version": item.latest,
            "effective_from": newest.effective_from if newest else None,
            "state": "withdrawn" if item.withdrawn else item.draft_state or "published",
            "revision": item.revision,
        },
        headers=etag(item.revision),
    )


def _answers(request: Request, done: list[str], refused: list[tuple[str, Problem]]) -> Response:
    language = request.headers.get("accept-language", "")
    rows: list[dict[str, Any]] = []
    for item_code, problem in refused:
        told = http.problem_body(problem, language)
        rows.append({"item_code": item_code, "code": told["code"], "message": told["title"]})
    return http.JSON({"done": done, "refused": rows})
