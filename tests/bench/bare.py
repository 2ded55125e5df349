"""The bare loop: what one case stores and sends in the product, from one process without any framework.

It is the measure of the product: the same driver, the same kinds of documents, the same acknowledgements
(majority, journal; all replicas), no HTTP, no tokens, no checks, no consumers, no other process. Single
writes as a plain program would do them; acknowledged events are cleared in bulk, as in design §3.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import uuid
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from pymongo import UpdateOne

from services.runtime.mongo import Database, Document, Driver
from tests.bench.figures import Figures, Timer
from tests.support.stack import Stack

_HASH = "0" * 64
#: Bytes of data in one event, and of what a document holds besides its history and outbox: as in the product.
_EVENT, _STATE = "x" * 1500, "x" * 1200


def topic(names: str) -> str:
    """Where the bare loop sends to; whoever runs it makes the topic."""
    return f"{names}bare"


class BareLoop:
    """One database and one producer, shared by all clients."""

    def __init__(self, database: Database, producer: AIOKafkaProducer, names: str, *, whole: bool) -> None:
        self._whole = whole
        self._database, self._producer, self._topic = database, producer, topic(names)
        self.sent = 0
        self._to_clear: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue()
        self._numbers = itertools.count()

    async def case(self, figures: Figures) -> None:
        """One case: submitted, on the work list, decided, its notice stored; then what else it causes."""
        timer, case_no = Timer(), f"{next(self._numbers):012d}-{uuid.uuid4().hex[:8]}"
        besides = self._besides(self._insert("persons", case_no))
        accepted = await self._insert("cases", case_no, events=1)
        figures.add("submit", timer.lap())
        await self._send(case_no, "cases", accepted)
        besides += self._besides(self._insert("case_facts", case_no), self._told(case_no, 1))
        opened = await self._insert("dossiers", case_no, events=1)
        figures.add("listed", timer.lap())
        besides += self._besides(self._opened(case_no, opened))
        decided = await self._update("dossiers", case_no, events=1)
        figures.add("decide", timer.lap())
        await self._send(case_no, "dossiers", decided)
        await self._insert("notices", f"{case_no}:2")
        figures.add("notice", timer.lap())
        besides += self._besides(self._decided(case_no))
        await asyncio.gather(*besides)
        figures.done(timer.total())

    # -- what nobody waits for, as the product does it ---------------------------------------------------

    async def _opened(self, case_no: str, opened: list[Document]) -> None:
        await self._send(case_no, "dossiers", opened)
        await asyncio.gather(self._feed(case_no, 2), self._update("cases", case_no))

    async def _decided(self, case_no: str) -> None:
        await asyncio.gather(
            self._feed(case_no, 3),
            self._sent(case_no, 2),
            self._update("cases", case_no),
            self._update("case_facts", case_no),
            self._invited(case_no),
        )

    async def _invited(self, case_no: str) -> None:
        invited = await self._insert("invitations", case_no, events=1)
        await self._send(case_no, "invitations", invited)
        await self._told(case_no, 3)

    async def _told(self, case_no: str, number: int) -> None:
        """A notice of an event that the feed keeps too (but of an invitation)."""
        await asyncio.gather(
            self._insert("notices", f"{case_no}:{number}"),
            *([self._feed(case_no, number)] if number == 1 else []),
        )
        await self._sent(case_no, number)

    async def _sent(self, case_no: str, number: int) -> None:
        """A notice was taken by a provider: noted, published, kept in the feed and by intake."""
        notice = f"{case_no}:{number}"
        sent = await self._update("notices", notice, events=1)
        await self._send(notice, "notices", sent)
        noted = {"$set": {"at": datetime.now(UTC), "case_no": case_no, "channel": "sms"}}
        await asyncio.gather(
            self._feed(notice, 4),
            self._database["told"].update_one({"_id": notice}, noted, upsert=True),
        )

    async def _feed(self, key: str, number: int) -> None:
        event = {**_event(), "_id": f"{key}:{number}"}
        await self._database["feed"].insert_one(event)

    def _besides(self, *works: Coroutine[Any, Any, Any]) -> list[asyncio.Task[Any]]:
        if self._whole:
            return [asyncio.create_task(work) for work in works]
        for work in works:
            work.close()
        return []

    # -- single writes ----------------------------------------------------------------------------------

    async def _insert(self, collection: str, id: str, events: int = 0) -> list[Document]:
        outbox = [_event() for _ in range(events)]
        await self._database[collection].insert_one(
            {
                "_id": id,
                "state": _STATE,
                "schema": 1,
                "version": 1,
                "sequence": events,
                "head": {"seq": 1, "hash": _HASH},
                "history": [_entry()],
                "seen": {},
                "outbox": outbox,
            }
        )
        return outbox

    async def _update(self, collection: str, id: str, events: int = 0) -> list[Document]:
        outbox = [_event() for _ in range(events)]
        changed = {
            "state_now": "decided",
            "head": {"seq": 2, "hash": _HASH},
            "sequence": 2,
            "seen.approval": 2,
        }
        push: Document = {"history": _entry()}
        if outbox:
            push["outbox"] = {"$each": outbox}
        await self._database[collection].update_one(
            {"_id": id}, {"$set": changed, "$push": push, "$inc": {"version": 1}}
        )
        return outbox

    async def _send(self, key: str, collection: str, events: list[Document]) -> None:
        for event in events:
            sent = await self._producer.send(
                self._topic, event["value"].encode(), key=key.encode(), headers=_headers(event)
            )
            await sent
            self.sent += 1
            self._to_clear.put_nowait((collection, key, event["id"]))

    async def clear_forever(self) -> None:
        """Pull acknowledged events out of their documents, in bulk."""
        while True:
            taken = [await self._to_clear.get()]
            while not self._to_clear.empty():
                taken.append(self._to_clear.get_nowait())
            by_collection: dict[str, list[Any]] = {}
            for collection, id, event in taken:
                pull = UpdateOne({"_id": id}, {"$pull": {"outbox": {"id": event}}})
                by_collection.setdefault(collection, []).append(pull)
            for collection, operations in by_collection.items():
                await self._database[collection].bulk_write(operations, ordered=False)


@contextlib.asynccontextmanager
async def bare_loop(stack: Stack, names: str, driver: Driver, *, whole: bool) -> AsyncIterator[BareLoop]:
    """Connected; `names` is put before the database and the topic.

    `whole`: with everything that a case causes besides the four acts that somebody waits for.
    """
    database = Database(stack.mongodb_uri, f"{names}bare", driver)
    producer = AIOKafkaProducer(
        bootstrap_servers=stack.bootstrap_servers, acks="all", enable_idempotence=True
    )
    await producer.start()
    loop = BareLoop(database, producer, names, whole=whole)
    clearing = asyncio.create_task(loop.clear_forever())
    try:
        yield loop
    finally:
        clearing.cancel()
        await asyncio.gather(clearing, return_exceptions=True)
        await producer.stop()
        await database.drop()
        await database.close()


def _event() -> Document:
    return {
        "id": str(uuid.uuid4()),
        "type": "case-accepted",
        "schema": "urn:yichuang:case-accepted:v1",
        "sequence": 1,
        "at": datetime.now(UTC),
        "place": "370104",
        "trace": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01",
        "value": _EVENT,
    }


def _headers(event: Document) -> list[tuple[str, bytes]]:
    texts = {
        "ce_id": event["id"],
        "ce_type": event["type"],
        "ce_dataschema": event["schema"],
        "ce_sequence": str(event["sequence"]),
        "ce_time": event["at"].isoformat(),
        "ce_placecode": event["place"],
        "ce_traceparent": event["trace"],
    }
    return [(name, text.encode()) for name, text in texts.items()]


def _entry() -> Document:
    return {
        "seq": 1,
        "type": "decided",
        "at": datetime.now(UTC),
        "actor": {"role": "reviewer", "officer_id": "o-1", "unit_id": "u-1"},
        "data": {"events": ["case-decided:" + _HASH[:36]]},
        "prev": _HASH,
        "hash": _HASH,
    }
