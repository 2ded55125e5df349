"""From the document's own outbox to the broker: a sender for what was just written, a sweeper for the rest.

Who writes a document offers its waiting events here and answers at once. The sender gives them to the broker
in order, stops a document at its first error and pulls acknowledged events out in bulk, by id. Whatever is
left behind (queue full, crash, broker away) the sweeper of any replica finds through the index on
`outbox.at`, page by page, each document claimed by compare-and-set with a lease.
A late duplicate is possible and harmless: consumers know it by its sequence.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import uuid_utils
from pymongo import UpdateOne
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from contracts import Envelope, to_headers
from services.runtime.clock import Clock
from services.runtime.logs import logger
from services.runtime.metrics import Metrics
from services.runtime.mongo import Document, patiently
from services.runtime.problems import Unavailable
from services.runtime.publisher import Outgoing, Publisher

if TYPE_CHECKING:
    from services.runtime.records import Records

#: The index through which the sweeper finds what waits; documents with nothing to send are not in it.
WAITING_INDEX = "outbox_waiting"
_WAITS: Document = {"outbox.0": {"$exists": True}}
#: Seconds in which acknowledged events gather before they are cleared together.
_CLEAR_EVERY = 0.1


class OutboxFull(Exception):
    """An event is larger than its topic takes; the act is refused before anything is written."""

    def __init__(self, type: str, size: int, limit: int) -> None:
        super().__init__(f"{type} has {size} bytes, at most {limit} are taken")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document's events that are not known to be at the broker, in order."""

    records: Records[Any]
    id: str
    entries: tuple[Document, ...]


