"""Items, versions, codes, imports and the directory as documents; the only file that knows field names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from services.catalog.domain.entries import Entry
from services.catalog.domain.item.items import Item, Version
from services.catalog.store import queries, reviews
from services.catalog.store.adoption import Adoption
from services.catalog.store.agencies import Agencies
from services.catalog.store.codes import Codes
from services.catalog.store.comparison import Comparisons
from services.catalog.store.filings import Filings
from services.catalog.store.imports import Imports
from services.catalog.store.main_items import MainItems
from services.catalog.store.offers import Offers
from services.catalog.store.packages import Packages
from services.catalog.store.papers import Papers
from services.catalog.store.parameters import Parameters
from services.catalog.store.policies import Policies
from services.catalog.store.proofs import Proofs
from services.catalog.store.reach import Reach
from services.catalog.store.reviews import Reviews
from services.catalog.store.search import Search, touched
from services.catalog.store.selections import Selections
from services.runtime import mapping
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service

#: What a list shows of a record.
_LISTED = (
    "name",
    "unit_id",
    "implementing_body",
    "kind",
    "handling",
    "fee",
    "sample",
    "secret",
    "main_item",
    "parent_code",
)
_SHOWN = {
    **{f"{block}.{name}": 1 for block in ("published.record", "draft.record") for name in _LISTED},
    **{f"{block}.limits.promised": 1 for block in ("published.record", "draft.record")},
    **dict.fromkeys(
        (
            "place",
            "revision",
            "withdrawn",
            "published.number",
            "published.effective_from",
            "draft.signatures",
            "draft.at",
            "stage",
        ),
        1,
    ),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list: fields of the record in force, or of the draft."""

    item_code: str
    place: str
    state: str
    revision: int
    version: int
    record: Mapping[str, Any]
    draft_state: str | None = None
    edited_at: datetime | None = None


