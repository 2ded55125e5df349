"""One document, one write: what the runtime promises about a document, on both drivers."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pymongo
import pytest

from contracts import Envelope
from services.runtime.change import Change
from services.runtime.idempotency import IdempotencyKey
from services.runtime.problems import Conflict, Invalid, NotFound
from services.runtime.records import AlreadyExists
from tests.support.ballots import (
    SYSTEM,
    Ballot,
    Count,
    Counter,
    CounterSettings,
    Publisher,
    PublisherSettings,
    put,
)
from tests.support.eventually import eventually
from tests.support.services import Bus, settings
from tests.support.stack import Stack


@pytest.fixture(params=["motor", "pymongo"])
def publisher_settings(request: pytest.FixtureRequest, stack: Stack, names: str) -> PublisherSettings:
    return settings(PublisherSettings, stack, names, mongodb_driver=request.param)


async def test_an_act_stores_state_history_and_event_in_one_write_and_the_event_goes_out(
    publisher_settings: PublisherSettings, bus: Bus
) -> None:
    publisher = Publisher(publisher_settings)
    async with publisher.service.running():
        await publisher.put("b-1", 5)
        await publisher.put("b-1", 4)
        assert (await publisher.ballots.require("b-1")).grades == (5, 4)
        history = await publisher.ballots.history("b-1")
        assert [(entry["seq"], entry["type"], entry["data"]["grade"]) for entry in history] == [
            (1, "rated", 5),
            (2, "rated", 4),
        ]
        assert await publisher.ballots.fault_in_history("b-1") is None

        async def cleared() -> bool:
            found = await publisher.ballots.collection.find_one({"_id": "b-1"})
            return bool(found["outbox"] == [])

        await eventually(cleared)
        sent = await bus.all("evaluation.ratings")
    assert [(envelope.sequence, data["grade"]) for envelope, data in sent] == [(1, 5), (2, 4)]
    assert {envelope.source for envelope, _ in sent} == {"evaluation"}


async def test_fifty_writers_of_one_document_all_get_in_and_no_sequence_is_used_twice(
    publisher_settings: PublisherSettings, bus: Bus
) -> None:
    first, second = Publisher(publisher_settings), Publisher(publisher_settings)
    async with first.service.running(), second.service.running():
        now = first.service.clock()
        await first.ballots.create(put(Ballot("b-1"), 1, now))
        await asyncio.gather(
            *(
                (first, second)[n % 2].ballots.change("b-1", lambda ballot: put(ballot, 3, now))
                for n in range(16)
            )
        )
        assert len((await first.ballots.require("b-1")).grades) == 17
        assert await first.ballots.fault_in_history("b-1") is None
        sent = await eventually(lambda: _all_of(bus, 17), within=30)
    # A late duplicate is allowed; what is seen for the first time comes in order.
    assert list(dict.fromkeys(envelope.sequence for envelope, _ in sent)) == list(range(1, 18))


async def _all_of(bus: Bus, count: int) -> list[tuple[Envelope, dict[str, Any]]]:
    sent = await bus.all("evaluation.ratings")
    return sent if len({envelope.sequence for envelope, _ in sent}) == count else []


async def test_a_refused_act_writes_nothing(publisher_settings: PublisherSettings) -> None:
    publisher = Publisher(publisher_settings)
    async with publisher.service.running("serve"):
        now = publisher.service.clock()
        await publisher.ballots.create(put(Ballot("b-1", limit=1), 5, now))
        before = await publisher.ballots.collection.find_one({"_id": "b-1"}, {"outbox": 0})
        with pytest.raises(Conflict):
            await publisher.ballots.change("b-1", lambda ballot: put(ballot, 1, now))
        assert await publisher.ballots.collection.find_one({"_id": "b-1"}, {"outbox": 0}) == before
        with pytest.raises(NotFound):
            await publisher.ballots.change("b-2", lambda ballot: put(ballot, 1, now))
        with pytest.raises(AlreadyExists):
            await publisher.ballots.create(put(Ballot("b-1"), 5, now))


async def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(
    publisher_settings: PublisherSettings,
) -> None:
    publisher = Publisher(publisher_settings)
    async with publisher.service.running("serve"):
        now = publisher.service.clock()
        key = IdempotencyKey.of("clerk-1", "k-1", b"body", b"secret")
        other = IdempotencyKey.of("clerk-1", "k-1", b"another body", b"secret")
        await publisher.ballots.create(put(Ballot("b-1"), 5, now), key=key)
        again = await publisher.ballots.create(put(Ballot("b-2"), 5, now), key=key)
        assert again.box == "b-1"
        assert await publisher.ballots.get("b-2") is None
        with pytest.raises(Invalid):
            await publisher.ballots.create(put(Ballot("b-3"), 5, now), key=other)

        act = IdempotencyKey.of("clerk-1", "k-2", b"act", b"secret")
        for _ in range(3):
            state = await publisher.ballots.change("b-1", lambda ballot: put(ballot, 4, now), key=act)
        assert state.grades == (5, 4)
        with pytest.raises(Invalid):
            await publisher.ballots.change(
                "b-1",
                lambda ballot: put(ballot, 4, now),
                key=IdempotencyKey.of("clerk-1", "k-2", b"x", b"secret"),
            )


@pytest.mark.parametrize("tamper", ["change", "drop", "reorder", "truncate"])
async def test_tampering_with_the_history_in_the_database_is_found(
    publisher_settings: PublisherSettings, tamper: str
) -> None:
    publisher = Publisher(publisher_settings)
    async with publisher.service.running("serve"):
        for grade in (5, 4, 3, 2):
            await publisher.put("b-1", grade)
        collection = publisher.ballots.collection
        history = (await collection.find_one({"_id": "b-1"}))["history"]
        if tamper == "change":
            history[1]["data"]["grade"] = 5
        elif tamper == "drop":
            del history[2]
        elif tamper == "reorder":
            history[1], history[2] = history[2], history[1]
        else:
            history.pop()
        await collection.update_one({"_id": "b-1"}, {"$set": {"history": history}})
        assert await publisher.ballots.fault_in_history("b-1") is not None


def _counted(box: str, total: int, at: datetime) -> Change[Count]:
    return Change(Count(box, total=total), "counted", SYSTEM, at)


def _one_more(at: datetime) -> Callable[[Count], Change[Count]]:
    return lambda count: _counted(count.box, count.total + 1, at)


@pytest.fixture
def counter(stack: Stack, names: str) -> Counter:
    counter = Counter(settings(CounterSettings, stack, names))
    counter.service.index(
        "counts", [("sequences", 1)], unique=True, partialFilterExpression={"sequences.0": {"$exists": True}}
    )
    return counter


async def test_a_key_sent_twice_at_once_is_one_act(publisher_settings: PublisherSettings) -> None:
    publisher = Publisher(publisher_settings)
    async with publisher.service.running("serve"):
        now = publisher.service.clock()
        await publisher.ballots.create(put(Ballot("b-1"), 1, now))
        key = IdempotencyKey.of("clerk-1", "k-1", b"act", b"secret")
        await asyncio.gather(
            *(publisher.ballots.change("b-1", lambda ballot: put(ballot, 2, now), key=key) for _ in range(8))
        )
        assert (await publisher.ballots.require("b-1")).grades == (1, 2)


async def test_two_equal_acts_of_one_instant_both_happen(counter: Counter) -> None:
    async with counter.service.running("serve"):
        now = counter.service.clock()
        await counter.counts.create(_counted("b-1", 0, now))
        await asyncio.gather(*(counter.counts.change("b-1", _one_more(now)) for _ in range(5)))
        assert (await counter.counts.require("b-1")).total == 5
        assert len(await counter.counts.history("b-1")) == 6


async def test_sixty_who_write_one_document_at_once_all_get_in(counter: Counter) -> None:
    async with counter.service.running("serve"):
        now = counter.service.clock()
        await counter.counts.create(_counted("b-1", 0, now))
        await asyncio.gather(*(counter.counts.change("b-1", _one_more(now)) for _ in range(60)))
        assert (await counter.counts.require("b-1")).total == 60


@pytest.mark.parametrize("wrong", ["a number that no database takes", "a natural key that is taken"])
async def test_what_is_wrong_with_one_write_is_told_to_its_caller_only(counter: Counter, wrong: str) -> None:
    async with counter.service.running("serve"):
        now = counter.service.clock()
        for n in range(1, 11):
            await counter.counts.create(Change(Count(f"b-{n}", (n,)), "counted", SYSTEM, now))

        def spoil(count: Count) -> Change[Count]:
            bad = replace(count, total=2**70) if "number" in wrong else replace(count, sequences=(10,))
            return Change(bad, "counted", SYSTEM, now)

        answers = await asyncio.gather(
            counter.counts.change("b-1", spoil),
            counter.counts.create(spoil(Count("b-new"))),
            *(counter.counts.change(f"b-{n}", _one_more(now)) for n in range(2, 10)),
            *(counter.counts.create(_counted(f"new-{n}", 1, now)) for n in range(5)),
            return_exceptions=True,
        )
        assert [isinstance(answer, Exception) for answer in answers[:2]] == [True, True]
        assert [answer for answer in answers[2:] if isinstance(answer, BaseException)] == []
        assert (await counter.counts.require("b-1")).total == 0
        assert (await counter.counts.require("b-2")).total == 1


async def test_the_error_of_a_write_does_not_carry_the_document(counter: Counter) -> None:
    async with counter.service.running("serve"):
        now = counter.service.clock()
        await counter.counts.create(Change(Count("b-1", (7,)), "counted", SYSTEM, now))
        change = Change(Count("b-2", (7,)), "counted", SYSTEM, now, note={"name": "欧阳修"})
        with pytest.raises(AlreadyExists) as refused:
            await counter.counts.create(change)
        assert "欧阳修" not in "".join(traceback.format_exception(refused.value))
        with pytest.raises(AlreadyExists) as refused_again:
            await counter.counts.create(_counted("b-3", 0, now))
            await counter.counts.change("b-3", lambda count: replace(change, state=Count("b-3", (7,))))
        assert "欧阳修" not in "".join(traceback.format_exception(refused_again.value))


async def test_one_callers_deadline_is_not_the_next_callers(counter: Counter) -> None:
    async with counter.service.running("serve"):
        now = counter.service.clock()
        with pymongo.timeout(0.000_001):
            hurried = asyncio.create_task(counter.counts.get("b-1"))
        calm = asyncio.create_task(counter.counts.create(_counted("b-2", 1, now)))
        also_calm = asyncio.create_task(counter.counts.get("b-2"))
        await asyncio.gather(hurried, calm, also_calm)
