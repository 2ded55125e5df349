"""Offers as documents, and what is listed of a hall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.catalog.domain.entries import Entry
from services.catalog.domain.halls.offers import Offer
from services.catalog.store import queries
from services.runtime import mapping
from services.runtime.mongo import Document, patiently
from services.runtime.records import Records
from services.runtime.service import Service

State = Literal["offered", "excluded", "proposed", "ended"]
_WHERE: dict[State, Document] = {
    "offered": {"offered": True},
    "excluded": {"exclusion": {"$ne": None}},
    "proposed": {"proposal": {"$ne": None}},
    "ended": {"offered": False, "exclusion": None, "since": {"$ne": None}},
}


@dataclass(frozen=True, slots=True)
class Offerable:
    """An item in force as lists of a hall show it."""

    item_code: str
    place: str
    name: str
    kind: str
    unit_id: str
    secret: bool
    sample: bool


class Offers:
    """The collection `offers`, one document for each item at each hall."""

    def __init__(self, service: Service, entries: Records[Entry]) -> None:
        self.records: Records[Offer] = service.records(
            "offers", Offer, key="offer_id", converter=mapping.converter(), topic="catalog.offers"
        )
        service.index("offers", [("hall_id", 1), ("item_code", 1)], unique=True)
        service.index("offers", [("place", 1), ("_id", 1)])
        service.index("entries", [("parent_id", 1), ("kind", 1)])
        self._items, self._entries = service.database["items"], entries

    async def page(
        self, place: str, hall_id: str | None, state: State | None, *, after: str | None, limit: int
    ) -> list[Offer]:
        """Offers of the halls at and below a place, or of one hall."""
        where: dict[str, Any] = {**queries.under(place), **(_WHERE[state] if state else {})}
        if hall_id is not None:
            where["hall_id"] = hall_id
        if after is not None:
            where["_id"] = {"$gt": after}
        return await self.records.find(where, limit=limit)

    async def of_halls(self, hall_ids: Iterable[str]) -> list[Offer]:
        """All that is known of these halls."""
        return await self.records.find({"hall_id": {"$in": sorted(hall_ids)}}, limit=100_000)

    async def halls(self, place: str) -> list[Entry]:
        """Open halls and service points at and below a place."""
        where = {**queries.under(place), "kind": {"$in": ["hall", "point"]}, "closed": False}
        return await self._entries.find(where, limit=100_000)

    async def windows(self, hall_id: str) -> list[Entry]:
        """The open windows of a hall."""
        where = {"parent_id": hall_id, "kind": "window", "closed": False}
        return await self._entries.find(where, limit=1_000)

    async def offerable(self, where: Mapping[str, Any], now: datetime) -> list[Offerable]:
        """Items in force that can be applied for, of the given places or codes."""
        query = {"$and": [queries.applicable(now), queries.for_application(), dict(where)]}
        shown = ("name", "kind", "unit_id", "secret", "sample")
        fields = {"place": 1, "published.number": 1, "published.effective_from": 1}
        fields |= {f"published.record.{name}": 1 for name in shown}
        with patiently():
            found = await self._items.find(query, fields).sort("_id", 1).to_list(None)
        return [_offerable(one, now) for one in found]


def _offerable(document: Document, now: datetime) -> Offerable:
    begun = [one for one in document["published"] if one["effective_from"] <= now]
    record = max(begun, key=lambda one: one["number"])["record"]
    return Offerable(
        document["_id"],
        document["place"],
        record["name"],
        record["kind"],
        record["unit_id"],
        record.get("secret", False),
        record.get("sample", False),
    )
