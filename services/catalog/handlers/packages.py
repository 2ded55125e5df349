"""Composing, signing, publishing and ending packages (一件事)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from contracts import Actor
from contracts.catalog import ItemVersionData, ItemWithdrawn
from contracts.items import ItemRecord
from contracts.packages import PackagePublished
from services.catalog.app import App
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.item.items import Item
from services.catalog.domain.packages import acts, lint
from services.catalog.domain.packages.draft import Held, Library, PackageDraft, pinned
from services.catalog.domain.packages.merge import merged
from services.catalog.domain.packages.package import Package
from services.catalog.domain.text import must_be_sound
from services.catalog.handlers.items import Person
from services.runtime.change import Change
from services.runtime.idempotency import IdempotencyKey
from services.runtime.message import Message
from services.runtime.records import AlreadyExists

_SYSTEM = Actor(role="system")


async def library(app: App, draft: PackageDraft, place: str) -> Library:
    """The items that a draft names, each with the record of its pinned version."""
    codes = list(dict.fromkeys(part.item_code for part in draft.parts))
    found = await app.store.items.find({"_id": {"$in": codes}}, limit=len(codes) or 1)
    items = {item.item_code: item for item in found}
    held: dict[str, Held] = {}
    for part in draft.parts:
        item = items.get(part.item_code)
        if item is not None and part.item_code not in held and _may_be_named(item, place):
            held[part.item_code] = await _held(app, item, part.version)
    return held


def _may_be_named(item: Item, place: str) -> bool:
    """What another place has not published, or keeps secret, is not there for this one."""
    in_line = item.place.startswith(place) or place.startswith(item.place)
    return in_line or (bool(item.published) and not item.published[-1].record.secret)


async def _held(app: App, item: Item, number: int | None) -> Held:
    newest = item.shown(app.clock())
    name = newest.record.name if newest else item.draft.record.name if item.draft else item.item_code
    version = next((one for one in item.published if one.number == number), None)
    if version is None and number is not None:
        version = await app.store.archived(item.item_code, number)
    return Held(
        item.item_code,
        name,
        item.place,
        version.number if version else None,
        version.record if version else None,
        version.effective_from if version else None,
        newest.number if newest else None,
        item.withdrawn.effective_to if item.withdrawn else None,
    )


async def pinned_draft(app: App, draft: PackageDraft, place: str) -> tuple[PackageDraft, Library]:
    """The draft with versions for parts that have none, and the library for it."""
    must_be_sound(draft.model_dump(exclude_none=True))
    known = await library(app, draft, place)
    newest = {code: held.newest for code, held in known.items() if held.newest}
    complete = pinned(draft, newest)
    return (complete, known) if complete == draft else (complete, await library(app, complete, place))


async def create(
    app: App, place: str, draft: PackageDraft, person: Person, key: IdempotencyKey | None = None
) -> Package:
    """A new package with the next free number."""
    content, _ = await pinned_draft(app, draft, place)
    while True:
        package = Package(f"P-{await app.store.packages.next_number():04}-{place}", place)
        change = acts.create(package, content, editor=person.sub, actor=person.actor, now=app.clock())
        try:
            return await app.store.packages.records.create(change, key=key)
        except AlreadyExists:
            continue


async def edit(app: App, code: str, draft: PackageDraft, person: Person, revision: int) -> Package:
    """Put the content in as the draft."""
    package = await app.store.packages.records.require(code)
    content, _ = await pinned_draft(app, draft, package.place)
    return await app.store.packages.records.change(
        code,
        lambda present: acts.edit(
            present, content, editor=person.sub, revision=revision, actor=person.actor, now=app.clock()
        ),
    )


async def renew(app: App, code: str, person: Person, key: IdempotencyKey | None = None) -> Package:
    """Put every part to the version in force, as a draft."""
    package = await app.store.packages.records.require(code)
    content = package.base()
    known = await library(app, content, package.place) if content else {}
    return await app.store.packages.records.change(
        code,
        lambda present: acts.renew(present, known, editor=person.sub, actor=person.actor, now=app.clock()),
        key=key,
    )


async def act(
    app: App, code: str, decide: Callable[[Package], Change[Package] | None], key: IdempotencyKey | None
) -> Package:
    """One act on a package that needs nothing besides it."""
    return await app.store.packages.records.change(code, decide, key=key)


async def sign(app: App, code: str, person: Person, key: IdempotencyKey | None = None) -> Package:
    """The second person's consent to what was found without errors."""
    now = app.clock()

    def decide(present: Package, known: Library, found: list[Finding]) -> Change[Package] | None:
        return acts.sign(present, found, by=person.sub, unit=person.unit, actor=person.actor, now=now)

    return await _judged(app, await app.store.packages.records.require(code), now, decide, key)


