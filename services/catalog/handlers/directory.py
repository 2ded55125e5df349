"""Keeping the directory."""

from __future__ import annotations

from contracts.catalog import DirectoryRecord, EntryKind
from services.catalog.app import App
from services.catalog.domain import entries
from services.catalog.domain.entries import Entry
from services.catalog.domain.refusals import WhichRevision
from services.catalog.domain.text import must_be_sound
from services.catalog.handlers.acting import Person
from services.runtime.idempotency import IdempotencyKey
from services.runtime.problems import Invalid
from services.runtime.records import AlreadyExists
from services.runtime.tokens import Principal


async def known_place(app: App, place: str) -> Entry:
    """The open place of the directory with this code; 422 where there is none."""
    at = await app.store.entries.get(place)
    if at is None or at.kind != "place" or at.closed:
        raise Invalid(
            "行政区划不在目录中，请先登记。",
            "The place is not in the directory.",
            code="unknown-place",
            field="place",
        )
    return at


async def put(
    app: App,
    entry_id: str,
    kind: EntryKind,
    parent_id: str | None,
    record: DirectoryRecord,
    *,
    caller: Principal,
    person: Person,
    revision: int | None,
) -> tuple[Entry, bool]:
    """Set an entry up or alter it; true where it is new. 404 where its place is not the caller's."""
    must_be_sound(record.model_dump(exclude_none=True))
    parent = await app.store.entries.get(parent_id) if parent_id and kind != "place" else None
    place = entries.place_of(entry_id, kind, parent_id, parent)
    caller.must_oversee(place, f"entry {entry_id}")
    entry = Entry(entry_id, kind, parent_id, place, record)
    now = app.clock()
    if await app.store.entries.get(entry_id) is None:
        try:
            return await app.store.entries.create(entries.set_up(entry, actor=person.actor, now=now)), True
        except AlreadyExists:
            raise WhichRevision() from None
    altered = await app.store.entries.change(
        entry_id,
        lambda present: entries.alter(present, entry, revision=revision, actor=person.actor, now=now),
    )
    return altered, False


async def close(
    app: App, entry_id: str, reason: str | None, person: Person, key: IdempotencyKey | None
) -> Entry:
    """Close an entry."""
    return await app.store.entries.change(
        entry_id,
        lambda entry: entries.close(entry, reason, actor=person.actor, now=app.clock()),
        key=key,
    )
