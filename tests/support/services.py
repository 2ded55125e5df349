"""A service in the test's own process, on the real database and broker; events put on the broker by hand."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import orjson
import uuid_utils
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from contracts import TOPICS, Envelope, EventData, dataschema_for, from_headers, to_headers
from services.runtime.clock import system_clock
from services.runtime.service import Service
from services.runtime.settings import Role, Settings
from tests.support.stack import Stack
from tests.support.tokens import AUDIENCE, ISSUER, Issuer

S = TypeVar("S", bound=Settings)

#: A key for tests: 32 bytes, base64.
KEY = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


def settings(kind: type[S], stack: Stack, names: str, **given: Any) -> S:
    """Settings of a service for one test; ``given`` wins."""
    usual: dict[str, Any] = {
        "mongodb_uri": stack.mongodb_uri,
        "kafka_bootstrap_servers": stack.bootstrap_servers,
        "names_prefix": names,
        "topic_partitions": 2,
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "jwks_url": "http://issuer.test/jwks",
        "digest_key": KEY,
        "rate_limit": 0,
    }
    return kind(**{**usual, **given})


@dataclass(frozen=True)
class Running:
    """A started service and a client that speaks to it."""

    service: Service
    client: httpx.AsyncClient
    issuer: Issuer


@contextlib.asynccontextmanager
async def running(
    build: Callable[[], Service], issuer: Issuer, role: Role = "both"
) -> AsyncIterator[Running]:
    """Build, start and at the end stop a service; ``build`` is its composition root with settings bound."""
    service = build()
    service.verifier = issuer.verifier()
    async with service.running(role) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
            yield Running(service, client, issuer)


class Bus:
    """The broker as seen by a test: puts events on it and reads what is there."""

    def __init__(self, stack: Stack, names: str) -> None:
        self._servers, self._prefix = stack.bootstrap_servers, names
        self._producer: AIOKafkaProducer | None = None
        self._sequences: dict[tuple[str, str], int] = {}

    async def __aenter__(self) -> Bus:
        """Connect."""
        self._producer = AIOKafkaProducer(bootstrap_servers=self._servers, enable_idempotence=True)
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        if self._producer:
            await self._producer.stop()

    def envelope(self, data: EventData, *, sequence: int | None = None, **given: Any) -> Envelope:
        """The envelope that the event's publisher would give it; sequences count by themselves."""
        topic = TOPICS[data.topic]
        subject = given.pop("subject", data.subject)
        number = sequence or self._sequences.get((data.topic, subject), 0) + 1
        self._sequences[data.topic, subject] = max(number, self._sequences.get((data.topic, subject), 0))
        made = Envelope(
            id=str(uuid_utils.uuid7()),
            source=topic.publisher,
            type=data.type,
            subject=subject,
            time=datetime.now(UTC),
            sequence=number,
            placecode=data.place_code,
            dataschema=dataschema_for(type(data)),
            traceparent=None,
        )
        return replace(made, **given)

    async def publish(self, data: EventData, *, sequence: int | None = None, **given: Any) -> Envelope:
        """Publish as the publisher would."""
        envelope = self.envelope(data, sequence=sequence, **given)
        await self.send(data.topic, envelope.subject, data.encode(), to_headers(envelope))
        return envelope

    async def send(self, topic: str, key: str, value: bytes | None, headers: list[tuple[str, bytes]]) -> None:
        """Put any bytes on a topic."""
        assert self._producer
        await self._producer.send_and_wait(self._prefix + topic, value, key=key.encode(), headers=headers)

    async def all(self, topic: str) -> list[tuple[Envelope, dict[str, Any]]]:
        """Each event on a topic now once (a late duplicate is allowed), oldest first within a partition."""
        consumer = AIOKafkaConsumer(
            self._prefix + topic, bootstrap_servers=self._servers, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            partitions = list(consumer.assignment())
            ends = await consumer.end_offsets(partitions)
            found: dict[str, tuple[Envelope, dict[str, Any]]] = {}
            while any([await consumer.position(p) < ends[p] for p in partitions]):
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    for record in batch:
                        envelope = from_headers(list(record.headers))
                        found.setdefault(envelope.id, (envelope, orjson.loads(record.value or b"null")))
            return list(found.values())
        finally:
            await consumer.stop()


__all__ = ["KEY", "Bus", "Running", "running", "settings", "system_clock"]
