"""The producer, supervised: any trouble throws it away and the next call makes a new one.

aiokafka's producer can hang while the broker is away and dies of fatal errors, so every wait has an end and
nothing that matters is kept in it: what is not acknowledged still stands in an outbox.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer

from services.runtime.logs import logger


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event for the broker; ``topic`` is the plain name."""

    topic: str
    key: str
    value: bytes
    headers: list[tuple[str, bytes]]


class Publisher:
    """Sends events and says of each whether the broker has it."""

    def __init__(self, servers: str, topic_name: Callable[[str], str], patience: float = 10.0) -> None:
        self._servers, self._topic_name, self._patience = servers, topic_name, patience
        self._producer: AIOKafkaProducer | None = None
        self._lock = asyncio.Lock()

    async def send_all(self, batch: Sequence[Outgoing]) -> list[BaseException | None]:
        """Send in order; for each event None once all replicas have it, or the error."""
        by_topic: dict[str, list[int]] = {}
        for number, outgoing in enumerate(batch):
            by_topic.setdefault(outgoing.topic, []).append(number)
        errors: list[BaseException | None] = [None] * len(batch)
        async with self._lock:
            try:
                async with asyncio.timeout(self._patience):
                    producer = await self._connected()
            except Exception as error:
                await self.close()
                return [error] * len(batch)
            # Each topic by itself: one that is missing or refused keeps no other waiting.
            answers = await asyncio.gather(
                *(self._send(producer, [batch[n] for n in numbers]) for numbers in by_topic.values())
            )
            for numbers, answer in zip(by_topic.values(), answers, strict=True):
                for number, outcome in zip(numbers, answer, strict=True):
                    errors[number] = outcome
            if any(errors):
                await self.close()
        return errors

    async def _send(
        self, producer: AIOKafkaProducer, batch: Sequence[Outgoing]
    ) -> Sequence[BaseException | None]:
        """The events of one topic."""
        try:
            async with asyncio.timeout(self._patience):
                futures = [
                    await producer.send(
                        self._topic_name(o.topic), o.value, key=o.key.encode(), headers=o.headers
                    )
                    for o in batch
                ]
                answers = await asyncio.gather(*futures, return_exceptions=True)
        except Exception as error:
            return [error] * len(batch)
        return [a if isinstance(a, BaseException) else None for a in answers]

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._servers,
                acks="all",
                enable_idempotence=True,
                request_timeout_ms=int(self._patience * 1000),
                max_request_size=2 * 1024 * 1024,
                linger_ms=0,
            )
            try:
                await producer.start()
            except BaseException:
                await _ended(producer)
                raise
            self._producer = producer
        return self._producer

    async def close(self) -> None:
        """Let the producer go, without waiting for a broker that is away."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _ended(producer)


async def _ended(producer: AIOKafkaProducer) -> None:
    try:
        async with asyncio.timeout(2):
            await producer.stop()
    except Exception as error:
        logger().info("producer_abandoned", error=repr(error))
        # stop() waits for a broker that takes nothing any more: what is pending fails, and all ends with it.
        producer._message_accumulator.fail_all(error)
        for close in (producer._sender.close, producer.client.close):
            with contextlib.suppress(Exception):
                async with asyncio.timeout(1):
                    await close()
