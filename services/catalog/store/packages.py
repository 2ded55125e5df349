"""Packages (一件事) as documents: heads, and versions that are no longer in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pypinyin import Style, lazy_pinyin

from services.catalog.domain.packages.package import Package, PackageVersion
from services.catalog.domain.text import same
from services.catalog.store import queries
from services.runtime import mapping
from services.runtime.mongo import Document, patiently
from services.runtime.paging import Cursors
from services.runtime.service import Service

#: What a list reads of a head; forms and materials stay in the database.
_LISTED = ("name", "life_event", "subject", "parts.item_code", "promised", "fee_fen", "sample")


@dataclass(frozen=True, slots=True)
class ListedPackage:
    """One line of a list: fields of the record that is shown, or of the draft."""

    package_code: str
    place: str
    state: str
    draft_state: str | None
    version: int
    revision: int
    record: Mapping[str, Any]


class Packages:
    """The collections `packages` and `package_versions`."""

    def __init__(self, service: Service) -> None:
        converter = mapping.converter()
        plain = mapping.make_dict_unstructure_fn(Package, converter)
        converter.register_unstructure_hook(Package, lambda package: {**plain(package), **_derived(package)})
        self._converter = converter
        self.records = service.records(
            "packages", Package, key="package_code", converter=converter, topic="catalog.packages"
        )
        self._archive = service.database["package_versions"]
        self._cursors = Cursors(service.digest_key, "catalog.packages")
        service.index("packages", [("place", 1)])
        service.index("packages", [("published.record.parts.item_code", 1)], name="items")
        service.index("packages", [("number", -1)], name="number")

    async def next_number(self) -> int:
        """A number that no package has yet; of two who ask at once one will find it taken."""
        with patiently():
            last = await self.records.collection.find({}, {"number": 1}).sort("number", -1).to_list(1)
        return int(last[0]["number"]) + 1 if last else 1

    async def containing(self, item_code: str) -> list[str]:
        """Codes of the packages with a published version that has this item."""
        where = {"published.record.parts.item_code": item_code}
        with patiently():
            found = await self.records.collection.find(where, {"_id": 1}).to_list(None)
        return [document["_id"] for document in found]

    # -- old versions -----------------------------------------------------------------------------------

    async def archive(self, package: Package) -> None:
        """Keep copies of the published versions, before an act takes them out of the head."""
        if not package.published:
            return
        operations = [
            UpdateOne(
                {"_id": f"{package.package_code}@{version.number}"},
                {"$setOnInsert": self._converter.unstructure(version)},
                upsert=True,
            )
            for version in package.published
        ]
        with patiently():
            await self._archive.bulk_write(operations, ordered=False)

    async def version(self, package: Package, number: int) -> PackageVersion | None:
        """A published version by its number, from the head or the archive."""
        for version in package.published:
            if version.number == number:
                return version
        with patiently():
            found = await self._archive.find_one({"_id": f"{package.package_code}@{number}"})
        return self._converter.structure(found, PackageVersion) if found else None

    # -- lists ------------------------------------------------------------------------------------------

    async def listed(
        self, where: Mapping[str, Any], now: datetime, *, cursor: str | None, limit: int
    ) -> tuple[list[ListedPackage], str | None]:
        """A page in the order of the codes, and the cursor of the next one. BadCursor."""
        after = self._cursors.read(cursor)
        query = {"$and": [where, {"_id": {"$gt": after[0]}}]} if after else dict(where)
        with patiently():
            found = await (
                self.records.collection.find(query, _projection())
                .sort("_id", 1)
                .limit(limit + 1)
                .to_list(None)
            )
        page = [_listed(document, now) for document in found[:limit]]
        more = self._cursors.made(page[-1].package_code) if len(found) > limit else None
        return page, more


# -- questions, to be joined by `$and` ------------------------------------------------------------------


def in_state(state: str, now: datetime) -> Document:
    """Packages by state; ``published`` are those that people may use now."""
    if state in ("draft", "approved"):
        signed = {"$ne": []} if state == "approved" else []
        return {"draft": {"$ne": None}, "draft.consents": signed}
    if state == "withdrawn":
        return {"withdrawn.effective_to": {"$lte": now}}
    if state == "all":
        return {}
    return queries.applicable(now)


def of_subject(subject: str) -> Document:
    """Packages for persons or for enterprises."""
    return {"subject": subject}


def like(words: str) -> Document:
    """Packages whose name, life event, pinyin, initials or code contain what was typed."""
    return {"search": {"$regex": re.escape(same(words))}}


# -- documents ------------------------------------------------------------------------------------------


def _derived(package: Package) -> Document:
    """Fields that only queries use."""
    shown = package.published[-1].record if package.published else package.base()
    words = f"{shown.name} {shown.life_event}" if shown else ""
    syllables = lazy_pinyin(words, style=Style.NORMAL, errors="ignore")
    spoken = f"{''.join(syllables)} {''.join(syllable[:1] for syllable in syllables)}"
    return {
        "number": int(package.package_code.split("-")[1]),
        "subject": shown.subject if shown else "person",
        "search": f"{package.package_code} {same(words)} {spoken}".casefold(),
    }


def _projection() -> dict[str, int]:
    shown = {f"published.record.{name}": 1 for name in _LISTED}
    drafted = {f"draft.content.{name}": 1 for name in ("name", "life_event", "subject", "parts.item_code")}
    rest = (
        "place",
        "revision",
        "withdrawn",
        "published.number",
        "published.effective_from",
        "draft.consents",
    )
    return {**shown, **drafted, **dict.fromkeys(rest, 1)}


def _listed(document: Document, now: datetime) -> ListedPackage:
    published = document.get("published") or []
    begun = [version for version in published if version["effective_from"] <= now]
    version = max(begun, key=lambda one: one["number"], default=published[0] if published else None)
    draft, withdrawn = document.get("draft"), document.get("withdrawn")
    draft_state = ("approved" if draft.get("consents") else "draft") if draft else None
    if version is None:
        state, record = draft_state or "draft", (draft or {}).get("content", {})
    else:
        ended = withdrawn and withdrawn["effective_to"] <= now
        state, record = "withdrawn" if ended else "in_force" if begun else "published", version["record"]
    return ListedPackage(
        document["_id"],
        document["place"],
        state,
        draft_state,
        version["number"] if version else 0,
        document["revision"],
        record,
    )
