"""What is handed down, taken over and offered in halls, and decisions that no hall accepted (C9, C10)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from contracts.base import lineage
from contracts.catalog import DirectoryEventData, ItemVersionData, ItemWithdrawn
from contracts.offers import ItemOffered, OfferEventData
from services.evaluation.domain.coverage import Bypass, Hall, Held, Offered, Place
from services.evaluation.store.facts import COLLECTION
from services.runtime.clock import BEIJING
from services.runtime.message import Message
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service

#: Ways of handing in for which people come in person; where they came is then the question.
IN_PERSON = ["window", "agent"]
_LEVELS = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}


class Coverage:
    """The collections `held_items`, `hall_offers` and `coverage_places`; what a repeat writes is the same."""

    def __init__(self, service: Service) -> None:
        self._items = service.database["held_items"]
        self._offers = service.database["hall_offers"]
        self._places = service.database["coverage_places"]
        self._facts: Any = service.database[COLLECTION]
        service.index("held_items", [("place", 1)])
        service.index("hall_offers", [("place", 1), ("offered", 1)])

    # -- writing ----------------------------------------------------------------------------------------

    async def keep_item(self, message: Message) -> None:
        """Whether an item is in force, handed down, taken over, secret."""
        event = message.data
        if isinstance(event, ItemWithdrawn):
            await self._keep("held_items", message, {"ends": event.effective_to, "place": event.place_code})
            return
        version = cast(ItemVersionData, event)
        record = version.record
        fields: Document = {
            "place": version.place_code,
            "base_code": record.base_code,
            "name": record.name,
            "secret": record.secret,
            "applied_for": record.service_type != "主动服务" and not record.main_item,
            "delegated_to": list(record.delegated_to),
            "adopted": version.base_version is not None,
            "begins": version.effective_from,
            "ends": None,
        }
        if version.in_force is not None:
            fields.pop("begins")  # an earlier version is in force until then
        await self._keep("held_items", message, fields)

    async def keep_entry(self, message: Message) -> None:
        """Levels of places, and which halls there are."""
        event = cast(DirectoryEventData, message.data)
        if event.kind in ("place", "hall", "point"):
            closed = message.type == "directory-entry-closed"
            level = event.record.level or _LEVELS.get(len(event.entry_id))
            fields = {
                "kind": event.kind,
                "place": event.place_code,
                "name": event.record.name,
                "level": level if event.kind == "place" else None,
                "closed": closed,
            }
            await self._keep("coverage_places", message, fields)

    async def keep_offer(self, message: Message) -> None:
        """Whether an item is offered at a hall, and since when."""
        event = cast(OfferEventData, message.data)
        fields = {
            "place": event.place_code,
            "hall_id": event.hall_id,
            "item_code": event.item_code,
            "offered": isinstance(event, ItemOffered),
            "at": event.at,
        }
        await self._keep("hall_offers", message, fields)

    async def _keep(self, collection: str, message: Message, fields: Document) -> None:
        documents = {
            "held_items": self._items,
            "hall_offers": self._offers,
            "coverage_places": self._places,
        }[collection]
        with patiently():
            await documents.update_one(
                {"_id": message.subject}, {"$setOnInsert": {"sequence": 0}}, upsert=True
            )
            await documents.update_one(
                {"_id": message.subject, "sequence": {"$lt": message.sequence}},
                {"$set": {**fields, "sequence": message.sequence}},
            )

    # -- reading ----------------------------------------------------------------------------------------

    async def held(self, place: str, now: datetime) -> list[Held]:
        """Items in force at, below and above a place."""
        where = {
            "$or": [_under(place), {"place": {"$in": lineage(place)}}],
            "begins": {"$lte": now},
            "$nor": [{"ends": {"$ne": None, "$lte": now}}],
        }
        with patiently():
            found = await self._items.find(where).to_list(None)
        return [
            Held(
                one["_id"],
                one["base_code"],
                one["place"],
                one["name"],
                one["secret"],
                one["applied_for"],
                frozenset(one["delegated_to"]),
                one["adopted"],
            )
            for one in found
        ]

    async def places(self, place: str) -> tuple[list[Place], list[Hall]]:
        """Open places, and open halls and service points, at and below a place."""
        with patiently():
            found = await self._places.find({**_under(place), "closed": False}).sort("_id", 1).to_list(None)
        places = [
            Place(one["_id"], one["name"], one["level"] or "") for one in found if one["kind"] == "place"
        ]
        halls = [Hall(one["_id"], one["name"], one["place"]) for one in found if one["kind"] != "place"]
        return places, halls

    async def offered(self, place: str) -> list[Offered]:
        """Items offered in the halls at and below a place."""
        with patiently():
            found = await self._offers.find({**_under(place), "offered": True}).to_list(None)
        return [Offered(one["hall_id"], one["item_code"], one["at"]) for one in found]

    async def bypasses(
        self,
        place: str,
        offered: Mapping[str, Offered],
        first: date,
        last: date,
        *,
        after: str | None,
        limit: int,
    ) -> list[Bypass]:
        """Decided cases of items that a hall offers, which no hall accepted (明进暗不进); by case number."""
        begins = datetime.combine(first, time(), BEIJING)
        days = {"$gte": first.isoformat(), "$lte": last.isoformat()}
        in_person = {
            "keys.decided_day": days,
            "keys.hall_id": None,
            "intake.channel": {"$in": IN_PERSON},
        }
        ends = datetime.combine(last + timedelta(days=1), time(), BEIJING)
        never_accepted = {"keys.complete": False, "approval.decided_at": {"$gte": begins, "$lt": ends}}
        where: Document = {
            "keys.place_code": {"$regex": f"^{re.escape(place)}"},
            "keys.item_code": {"$in": sorted(offered)},
            "$or": [in_person, never_accepted],
        }
        if after is not None:
            where["_id"] = {"$gt": after}
        with patiently():
            found = await self._facts.find(where, {"history": 0}).sort("_id", 1).limit(limit).to_list(limit)
        return [_bypass(one, offered) for one in found]


def _under(place: str) -> Document:
    return {"place": {"$regex": f"^{re.escape(place)}"}}


def _bypass(document: Document, offered: Mapping[str, Offered]) -> Bypass:
    intake, approval = document.get("intake") or {}, document["approval"]
    about = (intake or approval)["about"]
    return Bypass(
        case_no=document["_id"],
        item_code=about["item_code"],
        item_name=about["item_name"],
        unit_id=about["unit_id"],
        unit_name=about["unit_name"],
        hall_id=offered[about["item_code"]].hall_id,
        decided_at=approval["decided_at"],
        why="outside_the_hall" if document["keys"]["complete"] else "never_accepted",
        since=offered[about["item_code"]].since,
    )
