"""Joint review, approval and waivers of a draft, under the rule and the word lists of its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.catalog.app import App
from services.catalog.domain.checks import lint
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.checks.known import Known
from services.catalog.domain.item import review
from services.catalog.domain.item.drafts import Waiver
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.levels import adoption
from services.catalog.domain.text import must_be_bounded
from services.catalog.handlers import judging, parameters
from services.catalog.handlers.acting import Person
from services.runtime.change import Change
from services.runtime.idempotency import IdempotencyKey

Key = IdempotencyKey | None


async def findings(
    app: App, item: Item, written: DraftRecord | None = None
) -> list[tuple[Finding, Waiver | None]]:
    """The lint of what is being written, else of the draft or the live record, with what was waived."""
    if written is not None:
        must_be_bounded(written.model_dump(exclude_none=True))
    record = written or item.base()
    if record is None:
        return []
    return _found(item, record, await judging.known(app, item, record))


async def open_findings(app: App, item_codes: Sequence[str]) -> dict[str, list[Finding]]:
    """What nobody waived in the drafts of these items."""
    items = await app.store.items.find({"_id": {"$in": list(item_codes)}}, limit=len(item_codes) or 1)
    drafts = [(item, record) for item in items if (record := item.base()) is not None]
    known = await judging.known_of_each(app, drafts)
    return {
        item.item_code: [found for found, waiver in _found(item, record, of) if waiver is None]
        for (item, record), of in zip(drafts, known, strict=True)
    }


def _found(item: Item, record: DraftRecord, known: Known) -> list[tuple[Finding, Waiver | None]]:
    held = item.draft or (item.published[-1] if item.published else None)
    waivers = {waiver.finding: waiver for waiver in (held.waivers if held else ())}
    return [(one, waivers.get(one.id) if one.waivable else None) for one in lint.findings(record, known)]


async def submit(app: App, item_code: str, note: str | None, person: Person, key: Key = None) -> Item:
    """The editor sends the draft to the units that must sign."""
    present = await app.store.items.require(item_code)
    rule, known = await parameters.review_rule(app, present.place), await judging.known(app, present)
    return await _change(
        app,
        item_code,
        lambda item: review.submit(
            _following(item), rule, by=person.sub, actor=person.actor, now=app.clock(), note=note, known=known
        ),
        key,
    )


async def sign(app: App, item_code: str, person: Person, key: Key = None) -> Item:
    """A person of a unit that must sign consents to the draft."""
    present = await app.store.items.require(item_code)
    rule, known = await parameters.review_rule(app, present.place), await judging.known(app, present)
    return await _change(
        app,
        item_code,
        lambda item: review.sign(
            _following(item),
            rule,
            by=person.sub,
            unit=person.unit,
            actor=person.actor,
            now=app.clock(),
            known=known,
        ),
        key,
    )


async def approve(app: App, item_code: str, person: Person, key: Key = None) -> Item:
    """The government of that level approves."""
    known = await judging.known(app, await app.store.items.require(item_code))
    return await _change(
        app,
        item_code,
        lambda item: review.approve(
            _following(item),
            by=person.sub,
            unit=person.unit,
            actor=person.actor,
            now=app.clock(),
            known=known,
        ),
        key,
    )


async def send_back(app: App, item_code: str, reason: str, person: Person, key: Key = None) -> Item:
    """A reviewer gives the draft back with a reason."""
    return await _change(
        app,
        item_code,
        lambda item: review.send_back(item, reason, unit=person.unit, actor=person.actor, now=app.clock()),
        key,
    )


async def waive(
    app: App, item_code: str, finding_id: str, reason: str, person: Person, key: Key = None
) -> Item:
    """An editor lets a finding stand, with a reason and in the own name."""
    known = await judging.known(app, await app.store.items.require(item_code))
    return await _change(
        app,
        item_code,
        lambda item: review.waive(
            item,
            finding_id,
            reason,
            by=person.sub,
            unit=person.unit,
            actor=person.actor,
            now=app.clock(),
            known=known,
        ),
        key,
    )


async def unwaive(app: App, item_code: str, finding_id: str, person: Person) -> Item:
    """An editor takes a waiver back."""
    return await _change(
        app,
        item_code,
        lambda item: review.unwaive(item, finding_id, by=person.sub, actor=person.actor, now=app.clock()),
        None,
    )


def _following(item: Item) -> Item:
    """The item, whose draft is no more than its standard where it was adopted."""
    if item.draft is not None:
        adoption.must_follow_the_standard(item, item.draft.record)
    return item


async def _change(app: App, item_code: str, decide: Callable[[Item], Change[Item] | None], key: Key) -> Item:
    return await app.store.items.change(item_code, decide, key=key)
