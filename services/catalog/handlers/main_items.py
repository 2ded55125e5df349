"""主项 and 办理项 (mission C3): what an item says it stands below is there, and is no circle."""

from __future__ import annotations

from services.catalog.app import App
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.main_items import (
    DEEPEST,
    HasHandlingItems,
    NotAMainItem,
    ParentBelowItself,
    UnknownParent,
)
from services.catalog.domain.item.record import DraftRecord


async def must_fit(app: App, base_code: str, place: str, record: DraftRecord) -> None:
    """Refuse a parent that is not there, is no 主项 or lies below the item; a 办理项 with others below it."""
    await _must_stand_below(app, base_code, place, record.parent_code)
    if not record.main_item and await app.store.main_items.below(base_code, place):
        raise HasHandlingItems()


async def must_have_none_below(app: App, item: Item) -> None:
    """Refuse to end a 主项 while items below it are published."""
    if await app.store.main_items.below(item.base_code, item.place, published_at=app.clock()):
        raise HasHandlingItems()


async def _must_stand_below(app: App, base_code: str, place: str, parent_code: str | None) -> None:
    code = parent_code
    for _ in range(DEEPEST):
        if code is None:
            return
        if code == base_code:
            raise ParentBelowItself()
        parent = await app.store.main_items.nearest(code, place)
        record = parent.base() if parent else None
        if record is None:
            raise UnknownParent(code)
        if not record.main_item:
            raise NotAMainItem(code)
        code = record.parent_code
    raise ParentBelowItself()
