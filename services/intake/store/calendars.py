"""Own copy of the working-day calendars that approval loads, over the one that ships with this version."""

from __future__ import annotations

import time
from datetime import date

from contracts.approval import CalendarLoaded
from services.runtime.message import Message
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service
from services.workdays import NATIONAL, Calendar, DayException

_FRESH = 5.0


class Calendars:
    """The collection `calendars`, one document a place and year."""

    def __init__(self, service: Service) -> None:
        self._tables = service.database["calendars"]
        self._kept: list[Document] = []
        self._made: dict[str, Calendar] = {}
        self._checked = float("-inf")

    async def keep(self, message: Message, event: CalendarLoaded) -> None:
        """Note the year's table."""
        fields = {
            "region": event.place_code,
            "year": event.year,
            "calendar": event.calendar,
            "days": [[day.date.isoformat(), day.counts, day.name] for day in event.exceptions],
            "sequence": message.sequence,
        }
        with patiently():
            await self._tables.update_one(
                {"_id": message.subject}, {"$setOnInsert": {"sequence": 0}}, upsert=True
            )
            await self._tables.update_one(
                {"_id": message.subject, "sequence": {"$lt": message.sequence}}, {"$set": fields}
            )
        self._checked = float("-inf")

    async def of(self, place: str) -> Calendar:
        """The calendar of a place: the nation's, with the tables of its regions laid over it."""
        if time.monotonic() - self._checked > _FRESH:
            with patiently():
                found = await self._tables.find({"year": {"$exists": True}}).sort("_id", 1).to_list(None)
            if found != self._kept:
                self._kept, self._made = found, {}
            self._checked = time.monotonic()
        if place not in self._made:
            self._made[place] = self._calendar(place)
        return self._made[place]

    def _calendar(self, place: str) -> Calendar:
        made = Calendar.official()
        for table in self._kept:
            region = table["region"]
            if region == NATIONAL or place.startswith(region):
                days = [DayException(date.fromisoformat(d), c, n) for d, c, n in table["days"]]
                made = made.with_exceptions(table["calendar"], table["year"], days, region)
        return made
