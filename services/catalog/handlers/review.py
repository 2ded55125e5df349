"""Joint review, approval and waivers of a draft, under the rule and the word lists of its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.catalog.app import App
from services.catalog.domain.checks import lint, lint_units
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.checks.word_lists import WordLists
from services.catalog.domain.item import review
from services.catalog.domain.item.drafts import Waiver
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.levels import adoption
from services.catalog.domain.refusals import OpenErrors
from services.catalog.domain.text import must_be_bounded
from services.catalog.handlers import parameters
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
    of_units = [(one, None) for one in await _of_units(app, item, record)]
    return [*_found(item, record, await parameters.word_lists(app, item.place)), *of_units]


async def _of_units(app: App, item: Item, record: DraftRecord) -> list[Finding]:
    known = await app.store.open_units(unit_id for _, unit_id in lint_units.named(record))
    return [*lint_units.unknown(record, known), *lint_units.elsewhere(record, item.place, known)]


async def _placed(app: App, item_code: str) -> str:
    """The place of an item whose draft names nobody who decides elsewhere."""
    item = await app.store.items.require(item_code)
    if item.draft is not None:
        found = await _of_units(app, item, item.draft.record)
        if errors := [one for one in found if one.severity == "error"]:
            raise OpenErrors(errors)
    return item.place


async def open_findings(app: App, item_codes: Sequence[str]) -> dict[str, list[Finding]]:
    """What nobody waived in the drafts of these items."""
    items = await app.store.items.find({"_id": {"$in": list(item_codes)}}, limit=len(item_codes) or 1)
    places = {item.place for item in items}
    words = {place: await parameters.word_lists(app, place) for place in places}
    return {
        item.item_code: [
            found for found, waiver in _found(item, item.base(), words[item.place]) if waiver is None
        ]
        for item in items
    }


def _found(item: Item, record: DraftRecord | None, words: WordLists) -> list[tuple[Finding, Waiver | None]]:
    if record is None:
        return []
    held = item.draft or (item.published[-1] if item.published else None)
    waivers = {waiver.finding: waiver for waiver in (held.waivers if held else ())}
    return [(one, waivers.get(one.id) if one.waivable else None) for one in lint.findings(record, words)]


async def submit(app: App, item_code: str, note: str | None, person: Person, key: Key = None) -> Item:
    """The editor sends the draft to the units that must sign."""
    place = await _placed(app, item_code)
    rule, words = await parameters.review_rule(app, place), await parameters.word_lists(app, place)
    return await _change(
        app,
        item_code,
        lambda item: review.submit(
            _following(item), rule, by=person.sub, actor=person.actor, now=app.clock(), note=note, words=words
        ),
        key,
    )


async def sign(app: App, item_code: str, person: Person, key: Key = None) -> Item:
    """A person of a unit that must sign consents to the draft."""
    place = await _placed(app, item_code)
    rule, words = await parameters.review_rule(app, place), await parameters.word_lists(app, place)
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
            words=words,
        ),
        key,
    )


async def approve(app: App, item_code: str, person: Person, key: Key = None) -> Item:
    """The government of that level approves."""
    words = await parameters.word_lists(app, await _placed(app, item_code))
    return await _change(
        app,
        item_code,
        lambda item: review.approve(
            _following(item),
            by=person.sub,
            unit=person.unit,
            actor=person.actor,
            now=app.clock(),
            words=words,
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
    words = await parameters.word_lists(app, (await app.store.items.require(item_code)).place)
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
            words=words,
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
