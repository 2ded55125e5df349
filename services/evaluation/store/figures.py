"""Counts over case facts: one aggregation for each kind of day, all that figures need of it at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.evaluation.domain.facts import ONLINE
from services.evaluation.domain.figures import By, Cell, Counts
from services.evaluation.store.facts import COLLECTION
from services.runtime.mongo import Database, Document

#: Where the key of a row stands in a document; days are keys of their own.
_KEYS: Mapping[By, str] = {
    "hall": "$keys.hall_id",
    "unit": "$keys.unit_id",
    "window": "$keys.window_id",
    "item": "$keys.item_code",
}


def _number(condition: Any) -> Document:
    return {"$sum": {"$cond": [condition, 1, 0]}}


#: For each kind of day: what is counted of the cases of that day.
_COUNTED: Mapping[str, Document] = {
    "received": {
        "received": {"$sum": 1},
        "online": _number({"$in": ["$intake.channel", sorted(ONLINE)]}),
    },
    "accepted": {
        "accepted": {"$sum": 1},
        "immediate": _number("$intake.about.immediate"),
        "materials_saved": {"$sum": "$intake.materials_saved"},
    },
    "decided": {"decided": {"$sum": 1}, "on_time": _number("$approval.promised_kept")},
    "rated": {
        "ratings": {"$sum": 1},
        "content": _number({"$gte": ["$rating.grade", 3]}),
        "grades": {"$sum": "$rating.grade"},
    },
}


async def count(
    database: Database, *, place: str, first: date, last: date, by: By, without: Sequence[str]
) -> list[Cell]:
    """Counts by key and day of all cases under a place, from the first to the last day, both included.

    ``without`` are the codes of items that are left out (涉密).
    """
    counted = await asyncio.gather(
        *(_count(database, kind, place, first, last, by, without) for kind in _COUNTED)
    )
    return [cell for cells in counted for cell in cells]


async def _count(
    database: Database, kind: str, place: str, first: date, last: date, by: By, without: Sequence[str]
) -> list[Cell]:
    day = f"keys.{kind}_day"
    where: Document = {
        day: {"$gte": first.isoformat(), "$lte": last.isoformat()},
        "keys.place_code": {"$regex": f"^{re.escape(place)}"},
    }
    if without:
        where["keys.item_code"] = {"$nin": list(without)}
    key = _KEYS.get(by, f"${day}")
    group: Document = {"_id": {"key": key, "day": f"${day}"}, **_COUNTED[kind]}
    found = await database.aggregate(COLLECTION, [{"$match": where}, {"$group": group}])
    return [_cell(document) for document in found]


def _cell(document: Document) -> Cell:
    group = document.pop("_id")
    return Cell(group.get("key"), date.fromisoformat(group["day"]), Counts(**document))
