"""Every event has its effect once, in order; what cannot be handled waits aside and holds up nobody else."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts import to_headers
from services.runtime import operations, watchdog
from services.runtime.parked import Row
from tests.support.ballots import Counter, CounterSettings, rated
from tests.support.eventually import eventually
from tests.support.services import Bus, settings
from tests.support.stack import Server, Stack

NOW = datetime(2026, 11, 23, 1, 31, 5, tzinfo=UTC)


@pytest.fixture(params=["motor", "pymongo"])
def counter_settings(request: pytest.FixtureRequest, stack: Stack, names: str) -> CounterSettings:
    return settings(CounterSettings, stack, names, mongodb_driver=request.param)


async def _topics_there(counter: Counter) -> None:
    await eventually(lambda: counter.service.consumer and counter.service.consumer.connected, within=30)


async def _counted(counter: Counter) -> dict[str, tuple[int, ...]]:
    return {count.box: count.sequences for count in await counter.counts.find({}, limit=1000)}


async def test_a_fact_delivered_ten_times_counts_once(counter_settings: CounterSettings, bus: Bus) -> None:
    counter = Counter(counter_settings)
    async with counter.service.running():
        await _topics_there(counter)
        fact = rated("b-1", 5, NOW)
        envelope = await bus.publish(fact)
        for _ in range(9):
            await bus.send(fact.topic, envelope.subject, fact.encode(), to_headers(envelope))
        await bus.publish(rated("b-1", 4, NOW))

        async def both() -> bool:
            count = await counter.counts.get("b-1")
            return count is not None and count.sequences == (1, 2)

        await eventually(both, within=30)
        assert (await counter.counts.require("b-1")).total == 9
        assert await counter.service.parked.rows() == []


async def test_an_older_sequence_is_never_applied(counter_settings: CounterSettings, bus: Bus) -> None:
    counter = Counter(counter_settings)
    async with counter.service.running():
        await _topics_there(counter)
        await bus.publish(rated("b-1", 5, NOW), sequence=3)
        await bus.publish(rated("b-1", 1, NOW), sequence=2)
        await bus.publish(rated("b-1", 5, NOW), sequence=4)

        async def applied() -> bool:
            count = await counter.counts.get("b-1")
            return count is not None and count.sequences == (3, 4)

        await eventually(applied, within=30)


async def test_one_poison_among_five_hundred_parks_only_its_own_key(
    counter_settings: CounterSettings, bus: Bus
) -> None:
    counter, replica = Counter(counter_settings), Counter(counter_settings)
    counter.poison = replica.poison = {"b-250"}
    async with counter.service.running():
        await _topics_there(counter)
        await asyncio.gather(*(bus.publish(rated(f"b-{n}", 5, NOW)) for n in range(500)))
        await asyncio.gather(*(bus.publish(rated(f"b-{n}", 4, NOW)) for n in range(500)))
        expected = {f"b-{n}": (1, 2) for n in range(500) if n != 250}

        async def all_others() -> bool:
            return await _counted(counter) == expected

        await eventually(all_others, within=60)
        rows = await eventually(lambda: _rows(counter, 2), within=30)
        assert sorted(row.outcome for row in rows) == ["behind", "never"]
        assert "13812345678" not in repr([row.summary() for row in rows])

        # A second replica joins: partitions move, and the parked event is where any replica finds it.
        async with replica.service.running():
            await _topics_there(replica)
            counter.poison = replica.poison = set()
            assert await replica.service.parked.release(key=rows[0].key) == 1

            async def replayed() -> bool:
                count = await replica.counts.get("b-250")
                return count is not None and count.sequences == (1, 2)

            await eventually(replayed, within=30)
            await eventually(lambda: _no_rows(replica), within=30)


async def _rows(counter: Counter, count: int) -> list[Row]:
    rows = await counter.service.parked.rows()
    return rows if len(rows) == count else []


async def _no_rows(counter: Counter) -> bool:
    return await counter.service.parked.rows() == []


async def test_what_comes_too_early_is_tried_again_by_itself(
    counter_settings: CounterSettings, bus: Bus
) -> None:
    counter = Counter(counter_settings)
    counter.early = {"b-1"}
    async with counter.service.running():
        await _topics_there(counter)
        for grade in (1, 2, 3):
            await bus.publish(rated("b-1", grade, NOW))
        await eventually(lambda: _rows(counter, 3), within=30)
        counter.early = set()

        async def in_order() -> bool:
            count = await counter.counts.get("b-1")
            return count is not None and count.sequences == (1, 2, 3)

        await eventually(in_order, within=30)
        await eventually(lambda: _no_rows(counter), within=30)


async def test_a_given_up_event_is_kept_aside_and_what_waited_behind_it_goes_on(
    counter_settings: CounterSettings, bus: Bus
) -> None:
    counter = Counter(counter_settings)
    counter.refused = {"b-1"}
    async with counter.service.running():
        await _topics_there(counter)
        await bus.publish(rated("b-1", 1, NOW))
        await bus.publish(rated("b-1", 2, NOW))
        rows = await eventually(lambda: _rows(counter, 2), within=30)
        counter.refused = set()
        first = next(row for row in rows if row.outcome == "never")
        await counter.service.parked.discard(first.id, reason="sent by mistake", by="o-1")

        async def second_counted() -> bool:
            count = await counter.counts.get("b-1")
            return count is not None and count.sequences == (2,)

        await eventually(second_counted, within=30)
        assert await counter.service.database["parked_discarded"].count_documents({}) == 1


@pytest.mark.parametrize(
    "broken",
    ["not json", "no value", "no id", "other specversion", "unknown major", "forged source", "wrong key"],
)
async def test_a_malformed_event_is_parked_with_the_reason(
    counter_settings: CounterSettings, bus: Bus, broken: str
) -> None:
    counter = Counter(counter_settings)
    async with counter.service.running():
        await _topics_there(counter)
        fact = rated("b-1", 5, NOW)
        given: dict[str, Any] = {"source": "intake"} if broken == "forged source" else {}
        if broken == "unknown major":
            given["dataschema"] = "urn:yichuang:service-rated:v7"
        headers = to_headers(bus.envelope(fact, **given))
        if broken == "no id":
            headers = [(name, value) for name, value in headers if name != "ce_id"]
        if broken == "other specversion":
            headers = [(n, b"2.0" if n == "ce_specversion" else v) for n, v in headers]
        value = {"not json": b"{", "no value": None}.get(broken, fact.encode())
        await bus.send(fact.topic, "b-2" if broken == "wrong key" else "b-1", value, headers)
        rows = await eventually(lambda: _rows(counter, 1), within=30)
        assert rows[0].outcome == "never"
        await bus.publish(rated("b-9", 5, NOW))
        await eventually(lambda: counter.counts.get("b-9"), within=30)


async def test_a_rebalance_in_the_middle_loses_and_doubles_nothing(
    counter_settings: CounterSettings, bus: Bus
) -> None:
    first, second = Counter(counter_settings), Counter(counter_settings)
    async with first.service.running():
        await _topics_there(first)
        boxes = [f"b-{n}" for n in range(40)]

        async def publish() -> None:
            for grade in (1, 2, 3, 4, 5):
                for box in boxes:
                    await bus.publish(rated(box, grade, NOW))

        publishing = asyncio.create_task(publish())
        async with second.service.running():
            await _topics_there(second)
            await publishing
        # The second replica has left again; the first takes its partitions back.

        async def complete() -> bool:
            return await _counted(first) == dict.fromkeys(boxes, (1, 2, 3, 4, 5))

        await eventually(complete, within=60)


async def test_a_broker_killed_in_mid_flow_comes_back_and_all_is_counted(
    stack: Stack, names: str, own_broker: Server
) -> None:
    given = settings(CounterSettings, stack, names, kafka_bootstrap_servers=own_broker.address)
    counter = Counter(given)
    own = Stack(own_broker.address, stack.mongodb_uri, own_broker, None)
    async with counter.service.running():
        await _topics_there(counter)
        async with Bus(own, names) as bus:
            for n in range(50):
                await bus.publish(rated(f"b-{n}", 5, NOW))
        await own_broker.kill()
        await own_broker.start()
        async with Bus(own, names) as bus:
            for n in range(50, 100):
                await bus.publish(rated(f"b-{n}", 5, NOW))

        async def all_counted() -> bool:
            return await _counted(counter) == {f"b-{n}": (1,) for n in range(100)}

        await eventually(all_counted, within=90)


async def test_while_the_database_is_away_nothing_is_parked_and_the_flow_goes_on_after(
    stack: Stack, names: str, own_mongod: Server, bus: Bus
) -> None:
    counter = Counter(settings(CounterSettings, stack, names, mongodb_uri=own_mongod.address))
    async with counter.service.running():
        await _topics_there(counter)
        await bus.publish(rated("b-0", 5, NOW))
        await eventually(lambda: counter.counts.get("b-0"), within=30)
        await own_mongod.kill()
        for n in range(1, 20):
            await bus.publish(rated(f"b-{n}", 5, NOW))
        await own_mongod.start()

        async def all_counted() -> bool:
            return await _counted(counter) == {f"b-{n}": (1,) for n in range(20)}

        await eventually(all_counted, within=60)
        assert await counter.service.parked.rows() == []


@pytest.mark.parametrize(
    "poison", ["endless sequence", "null attribute", "null header", "not text", "year 9999", "odd value"]
)
async def test_a_record_that_cannot_even_be_read_is_parked_and_listed(
    counter_settings: CounterSettings, bus: Bus, poison: str
) -> None:
    counter = Counter(counter_settings)
    async with counter.service.running():
        await _topics_there(counter)
        fact = rated("b-1", 5, NOW)
        poisons: dict[str, dict[str, Any]] = {
            "endless sequence": {"ce_sequence": b"9" * 5000},
            "null attribute": {"ce_id": None},
            "null header": {"x-note": None, "ce_id": b""},
            "not text": {"ce_source": b"\xff\xfe"},
            "year 9999": {"ce_time": b"9999-12-31T23:59:59-23:59", "ce_source": b"nobody"},
            "odd value": {"ce_sequence": b"9" * 30},
        }
        headers = list({**dict(to_headers(bus.envelope(fact))), **poisons[poison]}.items())
        await bus.send(fact.topic, "b-1", fact.encode(), headers)
        await bus.publish(rated("b-9", 5, NOW))
        await eventually(lambda: counter.counts.get("b-9"), within=15)
        rows = await eventually(lambda: _rows(counter, 1), within=15)
        assert rows[0].outcome == "never"


async def test_an_event_whose_effect_breaks_a_natural_key_holds_up_nobody(
    counter_settings: CounterSettings, bus: Bus
) -> None:
    counter = Counter(counter_settings)
    counter.service.index("counts", [("total", 1)], unique=True)
    async with counter.service.running():
        await _topics_there(counter)
        await bus.publish(rated("b-1", 5, NOW))
        await eventually(lambda: counter.counts.get("b-1"), within=30)
        await bus.publish(rated("b-2", 5, NOW))
        await bus.publish(rated("b-3", 4, NOW))
        await eventually(lambda: counter.counts.get("b-3"), within=30)
        rows = await eventually(lambda: _rows(counter, 1), within=30)
        assert (rows[0].key.partition("/")[2], rows[0].outcome) == ("b-2", "never")


async def test_readiness_of_a_worker_knows_that_the_broker_is_away_and_that_it_is_back(
    stack: Stack, names: str, own_broker: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(CounterSettings, stack, names, kafka_bootstrap_servers=own_broker.address)
    counter = Counter(given)
    monkeypatch.setattr(operations, "_SILENT", 6.0)
    monkeypatch.setattr(watchdog, "_ASK_EVERY", 1.0)

    def answer(expected: str) -> bool:
        return operations._broker(counter.service) == expected

    async with counter.service.running("work"):
        await _topics_there(counter)
        assert answer("ok")
        await own_broker.kill()
        await eventually(lambda: answer("away"), within=40)
        await own_broker.start()
        await eventually(lambda: answer("ok"), within=40)


async def test_a_stop_ends_what_begins_while_it_waits(
    counter_settings: CounterSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    making = asyncio.Event()

    async def deaf(*_: object) -> None:
        making.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)

    monkeypatch.setattr("services.runtime.topics.create", deaf)
    counter = Counter(counter_settings)
    async with counter.service.running():
        await making.wait()
    assert [task.get_name() for task in counter.service._tasks if not task.done()] == []
