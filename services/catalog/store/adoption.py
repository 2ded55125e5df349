"""What is handed down and who has taken it over, read from the items without their records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.catalog.domain.levels.adoption_rates import HandedDown, TakenOver
from services.catalog.store import queries
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service

_SHOWN = (
    "place",
    "base_code",
    "withdrawn",
    "published.number",
    "published.effective_from",
    "published.record.name",
    "published.record.kind",
    "published.record.secret",
    "published.record.delegated_to",
)
_OF_TAKEN = (
    "place",
    "base_code",
    "latest",
    "withdrawn",
    "published.number",
    "adopted.base_item",
    "adopted.standard.version",
    "adopted.next.version",
)


class Adoption:
    """Questions to the collection of items."""

    def __init__(self, service: Service) -> None:
        self._items = service.database["items"]
        service.index(
            "items",
            [("published.record.delegated_to", 1)],
            name="handed_down",
            partialFilterExpression={"published.record.delegated_to": {"$type": "string"}},
        )
        service.index(
            "items",
            [("adopted.base_item", 1)],
            name="adopted_from",
            partialFilterExpression={"adopted.base_item": {"$type": "string"}},
        )

    async def handed_down(self, place: str, now: datetime) -> list[HandedDown]:
        """Standards in force that places above, at or below a place have handed down."""
        where = {
            "published.record.delegated_to": {"$type": "string"},
            "published.record.main_item": {"$ne": True},
            **queries.on_the_line_of(place),
        }
        with patiently():
            found = await self._items.find(where, dict.fromkeys(_SHOWN, 1)).to_list(None)
        return [standard for one in found if (standard := _standard(one, now)) is not None]

    async def taken_over(
        self, places: Iterable[str], base_codes: Iterable[str], now: datetime
    ) -> dict[tuple[str, str], TakenOver]:
        """What these places have under these base codes, by (place, base code)."""
        where = {"base_code": {"$in": sorted(set(base_codes))}, "place": {"$in": sorted(set(places))}}
        with patiently():
            found = await self._items.find(where, dict.fromkeys(_OF_TAKEN, 1)).to_list(None)
        return {(one["place"], one["base_code"]): _taken(one, now) for one in found}

    async def adopters(self, base_item: str) -> list[str]:
        """Codes of the items that were adopted from an item."""
        with patiently():
            found: list[str] = await self._items.distinct("_id", {"adopted.base_item": base_item})
        return found


def _standard(document: Document, now: datetime) -> HandedDown | None:
    begun = [version for version in document["published"] if version["effective_from"] <= now]
    withdrawn = document.get("withdrawn")
    if not begun or (withdrawn and withdrawn["effective_to"] <= now):
        return None
    version = max(begun, key=lambda one: one["number"])
    record = version["record"]
    if not record.get("delegated_to"):
        return None
    return HandedDown(
        document["_id"],
        document["base_code"],
        document["place"],
        record["name"],
        record["kind"],
        version["number"],
        frozenset(record["delegated_to"]),
        record.get("secret", False),
    )


def _taken(document: Document, now: datetime) -> TakenOver:
    adopted, withdrawn = document.get("adopted") or {}, document.get("withdrawn")
    ended = bool(withdrawn and withdrawn["effective_to"] <= now)
    return TakenOver(
        item_code=document["_id"],
        base_code=document["base_code"],
        place=document["place"],
        version=document.get("latest", 0),
        adopted=bool(adopted),
        base_version=(adopted.get("standard") or {}).get("version"),
        next_version=(adopted.get("next") or {}).get("version"),
        ended=ended,
        end_reason=withdrawn["reason"] if ended and withdrawn else None,
    )
