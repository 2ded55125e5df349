"""Fixtures for every test level: one broker and one mongod for the whole run, own names for each test."""

import asyncio
import os
import shutil
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from tests.support import stack as servers
from tests.support.services import Bus
from tests.support.stack import Server, Stack
from tests.support.tokens import Issuer


@pytest.fixture(scope="session")
def stack_folder() -> Iterator[Path]:
    """Data and logs of the run's servers, removed at its end."""
    folder = servers.new_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def stack(stack_folder: Path) -> AsyncIterator[Stack]:
    """The run's broker and database, or those given by KAFKA_BOOTSTRAP_SERVERS and MONGODB_URI."""
    bootstrap_servers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    mongodb_uri = os.environ.get("MONGODB_URI")
    broker = None if bootstrap_servers else servers.broker(stack_folder)
    database = None if mongodb_uri else servers.database(stack_folder)
    started = [server for server in (broker, database) if server]
    try:
        await asyncio.gather(*(server.start() for server in started))
        yield Stack(
            bootstrap_servers=bootstrap_servers or (broker.address if broker else ""),
            mongodb_uri=mongodb_uri or (database.address if database else ""),
            broker=broker,
            mongod=database,
        )
    finally:
        await asyncio.gather(*(server.kill() for server in started))


@pytest.fixture
async def names(stack: Stack) -> AsyncIterator[str]:
    """A prefix for the databases, topics and groups of one test, which are dropped after it."""
    prefix = f"t{uuid.uuid4().hex[:10]}"
    yield prefix
    await asyncio.to_thread(_drop_databases, stack.mongodb_uri, prefix)
    await _delete_topics(stack.bootstrap_servers, prefix)


def _drop_databases(uri: str, prefix: str) -> None:
    client: MongoClient[dict[str, object]]
    with MongoClient(uri) as client:
        for name in client.list_database_names():
            if name.startswith(prefix):
                client.drop_database(name)


async def _delete_topics(bootstrap_servers: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        if topics := [topic for topic in await admin.list_topics() if topic.startswith(prefix)]:
            await admin.delete_topics(topics)
    finally:
        await admin.close()


@pytest.fixture
async def own_broker() -> AsyncIterator[Server]:
    """A broker that the test may kill; nobody else uses it."""
    folder = servers.new_folder()
    server = servers.broker(folder)
    try:
        await server.start()
        yield server
    finally:
        await server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def own_mongod() -> AsyncIterator[Server]:
    """A database that the test may kill; nobody else uses it."""
    folder = servers.new_folder()
    server = servers.database(folder)
    try:
        await server.start()
        yield server
    finally:
        await server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium for browser tests; `make browser` installs it where that is allowed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip(
            "no Chromium on this machine: run `make browser` as root on Debian, or install it by hand"
        )
    return found


@pytest.fixture(scope="session")
def chinese_font(chromium: str) -> str:
    """A family with Chinese glyphs, without which pictures of the pages show boxes."""
    fonts = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    if not fonts.stdout.strip():
        pytest.skip("no Chinese font on this machine: run `make browser` as root on Debian")
    return fonts.stdout.splitlines()[0]


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    """Signs the tokens of the tests."""
    return Issuer()


@pytest.fixture
async def bus(stack: Stack, names: str) -> AsyncIterator[Bus]:
    """The broker, for putting events on it and reading them."""
    async with Bus(stack, names) as bus:
        yield bus
