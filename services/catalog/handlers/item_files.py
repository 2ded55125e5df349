"""Putting forms and samples on file, and finding the one that a record names."""

from __future__ import annotations

from contracts.items import ItemRecord
from services.catalog.app import App
from services.catalog.domain.item import files
from services.catalog.domain.item.files import Named
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.papers import Paper, paper
from services.catalog.handlers.acting import Person
from services.catalog.handlers.directory import known_place
from services.runtime.problems import NotFound


async def put(app: App, place: str, content: bytes, person: Person) -> Paper:
    """Store a file of a place; the same content again is the same file."""
    await known_place(app, place)
    given = paper("if", place, content)
    await app.store.item_files.put(given, content, person.sub)
    return given


async def must_be_on_file(app: App, place: str, record: DraftRecord, item: Item | None = None) -> None:
    """:class:`UnknownFile` where a record names a file that is neither its place's nor the item's already."""
    found = list(files.named(record))
    held = files.held(item) if item else set()
    wanted = {one.file_id for one in found} - held
    known = await app.store.item_files.known(wanted, place) if wanted else set()
    files.must_be_known(found, held | known)


async def of_record(app: App, record: ItemRecord | DraftRecord, file_id: str) -> tuple[Named, Paper]:
    """A file of a record; 404 where the record does not name it."""
    found = next((one for one in files.named(record) if one.file_id == file_id), None)
    if found is None:
        raise NotFound()
    return found, await app.store.item_files.get(file_id)