async def publish(
    app: App,
    code: str,
    person: Person,
    effective_from: datetime | None = None,
    key: IdempotencyKey | None = None,
) -> Package:
    """Publish the signed draft; what it is merged of is read before, and pinned versions never change."""
    package = await app.store.packages.records.require(code)
    await app.store.packages.archive(package)
    now = app.clock()

    def decide(present: Package, known: Library, found: list[Finding]) -> Change[Package]:
        record = merged(present.draft.content, known) if present.draft else None
        return acts.publish(
            present, record, found, known, actor=person.actor, now=now, effective_from=effective_from
        )

    return await _judged(app, package, now, decide, key)


async def _judged(
    app: App,
    package: Package,
    now: datetime,
    decide: Callable[[Package, Library, list[Finding]], Change[Package] | None],
    key: IdempotencyKey | None,
) -> Package:
    """An act that needs the items which the draft names, and what the lint finds in it."""
    content = package.draft.content if package.draft else None
    known = await library(app, content, package.place) if content else {}
    found = lint.findings(content, package.place, known, now) if content else []

    def on_what_was_read(present: Package) -> Change[Package] | None:
        if present.draft is not None and present.draft.content != content:
            raise _Edited()
        return decide(present, known, found)

    try:
        return await act(app, package.package_code, on_what_was_read, key)
    except _Edited:
        again = await app.store.packages.records.require(package.package_code)
        return await _judged(app, again, now, decide, key)


class _Edited(Exception):
    """Another draft than the one that was read: to be looked at anew."""


# -- own facts ------------------------------------------------------------------------------------------


async def item_withdrawn(app: App, message: Message) -> None:
    """A withdrawn item ends the packages that contain it (events §2); done again it changes nothing."""
    event = cast(ItemWithdrawn, message.data)
    for code in await app.store.packages.containing(event.item_code):
        await _end(
            app,
            code,
            event.item_code,
            event.version,
            _gone(event.record, event.item_code),
            event.effective_to,
        )


async def item_published(app: App, message: Message) -> None:
    """An item that has become secret (涉密) ends them, too: a package is public."""
    event = cast(ItemVersionData, message.data)
    if not event.record.secret:
        return
    for code in await app.store.packages.containing(event.item_code):
        reason = f"其中的一个事项（{event.item_code}）不再公开办理。"
        await _end(app, code, event.item_code, event.version, reason, event.effective_from)


async def package_published(app: App, message: Message) -> None:
    """An item that was withdrawn while the package was being published ends it all the same."""
    event = cast(PackagePublished, message.data)
    codes = [part.item_code for part in event.record.parts]
    for item in await app.store.items.find({"_id": {"$in": codes}}, limit=len(codes)):
        if item.withdrawn is not None:
            reason = _gone(item.published[-1].record, item.item_code)
            ends = item.withdrawn.effective_to
            await _end(app, event.package_code, item.item_code, item.latest, reason, ends)


def _gone(record: ItemRecord, item_code: str) -> str:
    return f"其中的事项“{record.name}”（{item_code}）已撤销。"


async def _end(
    app: App, code: str, item_code: str, version: int, reason: str, effective_to: datetime
) -> None:
    await app.store.packages.records.change(
        code,
        lambda package: acts.end_with_item(
            package, item_code, version, reason, effective_to=effective_to, actor=_SYSTEM, now=app.clock()
        ),
    )
