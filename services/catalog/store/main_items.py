"""Which items stand below which 主项, and which share a code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.catalog.domain.item.items import Item
from services.catalog.domain.parameters import above
from services.catalog.store import queries
from services.runtime.mongo import patiently
from services.runtime.records import Records
from services.runtime.service import Service

_PARENTS = ("published.record.parent_code", "draft.record.parent_code")


class MainItems:
    """Questions to the collection of items."""

    def __init__(self, service: Service, items: Records[Item]) -> None:
        self._items = items
        for field in _PARENTS:
            service.index("items", [(field, 1)], sparse=True)

    async def nearest(self, base_code: str, place: str) -> Item | None:
        """The item of a code at a place, or at the nearest one above it."""
        places = above(place)
        found = await self._items.find({"base_code": base_code, "place": {"$in": places}})
        return min(found, key=lambda item: places.index(item.place), default=None)

    async def elsewhere(self, base_code: str, item_code: str) -> bool:
        """Whether another place has an item of this code (同一编码)."""
        where = {"base_code": base_code, "_id": {"$ne": item_code}}
        with patiently():
            return await self._items.collection.find_one(where, {"_id": 1}) is not None

    async def below(self, base_code: str, place: str, published_at: datetime | None = None) -> bool:
        """Whether items at or below a place name this code as their 主项; published ones alone if asked."""
        where: dict[str, Any] = queries.under(place)
        if published_at is None:
            where["$or"] = [{field: base_code} for field in _PARENTS]
        else:
            where[_PARENTS[0]] = base_code
            where["$or"] = [{"withdrawn": None}, {"withdrawn.effective_to": {"$gt": published_at}}]
        with patiently():
            return await self._items.collection.find_one(where, {"_id": 1}) is not None
