"""Comparison sets as documents, and own items to be compared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.catalog.domain.compare.comparison_sets import ComparisonSet
from services.catalog.domain.item.items import Item
from services.catalog.store import queries
from services.runtime import mapping
from services.runtime.records import Records
from services.runtime.service import Service


class Comparisons:
    """The collection `comparison_sets`."""

    def __init__(self, service: Service, items: Records[Item]) -> None:
        self.records: Records[ComparisonSet] = service.records(
            "comparison_sets", ComparisonSet, key="set_id", converter=mapping.converter()
        )
        service.index("comparison_sets", [("place", 1), ("closed", 1)])
        self._items = items

    async def of_place(self, place: str) -> list[ComparisonSet]:
        """The open sets of a place and of those above it."""
        return await self.records.find({**queries.at_or_above(place), "closed": False}, limit=200)

    async def own(self, place: str, now: datetime) -> list[Item]:
        """The items in force of a place itself that can be applied for."""
        where = {"$and": [queries.applicable(now), queries.for_application(), {"place": place}]}
        return await self._items.find(where, limit=5_000)

    async def elsewhere(self, base_codes: Iterable[str], place: str, now: datetime) -> list[Item]:
        """The same standard items at other places of the catalog that are on no line with this one."""
        where = {
            "$and": [
                queries.applicable(now),
                {"base_code": {"$in": sorted(set(base_codes))}},
                {"$nor": [queries.on_the_line_of(place)]},
                {"published.record.secret": {"$ne": True}},
            ]
        }
        return await self._items.find(where, limit=5_000)
