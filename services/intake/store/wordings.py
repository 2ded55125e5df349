"""Read copies of the published lists of proofs under 告知承诺, and every wording that ever stood in one."""

from __future__ import annotations

import time
from dataclasses import asdict

from pymongo import UpdateOne

from contracts.items import ItemRecord
from contracts.proofs import ProofListPublished
from services.intake.domain.wordings import Wording, of_item
from services.runtime.message import Message
from services.runtime.mongo import Document, patiently
from services.runtime.problems import NotFound
from services.runtime.service import Service

_FRESH = 5.0


class Wordings:
    """The collections `proof_lists` (the newest edition of a place) and `wordings` (all of them)."""

    def __init__(self, service: Service) -> None:
        self._lists = service.database["proof_lists"]
        self._all = service.database["wordings"]
        self._kept: list[Wording] = []
        self._checked = float("-inf")

    async def keep(self, message: Message, event: ProofListPublished) -> None:
        """Note the list; other lists than `by_commitment` hold no words of commitments."""
        if event.list != "by_commitment":
            return
        wordings = _wordings(event)
        # First the words: a list never names one that is not here.
        if wordings:
            operations = [
                UpdateOne({"_id": one.text_version}, {"$setOnInsert": _document(one)}, upsert=True)
                for one in wordings
            ]
            with patiently():
                await self._all.bulk_write(operations, ordered=False)
        fields = {"texts": [one.text_version for one in wordings], "sequence": message.sequence}
        with patiently():
            await self._lists.update_one(
                {"_id": message.subject}, {"$setOnInsert": {"sequence": 0}}, upsert=True
            )
            await self._lists.update_one(
                {"_id": message.subject, "sequence": {"$lt": message.sequence}}, {"$set": fields}
            )
        self._checked = float("-inf")

    async def of(self, place: str, record: ItemRecord) -> dict[str, Wording]:
        """Material → wording, for those materials of an item that a commitment may stand for."""
        materials = [material.name for material in record.materials if material.by_commitment]
        if not materials:
            return {}
        here = [one for one in await self._current() if place.startswith(one.place)]
        return of_item(here, record.name, materials)

    async def numbered(self, text_version: str) -> Wording:
        """A wording that a case was filed under, in force or not; 404 where there is none."""
        with patiently():
            found: Document | None = await self._all.find_one({"_id": text_version})
        if found is None:
            raise NotFound()
        return _wording(found)

    async def _current(self) -> list[Wording]:
        if time.monotonic() - self._checked > _FRESH:
            with patiently():
                lists = await self._lists.find({}, {"texts": 1}).to_list(None)
                names = [name for one in lists for name in one.get("texts", ())]
                found = await self._all.find({"_id": {"$in": names}}).to_list(None)
            self._kept = [_wording(one) for one in found]
            self._checked = time.monotonic()
        return self._kept


def _wordings(event: ProofListPublished) -> list[Wording]:
    return [
        Wording(
            text_version=entry.commitment_version,
            material=entry.material,
            item_name=entry.item_name,
            text=entry.commitment_text,
            liability=entry.commitment_liability,
            supervision=entry.commitment_supervision,
            place=event.place_code,
            edition=event.edition,
        )
        for entry in event.record.entries
        if entry.commitment_text and entry.commitment_version
    ]


def _document(wording: Wording) -> Document:
    document = asdict(wording)
    del document["text_version"]
    return document


def _wording(document: Document) -> Wording:
    fields = {name: value for name, value in document.items() if name != "_id"}
    return Wording(text_version=document["_id"], **fields)
