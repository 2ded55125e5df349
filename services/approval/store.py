"""Dossiers, calendars and item copies as documents; the one file that knows their field names."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import get_args

from contracts.blocks import ItemRef
from services.approval.domain.calendars import CalendarYear, calendar_of
from services.approval.domain.dossier import Desk, Dossier
from services.approval.domain.items import Terms, copy_key
from services.runtime import mapping
from services.runtime.mongo import Document
from services.runtime.records import Records
from services.runtime.service import Service
from services.workdays import NATIONAL, Calendar

#: Seconds after which a process looks whether another one has loaded a calendar.
_CALENDARS_FRESH = 10.0
_COPIES_AT_HAND = 5_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dossiers a work list shows."""

    area: str
    desk: Desk | None = "open"
    state: str | None = None
    unit: str | None = None
    due_before: date | None = None
    after: tuple[str, str] | None = None


class TermsNotAtHand(LookupError):
    """The item version must be looked up first."""

    def __init__(self, item: ItemRef) -> None:
        super().__init__(copy_key(item.item_code, item.version))
        self.item = item


class Store:
    """The collections of approval."""

    def __init__(self, service: Service) -> None:
        self._converter = converter = mapping.converter()
        self.dossiers: Records[Dossier] = service.records(
            "dossiers", Dossier, key="case_no", converter=converter, topic="approval.cases"
        )
        self.calendars: Records[CalendarYear] = service.records(
            "calendars", CalendarYear, key="calendar_id", converter=converter, topic="approval.calendars"
        )
        self.copies: Records[Terms] = service.records("items", Terms, key="key", converter=converter)
        # A work list is one range of one of these, in order of due date, however many dossiers there are.
        service.index("dossiers", [("areas", 1), ("desk", 1), ("due", 1), ("_id", 1)], name="by_place")
        service.index("dossiers", [("unit_id", 1), ("desk", 1), ("due", 1), ("_id", 1)], name="by_unit")
        self.terms = Copies(self.copies)
        self.calendar = Calendars(self.calendars)

    async def list(self, wanted: Wanted, limit: int) -> list[Dossier]:
        """Dossiers in order of their promised due date."""
        # All desks are three ranges of the index, merged in order; without them it would sort in memory.
        desks = [wanted.desk] if wanted.desk else list(get_args(Desk))
        where: Document = {"areas": wanted.area, "desk": {"$in": desks}}
        if wanted.state:
            where["state"] = wanted.state
        if wanted.unit:
            where["unit_id"] = wanted.unit
        if wanted.due_before:
            where["due"] = {"$lt": wanted.due_before.isoformat()}
        if wanted.after:
            due, case_no = wanted.after
            where["$and"] = [
                {"due": {"$gte": due}},
                {"$or": [{"due": {"$gt": due}}, {"_id": {"$gt": case_no}}]},
            ]
        return await self.dossiers.find(where, sort=(("due", 1), ("_id", 1)), limit=limit)

    async def open_under(self, area: str, due_from: date) -> AsyncIterator[Dossier]:
        """Every undecided dossier of a place (``00``: of the country) that is due from that day on."""
        where: Document = {"desk": "open", "clock.statutory_due.on": {"$gte": due_from.isoformat()}}
        if area != NATIONAL:
            where["areas"] = area
        last = ""
        while page := await self.dossiers.find({**where, "_id": {"$gt": last}}, limit=200):
            for dossier in page:
                yield dossier
            last = page[-1].case_no

    def dossier_of(self, document: Document) -> Dossier:
        """A dossier as a change stream gives it."""
        return self._converter.structure({**document, "case_no": document["_id"]}, Dossier)


class Copies:
    """Item versions at hand. A published version never changes, so what is known stays known."""

    def __init__(self, records: Records[Terms]) -> None:
        self._records = records
        self._known: OrderedDict[str, Terms] = OrderedDict()

    def at_hand(self, item: ItemRef) -> Terms:
        """Its terms. TermsNotAtHand where they must be fetched first."""
        found = self._known.get(copy_key(item.item_code, item.version))
        if found is None:
            raise TermsNotAtHand(item)
        return found

    async def fetch(self, item: ItemRef) -> Terms | None:
        """Its terms, or None while the version has not arrived."""
        key = copy_key(item.item_code, item.version)
        found = self._known.get(key) or await self._records.get(key)
        if found is not None:
            self._known[key] = found
            if len(self._known) > _COPIES_AT_HAND:
                self._known.popitem(last=False)
        return found


class Calendars:
    """The calendars of all places, as loaded; looked at again every few seconds."""

    def __init__(self, records: Records[CalendarYear]) -> None:
        self._records = records
        self._years: list[CalendarYear] = []
        self._made: dict[str, Calendar] = {}
        self._seen = float("-inf")

    async def of(self, place: str) -> Calendar:
        """The calendar that a place counts by."""
        await self.look()
        return self.at_hand(place)

    def at_hand(self, place: str) -> Calendar:
        """The same as last looked at."""
        found = self._made.get(place)
        if found is None:
            found = self._made[place] = calendar_of(place, self._years)
        return found

    async def look(self) -> None:
        """Look whether another process has loaded a calendar, every few seconds."""
        if time.monotonic() - self._seen > _CALENDARS_FRESH:
            await self.refresh()

    async def refresh(self) -> None:
        """Read what is loaded."""
        years = await self._records.find({}, limit=1000)
        if years != self._years:
            self._years, self._made = years, {}
        self._seen = time.monotonic()

    async def not_worked_off(self) -> list[CalendarYear]:
        """Loaded years for which open dossiers are still to be looked through."""
        return await self._records.find({"worked_off": False}, limit=20)
