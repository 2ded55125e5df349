"""Nothing that was stored stays unsent, whatever fails between the write and the broker."""

from __future__ import annotations

import asyncio
import time

import pytest

from services.runtime.outbox import Waiting
from tests.support.ballots import Ballot, Publisher, PublisherSettings, put
from tests.support.eventually import eventually
from tests.support.services import Bus, settings
from tests.support.stack import Server, Stack


@pytest.fixture(params=["motor", "pymongo"])
def publisher_settings(request: pytest.FixtureRequest, stack: Stack, names: str) -> PublisherSettings:
    return settings(PublisherSettings, stack, names, mongodb_driver=request.param)


async def _waiting(publisher: Publisher) -> int:
    return int(await publisher.ballots.collection.count_documents({"outbox.0": {"$exists": True}}))


async def _nothing_waits(publisher: Publisher) -> bool:
    return await _waiting(publisher) == 0


async def _sent(bus: Bus) -> dict[str, list[int]]:
    """What each box published, in order, without late duplicates."""
    found: dict[str, list[int]] = {}
    for envelope, _ in await bus.all("evaluation.ratings"):
        numbers = found.setdefault(envelope.subject, [])
        if envelope.sequence not in numbers:
            numbers.append(envelope.sequence)
    return found


async def test_what_a_killed_process_wrote_but_did_not_send_is_sent_by_another(
    publisher_settings: PublisherSettings, bus: Bus
) -> None:
    killed = Publisher(publisher_settings)
    # Never started: it writes, and its sender does not exist, as after kill -9 between write and send.
    for box in range(30):
        for grade in (1, 2, 3):
            await killed.put(f"b-{box}", grade)
    assert await _waiting(killed) == 30
    survivor = Publisher(publisher_settings)
    async with survivor.service.running():
        await eventually(lambda: _nothing_waits(survivor), within=30)
        sent = await _sent(bus)
    assert sent == {f"b-{box}": [1, 2, 3] for box in range(30)}
    await killed.service.stop()


async def test_an_append_that_races_the_clearing_is_neither_lost_nor_cleared(
    publisher_settings: PublisherSettings, bus: Bus
) -> None:
    writer, other = Publisher(publisher_settings), Publisher(publisher_settings)
    async with writer.service.running(), other.service.running():
        now = writer.service.clock()
        await writer.ballots.create(put(Ballot("b-1"), 1, now))
        for turn in range(60):
            publisher = (writer, other)[turn % 2]
            await publisher.ballots.change("b-1", lambda ballot: put(ballot, 2, now))
        await eventually(lambda: _nothing_waits(writer), within=30)
        sent = await _sent(bus)
    assert sent == {"b-1": list(range(1, 62))}


async def test_two_sweepers_share_the_work_and_order_holds(
    publisher_settings: PublisherSettings, bus: Bus
) -> None:
    first, second = Publisher(publisher_settings), Publisher(publisher_settings)
    for box in range(40):
        for grade in (1, 2):
            await first.put(f"b-{box}", grade)
    async with first.service.running(), second.service.running():
        await eventually(lambda: _nothing_waits(first), within=30)
        sent = await _sent(bus)
    assert sent == {f"b-{box}": [1, 2] for box in range(40)}


async def test_clearing_moves_no_version(publisher_settings: PublisherSettings, bus: Bus) -> None:
    publisher = Publisher(publisher_settings)
    async with publisher.service.running():
        await publisher.put("b-1", 1)
        await eventually(lambda: _nothing_waits(publisher))
        found = await publisher.ballots.collection.find_one({"_id": "b-1"})
    assert (found["version"], found["sequence"], found.get("lease")) == (1, 1, None)


async def test_a_full_queue_makes_nobody_wait(publisher_settings: PublisherSettings, bus: Bus) -> None:
    publisher = Publisher(publisher_settings)
    outbox = publisher.service.outbox
    outbox._queue = asyncio.Queue(1)
    outbox.offer(Waiting(publisher.ballots, "elsewhere", ()))
    async with publisher.service.running():
        for box in range(20):
            await publisher.put(f"b-{box}", 5)
        await eventually(lambda: _nothing_waits(publisher), within=30)
        assert len(await _sent(bus)) == 20


async def test_while_the_broker_is_away_writes_go_on_and_all_is_sent_when_it_is_back(
    stack: Stack, names: str, own_broker: Server
) -> None:
    given = settings(PublisherSettings, stack, names, kafka_bootstrap_servers=own_broker.address)
    publisher = Publisher(given)
    async with publisher.service.running():
        await publisher.put("before", 5)
        await eventually(lambda: _nothing_waits(publisher), within=30)

        await own_broker.kill()
        took = []
        for box in range(60):
            started = time.perf_counter()
            await publisher.put(f"b-{box}", 5)
            took.append(time.perf_counter() - started)
        # No write waited for the broker: its patience alone is ten seconds.
        assert max(took) < publisher.service.publisher._patience / 2
        assert await _waiting(publisher) == 60

        await own_broker.start()
        await eventually(lambda: _nothing_waits(publisher), within=60)
        stack_of_own = Stack(own_broker.address, stack.mongodb_uri, own_broker, None)
        async with Bus(stack_of_own, names) as bus:
            sent = await _sent(bus)
    assert sent == {"before": [1], **{f"b-{box}": [1] for box in range(60)}}
