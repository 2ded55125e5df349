"""Offsets are committed by time, not after each batch: what that may and may not lead to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.group import LeaveGroupRequest

from tests.support.ballots import Counter, CounterSettings, rated
from tests.support.eventually import eventually
from tests.support.services import Bus, settings
from tests.support.stack import Stack

NOW = datetime(2026, 11, 23, 1, 31, 5, tzinfo=UTC)
EXPECTED = {f"b-{number}": (1, 2) for number in range(10)}


@pytest.fixture
def counter_settings(stack: Stack, names: str) -> CounterSettings:
    return settings(CounterSettings, stack, names)


async def _committed(stack: Stack, group: str) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
    await admin.start()
    try:
        return sum(found.offset for found in (await admin.list_consumer_group_offsets(group)).values())
    finally:
        await admin.close()


async def _all_counted(counter: Counter) -> bool:
    found = {count.box: count.sequences for count in await counter.counts.find({}, limit=100)}
    assert found == EXPECTED
    return True


async def _publish(counter: Counter, bus: Bus) -> None:
    assert counter.service.consumer
    await eventually(lambda: counter.service.consumer and counter.service.consumer.connected, within=30)
    for grade in (4, 5):
        for box in EXPECTED:
            await bus.publish(rated(box, grade, NOW))


async def test_an_orderly_stop_commits_all_that_was_handled(
    counter_settings: CounterSettings, stack: Stack, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.consumer._COMMIT_EVERY", 3600.0)
    counter = Counter(counter_settings)
    async with counter.service.running():
        assert counter.service.consumer
        counter.service.consumer._committed_at = float("inf")  # never by time
        await _publish(counter, bus)
        await eventually(lambda: _all_counted(counter), within=30)
        assert await _committed(stack, counter_settings.group) == 0
    assert await _committed(stack, counter_settings.group) == 20


async def test_what_was_handled_and_not_committed_comes_again_and_counts_once(
    counter_settings: CounterSettings, stack: Stack, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forgets(*_: object, **__: object) -> None:
        return None

    killed, survivor = Counter(counter_settings), Counter(counter_settings)
    assert killed.service.consumer
    monkeypatch.setattr(killed.service.consumer, "_commit", forgets)
    async with killed.service.running():
        await _publish(killed, bus)
        await eventually(lambda: _all_counted(killed), within=30)
    assert await _committed(stack, counter_settings.group) == 0
    async with survivor.service.running():
        await eventually(lambda: _repeats(survivor) == 20, within=30)
        assert await _all_counted(survivor)


async def test_a_member_that_its_group_gave_up_unnoticed_joins_again(
    counter_settings: CounterSettings, stack: Stack, bus: Bus
) -> None:
    counter = Counter(counter_settings)
    consumer = counter.service.consumer
    assert consumer
    consumer._stuck_after = 1.0
    async with counter.service.running():
        await eventually(lambda: consumer.connected, within=30)
        first = consumer._consumer
        assert first
        # Its heartbeat dies and says so to nobody; it goes on to fetch, and its commits are refused.
        await first._coordinator._send_req(_leaving(first))
        first._coordinator._coordination_task.cancel()
        await first._coordinator._stop_heartbeat_task()
        await _publish(counter, bus)
        await eventually(lambda: _all_counted(counter), within=30)
        await eventually(lambda: _all_committed(stack, counter_settings.group), within=30)
        assert consumer._consumer is not first
        assert counter.service.metrics.consumer_rebuilds._value.get() == 1


def _leaving(consumer: AIOKafkaConsumer) -> LeaveGroupRequest:
    coordinator = consumer._coordinator
    return LeaveGroupRequest(coordinator.group_id, coordinator.member_id)


async def _all_committed(stack: Stack, group: str) -> bool:
    return await _committed(stack, group) == 20


@pytest.mark.parametrize("trouble", ["a cancelled request", "no return"])
async def test_a_fetch_that_ends_in_an_odd_way_costs_a_consumer_and_no_event(
    trouble: str, counter_settings: CounterSettings, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch, fetches = AIOKafkaConsumer.getmany, 0

    async def odd(self: AIOKafkaConsumer, **how: int) -> object:
        nonlocal fetches
        fetches += 1
        if fetches == 1:
            if trouble == "no return":
                await asyncio.Event().wait()
            raise asyncio.CancelledError()
        return await fetch(self, **how)

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", odd)
    counter = Counter(counter_settings)
    assert counter.service.consumer
    counter.service.consumer._stuck_after = 0.5
    async with counter.service.running():
        await _publish(counter, bus)
        await eventually(lambda: _all_counted(counter), within=30)
        assert counter.service.metrics.consumer_rebuilds._value.get() >= 1


def _repeats(counter: Counter) -> float:
    labels = {"topic": "evaluation.ratings", "outcome": "duplicate"}
    return counter.service.metrics.registry.get_sample_value("yichuang_events_consumed_total", labels) or 0.0
