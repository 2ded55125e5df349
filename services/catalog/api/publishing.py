"""Sign-off, publication and withdrawal of one item; edits, sign-off and publication of many at once.

The acts on a draft and what is read about them. All paths below `/api/catalog`; times RFC 3339; a refusal is
problem+json with `code`; POSTs take `Idempotency-Key`; R = editors and approvers under their own prefix.

- GET `/items/{code}/findings` (R) → `[{id, field, rule, severity: error|warning|info, text, quote, source,
  suggestion, waivable, waived: null|{by, unit, at, reason}}]`
- POST `/items/{code}/findings` (editor) takes a whole record → the same of what is being written; nothing
  is kept
- GET `/items?findings=true` (R, any state but published): entries have besides `edited_at` and
  `findings: null|{errors, warnings}`, those of the draft that nobody waived
- POST `/items/{code}/waivers` (editor) takes `{finding, reason}` → STATE; 409 `not-waivable`, 404
  `no-such-finding`
- DELETE `/items/{code}/waivers/{finding}` (editor) → STATE
- POST `/items/{code}/submission` (editor) takes `{note?}` → STATE; 409 `open-errors` with `findings`
- POST `/items/{code}/review` (approver) takes `{outcome: signed|sent_back, reason?}` → STATE; 403
  `own-draft`, `not-a-signer`; 409 `open-errors`, `not-submitted`, `unit-signed`
- POST `/items/{code}/approval` (approver) takes as review → STATE; 409 `not-signed`; 403 `own-draft`,
  `signed-already`, `not-the-approving-unit`
- POST `/items/{code}/publish` (R) takes `{effective_from?, change?:
  revised|corrected|standard_revised}` → STATE; 409 `not-reviewed`, `open-errors`;
  422 `effective-from-too-early`
- POST `/items/{code}/withdraw` (approver) takes `{reason, effective_to?, replaced_by?}` → STATE; 422
  `effective-to-in-the-past`, `no-such-successor`
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
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, Field

from contracts.base import Identifier
from services.catalog.api import many
from services.catalog.api.items import ItemCode
from services.catalog.api.people import APPROVERS, EDITORS, etag, person
from services.catalog.app import App
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.publishing import Replacing
from services.catalog.domain.item.record import DraftRecord
from services.catalog.handlers import items
from services.runtime import http
from services.runtime.tokens import Caller, Principal

#: An instant of this age: outside of it arithmetic with time zones runs out of calendar.
Instant = Annotated[
    AwareDatetime, Field(ge=datetime(1990, 1, 1, tzinfo=UTC), lt=datetime(2151, 1, 1, tzinfo=UTC))
]
#: Why something is done, printed and sent on.
Reason = Annotated[str, Field(min_length=2, max_length=1000, pattern=http.VISIBLE)]
Codes = Annotated[list[Annotated[str, Field(max_length=128)]], Field(min_length=1, max_length=1000)]


class Publication(http.Body):
    """From when the version is in force (now where nothing is said), and what it is to the one before it."""

    effective_from: Instant | None = None
    change: Replacing = "revised"


class Withdrawing(http.Body):
    """The end of an item."""

    reason: Reason
    effective_to: Instant | None = None
    replaced_by: Identifier | None = None


class DraftEdit(http.Body):
    """A whole record for one item; ``revision`` is the one that was read (the ETag)."""

    item_code: str = Field(max_length=128)
    revision: int
    record: DraftRecord


class Drafts(http.Body):
    """Edits of many drafts."""

    drafts: list[DraftEdit] = Field(min_length=1, max_length=1000)


class Many(http.Body):
    """Items that an act is done on."""

    item_codes: Codes


class ManyPublications(Many):
    """Items to be published."""

    effective_from: Instant | None = None
    change: Replacing = "revised"


def routes(app: App) -> APIRouter:
    """Publishing is for approvers and editors once a draft is approved; ending an item for approvers."""
    router = APIRouter(prefix="/api/catalog", tags=["publishing"])

    @router.post("/items/{item_code}/publish")
    async def publish(
        item_code: ItemCode, caller: Caller, key: http.Keyed, body: Publication | None = None
    ) -> Response:
        """Publish the approved draft; 409 with the findings while the lint has open errors."""
        await must_be_theirs(app, item_code, caller)
        acting = person(caller, *APPROVERS, *EDITORS)
        said = body or Publication()
        published = await items.publish(app, item_code, acting, said.effective_from, key, said.change)
        return answer(published, app.clock())

    @router.post("/items/{item_code}/withdraw")
    async def withdraw(item_code: ItemCode, body: Withdrawing, caller: Caller, key: http.Keyed) -> Response:
        """End a published item with a reason."""
        await must_be_theirs(app, item_code, caller)
        ended = await items.withdraw(
            app,
            item_code,
            body.reason,
            person(caller, *APPROVERS),
            effective_to=body.effective_to,
            replaced_by=body.replaced_by,
            key=key,
        )
        return answer(ended, app.clock())

    @router.post("/drafts")
    async def edit_many(body: Drafts, caller: Caller, request: Request) -> Response:
        """Put many records in as drafts: ``{"done":[…],"refused":[{"item_code","code","message"}]}``."""
        acting = person(caller, *EDITORS)
        edits = {edit.item_code: edit for edit in body.drafts}

        async def act(item_code: str) -> Item:
            await must_be_theirs(app, item_code, caller)
            edit = edits[item_code]
            return await items.edit(app, item_code, edit.record, acting, edit.revision)

        return many.answer(request, *await items.each(list(edits), act))

    @router.post("/publications")
    async def publish_many(body: ManyPublications, caller: Caller, request: Request) -> Response:
        """Publish many approved drafts; the answer is as of ``/drafts``."""
        acting = person(caller, *APPROVERS, *EDITORS)

        async def act(item_code: str) -> Item:
            await must_be_theirs(app, item_code, caller)
            return await items.publish(app, item_code, acting, body.effective_from, change=body.change)

        return many.answer(request, *await items.each(body.item_codes, act))

    return router


async def must_be_theirs(app: App, item_code: str, caller: Principal) -> None:
    """404 where the item is not there or lies outside the caller's prefix."""
    item = await app.store.items.require(item_code)
    caller.must_oversee(item.place, f"item {item_code}")


def answer(item: Item, now: datetime) -> Response:
    """Where the item stands after an act; a withdrawal counts from its instant on."""
    newest = item.published[-1] if item.published else None
    return http.JSON(
        {
            "item_code": item.item_code,
            "place": item.place,
            "version": item.latest,
            "effective_from": newest.effective_from if newest else None,
            "state": "withdrawn" if item.has_ended(now) else item.draft_state or "published",
            "revision": item.revision,
            "waits_for": item.draft.waits_for if item.draft else (),
        },
        headers=etag(item.revision),
    )
