"""Fixtures for every test level: one broker and one mongod for the whole run, own names for each test."""

import asyncio
import logging
import shutil
import subprocess
import uuid
from collections.abc import AsyncIterator, Generator, Iterator

import pytest
import structlog
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from tests.support import processes, product, workers
from tests.support import stack as servers
from tests.support.services import Bus
from tests.support.stack import Server, Stack
from tests.support.tokens import Issuer
from tests.support.troubles import FAILED, troubles


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run with `-n` shares the tests out."""
    if workers.sharing(config):
        config.pluginmanager.register(workers.Shared(), "shared-stack")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest begins where tests are shared out; else they come as they are named."""
    if workers.is_worker(config):
        workers.longest_first(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test on a whole product shows what its processes have complained of."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
        for given in getattr(item, "funcargs", {}).values():
            if isinstance(given, processes.Product | product.Product):
                report.sections.append(("Warnings and errors of the processes", troubles(given.logs)))
    return report


@pytest.fixture(scope="session")
async def stack(request: pytest.FixtureRequest) -> AsyncIterator[Stack]:
    """The run's broker and database, or those given by KAFKA_BOOTSTRAP_SERVERS and MONGODB_URI."""
    async with servers.running(workers.given(request.config)) as stack:
        yield stack


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


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """Whatever a test does to the process's logs is undone: they go to a stream that ends with the test."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level
