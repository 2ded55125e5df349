"""Skipped sequence numbers, counted and told: the event is applied all the same, an operator should know."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

from aiokafka import TopicPartition

from contracts import TOPICS
from services.runtime.logs import logger
from services.runtime.metrics import Metrics

#: How many keys' last sequence numbers are remembered for each partition.
_REMEMBERED = 2_000
#: Longest sequence number, in digits, that is looked at.
_DIGITS = 18


class Gaps:
    """The last sequence number of the keys that passed lately; the first sight of a key is accepted."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._last: dict[TopicPartition, OrderedDict[str, int]] = {}

    def look(self, partition: TopicPartition, topic: str, key: str, sequence: bytes | None) -> None:
        """Look at one record's number. On compacted topics, gaps are normal."""
        if sequence is None or not sequence.isdigit() or len(sequence) > _DIGITS:
            return
        if topic in TOPICS and TOPICS[topic].compacted:
            return
        last, number = self._last.setdefault(partition, OrderedDict()), int(sequence)
        if (before := last.get(key)) is not None and number > before + 1:
            self._metrics.gaps.labels(topic).inc()
            logger().warning("sequence_gap", topic=topic, key=key, before=before, after=number)
        last[key] = max(number, before or 0)
        last.move_to_end(key)
        if len(last) > _REMEMBERED:
            last.popitem(last=False)

    def keep_only(self, assigned: Collection[TopicPartition]) -> None:
        """Another member counts the other partitions now; what we remember would look like a gap."""
        for lost in self._last.keys() - set(assigned):
            del self._last[lost]
