"""Topics are made from the contracts, with fixed partitions; the broker never makes one by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from contracts import TOPICS
from services.runtime.settings import Settings

_DAY_MS = 24 * 60 * 60 * 1000


def _configuration(name: str) -> dict[str, str]:
    topic = TOPICS[name]
    made = {"max.message.bytes": str(topic.max_bytes + 64 * 1024)}
    if topic.retention_days is None:
        made["cleanup.policy"] = "compact"
    else:
        made["retention.ms"] = str(topic.retention_days * _DAY_MS)
    return made


async def create(settings: Settings, names: Iterable[str]) -> None:
    """Create the topics that are missing; raises where the broker is away or refuses."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers, request_timeout_ms=10_000)
    try:
        async with asyncio.timeout(15):
            await admin.start()
            there = set(await admin.list_topics())
            missing = [name for name in names if settings.topic(name) not in there]
            if not missing:
                return
            answer = await admin.create_topics(
                [
                    NewTopic(
                        settings.topic(name),
                        settings.topic_partitions,
                        settings.topic_replication,
                        topic_configs=_configuration(name),
                    )
                    for name in missing
                ]
            )
            for _, code, *_ in answer.topic_errors:
                if code and for_code(code) is not TopicAlreadyExistsError:
                    raise for_code(code)()
    finally:
        await admin.close()
