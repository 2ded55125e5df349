"""What is left in databases and topics once a load is over: is everything done, once, and in order?"""

from __future__ import annotations

from collections import defaultdict
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import AsyncMongoClient

from contracts import TOPICS, Envelope
from services.runtime import history
from tests.support.processes import SERVICES
from tests.support.services import Bus
from tests.support.stack import Stack

Document = dict[str, Any]


class Aftermath:
    """Looks at everything that services with one name prefix keep."""

    def __init__(self, stack: Stack, names: str) -> None:
        self._stack, self._names = stack, names
        self._client: AsyncMongoClient[Document] = AsyncMongoClient(stack.mongodb_uri, tz_aware=True)
        self._admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
        self._consumer = AIOKafkaConsumer(bootstrap_servers=stack.bootstrap_servers)

    async def __aenter__(self) -> Self:
        """Connect."""
        await self._admin.start()
        await self._consumer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        await self._consumer.stop()
        await self._admin.close()
        await self._client.close()

    def collection(self, service: str, name: str) -> Any:
        """A collection of a service."""
        return self._client[f"{self._names}{service}"][name]

    async def find(self, service: str, name: str, **where: Any) -> list[Document]:
        """Documents of a service."""
        found: list[Document] = await self.collection(service, name).find(where).to_list(None)
        return found

    # -- is it over? ------------------------------------------------------------------------------------

    async def settled(self) -> bool:
        """True when nothing waits anywhere; else an AssertionError that says what does."""
        left = [*await self._waiting(), *await self._lags()]
        assert not left, f"still waiting: {', '.join(left)}"
        return True

    async def _waiting(self) -> list[str]:
        left = []
        for service in SERVICES:
            database = self._client[f"{self._names}{service}"]
            for name in await database.list_collection_names():
                where = {} if name == "parked" else {"outbox.0": {"$exists": True}}
                if count := await database[name].count_documents(where):
                    left.append(f"{count} in {service}.{name}")
        return left

    async def _lags(self) -> list[str]:
        left = []
        for service in SERVICES:
            committed = await self._admin.list_consumer_group_offsets(f"{self._names}{service}")
            topics = {partition.topic for partition in committed}
            ends = await self._ends(topics)
            for topic in sorted(topics):
                lag = sum(
                    end - max(0, committed[partition].offset if partition in committed else 0)
                    for partition, end in ends.items()
                    if partition.topic == topic
                )
                if lag:
                    left.append(f"{service} is {lag} behind on {topic.removeprefix(self._names)}")
        return left

    async def _ends(self, topics: set[str]) -> dict[TopicPartition, int]:
        described = await self._admin.describe_topics(sorted(topics)) if topics else []
        partitions = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in described
            for partition in topic["partitions"]
        ]
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(partitions)
        return ends

    async def events_published(self) -> int:
        """How many events all topics hold."""
        return sum((await self._ends({self._names + topic for topic in TOPICS})).values())

    # -- is it right? -----------------------------------------------------------------------------------

    async def faults_in_histories(self) -> list[str]:
        """Documents of any service whose hash chain does not hold."""
        faults = []
        for service in SERVICES:
            database = self._client[f"{self._names}{service}"]
            for name in await database.list_collection_names():
                where, fields = {"history.0": {"$exists": True}}, {"history": 1, "head": 1}
                async for document in database[name].find(where, fields):
                    if fault := history.first_fault(document["history"], document.get("head")):
                        faults.append(f"{service}.{name} {document['_id']}: {fault}")
        return faults

    async def faults_in_sequences(self) -> list[str]:
        """Subjects whose events on the broker have a gap, come out of order, or share a number.

        The same event (same id) may be there twice: consumers drop it. Of each event the first counts.
        """
        faults = []
        async with Bus(self._stack, self._names) as bus:
            for topic in TOPICS:
                for subject, envelopes in _by_subject(await bus.all(topic)).items():
                    first = list(dict.fromkeys((e.sequence, e.id) for e in envelopes))
                    numbers = [number for number, _ in first]
                    if numbers != list(range(1, len(numbers) + 1)):
                        faults.append(f"{topic} {subject}: {numbers}")
        return faults


def _by_subject(found: list[tuple[Envelope, dict[str, Any]]]) -> dict[str, list[Envelope]]:
    by_subject: dict[str, list[Envelope]] = defaultdict(list)
    for envelope, _ in found:
        by_subject[envelope.subject].append(envelope)
    return by_subject
