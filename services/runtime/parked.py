"""Events that wait: for a fact that is still on its way, for an operator, or behind one that waits.

One row an event, in the consumer's own `parked` collection, written before the offset is committed. While a
key has rows, everything later of that key goes behind them, so order holds; other keys flow on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pymongo import UpdateOne

from services.runtime.clock import Clock, rfc3339
from services.runtime.metrics import Metrics
from services.runtime.mongo import Database, Document, patiently
from services.runtime.problems import NotFound

Outcome = Literal["not_yet", "never", "behind"]

#: Seconds until the first retry of an event that came too early; doubles up to a minute.
_FIRST_RETRY = 0.5
_LONGEST_RETRY = 60.0


@dataclass(frozen=True, slots=True)
class Row:
    """One parked event, with everything needed to handle it later."""

    id: str
    topic: str
    partition: int
    offset: int
    key: str
    headers: list[tuple[str, bytes]]
    value: bytes | None
    outcome: Outcome
    reason: str
    attempts: int
    parked_at: datetime

    def summary(self) -> dict[str, Any]:
        """What an operator sees in a list."""
        headers = dict(self.headers)
        return {
            "id": self.id,
            "topic": self.topic,
            "key": self.key,
            "type": headers.get("ce_type", b"").decode(errors="replace"),
            "outcome": self.outcome,
            "reason": self.reason,
            "attempts": self.attempts,
            "parked_at": rfc3339(self.parked_at),
        }


class Parked:
    """The waiting room of one consumer."""

    def __init__(self, database: Database, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._rows = database["parked"]
        self._discarded = database["parked_discarded"]
        self._clock, self._metrics = clock, metrics

    async def prepare(self) -> None:
        """Create the indexes."""
        await self._rows.create_index([("key", 1), ("order", 1)], name="key_order")
        await self._rows.create_index([("outcome", 1), ("next_at", 1)], name="due")

    async def keys_among(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that have waiting events."""
        with patiently():
            return set(await self._rows.distinct("key", {"key": {"$in": list(keys)}}))

    async def park(self, rows: Iterable[Row]) -> None:
        """Store rows; one that is there already stays as it is (a redelivery)."""
        now = self._clock()
        operations = [
            UpdateOne(
                {"_id": row.id},
                {
                    "$setOnInsert": {
                        "topic": row.topic,
                        "partition": row.partition,
                        "offset": row.offset,
                        "key": row.key,
                        "headers": [[name, value] for name, value in row.headers],
                        "value": row.value,
                        "outcome": row.outcome,
                        "reason": row.reason,
                        "attempts": row.attempts,
                        "parked_at": row.parked_at,
                        "order": _order(row),
                        "next_at": now + timedelta(seconds=_FIRST_RETRY),
                    }
                },
                upsert=True,
            )
            for row in rows
        ]
        if operations:
            with patiently():
                await self._rows.bulk_write(operations, ordered=False)

    async def heads(self, limit: int = 500) -> list[Row]:
        """The first row of each key that is due for another try: never one that waits for an operator."""
        with patiently():
            due = {"outcome": {"$ne": "never"}, "next_at": {"$lte": self._clock()}}
            if await self._rows.find_one(due, {"_id": 1}) is None:
                return []  # as nearly always
            found = await self._database.aggregate(
                "parked",
                [
                    {"$sort": {"key": 1, "order": 1}},
                    {"$group": {"_id": "$key", "row": {"$first": "$$ROOT"}}},
                    {"$match": {"row.outcome": {"$ne": "never"}, "row.next_at": {"$lte": self._clock()}}},
                    {"$limit": limit},
                ],
            )
        return [_row(document["row"]) for document in found]

    async def following(self, key: str) -> Row | None:
        """The first row of a key."""
        with patiently():
            found = await self._rows.find_one({"key": key}, sort=[("order", 1)])
        return _row(found) if found else None

    async def failed(self, row: Row, outcome: Outcome, reason: str) -> None:
        """It was tried again and still does not go."""
        pause = min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** min(row.attempts, 10))
        with patiently():
            await self._rows.update_one(
                {"_id": row.id},
                {
                    "$set": {
                        "outcome": outcome,
                        "reason": reason,
                        "next_at": self._clock() + timedelta(seconds=pause),
                    },
                    "$inc": {"attempts": 1},
                },
            )

    async def done(self, row: Row) -> None:
        """It was handled after all."""
        with patiently():
            await self._rows.delete_one({"_id": row.id})

    async def rows(self, *, outcome: Outcome | None = None, limit: int = 100) -> list[Row]:
        """What waits, oldest first."""
        with patiently():
            cursor = (
                self._rows.find({"outcome": outcome} if outcome else {}).sort("parked_at", 1).limit(limit)
            )
            return [_row(document) for document in await cursor.to_list(limit)]

    async def release(self, *, id: str | None = None, key: str | None = None) -> int:
        """An operator's replay of one row, of a key, or of all: they are tried at the next turn."""
        where: Document = {"outcome": {"$ne": "behind"}}
        if id is not None:
            where["_id"] = id
        if key is not None:
            where["key"] = key
        with patiently():
            result = await self._rows.update_many(
                where, {"$set": {"outcome": "not_yet", "next_at": self._clock(), "attempts": 0}}
            )
        if id is not None and result.matched_count == 0:
            raise NotFound()
        return int(result.matched_count)

    async def discard(self, id: str, *, reason: str, by: str) -> None:
        """An operator gives an event up: the row is kept aside, with the reason and the name."""
        with patiently():
            found = await self._rows.find_one({"_id": id})
            if found is None:
                raise NotFound()
            await self._discarded.replace_one(
                {"_id": id},
                {**found, "discarded_at": self._clock(), "discarded_by": by, "why": reason},
                upsert=True,
            )
            await self._rows.delete_one({"_id": id})

    async def count(self) -> None:
        """Refresh the gauge of what waits."""
        with patiently():
            for outcome in ("not_yet", "never", "behind"):
                self._metrics.parked.labels(outcome).set(
                    await self._rows.count_documents({"outcome": outcome})
                )


def _order(row: Row) -> str:
    return f"{row.topic}:{row.partition:06d}:{row.offset:020d}"


def _row(document: Document) -> Row:
    return Row(
        id=document["_id"],
        topic=document["topic"],
        partition=document["partition"],
        offset=document["offset"],
        key=document["key"],
        headers=[(name, bytes(value or b"")) for name, value in document["headers"]],
        value=None if document["value"] is None else bytes(document["value"]),
        outcome=document["outcome"],
        reason=document["reason"],
        attempts=document["attempts"],
        parked_at=document["parked_at"],
    )