class Outbox:
    """Sender and sweeper of one process."""

    def __init__(
        self,
        publisher: Publisher,
        *,
        source: str,
        clock: Clock,
        metrics: Metrics,
        queue_limit: int = 10_000,
        batch: int = 500,
        moment: timedelta = timedelta(seconds=2),
        lease: timedelta = timedelta(seconds=30),
    ) -> None:
        self._publisher, self._source, self._clock, self._metrics = publisher, source, clock, metrics
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue(queue_limit)
        self._batch, self._moment, self._lease = batch, moment, lease
        self._watched: list[Records[Any]] = []
        #: Ids acknowledged lately: a later write of the same document may offer them once more.
        self._acknowledged: OrderedDict[str, None] = OrderedDict()
        #: Acknowledged events that still stand in their documents: collection → document → ids.
        self._sent: dict[Records[Any], dict[str, set[str]]] = {}
        self._something_sent = asyncio.Event()

    def watch(self, records: Records[Any]) -> None:
        """Send what this collection's documents hold."""
        self._watched.append(records)

    def offer(self, waiting: Waiting) -> None:
        """Take events to send; never waits. Where the queue is full, the sweeper finds them later."""
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            return

    async def prepare(self) -> None:
        """Create the index that the sweeper needs."""
        await asyncio.gather(
            *(
                records.collection.create_index(
                    [("outbox.at", 1)], name=WAITING_INDEX, partialFilterExpression=_WAITS
                )
                for records in self._watched
            )
        )

    async def send_forever(self) -> None:
        """The sender's loop; ends by cancellation, after which :meth:`flush` sends what is queued."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._clear_forever())
            while True:
                taken = [await self._queue.get()]
                await self._send_queued(taken)

    async def flush(self) -> None:
        """Send what is in the queue now, and clear what was sent (at a graceful stop)."""
        while not self._queue.empty():
            await self._send_queued([self._queue.get_nowait()])
        await self._clear_sent()

    async def _send_queued(self, taken: list[Waiting]) -> None:
        while len(taken) < self._batch and not self._queue.empty():
            taken.append(self._queue.get_nowait())
        try:
            await self._send(taken)
        except Exception as error:
            # Nothing is lost: the documents keep their events, and the sweeper comes by.
            logger().warning("outbox_send_failed", error=repr(error))

    async def _send(self, documents: Sequence[Waiting]) -> int:
        """Send in waves, one event of each document a wave; gives the number of documents that failed.

        What is acknowledged is noted as to be cleared.
        """
        queues = []
        for waiting, entries in _merged(documents):
            if known := [entry["id"] for entry in entries if entry["id"] in self._acknowledged]:
                # Sent before; pulled out once more, for the database may have been away the first time.
                self._to_clear(waiting, known)
            queues.append((waiting, [entry for entry in entries if entry["id"] not in self._acknowledged]))
        depth = failures = 0
        while queues := [(waiting, entries) for waiting, entries in queues if len(entries) > depth]:
            outgoing = [self._outgoing(waiting, entries[depth]) for waiting, entries in queues]
            errors = await self._publisher.send_all(outgoing)
            going_on = []
            for (waiting, entries), error in zip(queues, errors, strict=True):
                if error is not None:
                    self._metrics.publish_failures.inc()
                    failures += 1
                    continue
                self._to_clear(waiting, [entries[depth]["id"]])
                self._note_sent(waiting, entries[depth])
                going_on.append((waiting, entries))
            queues, depth = going_on, depth + 1
        return failures

    def _to_clear(self, waiting: Waiting, ids: Iterable[str]) -> None:
        self._sent.setdefault(waiting.records, {}).setdefault(waiting.id, set()).update(ids)
        self._something_sent.set()

    async def _clear_forever(self) -> None:
        # Not after each send: the sender goes on meanwhile, and one bulk write clears many.
        while True:
            await self._something_sent.wait()
            await asyncio.sleep(_CLEAR_EVERY)
            try:
                await self._clear_sent()
            except Exception as error:
                # The sweeper finds them waiting, knows them as sent, and clears them.
                logger().warning("outbox_clear_failed", error=repr(error))

    async def _clear_sent(self) -> None:
        sent, self._sent = self._sent, {}
        self._something_sent.clear()
        for records, by_id in sent.items():
            await _clear(records, by_id)

    def _note_sent(self, waiting: Waiting, entry: Document) -> None:
        self._acknowledged[entry["id"]] = None
        if len(self._acknowledged) > 50_000:
            self._acknowledged.popitem(last=False)
        self._metrics.published.labels(waiting.records.topic).inc()
        self._metrics.outbox_seconds.observe(max(0.0, (self._clock() - entry["at"]).total_seconds()))

    def _outgoing(self, waiting: Waiting, entry: Document) -> Outgoing:
        envelope = Envelope(
            id=entry["id"],
            source=self._source,
            type=entry["type"],
            subject=waiting.id,
            time=entry["at"],
            sequence=entry["sequence"],
            placecode=entry["place"],
            dataschema=entry["schema"],
            traceparent=entry["trace"],
        )
        assert waiting.records.topic is not None  # only such collections are watched
        return Outgoing(waiting.records.topic, waiting.id, entry["value"].encode(), to_headers(envelope))

    # -- the sweeper ------------------------------------------------------------------------------------

    async def sweep(self) -> int:
        """Send everything that has waited longer than a moment; gives the number of documents sent.

        One collection's trouble does not keep the others waiting.
        """
        total, failed = 0, None
        for records in self._watched:
            try:
                total += await self._sweep_collection(records)
            except Exception as error:
                logger().warning("outbox_sweep_failed", collection=records.name, error=repr(error))
                failed = error
        if failed is not None:
            raise failed
        return total

    async def _sweep_collection(self, records: Records[Any]) -> int:
        total = 0
        while claimed := await self._claim(records):
            if await self._send(claimed):
                await self._give_back(claimed)
                raise Unavailable()  # the broker is away: leave the next page for the next sweep
            await self._clear_sent()
            total += len(claimed)
            self._metrics.swept.inc(len(claimed))
        return total

    async def _claim(self, records: Records[Any]) -> list[Waiting]:
        free = self._free()
        holder = str(uuid_utils.uuid7())
        until = self._clock() + self._lease
        # What was just cleared need not be on every node yet, and would look like a page that is taken.
        latest = records.collection.with_options(read_concern=ReadConcern("local"))
        with patiently():
            page = await latest.find(free, {"_id": 1}).limit(self._batch).to_list(self._batch)
            if not page:
                return []
            ids = {"$in": [document["_id"] for document in page]}
            await records.collection.update_many(
                {"_id": ids, **free}, {"$set": {"lease": {"by": holder, "until": until}}}
            )
            mine = {"_id": ids, "lease.by": holder}
            claimed = await records.collection.find(mine, {"outbox": 1}).to_list(None)
        return [Waiting(records, document["_id"], tuple(document["outbox"])) for document in claimed]

    def _free(self) -> Document:
        """What waits and is nobody's; an instant further ahead than any can be was a clock that jumped."""
        now = self._clock()
        ahead = now + self._lease
        waited = [{"outbox.at": {"$lt": now - self._moment}}, {"outbox.at": {"$gt": ahead}}]
        nobodys = [
            {"lease": {"$exists": False}},
            {"lease.until": {"$lt": now}},
            {"lease.until": {"$gt": ahead}},
        ]
        return {**_WAITS, "$and": [{"$or": waited}, {"$or": nobodys}]}

    async def _give_back(self, claimed: Sequence[Waiting]) -> None:
        """So that whoever reaches the broker first need not wait for the lease to end."""
        with patiently():
            await claimed[0].records.collection.update_many(
                {"_id": {"$in": [waiting.id for waiting in claimed]}}, {"$unset": {"lease": ""}}
            )


def _merged(documents: Iterable[Waiting]) -> list[tuple[Waiting, list[Document]]]:
    """One queue of events for each document, however often it was offered."""
    merged: dict[tuple[int, str], tuple[Waiting, dict[str, Document]]] = {}
    for waiting in documents:
        _, entries = merged.setdefault((id(waiting.records), waiting.id), (waiting, {}))
        entries.update({entry["id"]: entry for entry in waiting.entries})
    return [
        (waiting, sorted(entries.values(), key=lambda entry: int(entry["sequence"])))
        for waiting, entries in merged.values()
    ]


async def _clear(records: Records[Any], sent: Mapping[str, Iterable[str]]) -> None:
    """Pull acknowledged events out. Neither `version` nor anything else moves, so no writer loses to this.

    Nobody waits for the journal here: where a clearing is lost, an event is sent twice, which is harmless.
    """
    pulls = [
        UpdateOne({"_id": id}, {"$pull": {"outbox": {"id": {"$in": list(ids)}}}, "$unset": {"lease": ""}})
        for id, ids in sent.items()
    ]
    with patiently():
        await records.collection.with_options(write_concern=WriteConcern(1)).bulk_write(pulls, ordered=False)
