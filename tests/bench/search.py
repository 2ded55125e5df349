"""How long a search takes among 100,000 items (`make bench-search`); prints figures.

Measured over HTTP in the service's own process (ASGI, no socket), on the real database: everything that a
caller waits for but the network. `python -m tests.bench.search [items] [different names] [rounds]`.
"""

from __future__ import annotations

import asyncio
import gc
import random
import resource
import sys
import time
import uuid
from typing import Any

import httpx

from services.catalog.main import build
from services.catalog.settings import Settings
from tests.support import stack as servers
from tests.support.eventually import eventually
from tests.support.search import QUERIES, documents
from tests.support.services import Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer


async def main(items: int, different: int, rounds: int) -> None:
    """Start a database, fill it, search, print."""
    folder = servers.new_folder()
    database, broker = servers.database(folder), servers.broker(folder)
    try:
        await asyncio.gather(database.start(), broker.start())
        stack = Stack(broker.address, database.address, broker, database)
        made = settings(Settings, stack, f"b{uuid.uuid4().hex[:8]}")
        async with running(lambda: build(made), Issuer(), "work") as filled:
            await _fill(filled, items, different)
        before = _memory()
        async with running(lambda: build(made), Issuer(), "serve") as catalog:
            print(f"{items:,} items, {different:,} different names, {rounds} x {len(QUERIES)} queries")
            await _filled(catalog.client, before)
            await _measure(catalog.client, rounds)
    finally:
        await asyncio.gather(database.kill(), broker.kill())


async def _fill(catalog: Running, items: int, different: int) -> None:
    batch: list[dict[str, Any]] = []
    for document in documents(items, different):
        batch.append(document)
        if len(batch) == 2000:
            await catalog.service.database["items"].insert_many(batch, ordered=False)
            batch = []
    if batch:
        await catalog.service.database["items"].insert_many(batch, ordered=False)


async def _filled(client: httpx.AsyncClient, before: float) -> None:
    started = time.perf_counter()

    async def answers() -> bool:
        return (await client.get("/api/catalog/items", params={"q": "低保"})).status_code == 200

    await eventually(answers, within=600)
    print(f"index filled in {time.perf_counter() - started:.1f} s, {_memory() - before:.0f} MB")
    gc.collect()
    gc.freeze()  # as a service does once it has started


async def _measure(client: httpx.AsyncClient, rounds: int) -> None:
    for path, query in (
        ("items", {"limit": "20"}),
        ("items", {"limit": "20", "place": "370110101"}),
        ("suggestions", {}),
    ):
        took: list[tuple[float, str]] = []
        worked: list[tuple[float, str]] = []
        for _ in range(rounds):
            for typed in random.sample(QUERIES, len(QUERIES)):
                started, busy = time.perf_counter(), time.process_time()
                answer = await client.get(f"/api/catalog/{path}", params={**query, "q": typed})
                took.append((1000 * (time.perf_counter() - started), typed))
                worked.append((1000 * (time.process_time() - busy), typed))
                assert answer.status_code == 200, answer.text
        took.sort()
        worked.sort()
        slow = ", ".join(f"{typed} {ms:.0f}" for ms, typed in took[-3:])
        print(f"{path:12} {query.get('place', 'everywhere'):11} p50 {_at(took, 0.5):6.1f} ms", end="   ")
        # What this process worked itself tells the same on a machine that others use, too.
        print(f"p99 {_at(took, 0.99):6.1f} ms   own work p50 {_at(worked, 0.5):5.1f}", end=" ")
        print(f"p99 {_at(worked, 0.99):5.1f} ms   slowest: {slow}")


def _at(took: list[tuple[float, str]], share: float) -> float:
    return took[min(len(took) - 1, int(len(took) * share))][0]


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    asyncio.run(main(*[*given, *(100_000, 10_000, 20)[len(given) :]]))
