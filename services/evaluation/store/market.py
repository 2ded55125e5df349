"""The marketplace in figures: one document a selection and an agency, counted by mode and grade."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, cast

from contracts.marketplace import (
    AgencyEventData,
    AgencyRemoved,
    AgencySelected,
    FrozenSelection,
    SelectionCancelled,
    SelectionEventData,
)
from services.evaluation.domain.facts import civil
from services.runtime.message import Message
from services.runtime.mongo import Database, Document, patiently
from services.runtime.service import Service

MODES = ("comparison", "draw", "draw_with_inquiry", "bid")


class Market:
    """The collections `agencies` and `selections`; the newest event of a subject wins."""

    def __init__(self, service: Service) -> None:
        self._database: Database = service.database
        service.index("selections", [("opened_day", 1), ("place", 1)])
        service.index("agencies", [("place", 1)])

    async def keep_agency(self, message: Message) -> None:
        """Its grade, and whether it is barred or gone."""
        event = cast(AgencyEventData, message.data)
        fields = {
            "place": event.place_code,
            "grade": event.grade,
            "barred": event.barred,
            "barred_until": event.barred_until.isoformat() if event.barred_until else None,
            "removed": isinstance(event, AgencyRemoved),
        }
        await self._keep("agencies", message, fields, {})

    async def keep_selection(self, message: Message) -> None:
        """Mode, how many took part, how it ended."""
        event = cast(SelectionEventData, message.data)
        ended = {AgencySelected.type: "selected", SelectionCancelled.type: "cancelled"}
        fields: Document = {
            "place": event.place_code,
            "mode": event.mode,
            "outcome": ended.get(event.type, "under_way"),
        }
        if isinstance(event, FrozenSelection):
            fields["entrants"] = len(event.entries)
        # The newest event may come first after a compaction: then its day stands for the opening's.
        await self._keep("selections", message, fields, {"opened_day": civil(event.at).isoformat()})

    async def count(self, place: str, first: date, last: date, today: date) -> Document:
        """Selections opened under a place from one day to another by mode, and agencies as they stand."""
        under = {"$regex": f"^{re.escape(place)}"}
        days = {"$gte": first.isoformat(), "$lte": last.isoformat()}
        group: Document = {
            "_id": "$mode",
            "opened": {"$sum": 1},
            "selected": {"$sum": {"$cond": [{"$eq": ["$outcome", "selected"]}, 1, 0]}},
            "cancelled": {"$sum": {"$cond": [{"$eq": ["$outcome", "cancelled"]}, 1, 0]}},
            "entrants": {"$sum": {"$ifNull": ["$entrants", 0]}},
        }
        where = [{"$match": {"place": under, "opened_day": days}}, {"$group": group}]
        found = {one.pop("_id"): one for one in await self._database.aggregate("selections", where)}
        none = {"opened": 0, "selected": 0, "cancelled": 0, "entrants": 0}
        return {
            "modes": [{"mode": mode, **found.get(mode, none)} for mode in MODES],
            "agencies": await self._agencies(under, today.isoformat()),
        }

    async def _agencies(self, under: Document, today: str) -> Document:
        barred = {
            "$and": [
                "$barred",
                {"$or": [{"$eq": ["$barred_until", None]}, {"$gte": ["$barred_until", today]}]},
            ]
        }
        group = {"_id": {"grade": "$grade", "barred": barred}, "count": {"$sum": 1}}
        where = [{"$match": {"place": under, "removed": False}}, {"$group": group}]
        grades: dict[str, int] = dict.fromkeys("ABCD", 0)
        on_blacklist = 0
        for one in await self._database.aggregate("agencies", where):
            if one["_id"]["barred"]:
                on_blacklist += one["count"]
            else:
                grades[one["_id"]["grade"]] += one["count"]
        return {"grades": grades, "blacklisted": on_blacklist}

    async def _keep(self, name: str, message: Message, fields: Document, first: Document) -> None:
        collection: Any = self._database[name]
        number = message.sequence
        with patiently():
            await collection.update_one(
                {"_id": message.subject}, {"$setOnInsert": {"sequence": 0, **first}}, upsert=True
            )
            await collection.update_one(
                {"_id": message.subject, "sequence": {"$lt": number}},
                {"$set": {**fields, "sequence": number}},
            )
