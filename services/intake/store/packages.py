"""Read copies of published packages (一件事): every version, and a head that says what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.base import lineage
from contracts.packages import PackageEventData, PackagePublished, PackageRecord, PackageWithdrawn
from services.runtime.message import Message
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
#: More than any place has.
_MOST = 500


@dataclass(frozen=True, slots=True)
class HeldPackage:
    """The version of a package that is in force."""

    package_code: str
    place: str
    version: int
    effective_from: datetime
    record: PackageRecord


class Packages:
    """The collections `packages` (heads) and `package_versions`."""

    def __init__(self, service: Service) -> None:
        self._heads = service.database["packages"]
        self._versions = service.database["package_versions"]
        service.index("packages", [("place", 1)])
        service.index("package_versions", [("package_code", 1), ("version", 1)])

    # -- writing: the same event twice writes the same ---------------------------------------------------

    async def publish(self, message: Message, event: PackagePublished) -> None:
        """Keep the version, and the one that stays in force until then."""
        versions = [_document(event, event.version, event.effective_from, event.record)]
        if event.in_force is not None:
            # Since when that one is in force is not said; that it is, is.
            versions.append(_document(event, event.in_force.version, _LONG_AGO, event.in_force.record))
        await self._keep(versions)
        await self._head(message, event, None)

    async def withdraw(self, message: Message, event: PackageWithdrawn) -> None:
        """Note that the package ends."""
        await self._keep([_document(event, event.version, _LONG_AGO, event.record)])
        await self._head(message, event, event.effective_to)

    async def _keep(self, versions: list[Document]) -> None:
        for version in versions:
            with patiently():
                await self._versions.update_one(
                    {"_id": version.pop("_id")}, {"$setOnInsert": version}, upsert=True
                )

    async def _head(self, message: Message, event: PackageEventData, ends: datetime | None) -> None:
        code = message.subject
        fields = {"place": event.place_code, "effective_to": ends, "sequence": message.sequence}
        with patiently():
            await self._heads.update_one({"_id": code}, {"$setOnInsert": {"sequence": 0}}, upsert=True)
            await self._heads.update_one(
                {"_id": code, "sequence": {"$lt": message.sequence}}, {"$set": fields}
            )

    # -- reading ----------------------------------------------------------------------------------------

    async def in_force(self, package_code: str, now: datetime) -> HeldPackage | None:
        """The version that can be applied for now, or None."""
        with patiently():
            head: Document | None = await self._heads.find_one({"_id": package_code})
        found = await self._newest([head] if head else [], now)
        return found[0] if found else None

    async def of_place(self, place: str, now: datetime) -> list[HeldPackage]:
        """What people of a place can apply for: packages of the place and of those above it."""
        with patiently():
            heads = await self._heads.find({"place": {"$in": lineage(place)}}).sort("_id", 1).to_list(_MOST)
        return await self._newest(heads, now)

    async def _newest(self, heads: list[Document], now: datetime) -> list[HeldPackage]:
        going = [
            head["_id"] for head in heads if head.get("effective_to") is None or head["effective_to"] > now
        ]
        where = {"package_code": {"$in": going}, "effective_from": {"$lte": now}}
        with patiently():
            found = await self._versions.find(where).sort([("package_code", 1), ("version", 1)]).to_list(None)
        newest = {version["package_code"]: version for version in found}
        return [_held(version) for version in newest.values()]


def _document(event: PackageEventData, number: int, since: datetime, record: PackageRecord) -> dict[str, Any]:
    return {
        "_id": f"{event.package_code}:{number}",
        "package_code": event.package_code,
        "version": number,
        "place": event.place_code,
        "effective_from": since,
        "record": record.model_dump(mode="json", exclude_none=True),
    }


def _held(document: Document) -> HeldPackage:
    return HeldPackage(
        document["package_code"],
        document["place"],
        document["version"],
        document["effective_from"],
        PackageRecord.model_validate(document["record"], extra="ignore"),
    )