class Store:
    """The catalog's collections."""

    def __init__(self, service: Service) -> None:
        converter = mapping.converter()
        plain = mapping.make_dict_unstructure_fn(Item, converter)
        converter.register_unstructure_hook(
            Item, lambda item: {**plain(item), **touched(), **reviews.derived(item)}
        )
        self._converter, self._database = converter, service.database
        self.items = service.records(
            "items", Item, key="item_code", converter=converter, topic="catalog.items"
        )
        self.entries = service.records(
            "entries", Entry, key="entry_id", converter=mapping.converter(), topic="catalog.places"
        )
        self.imports = Imports(service)
        service.index("items", [("place", 1), ("identity", 1)], unique=True)
        service.index("items", [("base_code", 1)])
        service.index("entries", [("place", 1), ("kind", 1)])
        service.index("versions", [("item_code", 1), ("number", -1)])
        self.codes = Codes(service)
        self.filings = Filings(service)
        self.adoption = Adoption(service)
        self.offers = Offers(service, self.entries)
        self.comparisons = Comparisons(service, self.items)
        self.parameters = Parameters(service)
        self.main_items = MainItems(service, self.items)
        self.reviews = Reviews(service, self.items)
        self.adoption = Adoption(service)
        self.packages = Packages(service)
        self.reach = Reach(service)
        self.agencies = Agencies(service)
        self.selections = Selections(service)
        self.search = Search(service)
        self.policies = Policies(service)
        self.proofs = Proofs(service)
        self.proof_files = Papers(service, "proof_files")
        self.item_files = Papers(service, "item_files")

    # -- items ------------------------------------------------------------------------------------------

    async def items_known_as(
        self, places: Iterable[str], identities: Sequence[str]
    ) -> dict[tuple[str, str], Item]:
        """The items of these places with these identities, by (place, identity)."""
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(identities), 500):
            where = {
                "place": {"$in": list(places)},
                "identity": {"$in": list(identities[start : start + 500])},
            }
            for item in await self.items.find(where, limit=500 * 100):
                found[item.place, item.identity] = item
        return found

    async def acts_of_import(self, reference: str, item_codes: Sequence[str]) -> dict[str, str]:
        """What one run of an import did to items, by code: the act in their history that names the run."""
        its_own = {"history": {"$elemMatch": {"data.import": reference}}}
        wanted = {"_id": {"$in": list(item_codes)}, **its_own}
        with patiently():
            found = await self.items.collection.find(wanted, its_own).to_list(None)
        return {item["_id"]: item["history"][0]["type"] for item in found}

    async def items_below(self, place: str) -> AsyncIterator[Item]:
        """All items at and below a place that have not ended, in the order of their codes."""
        goes_on = {"$or": [{"withdrawn": None}, {"draft": {"$ne": None}}]}
        where = {"place": {"$gte": place, "$lt": f"{place}:"}, **goes_on}
        last = ""
        while page := await self.items.find({**where, "_id": {"$gt": last}}, limit=500):
            for item in page:
                yield item
            last = page[-1].item_code

    async def listed(
        self, where: Mapping[str, Any], now: datetime, *, after: str | None, limit: int
    ) -> list[Listed]:
        """A page of items in the order of their codes."""
        query = {**where, "_id": {"$gt": after}} if after else dict(where)
        with patiently():
            cursor = self.items.collection.find(query, _SHOWN).sort("_id", 1).limit(limit)
            return [_listed(document, now) for document in await cursor.to_list(limit)]

    async def listed_among(
        self, item_codes: Sequence[str], where: Mapping[str, Any], now: datetime
    ) -> list[Listed]:
        """Of these items those that are meant, in the order given."""
        among = {"_id": {"$in": list(item_codes)}}
        with patiently():
            found = await self.items.collection.find({"$and": [among, where]}, _SHOWN).to_list(None)
        by_code = {document["_id"]: document for document in found}
        return [_listed(by_code[code], now) for code in item_codes if code in by_code]

    # -- old versions -----------------------------------------------------------------------------------

    async def archive(self, item: Item) -> None:
        """Keep copies of an item's published versions, before an act takes them out of the head.

        A version never changes, so a copy made for an act that then fails is right all the same.
        """
        if not item.published:
            return
        operations = [
            UpdateOne(
                {"_id": f"{item.item_code}@{version.number}"},
                {"$setOnInsert": {**self._converter.unstructure(version), "item_code": item.item_code}},
                upsert=True,
            )
            for version in item.published
        ]
        with patiently():
            await self._database["versions"].bulk_write(operations, ordered=False)

    async def archived(self, item_code: str, number: int) -> Version | None:
        """A version that is not in the head any more."""
        with patiently():
            found = await self._database["versions"].find_one({"_id": f"{item_code}@{number}"})
        return self._converter.structure(found, Version) if found else None

    async def all_archived(self, item_code: str) -> list[Version]:
        """The versions that are, or were when the next one was published, in the head."""
        with patiently():
            cursor = self._database["versions"].find({"item_code": item_code}).sort("number", -1)
            return [self._converter.structure(found, Version) for found in await cursor.to_list(None)]

    # -- directory --------------------------------------------------------------------------------------

    async def places_and_units(self, at: str) -> list[Entry]:
        """The open places and units at and below a place."""
        where = {**queries.under(at), "kind": {"$in": ["place", "unit"]}, "closed": False}
        return await self.entries.find(where, limit=100_000)

    async def directory(self, under: str = "") -> list[Entry]:
        """The open entries at and below a place, places before what lies in them."""
        where = {"closed": False, **(queries.under(under) if under else {})}
        return await self.entries.find(where, limit=100_000)

    async def open_units(self, unit_ids: Iterable[str]) -> dict[str, str]:
        """Those of these ids that are open units of the directory, with the places that they lie in."""
        where = {"_id": {"$in": sorted(set(unit_ids))}, "kind": "unit", "closed": False}
        with patiently():
            found = await self.entries.collection.find(where, {"place": 1}).to_list(None)
        return {entry["_id"]: entry["place"] for entry in found}

    async def names(self, entry_ids: Iterable[str]) -> dict[str, str]:
        """Names of entries by id."""
        wanted = {"_id": {"$in": sorted(set(entry_ids))}}
        with patiently():
            found = await self.entries.collection.find(wanted, {"record.name": 1}).to_list(None)
        return {entry["_id"]: entry["record"]["name"] for entry in found}


# -- documents ------------------------------------------------------------------------------------------


def _listed(document: Document, now: datetime) -> Listed:
    published = document.get("published", [])
    begun = [version for version in published if version["effective_from"] <= now]
    version = max(begun, key=lambda one: one["number"], default=published[0] if published else None)
    withdrawn = document.get("withdrawn")
    draft = document.get("draft")
    # Documents of before have no `stage`; one signature was all that they needed.
    stage = document.get("stage") or (draft and ("approved" if draft.get("signatures") else "draft"))
    if version is None:
        state = stage or "draft"
        record = draft["record"] if draft else {}
    else:
        ended = withdrawn and withdrawn["effective_to"] <= now
        state = "withdrawn" if ended else "in_force" if begun else "published"
        record = version["record"]
    number = version["number"] if version else 0
    edited = draft.get("at") if draft else None
    return Listed(
        document["_id"], document["place"], state, document["revision"], number, record, stage, edited
    )
