"""What waits for whom: drafts under review, and items whose basis is still to be found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.catalog.domain.item.items import Item
from services.catalog.store import queries
from services.runtime.mongo import Document, patiently
from services.runtime.records import Records
from services.runtime.service import Service

#: What a list of tasks or reviews shows of a record.
_SHOWN = ("name", "unit_id", "implementing_body", "basis")


def derived(item: Item) -> Document:
    """How far the draft has come, and which units it waits for: fields that only queries use."""
    draft = item.draft
    return {"stage": draft.stage if draft else None, "waits_for": list(draft.waits_for) if draft else []}


class Reviews:
    """Questions to the collection of items."""

    def __init__(self, service: Service, items: Records[Item]) -> None:
        self._items = items
        service.index("items", [("stage", 1), ("waits_for", 1)])

    async def awaiting(
        self, place: str, unit: str, person: str, *, after: str | None, limit: int
    ) -> list[Item]:
        """Drafts at and below a place that wait for this person of this unit, in the order of their codes."""
        joint = {"stage": {"$in": ["in_review", "signed"]}, "waits_for": unit}
        single = {"stage": "in_review", "waits_for": []}
        where: dict[str, Any] = {
            "$and": [queries.under(place), {"$or": [joint, single]}],
            "draft.editors": {"$ne": person},
            "draft.signatures.by": {"$ne": person},
        }
        if after:
            where["_id"] = {"$gt": after}
        return await self._items.find(where, limit=limit)

    async def without_basis(
        self, place: str, now: datetime, *, after: str | None, limit: int
    ) -> list[Mapping[str, Any]]:
        """Items at and below a place that have not ended and name no basis."""
        published = {"published": {"$ne": []}, "published.record.basis": {"$size": 0}}
        prepared = {"published": [], "draft.record.basis": {"$size": 0}}
        where: dict[str, Any] = {
            "$and": [
                queries.under(place),
                {"$or": [published, prepared]},
                {"$or": [{"withdrawn": None}, {"withdrawn.effective_to": {"$gt": now}}]},
            ]
        }
        if after:
            where["_id"] = {"$gt": after}
        blocks = ("published.record", "draft.record")
        shown = {f"{block}.{name}": 1 for block in blocks for name in _SHOWN}
        rest = {"place": 1, "stage": 1, "published.effective_from": 1, "draft.at": 1, "withdrawn": 1}
        with patiently():
            cursor = self._items.collection.find(where, {**shown, **rest}).sort("_id", 1).limit(limit)
            found: list[Mapping[str, Any]] = await cursor.to_list(limit)
        return found
