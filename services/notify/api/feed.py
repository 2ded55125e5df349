"""The feed for systems that read on from where they were, and the live line for those who watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.notify.api import cursors
from services.notify.handlers import App
from services.notify.store.feed import Entry, Feed, entry, is_of_place
from services.runtime.clock import rfc3339
from services.runtime.http import JSON
from services.runtime.tokens import Caller, Principal

Place = Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")]
Types = Annotated[list[str], Query(max_length=50)]
#: Entries that a viewer of the live line gets at the beginning.
_CATCH_UP = 60
#: Seconds that a live line lasts: the life of a token. The pages open it again with a fresh one.
LINE_LIFE = 300.0
#: Seconds between signs of life on a quiet line.
_PING = 15


def routes(app: App) -> APIRouter:
    """`/api/notify/feed` and `/api/notify/live`."""
    router = APIRouter(prefix="/api/notify", tags=["feed"])

    @router.get("/feed")
    async def feed(
        caller: Caller,
        after: str | None = None,
        place: Place = None,
        types: Types = [],  # noqa: B006  (the framework copies it)
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> JSON:
        """Events in the order in which they were stored, after ``after``; ``next_after`` goes on from there.

        ``types`` may be repeated or hold names between commas. An event is shown a second or two after it
        was stored. Where nothing new is there, ``next_after`` stays as it was.
        """
        caller.require("subscriber", "supervisor", "operator")
        prefix = _prefix(caller, place)
        names = [name for given in types for name in given.split(",") if name]
        found = await app.feed.after(cursors.feed_place(after), place=prefix, types=names, limit=limit)
        events = [{"cursor": cursors.after_entry(e.position), **e.shown()} for e in found]
        return JSON({"events": events, "next_after": events[-1]["cursor"] if events else after})

    @router.get("/live")
    async def live(caller: Caller, place: Place = None) -> EventSourceResponse:
        """Server-sent events: the last ones of the place, then each as it is stored."""
        caller.require("supervisor", "operator")
        return EventSourceResponse(_stream(app.feed, _prefix(caller, place)), ping=_PING)

    return router


def _prefix(caller: Principal, place: str | None) -> str:
    wanted = place or caller.place
    caller.must_oversee(wanted, "feed")
    return wanted


async def _stream(feed: Feed, place: str) -> AsyncIterator[ServerSentEvent]:
    """Listen first and look back then, so that nothing falls between the two."""
    loop = asyncio.get_running_loop()
    end = loop.time() + LINE_LIFE
    async with feed.live.listen(lambda document: is_of_place(document, place)) as queue:
        seen = set()
        for earlier in await feed.latest(place=place, limit=_CATCH_UP):
            seen.add(earlier.event_key)
            yield _sent(earlier)
        while True:
            try:
                document = await asyncio.wait_for(queue.get(), end - loop.time())
            except TimeoutError:
                return
            if document is None:
                return  # the page opens the line again and gets the latest first
            if document["_id"] not in seen:
                yield _sent(entry(document))


def _sent(found: Entry) -> ServerSentEvent:
    shown: dict[str, Any] = found.shown()
    shown |= {"at": rfc3339(found.at), "time": rfc3339(found.time)}
    return ServerSentEvent(data=orjson.dumps(shown).decode(), id=found.event_key)
