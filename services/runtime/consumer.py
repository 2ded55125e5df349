"""The consumer loop: batches, concurrent across keys and in order within one, commits after the effects.

Offsets are committed explicitly once every effect of a batch is stored, or its event parked. Trouble with the
database parks nothing: the batch waits and is tried again, and lag shows. A consumer that has lag and does
not move, does not return from a fetch, or cannot commit for long is thrown away, and another one joins the
group.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine, Iterable, Mapping
from datetime import timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from contracts import EVENTS
from services.runtime import trace
from services.runtime.clock import Clock
from services.runtime.gaps import Gaps
from services.runtime.logs import logger, without_personal_data
from services.runtime.message import Handlers, Message, Never, NotYet, read
from services.runtime.metrics import Metrics
from services.runtime.mongo import is_away
from services.runtime.parked import Outcome, Parked, Row
from services.runtime.problems import Problem, Unavailable
from services.runtime.watchdog import Stuck, Watchdog

#: How often a handler that raises something unforeseen is tried before its event is parked.
_TRIES = 3
#: Seconds between commits. What is handled and not committed when a process dies comes again and is known by
#: its sequence; a commit for each batch would cost more than the batch.
_COMMIT_EVERY = 0.2


class Waited(Exception):
    """The database was away while a batch was handled."""


class Consumer:
    """One member of the service's consumer group."""

    def __init__(
        self,
        handlers: Handlers,
        parked: Parked,
        *,
        servers: str,
        group: str,
        prefix: str,
        clock: Clock,
        metrics: Metrics,
        batch: int = 500,
        stuck_after: float = 30.0,
    ) -> None:
        self._handlers, self._parked, self._clock, self._metrics = handlers, parked, clock, metrics
        self._servers, self._group, self._prefix, self._batch = servers, group, prefix, batch
        self._consumer: AIOKafkaConsumer | None = None
        #: Positions after what is handled and not committed yet.
        self._handled_to: dict[TopicPartition, int] = {}
        self._committed_at = float("-inf")
        #: Since when no commit was taken, where the last one was not.
        self._refused_since: float | None = None
        self._stuck_after = stuck_after
        self._gaps = Gaps(metrics)
        self.topics = handlers.topics
        self.watchdog = Watchdog(self.topics, prefix, metrics, stuck_after)
        self.connected = False

    # -- the loop ---------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Consume until cancelled; a consumer that fails is replaced."""
        pause = 0.2
        while True:
            try:
                await self._consume()
                pause = 0.2
            except asyncio.CancelledError as error:
                # A request of the client that was cancelled as its connection broke is not our end.
                if _is_being_cancelled():
                    await self._give_back()
                    raise
                pause = await self._replaced(error, pause)
            except Exception as error:
                pause = await self._replaced(error, pause)

    async def _give_back(self) -> None:
        if self._consumer is not None:
            with contextlib.suppress(Stuck):
                await self._commit(self._consumer, within=2)
        await self._close()

    async def _replaced(self, error: BaseException, pause: float) -> float:
        """Throw the consumer away, wait, and say how long to wait the next time."""
        logger().warning("consumer_rebuilt", error=repr(error))
        self._metrics.consumer_rebuilds.inc()
        await self._close()
        await asyncio.sleep(pause)
        return min(pause * 2, 5.0)

    async def _consume(self) -> None:
        consumer = AIOKafkaConsumer(
            *[self._prefix + topic for topic in self.topics],
            bootstrap_servers=self._servers,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000,
            max_poll_interval_ms=300_000,
            max_poll_records=self._batch,
            metadata_max_age_ms=30_000,
            # A request that waits at the broker leaves out partitions whose records were not taken when
            # it was sent; what comes there is not seen before it returns.
            fetch_max_wait_ms=100,
        )
        self._consumer, self._handled_to = consumer, {}
        await _within(30, consumer.start())
        self.connected = True
        self._refused_since = None
        self.watchdog.moved()
        while True:
            patience = _COMMIT_EVERY if self._handled_to else 1.0
            # While partitions are given out anew a fetch waits past its own time, without an end where
            # the answer never comes.
            async with asyncio.timeout(patience + self._stuck_after):
                fetched = await consumer.getmany(timeout_ms=int(patience * 1000), max_records=self._batch)
            if fetched:
                await self._work_off(fetched)
                self.watchdog.moved()
            if self._handled_to and time.monotonic() - self._committed_at >= _COMMIT_EVERY:
                await self._commit(consumer)
            await self.watchdog.look(consumer)

    async def _close(self) -> None:
        consumer, self._consumer, self.connected = self._consumer, None, False
        if consumer is None:
            return
        try:
            await _within(5, consumer.stop())
        except Exception as error:
            logger().info("consumer_abandoned", error=repr(error))

    async def _work_off(self, fetched: Mapping[TopicPartition, list[ConsumerRecord]]) -> None:
        records = [record for batch in fetched.values() for record in batch]
        pause = 0.1
        while True:
            try:
                await self.handle_all(records)
                break
            except Waited:
                logger().warning("database_away", waiting=len(records))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
        for partition, batch in fetched.items():
            self._handled_to[partition] = batch[-1].offset + 1

    async def _commit(self, consumer: AIOKafkaConsumer, within: float = 10) -> None:
        positions, self._handled_to = self._handled_to, {}
        self._committed_at = time.monotonic()
        assigned = consumer.assignment()
        self._gaps.keep_only(assigned)
        still_ours = {partition: at for partition, at in positions.items() if partition in assigned}
        try:
            async with asyncio.timeout(within):
                if still_ours:
                    await consumer.commit(still_ours)
            self._refused_since = None
        except (CommitFailedError, IllegalStateError, KafkaError, TimeoutError) as error:
            # Tried again while the partition is ours; whoever else has it gets these events again and knows
            # them by their sequence.
            self._handled_to = {**still_ours, **self._handled_to}
            logger().info("commit_lost", error=repr(error))
            self._refused_since = self._refused_since or self._committed_at
            if time.monotonic() - self._refused_since > self._stuck_after:
                # The group has given this member up and it does not notice (its heartbeat is dead).
                raise Stuck("commits are refused") from error

    # -- one batch --------------------------------------------------------------------------------------

    async def handle_all(self, records: Iterable[ConsumerRecord]) -> None:
        """Handle fetched records: concurrent across keys, in order within one."""
        by_key: dict[bytes, list[ConsumerRecord]] = {}
        for record in records:
            if self._wanted(record):
                by_key.setdefault(record.key or b"", []).append(record)
        if not by_key:
            return
        try:
            keys = {self._parking_key(record) for batch in by_key.values() for record in batch}
            waiting = await self._parked.keys_among(keys)
            results = await asyncio.gather(
                *(self._handle_key(batch, waiting) for batch in by_key.values()), return_exceptions=True
            )
        except Unavailable as error:
            raise Waited() from error
        errors = [result for result in results if isinstance(result, BaseException)]
        if errors:
            if all(isinstance(error, Waited | Unavailable) for error in errors):
                raise Waited() from errors[0]
            raise next(error for error in errors if not isinstance(error, Waited | Unavailable))

    async def _handle_key(self, records: list[ConsumerRecord], waiting: set[str]) -> None:
        for record in records:
            key = self._parking_key(record)
            if key in waiting:
                await self._park(record, "behind", "an earlier event of this key waits")
                continue
            outcome = await self._attempt(
                record.topic.removeprefix(self._prefix), _text(record.key), record.headers, record.value
            )
            if outcome is not None:
                await self._park(record, *outcome)
                waiting.add(key)

    def _wanted(self, record: ConsumerRecord) -> bool:
        """Whether anything here listens to it; a type without a handler writes nothing. Gaps are counted."""
        headers = dict(record.headers)
        topic = record.topic.removeprefix(self._prefix)
        partition = TopicPartition(record.topic, record.partition)
        self._gaps.look(partition, topic, _text(record.key), headers.get("ce_sequence"))
        type = headers.get("ce_type")
        if type is None:
            return True  # malformed: to be parked
        name = type.decode(errors="replace")
        if name in self._handlers.events or (name in EVENTS and topic in self._handlers.every_topics):
            return True
        self._metrics.consumed.labels(topic, "ignored").inc()
        return False

    # -- one event --------------------------------------------------------------------------------------

    async def _attempt(
        self, topic: str, key: str, headers: Iterable[tuple[str, bytes]], value: bytes | None
    ) -> tuple[Outcome, str] | None:
        """Handle one event; None when done, else why it must wait."""
        try:
            message = read(topic, key, headers, value)
        except Never as error:
            self._metrics.consumed.labels(topic, "never").inc()
            return "never", str(error)
        except Exception as error:
            # Whatever a record holds, it holds up no other.
            self._metrics.consumed.labels(topic, "never").inc()
            return "never", f"cannot be read: {type(error).__name__}"
        trace.current.set(trace.continued(message.envelope.traceparent))
        if message.envelope.time > self._clock() + timedelta(hours=1):
            self._metrics.from_the_future.labels(topic).inc()
        outcome = await self._handled(message)
        self._metrics.consumed.labels(topic, outcome[0] if outcome else "done").inc()
        return outcome

    async def _handled(self, message: Message) -> tuple[Outcome, str] | None:
        for attempt in range(1, _TRIES + 1):
            try:
                if self._handlers.every is not None and message.topic in self._handlers.every_topics:
                    await self._handlers.every(message)
                handler = self._handlers.events.get(message.type)
                if handler is not None:
                    await handler(message)
                return None
            except NotYet as error:
                return "not_yet", str(error)
            except Never as error:
                return "never", str(error)
            except Unavailable as error:
                raise Waited() from error
            except Problem as error:
                return "never", f"{error.code}: {error.en}"
            except Exception as error:
                if is_away(error):
                    raise Waited() from error
                reason = str(without_personal_data(f"{type(error).__name__}: {error}"))[:500]
                logger().error("handler_raised", type=message.type, attempt=attempt, exc_info=True)
        return "never", reason

    async def _park(self, record: ConsumerRecord, outcome: Outcome, reason: str) -> None:
        logger().warning(
            "event_parked", topic=record.topic, key=_text(record.key), outcome=outcome, why=reason
        )
        await self._parked.park(
            [
                Row(
                    id=f"{record.topic}:{record.partition}:{record.offset}",
                    topic=record.topic.removeprefix(self._prefix),
                    partition=record.partition,
                    offset=record.offset,
                    key=self._parking_key(record),
                    headers=list(record.headers),
                    value=record.value,
                    outcome=outcome,
                    reason=reason,
                    attempts=1,
                    parked_at=self._clock(),
                )
            ]
        )

    def _parking_key(self, record: ConsumerRecord) -> str:
        # By topic: an event may wait for one of another topic that has the same key.
        return f"{record.topic.removeprefix(self._prefix)}/{_text(record.key)}"

    # -- what waits -------------------------------------------------------------------------------------

    async def retry_parked(self) -> None:
        """Try again what is due, key by key; each key goes on until one of its events does not go."""
        for head in await self._parked.heads():
            row: Row | None = head
            while row is not None:
                key = row.key.partition("/")[2]
                try:
                    outcome = await self._attempt(row.topic, key, row.headers, row.value)
                except Waited:
                    return
                if outcome is not None:
                    await self._parked.failed(row, *outcome)
                    break
                await self._parked.done(row)
                row = await self._parked.following(row.key)
                if row is not None and row.outcome == "never":
                    break


async def _within(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    """Do it, or leave it to itself after a while.

    The client's start and stop suppress a cancellation where they wait for tasks of their own, so that
    `asyncio.timeout` alone would not end them.
    """
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done or task.cancelled():
            raise TimeoutError(f"not done within {seconds} s")
        task.result()
    finally:
        task.cancel()


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _text(key: bytes | None) -> str:
    return (key or b"").decode(errors="replace")
