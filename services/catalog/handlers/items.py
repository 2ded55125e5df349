"""Editing, publishing and withdrawing items."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from services.catalog.app import App
from services.catalog.domain.item import items, publishing
from services.catalog.domain.item.items import Item, Version
from services.catalog.domain.item.publishing import Replacing
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.levels import adoption
from services.catalog.domain.refusals import AlreadyThere, AnotherItem, NoSuccessor, SharedName
from services.catalog.domain.text import identity, must_be_sound, same
from services.catalog.handlers import item_files, judging, main_items, parameters
from services.catalog.handlers.acting import Person as Person
from services.runtime.change import Change
from services.runtime.idempotency import IdempotencyKey
from services.runtime.personal import holds_number
from services.runtime.problems import Invalid, NotFound, Problem
from services.runtime.records import AlreadyExists

#: Acts of one bulk call that are under way at the same time.
AT_ONCE = 64


async def create(
    app: App, place: str, record: DraftRecord, person: Person, key: IdempotencyKey | None = None
) -> Item:
    """A new draft from a whole record that brings its own base code."""
    must_be_sound(record.model_dump(exclude_none=True))
    if not record.base_code:
        raise Invalid(
            "请给出标准事项编码 base_code。", "Give base_code.", code="missing", field="record.base_code"
        )
    await main_items.must_fit(app, record.base_code, place, record)
    await item_files.must_be_on_file(app, place, record)
    item = Item(
        item_code=f"{record.base_code}-{place}",
        base_code=record.base_code,
        place=place,
        identity=identity(record.implementing_body, record.name),
    )
    # A code is given once and for all: not to an item that is refused.
    known = (await app.store.items_known_as([place], [item.identity])).get((place, item.identity))
    if known is not None and known.item_code != item.item_code:
        raise AlreadyThere(known.item_code)
    if not await app.store.codes.register(record.base_code, record.name):
        raise AnotherItem(record.base_code)
    change = items.create(item, record, editor=person.sub, actor=person.actor, now=app.clock())
    try:
        return await app.store.items.create(change, key=key)
    except AlreadyExists:
        raise AlreadyThere(item.item_code) from None


async def edit(app: App, item_code: str, record: DraftRecord, person: Person, revision: int | None) -> Item:
    """Put a record in as the draft, beside a live version where there is one."""
    must_be_sound(record.model_dump(exclude_none=True))
    present = await app.store.items.require(item_code)
    await main_items.must_fit(app, present.base_code, present.place, record)
    await _must_keep_shared_name(app, present, record)
    await item_files.must_be_on_file(app, present.place, record, present)

    def decide(item: Item) -> Change[Item] | None:
        whole = record if record.base_code else record.model_copy(update={"base_code": item.base_code})
        if whole.base_code != item.base_code:
            raise Invalid(
                f"事项编码不能修改，应为 {item.base_code}。",
                f"The code of an item cannot change; it is {item.base_code}.",
                code="base-code-changed",
                field="base_code",
            )
        adoption.must_follow_the_standard(item, whole)
        return items.edit(
            item, whole, editor=person.sub, actor=person.actor, now=app.clock(), revision=revision
        )

    return await app.store.items.change(item_code, decide)


async def _must_keep_shared_name(app: App, item: Item, record: DraftRecord) -> None:
    base = item.base()
    if base is None or same(base.name) == same(record.name):
        return
    if await app.store.main_items.elsewhere(item.base_code, item.item_code):
        raise SharedName(item.base_code)


async def publish(
    app: App,
    item_code: str,
    person: Person,
    effective_from: datetime | None = None,
    key: IdempotencyKey | None = None,
    change: Replacing = "revised",
) -> Item:
    """Publish the approved draft. What leaves the head is in the archive before the act."""
    present = await app.store.items.require(item_code)
    await app.store.archive(present)
    if present.draft is not None:
        await main_items.must_fit(app, present.base_code, present.place, present.draft.record)
    rule = await parameters.review_rule(app, present.place)
    known = await judging.known(app, present)
    return await app.store.items.change(
        item_code,
        lambda item: adoption.as_published(
            item,
            publishing.publish(
                item,
                rule,
                actor=person.actor,
                now=app.clock(),
                by=person.sub,
                effective_from=effective_from,
                change=change,
                known=known,
            ),
        ),
        key=key,
    )


async def withdraw(
    app: App,
    item_code: str,
    reason: str,
    person: Person,
    *,
    effective_to: datetime | None = None,
    replaced_by: str | None = None,
    key: IdempotencyKey | None = None,
) -> Item:
    """End an item; the reason is printed and sent on, so that no person's number may stand in it."""
    if holds_number(reason):
        raise Invalid(
            "撤销理由会公开，不能含有证件号码或者手机号码。",
            "The reason is made public; it must not hold an ID or a phone number.",
            code="personal-data-in-text",
            field="reason",
        )
    present = await app.store.items.require(item_code)
    await main_items.must_have_none_below(app, present)
    if replaced_by is not None:
        await _must_take_over(app, present, replaced_by, effective_to)
    return await app.store.items.change(
        item_code,
        lambda item: publishing.withdraw(
            item,
            reason,
            actor=person.actor,
            now=app.clock(),
            effective_to=effective_to,
            replaced_by=replaced_by,
        ),
        key=key,
    )


async def _must_take_over(app: App, item: Item, replaced_by: str, ends: datetime | None) -> None:
    """The successor is another item, published, still there when this one ends, and no more secret."""
    now, successor = app.clock(), await app.store.items.get(replaced_by)
    if successor is None or not successor.published or successor.item_code == item.item_code:
        raise NoSuccessor()
    if successor.has_ended(max(ends or now, now)) or (_secret(successor) and not _secret(item)):
        raise NoSuccessor()


def _secret(item: Item) -> bool:
    return any(version.record.secret for version in item.published)


async def each(
    item_codes: Sequence[str], act: Callable[[str], Awaitable[Item]]
) -> tuple[list[str], list[tuple[str, Problem]]]:
    """Do one act on many items: those done, and those refused with the reason."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(item_code: str) -> Problem | None:
        async with turn:
            try:
                await act(item_code)
            except Problem as refused:
                return refused
            return None

    answers = await asyncio.gather(*(one(item_code) for item_code in item_codes))
    pairs = list(zip(item_codes, answers, strict=True))
    return (
        [item_code for item_code, refused in pairs if refused is None],
        [(item_code, refused) for item_code, refused in pairs if refused is not None],
    )


async def versions(app: App, item: Item) -> list[Version]:
    """All published versions, newest first."""
    known = {one.number: one for one in await app.store.all_archived(item.item_code)}
    known |= {one.number: one for one in item.published}
    return sorted(known.values(), key=lambda one: -one.number)


async def version(app: App, item: Item, number: int) -> Version:
    """A published version by number, from the head or the archive."""
    for held in item.published:
        if held.number == number:
            return held
    found = await app.store.archived(item.item_code, number)
    if found is None:
        raise NotFound("没有这个版本。", "There is no such version.", field="version")
    return found
