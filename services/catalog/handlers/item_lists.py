"""The item list 一单 of a place, in words."""

from __future__ import annotations

from contracts.items import ItemRecord
from services.catalog.app import App
from services.catalog.documents import words
from services.catalog.documents.item_list import Listed
from services.catalog.domain.item.items import Item
from services.catalog.store import queries

#: More than any one place has at its own level.
_MOST = 5_000


async def of_place(app: App, place: str) -> tuple[list[Listed], bool]:
    """What is in force at exactly this place, not secret; true where any of it is sample data."""
    now = app.clock()
    found = await app.store.items.find({"place": place, **queries.applicable(now)}, limit=_MOST)
    records = [(item, version.record) for item in found if (version := item.in_force(now)) is not None]
    shown = [(item, record) for item, record in records if not record.secret]
    return [_listed(item, record) for item, record in shown], any(record.sample for _, record in shown)


def _listed(item: Item, record: ItemRecord) -> Listed:
    return Listed(
        item.item_code,
        record.name,
        record.kind,
        record.implementing_body,
        words.HANDLING[record.handling],
        words.limit(record.limits.promised),
        record.fee.text,
        words.DEPTHS[record.online_depth],
    )
