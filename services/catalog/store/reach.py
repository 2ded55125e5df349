"""What the lists of reach are computed from: items in force, grouped by what the rules look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.catalog.domain.item.reach import Group
from services.catalog.store import queries
from services.runtime.mongo import Document
from services.runtime.paging import Cursors
from services.runtime.service import Service

#: Fields of the record in force that make a group.
_ALIKE = ("kind", "online_depth", "handling", "visits")


@dataclass(frozen=True, slots=True)
class Reaching:
    """One line of a list."""

    item_code: str
    place: str
    record: Mapping[str, Any]


class Reach:
    """Reads `items`; owns nothing."""

    def __init__(self, service: Service) -> None:
        self._database = service.database
        self._cursors = Cursors(service.digest_key, "catalog.reach")

    async def groups(self, place: str, now: datetime) -> list[Group]:
        """What counts at and below a place."""
        keys = {name: f"$current.{name}" for name in _ALIKE}
        pipeline = [
            *_counting(place, now),
            {"$group": {"_id": {"place": "$place", **keys}, "items": {"$sum": 1}}},
        ]
        found = await self._database.aggregate("items", pipeline)
        return [_group(document) for document in found]

    async def listed(
        self,
        place: str,
        now: datetime,
        alike: Sequence[Group],
        *,
        kind: str | None,
        cursor: str | None,
        limit: int,
    ) -> tuple[list[Reaching], str | None]:
        """A page of the items that are like one of ``alike``, by code. BadCursor."""
        after = self._cursors.read(cursor)
        wanted = [_conditions(group) for group in {_shape(group): group for group in alike}.values()]
        if not wanted:
            return [], None
        pipeline: list[Document] = [
            *_counting(place, now, after[0] if after else None),
            {"$match": {"$or": wanted, **({"current.kind": kind} if kind else {})}},
            {"$sort": {"_id": 1}},
            {"$limit": limit + 1},
            {"$project": {"place": 1, **{f"current.{name}": 1 for name in _SHOWN}}},
        ]
        found = await self._database.aggregate("items", pipeline)
        page = [Reaching(one["_id"], one["place"], one["current"]) for one in found[:limit]]
        more = self._cursors.made(page[-1].item_code) if len(found) > limit else None
        return page, more


_SHOWN = (*_ALIKE, "name", "implementing_body", "unit_id", "sample")


def _counting(place: str, now: datetime, after: str | None = None) -> list[Document]:
    """In force, by application, not secret, no 主项; ``current`` is the record in force."""
    where = {**queries.applicable(now), **(queries.under(place) if place else {})}
    if after:
        where["_id"] = {"$gt": after}
    begun = {"$filter": {"input": "$published", "as": "one", "cond": {"$lte": ["$$one.effective_from", now]}}}
    record = {"$getField": {"field": "record", "input": {"$last": begun}}}
    shown = (*_SHOWN, "secret", "main_item", "service_type")
    fields = {name: {"$getField": {"field": name, "input": "$$record"}} for name in shown}
    return [
        {"$match": where},
        {"$project": {"place": 1, "current": {"$let": {"vars": {"record": record}, "in": fields}}}},
        {
            "$match": {
                "current.secret": {"$ne": True},
                "current.main_item": {"$ne": True},
                "current.service_type": {"$ne": "主动服务"},
            }
        },
    ]


def _group(document: Document) -> Group:
    alike = document["_id"]
    return Group(
        alike["place"],
        alike["kind"],
        alike.get("online_depth") or "none",
        alike["handling"],
        alike.get("visits"),
        document["items"],
    )


def _shape(group: Group) -> tuple[str, str, str, int | None]:
    return (group.kind, group.online_depth, group.handling, group.declared)


def _conditions(group: Group) -> Document:
    depths = [group.online_depth] if group.online_depth != "none" else ["none", None]
    return {
        "current.kind": group.kind,
        "current.online_depth": {"$in": depths},
        "current.handling": group.handling,
        "current.visits": group.declared,
    }
