"""Selections in the database, what is due among them, and what clients thought of the agencies chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.catalog.domain.marketplace.selections import ENDED, Selection
from services.runtime import mapping
from services.runtime.live import Live
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service

_NEWEST_FIRST = (("opened_at", -1), ("_id", -1))


@dataclass(frozen=True, slots=True)
class Work:
    """What an agency was chosen for so far: jobs, those done, and their ratings (1–5)."""

    jobs: int = 0
    done: int = 0
    ratings: tuple[int, ...] = ()


class Selections:
    """The collection `selections`, whose events are `catalog.selections`."""

    def __init__(self, service: Service) -> None:
        self._converter = mapping.converter()
        plain = mapping.make_dict_unstructure_fn(Selection, self._converter)
        self._converter.register_unstructure_hook(Selection, lambda one: {**plain(one), "due_at": one.due_at})
        self.records = service.records(
            "selections", Selection, key="selection_id", converter=self._converter, topic="catalog.selections"
        )
        service.index("selections", [("due_at", 1)], partialFilterExpression={"due_at": {"$type": "date"}})
        service.index("selections", [("place", 1), ("opened_at", -1), ("_id", -1)])
        service.index("selections", [("opened_at", -1), ("_id", -1)])
        service.index("selections", [("owner.sub", 1), ("state", 1)])
        service.index("selections", [("entries.agency_id", 1)])
        service.index("selections", [("winner", 1)], partialFilterExpression={"winner": {"$type": "string"}})
        self.live: Live = service.live("selections")

    def selection_of(self, document: Document) -> Selection:
        """A stored document as the domain sees it (live views)."""
        return self._converter.structure({**document, "selection_id": document["_id"]}, Selection)

    async def page(
        self, where: Mapping[str, Any], *, after: tuple[datetime, str] | None, limit: int
    ) -> list[Selection]:
        """Newest first."""
        query: Document = dict(where)
        if after is not None:
            at, id = after
            older = {"$or": [{"opened_at": {"$lt": at}}, {"opened_at": at, "_id": {"$lt": id}}]}
            query = {"$and": [query, older]}
        return await self.records.find(query, sort=_NEWEST_FIRST, limit=limit)

    async def due(self, now: datetime) -> list[Selection]:
        """Selections in which something is to happen by itself, the longest due first."""
        return await self.records.find({"due_at": {"$lte": now}}, sort=(("due_at", 1),), limit=100)

    async def under_way(self, sub: str) -> int:
        """How many selections of one person have not ended."""
        where = {"owner.sub": sub, "state": {"$nin": sorted(ENDED)}}
        with patiently():
            return int(await self.records.collection.count_documents(where))

    async def work(self, agency_ids: Iterable[str]) -> dict[str, Work]:
        """What each of these agencies was chosen for."""
        wanted = sorted(set(agency_ids))
        fields = {"winner": 1, "state": 1, "rating": 1, "ended_at": 1}
        where = {"winner": {"$in": wanted}, "state": {"$in": ["selected", "fulfilled"]}}
        with patiently():
            found = await self.records.collection.find(where, fields).sort("ended_at", -1).to_list(None)
        made: dict[str, Work] = {}
        for one in found:
            before, rating = made.get(one["winner"], Work()), one.get("rating")
            rated = (*before.ratings, rating) if rating is not None else before.ratings
            made[one["winner"]] = Work(before.jobs + 1, before.done + (rating is not None), rated)
        return made
