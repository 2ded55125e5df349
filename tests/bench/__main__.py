"""`python -m tests.bench`: whole cases over HTTP beside the bare loop; prints figures and asserts none."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import shutil
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import uvloop
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.runtime.mongo import Driver
from tests.bench.arrivals import listening
from tests.bench.bare import bare_loop, topic
from tests.bench.counting import Count
from tests.bench.figures import Figures, Median
from tests.bench.load import Case, Client, Refused, measure
from tests.bench.table import table
from tests.support import stack as servers
from tests.support.aftermath import Aftermath
from tests.support.eventually import eventually
from tests.support.processes import PARTITIONS, Product, started
from tests.support.publications import publications
from tests.support.stack import Stack
from tests.support.tokens import Issuer

HALF = "at half that rate"
WARM_UP = 8.0
"""Seconds of load before anything is measured: the broker's code is compiled while it runs."""


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of one measurement")
    parser.add_argument("--repeats", type=int, default=3, help="measurements, of which the median is shown")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--drivers", nargs="+", choices=["motor", "pymongo"], default=["motor", "pymongo"])
    parser.add_argument("--no-bare", action="store_true", help="leave the bare loop out")
    parser.add_argument(
        "--profile", metavar="COMMAND", help="run while 32 clients load; {pid:NAME} is filled in"
    )
    uvloop.run(_bench(parser.parse_args()))


async def _bench(options: argparse.Namespace) -> None:
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(f"{options.repeats} × {options.seconds:g} s, medians (lowest–highest)\n", flush=True)
    async with _stack() as (stack, folder):
        for driver in options.drivers:
            whole, bare = {}, {}
            if not options.no_bare:
                whole = await _bare(stack, driver, options, whole=True)
                bare = await _bare(stack, driver, options, whole=False)
            product = await _product(stack, folder, driver, options)
            print(table(driver, product, bare, whole), flush=True)
            print()


@contextlib.asynccontextmanager
async def _stack() -> AsyncIterator[tuple[Stack, Path]]:
    folder = servers.new_folder()
    broker, database = servers.broker(folder), servers.database(folder)
    try:
        await asyncio.gather(broker.start(), database.start())
        yield Stack(broker.address, database.address, broker, database), folder
    finally:
        await asyncio.gather(broker.kill(), database.kill())
        shutil.rmtree(folder, ignore_errors=True)


async def _bare(
    stack: Stack, driver: Driver, options: argparse.Namespace, *, whole: bool
) -> dict[str, Median]:
    names = f"b{uuid.uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(topic(names), PARTITIONS, 1)])
    await admin.close()
    assert stack.broker and stack.mongod
    count = Count({"kafka": stack.broker, "mongod": stack.mongod}, stack.mongodb_uri)
    medians = {}
    async with bare_loop(stack, names, driver, whole=whole) as loop:
        for clients in options.clients:
            work: list[Case] = [loop.case] * clients
            await measure(work, WARM_UP / 2)
            runs = []
            for _ in range(options.repeats):
                await count.begin()
                sent = loop.sent
                figures = await measure(work, options.seconds)
                await _counted(figures, count, loop.sent - sent)
                runs.append(figures)
            medians[_name(clients)] = Median(runs)
            print(
                f"{driver}: bare loop, {_name(clients)}: {medians[_name(clients)].rate:.0f} cases/s",
                flush=True,
            )
    await count.close()
    return medians


async def _product(
    stack: Stack, folder: Path, driver: Driver, options: argparse.Namespace
) -> dict[str, Median]:
    names, medians = f"p{uuid.uuid4().hex[:8]}", {}
    settings = {"MONGODB_DRIVER": driver}
    async with (
        started(stack, names, Issuer(), folder, settings=settings) as product,
        Aftermath(stack, names) as aftermath,
    ):
        await product.publish(*publications())
        async with listening(product) as arrivals:
            clients = [Client(product, arrivals, number) for number in range(max(options.clients))]
            await eventually(lambda: _goes_through(clients[0]), within=30)
            await measure([client.case for client in clients], WARM_UP)
            for number in options.clients:
                work: list[Case] = [client.case for client in clients[:number]]
                if options.profile and number == max(options.clients):
                    await _profiled(product, options.profile)
                medians[_name(number)] = await _runs(product, aftermath, work, options)
                print(
                    f"{driver}: product, {_name(number)}: {medians[_name(number)].rate:.0f} cases/s",
                    flush=True,
                )
            medians[HALF] = await _runs(
                product, aftermath, work, options, at_most=medians[_name(number)].rate / 2
            )
            for client in clients:
                client.close()
    return medians


async def _runs(
    product: Product,
    aftermath: Aftermath,
    work: list[Case],
    options: argparse.Namespace,
    *,
    at_most: float | None = None,
) -> Median:
    runs = []
    count = Count(product.processes, product.stack.mongodb_uri)
    for _ in range(options.repeats):
        await eventually(aftermath.settled, within=120, every=0.2)
        await count.begin()
        events = await aftermath.events_published()
        figures = await measure(work, options.seconds, at_most=at_most)
        ended = time.perf_counter()
        await eventually(aftermath.settled, within=120, every=0.2)
        figures.drained = time.perf_counter() - ended
        await _counted(figures, count, await aftermath.events_published() - events)
        runs.append(figures)
    await count.close()
    return Median(runs)


async def _counted(figures: Figures, count: Count, events: float) -> None:
    figures.cpu = await count.cpu()
    cases = max(1, len(figures.totals))
    written = {**await count.documents(), "events": float(events)}
    figures.writes = {kind: number / cases for kind, number in written.items()}


async def _goes_through(client: Client) -> bool:
    """Whether the services know the item by now."""
    try:
        await client.case(Figures(1))
    except (Refused, TimeoutError) as problem:
        raise AssertionError(str(problem)) from problem
    return True


async def _profiled(product: Product, command: str) -> None:
    pids = {name: server.process.pid for name, server in product.processes.items() if server.process}
    for name, pid in pids.items():
        command = command.replace(f"{{pid:{name}}}", str(pid))
    await asyncio.create_subprocess_shell(command)


def _name(clients: int) -> str:
    return f"{clients} client" if clients == 1 else f"{clients} clients"


if __name__ == "__main__":
    main()
