"""What is left in databases and topics once a load is over: is everything done, once, and in order?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import AsyncMongoClient

from contracts import TOPICS, from_headers
from services.runtime import history
from tests.support.processes import SERVICES
from tests.support.stack import Stack

Document = dict[str, Any]
#: An act is dated when it is decided, which may be a while before it is stored.
_OVERLAP = timedelta(minutes=1)


class Aftermath:
    """Looks at everything that services with one name prefix keep."""

    def __init__(self, stack: Stack, names: str) -> None:
        self._names = names
        self._client: AsyncMongoClient[Document] = AsyncMongoClient(stack.mongodb_uri, tz_aware=True)
        self._admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
        self._consumer = AIOKafkaConsumer(bootstrap_servers=stack.bootstrap_servers)
        self._looked_at = datetime.fromtimestamp(0, UTC)
        #: Topic and subject → number → id of the event.
        self._events: dict[tuple[str, str], dict[int, str]] = {}

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

    async def find(self, service: str, name: str, *fields: str) -> list[Document]:
        """All documents of a collection, with these fields or whole."""
        wanted = dict.fromkeys(fields, 1) if fields else None
        found: list[Document] = await self.collection(service, name).find({}, wanted).to_list(None)
        return found

    # -- is it over? ------------------------------------------------------------------------------------

    async def settled(self, away: str = "") -> bool:
        """True when nothing waits anywhere; else an AssertionError that says what does.

        A service that is away is not expected to have read anything.
        """
        left = [*await self._waiting(), *await self._lags(away)]
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

    async def _lags(self, away: str) -> list[str]:
        left = []
        for service in set(SERVICES) - {away}:
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
        """Documents of any service, changed since the last look, whose hash chain does not hold."""
        faults, since, self._looked_at = [], self._looked_at, datetime.now(UTC)
        where = {"history.at": {"$gte": since - _OVERLAP}}
        for service in SERVICES:
            database = self._client[f"{self._names}{service}"]
            for name in await database.list_collection_names():
                async for document in database[name].find(where, {"history": 1, "head": 1}):
                    if fault := history.first_fault(document["history"], document.get("head")):
                        faults.append(f"{service}.{name} {document['_id']}: {fault}")
        return faults

    async def faults_in_sequences(self) -> list[str]:
        """Subjects whose events, since the last look, have a gap, come out of order, or share a number.

        The same event (same id) may be there twice: consumers drop it. Of each event the first counts.
        """
        ends = await self._ends({self._names + topic for topic in TOPICS})
        if not self._consumer.assignment():
            self._consumer.assign(list(ends))
            await self._consumer.seek_to_beginning(*ends)
        faults: list[str] = []
        while any([await self._consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await self._consumer.getmany(timeout_ms=500)).values():
                faults += [fault for record in records if (fault := self._fault_in(record))]
        return faults

    def _fault_in(self, record: ConsumerRecord[bytes, bytes]) -> str | None:
        envelope = from_headers(list(record.headers))
        known = self._events.setdefault((record.topic, envelope.subject), {})
        if known.setdefault(envelope.sequence, envelope.id) != envelope.id:
            return f"{record.topic} {envelope.subject}: two events have number {envelope.sequence}"
        if envelope.sequence > 1 and envelope.sequence - 1 not in known:
            return f"{record.topic} {envelope.subject}: {envelope.sequence} before {envelope.sequence - 1}"
        return None
