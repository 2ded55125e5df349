"""The stack that the tests stand on really is one that can be broken and mended."""

from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from deploy.local import kafka
from tests.support.eventually import eventually
from tests.support.stack import Server, Stack


async def test_database_is_a_replica_set_with_majority_writes(stack: Stack, names: str) -> None:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(stack.mongodb_uri, w="majority", journal=True)
    async with client:
        await client[names]["things"].insert_one({"_id": "a"})
        assert await client[names]["things"].count_documents({}) == 1


async def test_what_the_broker_acknowledged_is_there_after_kill_9(own_broker: Server) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=own_broker.address)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=own_broker.address, acks="all", enable_idempotence=True)
    await producer.start()
    await producer.send_and_wait("kept", b"fact")
    await producer.stop()

    await own_broker.kill()
    assert not await kafka.answers(own_broker.address)
    await own_broker.start()

    consumer = AIOKafkaConsumer("kept", bootstrap_servers=own_broker.address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        assert (await consumer.getone()).value == b"fact"
    finally:
        await consumer.stop()


async def test_database_takes_writes_again_after_kill_9(own_mongod: Server) -> None:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        own_mongod.address, serverSelectionTimeoutMS=500
    )
    async with client:
        await client["kept"]["things"].insert_one({"_id": "a"})
        await own_mongod.kill()
        with pytest.raises(PyMongoError):
            await client["kept"]["things"].find_one()
        await own_mongod.start()

        async def found() -> bool:
            try:
                return await client["kept"]["things"].find_one() is not None
            except PyMongoError:
                return False

        assert await eventually(found)
