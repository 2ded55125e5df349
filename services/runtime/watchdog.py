"""Whether a consumer gets on: its lag, its last progress, and whether the broker is heard at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from services.runtime.logs import logger
from services.runtime.metrics import Metrics

#: Seconds between two looks at the lag.
_LOOK_EVERY = 1.0
#: Seconds between two questions for the ends of our partitions, and how long an answer may take.
_ASK_EVERY, _ANSWER_WITHIN = 5.0, 3.0


class Stuck(Exception):
    """There is lag and nothing has moved for long (aiokafka #1154)."""


class Watchdog:
    """Looks at one consumer after another; times are monotonic seconds."""

    def __init__(self, topics: Sequence[str], prefix: str, metrics: Metrics, stuck_after: float) -> None:
        self._topics, self._prefix, self._metrics = topics, prefix, metrics
        self._stuck_after = stuck_after
        self._ends: dict[TopicPartition, int] = {}
        self._looked_at = self._asked_at = float("-inf")
        #: The last progress; no lag is progress too.
        self.moved_at = time.monotonic()
        #: When the broker last answered, for readiness.
        self.heard_at = time.monotonic()

    def moved(self) -> None:
        """Something was handled."""
        self.moved_at = self.heard_at = time.monotonic()

    async def look(self, consumer: AIOKafkaConsumer) -> None:
        """Note the lag, once a second at most; :class:`Stuck` where there is some and nothing moves.

        The ends are asked of the broker: a fetcher that is stuck knows of no lag. While the broker does not
        answer, the consumer is not to blame; readiness tells.
        """
        if time.monotonic() - self._looked_at < _LOOK_EVERY:
            return
        self._looked_at = time.monotonic()
        try:
            await self._ask(consumer)
            async with asyncio.timeout(_ANSWER_WITHIN):
                lags = await self._lags(consumer)
        except (KafkaError, IllegalStateError, AssertionError, TimeoutError) as error:
            logger().info("broker_not_heard", error=repr(error))
            if time.monotonic() - self.heard_at > _ASK_EVERY + _ANSWER_WITHIN:
                self.moved_at = time.monotonic()
            return
        for topic, lag in lags.items():
            self._metrics.lag.labels(topic).set(lag)
        if not any(lags.values()):
            self.moved_at = time.monotonic()
        elif time.monotonic() - self.moved_at > self._stuck_after:
            raise Stuck("lag and no progress")

    async def _ask(self, consumer: AIOKafkaConsumer) -> None:
        if time.monotonic() - self._asked_at < _ASK_EVERY:
            return
        # Without a partition of our own any will do to hear from the broker.
        asked = consumer.assignment() or {TopicPartition(self._prefix + self._topics[0], 0)}
        async with asyncio.timeout(_ANSWER_WITHIN):
            self._ends = await consumer.end_offsets(asked)
        self._asked_at = self.heard_at = time.monotonic()

    async def _lags(self, consumer: AIOKafkaConsumer) -> dict[str, int]:
        lags: dict[str, int] = dict.fromkeys(self._topics, 0)
        for partition in consumer.assignment():
            end = max(consumer.highwater(partition) or 0, self._ends.get(partition, 0))
            if end:
                position = await consumer.position(partition)
                lags[partition.topic.removeprefix(self._prefix)] += max(0, end - position)
        return lags
