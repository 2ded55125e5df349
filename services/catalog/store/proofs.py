"""Rows of 附件2–4 and the published lists as documents; the only file that knows their field names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal

from cattrs import Converter

from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_crosscheck import ItemMaterials
from services.catalog.domain.cleanup.proofs_issues import issues
from services.catalog.domain.cleanup.proofs_names import PROOF
from services.catalog.domain.cleanup.proofs_publishing import Edition
from services.catalog.domain.cleanup.proofs_records import RECORDS, Inspection, ListKind, NeededProof
from services.catalog.domain.text import same
from services.catalog.store import queries
from services.runtime import mapping
from services.runtime.clock import BEIJING
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service

Standing = Literal["all", "open", "kept", "cancelled", "without_basis", "incomplete"]
STANDINGS: tuple[Standing, ...] = ("all", "open", "kept", "cancelled", "without_basis", "incomplete")
#: Rows that one county can have at most in what is computed over all of them.
MOST = 100_000
_LACKING = ("no-agreement", "not-argued")


class Proofs:
    """The collections `proofs` and `proof_lists`."""

    def __init__(self, service: Service) -> None:
        self._database = service.database
        self.rows = service.records("proofs", Proof, key="proof_id", converter=_converter())
        self.editions = service.records(
            "proof_lists",
            Edition,
            key="list_id",
            converter=mapping.converter(),
            topic="catalog.proof-lists",
        )
        service.index("proofs", [("list", 1), ("place", 1), ("identity", 1)], unique=True)
        service.index("proof_lists", [("place", 1)])
        service.index("proof_editions", [("list_id", 1), ("edition", -1)])
        self._plain = mapping.converter()

    # -- rows -------------------------------------------------------------------------------------------

    async def known_as(self, list: ListKind, place: str, identities: Sequence[str]) -> dict[str, Proof]:
        """The rows of a place with these identities, struck ones included."""
        where = {"list": list, "place": place, "identity": {"$in": [*identities]}}
        return {row.identity: row for row in await self.rows.find(where, limit=len(identities) or 1)}

    async def page(self, where: Mapping[str, Any], after: Sequence[str] | None, limit: int) -> list[Proof]:
        """Rows in the order of place, unit, item and name. ``after``: place and identity of the last one."""
        parts = [where]
        if after is not None:
            place, identity = after
            later = {"place": place, "identity": {"$gt": identity}}
            parts.append({"$or": [{"place": {"$gt": place}}, later]})
        order = (("place", 1), ("identity", 1))
        return await self.rows.find({"$and": parts}, sort=order, limit=limit)

    async def all(self, under: str, *lists: ListKind) -> list[Proof]:
        """The rows of these lists at and below a place, those struck left out."""
        where = {"list": {"$in": [*lists]}, **queries.under(under), "struck": None}
        return await self.rows.find(where, sort=(("place", 1), ("identity", 1)), limit=MOST)

    async def of_place(self, place: str, list: ListKind) -> list[Proof]:
        """The rows of one place."""
        return await self.rows.find({"list": list, "place": place, "struck": None}, limit=MOST)

    async def kept_without_basis(self, places: Sequence[str]) -> list[Proof]:
        """The rows of 附件2 of these places whose proof is kept though no statute asks for it."""
        where = {"list": "needed", "place": {"$in": [*places]}, "struck": None, "marks": "kept-without-basis"}
        return await self.rows.find(where, limit=MOST)

    async def counts(self, where: Mapping[str, Any], today: date) -> dict[str, int]:
        """How many rows there are of each standing."""
        facets = {
            standing: [{"$match": standing_is(standing, today)}, {"$count": "n"}] for standing in STANDINGS
        }
        found = await self._database.aggregate("proofs", [{"$match": dict(where)}, {"$facet": facets}])
        return {name: (part[0]["n"] if part else 0) for name, part in found[0].items()}

    async def units(self, where: Mapping[str, Any]) -> list[str]:
        """The units that have rows."""
        with patiently():
            found: list[str] = await self.rows.collection.distinct("record.unit", dict(where))
        return sorted(found)

    # -- published lists --------------------------------------------------------------------------------

    async def published(self, place: str) -> list[Edition]:
        """The lists of a place and of those above it."""
        return await self.editions.find(queries.at_or_above(place), sort=(("place", -1), ("list", 1)))

    async def archive(self, edition: Edition) -> None:
        """Keep a copy of an edition before another replaces it; editions never change."""
        document = self._plain.unstructure(edition)
        with patiently():
            await self._database["proof_editions"].update_one(
                {"_id": f"{edition.list_id}@{edition.edition}"}, {"$setOnInsert": document}, upsert=True
            )

    async def archived(self, list_id: str, number: int) -> Edition | None:
        """An edition that was replaced."""
        with patiently():
            found = await self._database["proof_editions"].find_one({"_id": f"{list_id}@{number}"})
        return self._plain.structure(found, Edition) if found else None

    async def earlier(self, editions: Sequence[Edition]) -> dict[str, list[tuple[int, datetime]]]:
        """Numbers and instants of what was published before these editions, by list, newest first."""
        newest = {edition.list_id: edition.edition for edition in editions}
        where, shown = {"list_id": {"$in": [*newest]}}, {"list_id": 1, "edition": 1, "published_at": 1}
        with patiently():
            found = (
                await self._database["proof_editions"].find(where, shown).sort("edition", -1).to_list(None)
            )
        earlier: dict[str, list[tuple[int, datetime]]] = {list_id: [] for list_id in newest}
        for one in found:
            if one["edition"] < newest[one["list_id"]]:
                earlier[one["list_id"]].append((one["edition"], one["published_at"]))
        return earlier

    # -- items ------------------------------------------------------------------------------------------

    async def item_materials(self, under: str, now: datetime) -> list[ItemMaterials]:
        """The live items at and below a place that ask for a proof or issue one; the same item of several
        places once.
        """
        words = {"$regex": PROOF.pattern}
        pipeline: list[dict[str, Any]] = [
            {"$match": {**queries.under(under), **queries.applicable(now)}},
            {"$match": {"$or": [
                {"published.record.materials.name": words},
                {"published.record.result.name": words},
                {"published.record.name": words},
            ]}},
            {"$project": {"record": {"$last": {"$filter": {
                "input": "$published", "cond": {"$lte": ["$$this.effective_from", now]},
            }}}}},
            {"$replaceWith": {"code": "$_id", "record": "$record.record"}},
            {"$group": {
                "_id": {
                    "name": "$record.name",
                    "body": "$record.implementing_body",
                    "result": "$record.result.name",
                    "materials": "$record.materials.name",
                    "on_file": "$record.materials.licence_type",
                },
                "code": {"$min": "$code"},
                "places": {"$sum": 1},
                "materials": {"$first": "$record.materials"},
            }},
            {"$sort": {"code": 1}},
            {"$limit": MOST},
        ]  # fmt: skip
        return [_materials(found) for found in await self._database.aggregate("items", pipeline)]

    async def live_codes(self, place: str, names: Iterable[str], now: datetime) -> dict[str, str]:
        """Name (as :func:`same`) → code of the live items of a place."""
        where = {
            "place": place,
            "published.record.name": {"$in": sorted(set(names))},
            **queries.applicable(now),
        }
        with patiently():
            cursor = self._database["items"].find(where, {"published.record.name": 1}).sort("_id", -1)
            found = await cursor.to_list(MOST)
        return {same(item["published"][-1]["record"]["name"]): item["_id"] for item in found}


def in_list(list: ListKind, under: str) -> dict[str, Any]:
    """The rows of a list at and below a place."""
    return {"list": list, **queries.under(under), "struck": None}


def standing_is(standing: Standing, today: date) -> dict[str, Any]:
    """Rows of a standing. A sample serves for its year, so what is lacking depends on the day."""
    no_sample = {"list": "needed", "marks": "kept-without-basis", "sample_year": {"$lt": today.year}}
    standings: dict[Standing, dict[str, Any]] = {
        "all": {},
        "open": {"marks": "open"},
        "kept": {"marks": "kept"},
        "cancelled": {"marks": "cancelled"},
        "without_basis": {"marks": "kept-without-basis"},
        "incomplete": {"$or": [{"marks": {"$in": [*_LACKING]}}, no_sample]},
    }
    return standings[standing]


def of_unit(unit: str) -> dict[str, Any]:
    """Rows of one 填表单位."""
    return {"record.unit": unit}


def like(words: str) -> dict[str, Any]:
    """Rows in whose unit, item or name the words stand."""
    return {"identity": {"$regex": re.escape(same(words))}}


def _materials(found: Document) -> ItemMaterials:
    materials = found.get("materials") or ()
    return ItemMaterials(
        item_code=found["code"],
        places=found["places"],
        name=found["_id"]["name"],
        body=found["_id"]["body"],
        result=found["_id"].get("result"),
        materials=tuple(material["name"] for material in materials),
        on_file=tuple(material["name"] for material in materials if material.get("licence_type")),
    )


# -- documents ------------------------------------------------------------------------------------------


def _converter() -> Converter:
    converter = mapping.converter()
    plain = mapping.make_dict_unstructure_fn(Proof, converter)
    read = mapping.make_dict_structure_fn(
        Proof, converter, record=mapping.override(struct_hook=lambda value, _: value)
    )

    def structured(document: Document, kind: type[Proof]) -> Proof:
        proof: Proof = read(document, kind)
        record = RECORDS[proof.list].model_validate(proof.record, extra="ignore")
        return replace(proof, record=record)

    converter.register_unstructure_hook(Proof, lambda proof: {**plain(proof), **_derived(proof)})
    converter.register_structure_hook(Proof, structured)
    return converter


def _derived(proof: Proof) -> Document:
    """Fields that only queries use."""
    record = proof.record
    codes = {issue.code for issue in issues(record, proof.edited_at.astimezone(BEIJING).date())}
    marks = (codes - {"no-samples"}) | _verdicts(proof)
    samples = [sample.year for sample in record.samples] if isinstance(record, NeededProof) else []
    return {"identity": proof.identity, "marks": sorted(marks), "sample_year": max(samples, default=0)}


def _verdicts(proof: Proof) -> set[str]:
    record = proof.record
    if isinstance(record, Inspection):
        opinions = [half.opinion for half in (record.inspection, record.training) if half]
    else:
        opinions = [record.opinion]
    return {"kept" if one.verdict == "保留" else "cancelled" for one in opinions if one}
