"""Nothing that was stored stays unsent, whatever fails between the write and the broker."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from deploy.local.ports import free_ports
from services.runtime import outbox, topics
from services.runtime.outbox import Waiting
from services.runtime.problems import Unavailable
from services.runtime.publisher import Outgoing
from services.runtime.publisher import Publisher as EventPublisher
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
    publisher.service.outbox._queue = asyncio.Queue(1)
    publisher.service.outbox.offer(Waiting(publisher.ballots, "elsewhere", ()))
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


async def test_what_was_acknowledged_but_not_cleared_is_cleared_later(
    publisher_settings: PublisherSettings, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = Publisher(publisher_settings)
    clear, failed = outbox._clear, asyncio.Event()

    async def away_once(*given: Any) -> None:
        if not failed.is_set():
            failed.set()
            raise Unavailable()
        await clear(*given)

    monkeypatch.setattr(outbox, "_clear", away_once)
    async with publisher.service.running():
        await publisher.put("b-1", 5)
        await eventually(failed.is_set, within=30)
        await eventually(lambda: _nothing_waits(publisher), within=30)
        assert await _sent(bus) == {"b-1": [1]}


async def test_a_sweeper_without_a_broker_gives_back_what_it_claimed(
    stack: Stack, publisher_settings: PublisherSettings, bus: Bus
) -> None:
    (nowhere,) = free_ports(1)
    cut_off = Publisher(
        publisher_settings.model_copy(update={"kafka_bootstrap_servers": f"127.0.0.1:{nowhere}"})
    )
    well = Publisher(publisher_settings)
    await topics.create(publisher_settings, ["evaluation.ratings"])
    for box in range(3):
        await cut_off.put(f"b-{box}", 5)
    await eventually(lambda: _old_enough(cut_off, 3))
    with pytest.raises(Unavailable):
        await cut_off.service.outbox.sweep()
    assert await well.service.outbox.sweep() == 3
    for publisher in (cut_off, well):
        await publisher.service.stop()


async def _old_enough(publisher: Publisher, count: int) -> bool:
    old = publisher.service.clock() - timedelta(seconds=2)
    return bool(await publisher.ballots.collection.count_documents({"outbox.at": {"$lt": old}}) == count)


@pytest.mark.parametrize("hours", [-25, 25])
async def test_a_clock_that_jumped_holds_nothing_back(
    publisher_settings: PublisherSettings, bus: Bus, hours: int
) -> None:
    publisher = Publisher(publisher_settings)
    await topics.create(publisher_settings, ["evaluation.ratings"])
    for box in range(3):
        await publisher.put(f"b-{box}", 5)
    then = publisher.service.clock() + timedelta(hours=hours)
    # Written, and once claimed by a process that died, while the clock was wrong.
    await publisher.ballots.collection.update_many(
        {},
        {"$set": {"outbox.0.at": then, "lease": {"by": "dead", "until": then + timedelta(seconds=30)}}},
    )
    assert await publisher.service.outbox.sweep() == 3
    await publisher.service.stop()


async def test_the_sweeper_finds_what_waits_by_an_index(publisher_settings: PublisherSettings) -> None:
    publisher = Publisher(publisher_settings)
    async with publisher.service.running("serve"):
        explained = await publisher.ballots.collection.find(publisher.service.outbox._free()).explain()
        assert "COLLSCAN" not in str(explained["queryPlanner"]["winningPlan"])
        assert outbox.WAITING_INDEX in str(explained["queryPlanner"]["winningPlan"])


async def test_a_database_that_froze_does_not_hold_the_sender_for_ever(
    stack: Stack, names: str, own_mongod: Server, bus: Bus
) -> None:
    publisher = Publisher(settings(PublisherSettings, stack, names, mongodb_uri=own_mongod.address))
    await publisher.put("b-1", 5)
    async with asyncio.timeout(60):
        own_mongod.pause()
        with pytest.raises(Unavailable):
            await publisher.service.outbox.sweep()
        own_mongod.resume()
    await publisher.service.stop()


async def test_a_producer_that_was_given_up_leaves_nothing_running(
    stack: Stack, names: str, own_broker: Server
) -> None:
    given = settings(PublisherSettings, stack, names, kafka_bootstrap_servers=own_broker.address)
    await topics.create(given, ["evaluation.ratings"])
    others = asyncio.all_tasks()
    sender = EventPublisher(own_broker.address, given.topic, patience=3.0)
    event = Outgoing("evaluation.ratings", "b-1", b"{}", [])
    assert await sender.send_all([event]) == [None]
    own_broker.pause()
    (error,) = await sender.send_all([event])
    assert error is not None

    def nothing_left() -> bool:
        return not [task for task in asyncio.all_tasks() - others if "aiokafka" in repr(task)]

    await eventually(nothing_left, within=5)
    own_broker.resume()


async def test_a_topic_that_is_missing_keeps_no_other_waiting(
    publisher_settings: PublisherSettings, bus: Bus
) -> None:
    publisher = Publisher(publisher_settings)
    async with publisher.service.running():
        await publisher.put("b-1", 5)
        await eventually(lambda: _nothing_waits(publisher), within=30)
        events = EventPublisher(
            publisher_settings.kafka_bootstrap_servers, publisher_settings.topic, patience=3
        )
        wave = [
            Outgoing(topic, key, b"{}", [])
            for key in ("b-2", "b-3")
            for topic in ("evaluation.nowhere", "evaluation.ratings")
        ]
        errors = await events.send_all(wave)
        await events.close()
    assert [error is None for error in errors] == [False, True, False, True]


async def test_one_sweep_sends_all_pages(publisher_settings: PublisherSettings, bus: Bus) -> None:
    publisher = Publisher(publisher_settings)
    await topics.create(publisher_settings, ["evaluation.ratings"])
    await asyncio.gather(*(publisher.put(f"b-{box}", 5) for box in range(200)))
    await eventually(lambda: _old_enough(publisher, 200))
    publisher.service.outbox._batch = 20
    assert await publisher.service.outbox.sweep() == 200
    await publisher.service.stop()
