"""Read copies of published items: every version, and a head that says what became of the item.

Kept in memory by each process. The process that consumes an event forgets its copy at once; the others ask
for the head's number again after a second.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.catalog import ItemVersionData, ItemWithdrawn
from contracts.items import ItemRecord
from services.intake.domain.items import Item, Version
from services.intake.store.directory import Directory
from services.runtime.message import Message
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service

_FRESH = 1.0
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Kept:
    item: Item
    sequence: int
    checked: float


class Items:
    """The collections `items` (heads) and `item_versions`."""

    def __init__(self, service: Service, directory: Directory) -> None:
        self._directory = directory
        self._heads = service.database["items"]
        self._versions = service.database["item_versions"]
        service.index("item_versions", [("item_code", 1), ("version", 1)])
        self._kept: dict[str, _Kept] = {}

    # -- writing: the same event twice writes the same ---------------------------------------------------

    async def publish(self, message: Message, event: ItemVersionData) -> None:
        """Keep the version, and the one that stays in force until then."""
        versions = [_document(event, event.version, event.effective_from, event.record)]
        if event.in_force is not None:
            # Since when that one is in force is not said; that it is, is.
            versions.append(_document(event, event.in_force.version, _LONG_AGO, event.in_force.record))
        for version in versions:
            with patiently():
                await self._versions.update_one(
                    {"_id": version.pop("_id")}, {"$setOnInsert": version}, upsert=True
                )
        await self._head(message, {"effective_to": None, "replaced_by": None})

    async def withdraw(self, message: Message, event: ItemWithdrawn) -> None:
        """Note that the item ends."""
        version = _document(event, event.version, _LONG_AGO, event.record)
        with patiently():
            await self._versions.update_one(
                {"_id": version.pop("_id")}, {"$setOnInsert": version}, upsert=True
            )
        await self._head(message, {"effective_to": event.effective_to, "replaced_by": event.replaced_by})

    async def _head(self, message: Message, fields: Document) -> None:
        code, number = message.subject, message.sequence
        with patiently():
            await self._heads.update_one({"_id": code}, {"$setOnInsert": {"sequence": 0}}, upsert=True)
            await self._heads.update_one(
                {"_id": code, "sequence": {"$lt": number}}, {"$set": {**fields, "sequence": number}}
            )
        self._kept.pop(code, None)

    # -- reading ----------------------------------------------------------------------------------------

    async def get(self, item_code: str) -> Item:
        """All that is known of an item; one without versions where nothing is."""
        kept = self._kept.get(item_code)
        if kept is not None and time.monotonic() - kept.checked < _FRESH:
            return kept.item
        with patiently():
            head: Document | None = await self._heads.find_one({"_id": item_code})
        if head is None:
            return Item(item_code)
        if kept is None or kept.sequence != head["sequence"]:
            kept = _Kept(await self._read(item_code, head), head["sequence"], 0.0)
            self._kept[item_code] = kept
        kept.checked = time.monotonic()
        return kept.item

    async def version(self, item_code: str, number: int) -> Version:
        """A version that a case refers to."""
        found = (await self.get(item_code)).numbered(number)
        if found is None:
            raise LookupError(f"{item_code} has no version {number} here")
        return found

    async def _read(self, item_code: str, head: Document) -> Item:
        with patiently():
            found = await self._versions.find({"item_code": item_code}).sort("version", 1).to_list(None)
        units = await self._directory.records([document["record"]["unit_id"] for document in found])
        return Item(
            item_code,
            versions=tuple(_version(document, units) for document in found),
            effective_to=head.get("effective_to"),
            replaced_by=head.get("replaced_by"),
        )


def _document(
    event: ItemVersionData | ItemWithdrawn, number: int, since: datetime, record: ItemRecord
) -> dict[str, Any]:
    return {
        "_id": f"{event.item_code}:{number}",
        "item_code": event.item_code,
        "version": number,
        "place": event.place_code,
        "effective_from": since,
        "record": record.model_dump(mode="json", exclude_none=True),
    }


def _version(document: Document, units: dict[str, Document]) -> Version:
    return Version(
        item_code=document["item_code"],
        version=document["version"],
        place=document["place"],
        effective_from=document["effective_from"],
        record=ItemRecord.model_validate(document["record"], extra="ignore"),
        unit_name=units.get(document["record"]["unit_id"], {}).get("name"),
    )
