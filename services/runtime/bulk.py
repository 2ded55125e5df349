"""The bulk calls under `records`: single reads and writes made at the same time share one round trip.

Each caller gets the outcome of his own document, whatever became of the others in the same call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, DocumentTooLarge, DuplicateKeyError, WriteError

from services.runtime.batches import Batch
from services.runtime.mongo import Document, patiently
from services.runtime.problems import Invalid, Unavailable

#: What a document is loaded without: the history is read on demand.
WITHOUT_HISTORY = {"history": 0, "lease": 0}
#: Bytes that MongoDB takes for one document.
_DOCUMENT_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Update:
    """A write guarded by the version that was read; ``hash`` is that of the history entry it appends."""

    id: str
    version: int
    hash: str
    update: RawBSONDocument


class Bulk:
    """Loads, inserts and guarded updates of one collection."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection
        #: A document without its history by its id, or None.
        self.load: Batch[str, Document | None] = Batch(self._load_all)
        #: Raises DuplicateKeyError where the id or another unique key is taken.
        self.insert: Batch[RawBSONDocument, None] = Batch(self._insert_all)
        #: Whether the write won against all others; DuplicateKeyError where it takes a taken key.
        self.update: Batch[Update, bool] = Batch(self._update_all)

    async def _load_all(self, ids: Sequence[str]) -> list[Document | None]:
        wanted = list(set(ids))
        with patiently():
            found = await self._collection.find({"_id": {"$in": wanted}}, WITHOUT_HISTORY).to_list(
                len(wanted)
            )
        by_id = {document["_id"]: document for document in found}
        return [by_id.get(id) for id in ids]

    async def _insert_all(self, documents: Sequence[RawBSONDocument]) -> list[BaseException | None]:
        try:
            with patiently():
                await self._collection.bulk_write([InsertOne(d) for d in documents], ordered=False)
        except BulkWriteError as error:
            refused = _refusals(error)
            return [refused.get(number) for number in range(len(documents))]
        return [None] * len(documents)

    async def _update_all(self, updates: Sequence[Update]) -> list[bool | BaseException]:
        operations = [UpdateOne({"_id": u.id, "version": u.version}, u.update) for u in updates]
        refused: dict[int, BaseException] = {}
        with patiently():
            try:
                result = await self._collection.bulk_write(operations, ordered=False)
                if result.matched_count == len(updates):
                    return [True] * len(updates)
            except BulkWriteError as error:
                refused = _refusals(error)
            # Somebody lost. The hash of a history entry is unique: who finds it in the document has won.
            found = await self._collection.find(
                {"_id": {"$in": [u.id for u in updates]}, "history.hash": {"$in": [u.hash for u in updates]}},
                {"history.hash": 1},
            ).to_list(len(updates))
        written = {entry["hash"] for document in found for entry in document["history"]}
        return [refused.get(number, u.hash in written) for number, u in enumerate(updates)]


def encoded(document: Document) -> RawBSONDocument:
    """Encoded by who writes it: what cannot be stored is his error, not that of all in the same batch."""
    try:
        encoded = bson.encode(document)
    except OverflowError:
        raise Invalid(
            "有一个数字太大，请核对。", "A number is too large; check it.", code="number-too-large"
        ) from None
    if len(encoded) > _DOCUMENT_LIMIT:
        raise DocumentTooLarge(f"{len(encoded)} bytes, at most {_DOCUMENT_LIMIT} are taken")
    return RawBSONDocument(encoded)


def _refusals(error: BulkWriteError) -> dict[int, BaseException]:
    """Which writes of a bulk call were refused, and why; 503 where none of them is sure to stay.

    The database quotes the whole document in its error, which has no place in a log: it is left out here.
    """
    details = error.details or {}
    if details.get("writeConcernErrors"):
        raise Unavailable() from None
    refused: dict[int, BaseException] = {}
    for failed in details.get("writeErrors", ()):
        text, code = str(failed["errmsg"]).partition(" dup key:")[0], failed["code"]
        kind = DuplicateKeyError if code == 11000 else WriteError
        refused[failed["index"]] = kind(text, code, {"keyPattern": dict(failed.get("keyPattern", {}))})
    return refused


def is_of_id(error: DuplicateKeyError) -> bool:
    """Whether the document's own id was taken, not another unique key."""
    return (error.details or {}).get("keyPattern") == {"_id": 1}
