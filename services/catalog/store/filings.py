"""备案 of all places, read out of the adopted items that keep them (mission C9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.catalog.domain.levels.standards import Filing
from services.catalog.store import queries
from services.runtime import mapping
from services.runtime.mongo import Document
from services.runtime.service import Service

Kind = Literal["time", "materials", "fee", "steps", "taken_back"]
#: In which field of the reductions each kind is told; a filing of none of them takes all back.
_TOLD: dict[Kind, Document] = {
    "time": {"filing.reductions.promised": {"$ne": None}},
    "materials": {"filing.reductions.dropped_materials.0": {"$exists": True}},
    "fee": {"filing.reductions.fee_fen": {"$ne": None}},
    "steps": {"filing.reductions.steps.0": {"$exists": True}},
}
_HAS_FILINGS: Document = {"adopted.filings.filing_no": {"$type": "string"}}


@dataclass(frozen=True, slots=True)
class Filed:
    """A filing with the item that it is about, as that is now. ``steps`` are names by the step's id."""

    item_code: str
    base_code: str
    place: str
    name: str
    unit_id: str
    filed_with: str
    steps: Mapping[str, str]
    filing: Filing


class Filings:
    """Questions to the collection of items."""

    def __init__(self, service: Service) -> None:
        self._database, self._converter = service.database, mapping.converter()
        service.index(
            "items",
            [("place", 1), ("adopted.filings.at", -1)],
            name="filed",
            partialFilterExpression=_HAS_FILINGS,
        )

    async def page(
        self, items: Document, filings: Document, after: tuple[datetime, str] | None, limit: int
    ) -> list[Filed]:
        """The filings of these items, the newest first; ``after``: instant and number of the last one."""
        pipeline: list[Document] = [
            {"$match": {"$and": [_HAS_FILINGS, items]}},
            {"$project": {
                "place": 1,
                "base_code": 1,
                "filed_with": "$adopted.handed_down_by.name",
                "filing": "$adopted.filings",
                "record": {"$last": "$published.record"},
            }},
            {"$unwind": "$filing"},
            {"$match": {"$and": [filings, _behind(after)]}},
            {"$sort": {"filing.at": -1, "filing.filing_no": -1}},
            {"$limit": limit},
            {"$project": {
                "place": 1, "base_code": 1, "filed_with": 1, "filing": 1,
                "record.name": 1, "record.unit_id": 1, "record.steps.step": 1, "record.steps.name": 1,
            }},
        ]  # fmt: skip
        return [self._filed(found) for found in await self._database.aggregate("items", pipeline)]

    def _filed(self, found: Document) -> Filed:
        record: Mapping[str, Any] = found["record"]
        return Filed(
            found["_id"],
            found["base_code"],
            found["place"],
            record["name"],
            record["unit_id"],
            found["filed_with"],
            {step["step"]: step["name"] for step in record.get("steps", ())},
            self._converter.structure(found["filing"], Filing),
        )


def of(place: str, words: str) -> Document:
    """Items at and below a place; ``words`` are a code, a base code or a part of the name."""
    if not words:
        return queries.under(place)
    meant = [
        {"_id": words},
        {"base_code": words},
        {"published.record.name": {"$regex": re.escape(words)}},
    ]
    return {"$and": [queries.under(place), {"$or": meant}]}


def told(kind: Kind | None, begins: datetime | None, ends: datetime | None) -> Document:
    """Filings of a kind, from an instant on and before another."""
    parts = [_of_kind(kind)] if kind else []
    if begins:
        parts.append({"filing.at": {"$gte": begins}})
    if ends:
        parts.append({"filing.at": {"$lt": ends}})
    return {"$and": parts} if parts else {}


def _of_kind(kind: Kind) -> Document:
    return _TOLD[kind] if kind in _TOLD else {"$nor": [*_TOLD.values()]}


def _behind(after: tuple[datetime, str] | None) -> Document:
    if after is None:
        return {}
    at, number = after
    return {
        "$or": [{"filing.at": {"$lt": at}}, {"filing.at": at, "filing.filing_no": {"$lt": number}}],
    }
