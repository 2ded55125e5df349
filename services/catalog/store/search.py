"""The search index of this process, and what keeps it equal to the collection of items.

Each write of an item leaves the instant at which it was made (`touched`); before it answers, a search reads
what was touched since the last one, a little overlap included, so that every replica finds an item as soon as
its publication was answered. What a machine with a slow clock touched is found by a look further back every
few seconds, which no search waits for. Every ten minutes all versions are compared, whatever the clocks did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.base import lineage
from services.catalog.domain.search.index import DRAFT, PUBLISHED, SECRET, Entry, Index
from services.catalog.domain.search.synonyms import EVERYWHERE, SynonymList, in_force
from services.catalog.domain.search.words import Vocabulary
from services.catalog.store.word_data import EVERYDAY, IDLE
from services.runtime import mapping
from services.runtime.logs import logger
from services.runtime.mongo import Document, patiently
from services.runtime.problems import Unavailable
from services.runtime.service import Service

#: How long a write may take to be seen, where clocks agree; each search reads this much again.
_OVERLAP = timedelta(seconds=2)
#: How far clocks of writers may be apart, and seconds between two looks that far back.
_APART, _LOOK_BACK_EVERY = timedelta(seconds=30), 3.0
_COMPARE_EVERY = 600.0
#: How often the uses of items are counted anew, and how far back.
_USES_DAYS = 90
_PAGE = 1000
_FIELDS = {
    f"{block}.record.{name}": 1
    for block in ("published", "draft")
    for name in ("name", "service_targets", "materials.name", "secret")
}


class Search:
    """The index in memory, filled in the background from the start of the process."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._items = service.database["items"]
        self._uses = service.database["uses"]
        self.synonyms = service.records("synonyms", SynonymList, key="place", converter=mapping.converter())
        service.index("items", [("touched", 1), ("_id", 1), ("version", 1)])
        service.index("uses", [("at", 1)], expireAfterSeconds=_USES_DAYS * 24 * 3600)
        service.on_start(self._begin)
        service.on_stop(self._end)
        self.delivered = EVERYDAY
        self._index = Index()
        self._versions: dict[str, int] = {}
        self._since: datetime | None = None
        self._turn, self._lock = 0, asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._vocabularies: dict[str, tuple[list[tuple[str, int]], Vocabulary]] = {}

    async def index(self) -> Index:
        """The index with everything that was stored when this was called; 503 while it is being filled."""
        asked = self._turn
        try:
            async with asyncio.timeout(5):
                await self._lock.acquire()
        except TimeoutError:
            raise Unavailable("搜索正在准备，请稍后再试。", "Search is being prepared, try again.") from None
        try:
            # Whoever waited for a reading that began after the call need not read again.
            if self._turn <= asked:
                await self._catch_up()
        finally:
            self._lock.release()
        return self._index

    async def vocabulary(self, place: str) -> Vocabulary:
        """The words in force at a place; without a place those of all places together."""
        with patiently():
            kept = await self.synonyms.collection.find(_at_or_above(place), {"revision": 1}).to_list(None)
        state = sorted((one["_id"], one["revision"]) for one in kept)
        known = self._vocabularies.get(place)
        if known is None or known[0] != state:
            words = {one.word: one.terms for one in in_force([EVERYDAY, *await self.lists(place)])}
            known = self._vocabularies[place] = state, Vocabulary(words, IDLE)
        return known[1]

    async def lists(self, place: str) -> list[SynonymList]:
        """The lists that places keep: of a place and those above it, or of all without a place."""
        return await self.synonyms.find(_at_or_above(place), limit=10_000)

    async def use(self, event_key: str, base_code: str, at: datetime) -> None:
        """Keep that an item was applied for; the same event counts once."""
        use = {"$setOnInsert": {"base_code": base_code, "at": at}}
        with patiently():
            await self._uses.update_one({"_id": event_key}, use, upsert=True)

    # -- keeping up -------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        if self._service.role != "work":
            for keep_up, seconds in ((self._compare, _COMPARE_EVERY), (self._look_back, _LOOK_BACK_EVERY)):
                self._tasks.append(asyncio.create_task(_forever(keep_up, seconds), name="search"))

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _compare(self) -> None:
        async with self._lock:
            await self._take_all()
        self._index.used(await self._times_used())

    async def _look_back(self) -> None:
        if self._since is None:
            return
        rows: list[Document] = []
        where = {"touched": {"$gte": min(self._since, datetime.now(UTC)) - _APART}}
        async for row in self._items.find(where, {"version": 1}, batch_size=_PAGE):
            rows.append(row)
            if len(rows) == _PAGE:
                await self._take(rows)
                rows = []
        await self._take(rows)

    async def _catch_up(self) -> None:
        """Take in what was touched since the last time."""
        if self._since is None:
            await self._take_all()
            return
        self._turn += 1
        now = datetime.now(UTC)
        where = {"touched": {"$gte": min(self._since, now) - _OVERLAP}}
        with patiently():
            rows = await self._items.find(where, {"version": 1}).to_list(None)
        await self._take(rows)
        self._since = now

    async def _take_all(self) -> None:
        self._turn += 1
        now, last = datetime.now(UTC), ""
        while True:
            with patiently():
                cursor = self._items.find({"_id": {"$gt": last}}, {"version": 1}).sort("_id", 1)
                rows = await cursor.limit(_PAGE).to_list(_PAGE)
            if not rows:
                break
            await self._take(rows)
            last = rows[-1]["_id"]
        self._since = now

    async def _take(self, rows: list[Document]) -> None:
        newer = {
            row["_id"]: row["version"] for row in rows if self._versions.get(row["_id"]) != row["version"]
        }
        codes = list(newer)
        for start in range(0, len(codes), _PAGE):
            wanted = {"_id": {"$in": codes[start : start + _PAGE]}}
            fields = {"base_code": 1, "place": 1, "version": 1, **_FIELDS}
            with patiently():
                found = await self._items.find(wanted, fields).to_list(None)
            if self._since is None:
                # Nobody searches before the first filling is done, so it may take a thread of its own.
                await asyncio.to_thread(self._put, found)
                continue
            for part in range(0, len(found), 50):
                self._put(found[part : part + 50])
                await asyncio.sleep(0)

    def _put(self, documents: list[Document]) -> None:
        for document in documents:
            if self._versions.get(document["_id"], -1) > document["version"]:
                continue  # another reading was quicker
            self._index.put(_entry(document))
            self._versions[document["_id"]] = document["version"]

    async def _times_used(self) -> dict[str, int]:
        pipeline = [{"$group": {"_id": "$base_code", "times": {"$sum": 1}}}]
        rows = await self._service.database.aggregate("uses", pipeline)
        return {row["_id"]: row["times"] for row in rows}


async def _forever(keep_up: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        try:
            await keep_up()
            await asyncio.sleep(seconds)
        except Exception as error:
            logger().warning("search_index_behind", error=repr(error)[:300])
            await asyncio.sleep(1)


def _at_or_above(place: str) -> Document:
    return {"_id": {"$in": [EVERYWHERE, *lineage(place)]}} if place else {}


def touched() -> Document:
    """The mark of a write that searches look for; the time of this machine, whatever clock the rules have."""
    return {"touched": datetime.now(UTC)}


def _entry(document: Document) -> Entry:
    published = document.get("published") or []
    draft = document.get("draft")
    record: Mapping[str, Any] = (published[-1] if published else draft or {}).get("record") or {}
    extra = [*(record.get("service_targets") or ()), *(m["name"] for m in record.get("materials") or ())]
    marks = (
        (PUBLISHED if published else 0) | (DRAFT if draft else 0) | (SECRET if record.get("secret") else 0)
    )
    return Entry(
        document["_id"],
        document["base_code"],
        document["place"],
        record.get("name") or "",
        tuple(extra),
        marks,
    )
