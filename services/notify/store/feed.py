"""The feed: every public event once, in the order in which it was stored here.

The database gives each entry its place in that order (`stored`, a timestamp of the cluster that never goes
back, whichever replica of notify wrote), so that a reader who asks for what comes after an entry misses none.
An entry is shown a moment after it was stored: by then nothing can be stored before it any more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from bson import Timestamp
from pymongo.errors import BulkWriteError

from services.runtime.batches import Batch
from services.runtime.message import Message
from services.runtime.mongo import Document, patiently
from services.runtime.problems import Unavailable
from services.runtime.service import Service

COLLECTION = "feed"
#: Seconds that an insert may be under way before later ones are shown.
SETTLED_AFTER = 0.5
#: How far back the last entries of a place are looked for, in entries.
_RECENT = 5_000
_DUPLICATE = 11000


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the feed. ``position`` is where it stands; ``data`` is its value as published."""

    event_key: str
    position: Timestamp
    id: str
    source: str
    type: str
    subject: str
    sequence: int
    place_code: str
    at: datetime
    time: datetime
    data: Any

    def shown(self) -> dict[str, Any]:
        """As readers get it."""
        names = ("id", "source", "type", "subject", "sequence", "place_code", "at", "time", "data")
        return {name: getattr(self, name) for name in names}


class Feed:
    """Stores events and reads them in order."""

    def __init__(self, service: Service) -> None:
        self._database = service.database
        self._collection: Any = service.database[COLLECTION]
        self._store: Batch[Document, None] = Batch(self._store_all)
        self.live = service.live(COLLECTION)
        service.index(COLLECTION, [("stored", 1)], name="order")

    async def store(self, message: Message) -> None:
        """Keep an event; one that is there already stays as it is. Handler of every event."""
        envelope = message.envelope
        await self._store(
            {
                "_id": message.event_key,
                "stored": Timestamp(0, 0),  # replaced by the database as it inserts
                "id": envelope.id,
                "source": envelope.source,
                "type": envelope.type,
                "subject": envelope.subject,
                "sequence": envelope.sequence,
                "place_code": message.data.place_code,
                "at": message.data.at.astimezone(UTC),
                "time": envelope.time.astimezone(UTC),
                "data": message.value.decode(),
            }
        )

    async def after(
        self, position: Timestamp | None, *, place: str, types: Sequence[str], limit: int
    ) -> list[Entry]:
        """At most ``limit`` settled entries after a position, oldest first."""
        where: Document = _filter(place, types)
        if position is not None:
            where["stored"] = {"$gt": position}
        found = await self._database.aggregate(
            COLLECTION,
            [{"$match": where}, {"$sort": {"stored": 1}}, {"$limit": limit}, {"$set": {"now": "$$NOW"}}],
        )
        return [entry(document) for document in found if _is_settled(document)]

    async def latest(self, *, place: str, limit: int) -> list[Entry]:
        """The last entries of a place, oldest first."""
        found = await self._database.aggregate(
            COLLECTION,
            [
                {"$sort": {"stored": -1}},
                {"$limit": _RECENT},
                {"$match": _filter(place, ())},
                {"$limit": limit},
            ],
        )
        return [entry(document) for document in reversed(found)]

    async def _store_all(self, documents: Sequence[Document]) -> list[BaseException | None]:
        try:
            with patiently():
                await self._collection.insert_many(list(documents), ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            others = [e for e in details.get("writeErrors", ()) if e["code"] != _DUPLICATE]
            if others or details.get("writeConcernErrors"):
                raise Unavailable() from error
        return [None] * len(documents)


def entry(document: Document) -> Entry:
    """A document of the feed as an entry."""
    return Entry(
        event_key=document["_id"],
        position=document["stored"],
        id=document["id"],
        source=document["source"],
        type=document["type"],
        subject=document["subject"],
        sequence=document["sequence"],
        place_code=document["place_code"],
        at=document["at"],
        time=document["time"],
        data=orjson.loads(document["data"]),
    )


def is_of_place(document: Document, place: str) -> bool:
    """Whether an event lies under a prefix; ``00`` is the whole country and passes every filter."""
    code = str(document["place_code"])
    return code == "00" or code.startswith(place)


def _filter(place: str, types: Sequence[str]) -> Document:
    where: Document = {"place_code": {"$regex": f"^({re.escape(place)}|00$)"}}
    if types:
        where["type"] = {"$in": list(types)}
    return where


def _is_settled(document: Document) -> bool:
    # The timestamp counts whole seconds; all of that second must be over.
    stored: Timestamp = document["stored"]
    now: datetime = document["now"]
    return stored.time + 1 + SETTLED_AFTER <= now.timestamp()
