"""Read copy of which items are handled in which hall, and of the halls' negative lists (mission C10)."""

from __future__ import annotations

import time

from contracts.offers import ExcludedData, ItemExcluded, ItemOffered, OfferEventData
from services.intake.domain.offers import Exclusion
from services.runtime.message import Message
from services.runtime.mongo import patiently
from services.runtime.service import Service

#: Seconds that a process goes by the negative list of a hall as it read it.
_FRESH = 1.0


class Offers:
    """The collection `offers`, one document for each item at each hall."""

    def __init__(self, service: Service) -> None:
        self._offers = service.database["offers"]
        service.index("offers", [("hall_id", 1), ("excluded", 1)])
        self._kept: dict[str, tuple[float, dict[str, Exclusion]]] = {}

    async def keep(self, message: Message, event: OfferEventData) -> None:
        """Note how it stands now: each event says all, since what is excluded is not offered."""
        fields = {
            "hall_id": event.hall_id,
            "item_code": event.item_code,
            "offered": isinstance(event, ItemOffered),
            "theme": getattr(event, "theme", None),
            "excluded": isinstance(event, ItemExcluded),
            "reason": event.reason if isinstance(event, ExcludedData) else None,
            "handled_at": event.handled_at if isinstance(event, ExcludedData) else None,
            "sequence": message.sequence,
        }
        with patiently():
            await self._offers.update_one(
                {"_id": message.subject}, {"$setOnInsert": {"sequence": 0}}, upsert=True
            )
            await self._offers.update_one(
                {"_id": message.subject, "sequence": {"$lt": message.sequence}}, {"$set": fields}
            )
        self._kept.pop(event.hall_id, None)

    async def exclusion(self, hall_id: str, item_code: str) -> Exclusion | None:
        """Why an item is not handled in a hall; None where nothing forbids it."""
        kept = self._kept.get(hall_id)
        if kept is None or time.monotonic() - kept[0] > _FRESH:
            kept = self._kept[hall_id] = (time.monotonic(), await self._negative_list(hall_id))
        return kept[1].get(item_code)

    async def _negative_list(self, hall_id: str) -> dict[str, Exclusion]:
        with patiently():
            found = await self._offers.find({"hall_id": hall_id, "excluded": True}).to_list(None)
        return {one["item_code"]: Exclusion(one["reason"], one.get("handled_at")) for one in found}
