"""Waiting without asking: what the product itself says when a case is on the work list and its notice stored.

A dossier is on the work list once it is stored; `dossier-opened` on the broker says so a moment later. A
notice that is stored is announced by nothing, so the database's own change stream is listened to.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer

from services.runtime.mongo import Database
from tests.support.processes import Product

_STORED = [
    {"$match": {"operationType": "insert", "fullDocument.event_type": "case-decided"}},
    {"$project": {"fullDocument.case_no": 1}},
]


class Arrivals:
    """Two kinds of news of cases: `listed` and `notice`."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], asyncio.Future[None]] = {}
        self._early: set[tuple[str, str]] = set()

    async def wait(self, kind: str, case_no: str, within: float = 60.0) -> None:
        """Return once it has come; it may have come before the case's number was known to the waiter."""
        name = (kind, case_no)
        if name in self._early:
            self._early.discard(name)
            return
        self._waiting[name] = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(within):
            await self._waiting[name]

    def came(self, kind: str, case_no: str) -> None:
        """Wake who waits for it."""
        future = self._waiting.pop((kind, case_no), None)
        if future is None:
            self._early.add((kind, case_no))
        elif not future.done():
            future.set_result(None)


@contextlib.asynccontextmanager
async def listening(product: Product) -> AsyncIterator[Arrivals]:
    """Arrivals from now on."""
    arrivals = Arrivals()
    database = Database(product.stack.mongodb_uri, f"{product.names}notify", "pymongo")
    consumer = AIOKafkaConsumer(
        f"{product.names}approval.cases",
        bootstrap_servers=product.stack.bootstrap_servers,
        auto_offset_reset="latest",
        fetch_max_wait_ms=50,  # no long blind spot of the measuring side itself
    )
    await consumer.start()
    await consumer.getmany(timeout_ms=100)  # the positions are known from here on
    open_stream = asyncio.Event()
    tasks = [
        asyncio.create_task(_listed(consumer, arrivals)),
        asyncio.create_task(_stored(database, arrivals, open_stream)),
    ]
    try:
        await open_stream.wait()
        yield arrivals
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await consumer.stop()
        await database.close()


async def _listed(consumer: AIOKafkaConsumer, arrivals: Arrivals) -> None:
    while True:
        for records in (await consumer.getmany(timeout_ms=1000)).values():
            for record in records:
                if ("ce_type", b"dossier-opened") in record.headers:
                    arrivals.came("listed", record.key.decode())


async def _stored(database: Database, arrivals: Arrivals, open_stream: asyncio.Event) -> None:
    stream: Any
    collection = database["notices"]
    async with await collection.watch(_STORED) as stream:
        open_stream.set()
        async for change in stream:
            arrivals.came("notice", change["fullDocument"]["case_no"])
