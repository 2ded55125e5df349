"""One document, one write: what the runtime promises about a document, on both drivers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contracts import Envelope
from services.runtime.idempotency import IdempotencyKey
from services.runtime.problems import Conflict, Invalid, NotFound
from services.runtime.records import AlreadyExists
from tests.support.ballots import Ballot, Publisher, PublisherSettings, put
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
