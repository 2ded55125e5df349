"""Live views: what is stored is shown, and who missed something is told so."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.runtime.live import Live
from services.runtime.mongo import Database
from tests.support.eventually import eventually
from tests.support.stack import Stack


@pytest.fixture(params=["motor", "pymongo"])
async def database(request: pytest.FixtureRequest, stack: Stack, names: str) -> AsyncIterator[Database]:
    opened = Database(stack.mongodb_uri, f"{names}_live", request.param)
    yield opened
    await opened.close()


async def test_what_is_stored_is_handed_to_those_who_want_it(database: Database) -> None:
    live = Live(database, "boxes")
    async with live.listen(lambda document: document["_id"] == "b-2") as queue:
        for box in ("b-1", "b-2"):
            await database["boxes"].insert_one({"_id": box})
        assert (await asyncio.wait_for(queue.get(), 20)) == {"_id": "b-2"}


async def test_a_slow_listener_is_told_that_it_missed_something(database: Database) -> None:
    live = Live(database, "boxes", backlog=2)
    async with (
        live.listen(lambda _: True) as slow,
        live.listen(lambda document: document["_id"] == 9) as last,
    ):
        for number in range(10):
            await database["boxes"].insert_one({"_id": number})
        await asyncio.wait_for(last.get(), 20)
        shown = [slow.get_nowait() for _ in range(slow.qsize())]
    # What came before is dropped with it: the reader starts from the present state anyway.
    assert shown == [None, {"_id": 9}]


async def test_a_stream_that_broke_says_so_once_it_is_open_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, whole, times = Live(database, "boxes"), database.watch, 0

    @contextlib.asynccontextmanager
    async def watch(collection: str, wanted: Any) -> AsyncIterator[Any]:
        nonlocal times
        times += 1
        async with whole(collection, wanted) as stream:
            if times == 1:
                yield _broken()
            else:
                yield stream

    monkeypatch.setattr(database, "watch", watch)
    async with live.listen(lambda _: True) as queue:
        assert (await asyncio.wait_for(queue.get(), 20)) is None
        await database["boxes"].insert_one({"_id": "after"})
        await eventually(lambda: not queue.empty(), within=20)
        assert queue.get_nowait() == {"_id": "after"}


async def _broken() -> AsyncIterator[Any]:
    raise ConnectionError("cannot resume")
    yield
