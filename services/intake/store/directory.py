"""Read copy of the directory: names of places, halls and units for what is shown and printed."""

from __future__ import annotations

from contracts.catalog import DirectoryEventData
from services.runtime.message import Message
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service


class Directory:
    """The collection `directory`, one document an entry."""

    def __init__(self, service: Service) -> None:
        self._entries = service.database["directory"]

    async def keep(self, message: Message, event: DirectoryEventData, *, closed: bool) -> None:
        """Note the entry as it stands now."""
        fields = {
            "kind": event.kind,
            "parent_id": event.parent_id,
            "record": event.record.model_dump(mode="json", exclude_none=True),
            "closed": closed,
            "sequence": message.sequence,
        }
        with patiently():
            await self._entries.update_one(
                {"_id": event.entry_id}, {"$setOnInsert": {"sequence": 0}}, upsert=True
            )
            await self._entries.update_one(
                {"_id": event.entry_id, "sequence": {"$lt": message.sequence}}, {"$set": fields}
            )

    async def records(self, ids: list[str]) -> dict[str, Document]:
        """What is known of these entries."""
        with patiently():
            found = await self._entries.find({"_id": {"$in": ids}}).to_list(len(ids) or 1)
        return {entry["_id"]: entry.get("record", {}) for entry in found}
