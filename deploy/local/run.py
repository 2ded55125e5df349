"""`run`: starts everything in order, waits until it answers, shows where it is, and ends it all on Ctrl-C."""

import asyncio
import fcntl
import importlib
import importlib.util
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local import accounts, fonts, kafka, pages
from deploy.local.layout import Layout
from deploy.local.problems import StackError
from deploy.local.progress import step
from deploy.local.services import GATEWAYS
from deploy.local.services import SERVICES as SERVICE_NAMES
from deploy.local.stack import SERVICES, STORES, Stack, assemble
from deploy.local.supervision import Supervisor

STORE_WITHIN = 120.0
SERVICE_WITHIN = 120.0
GIVEN_WITHIN = 15.0


def run(layout: Layout, with_services: bool = True, sample: bool = True) -> None:
    """Stay until Ctrl-C, SIGTERM, a closed terminal, or `stop` from another one."""
    supervisor = Supervisor(layout)
    layout.data.mkdir(parents=True, exist_ok=True)
    with (layout.data / "run.lock").open("w") as lock:
        _refuse_a_second(lock.fileno(), supervisor)
        stack = assemble(layout, with_services)
        if with_services:
            pages.install(layout.cache)
            stack = replace(stack, fonts=fonts.install(layout.cache))
        asyncio.run(_until_told(stack, supervisor, with_services, sample))


def _refuse_a_second(lock: int, supervisor: Supervisor) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        running = True
    else:
        running = supervisor.is_running()
    if running:
        raise StackError("已经在运行，先执行 make stop。 Already running; make stop ends it.")


async def _until_told(stack: Stack, supervisor: Supervisor, with_services: bool, sample: bool) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(ending, told.set)
    starting = asyncio.create_task(_start(stack, supervisor, with_services, sample))
    waiting = asyncio.create_task(told.wait())
    try:
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not told.is_set():
            starting.result()
            await _ended(told, supervisor)
    finally:
        starting.cancel()
        waiting.cancel()
        await asyncio.gather(starting, waiting, return_exceptions=True)
        print()
        with step("停止全部进程 stopping"):
            await asyncio.to_thread(supervisor.shutdown)


async def _ended(told: asyncio.Event, supervisor: Supervisor) -> None:
    """Wait for a signal, or for somebody else's `stop`."""
    while not told.is_set():
        try:
            await asyncio.wait_for(told.wait(), 1)
        except TimeoutError:
            if not await asyncio.to_thread(supervisor.is_running):
                return


async def _start(stack: Stack, supervisor: Supervisor, with_services: bool, sample: bool) -> None:
    with step("准备数据目录"):
        for store in (stack.mongod, stack.kafka):
            if store:
                await asyncio.to_thread(store.prepare)
    groups = {STORES: stack.stores} | ({SERVICES: stack.services} if with_services else {})
    await asyncio.to_thread(supervisor.launch, {name: group for name, group in groups.items() if group})
    if stack.stores:
        supervisor.start_group(STORES)
    await _stores(stack, supervisor)
    if with_services:
        supervisor.start_group(SERVICES)
        await _services(stack, supervisor)
        if sample:
            await _sample(stack)
    print(_summary(stack, with_services), flush=True)


async def _stores(stack: Stack, supervisor: Supervisor) -> None:
    database, broker = stack.mongod, stack.kafka
    if database:
        with step("启动 MongoDB"):
            await _ready(lambda: asyncio.to_thread(database.ready), "mongod", supervisor, STORE_WITHIN)
    else:
        with step("连接给定的 MongoDB(MONGODB_URI)"):
            given = stack.addresses.mongodb_uri
            await _ready(
                lambda: asyncio.to_thread(_database_answers, given), "MONGODB_URI", None, GIVEN_WITHIN
            )
    if broker:
        with step("启动 Kafka"):
            await _ready(broker.ready, "kafka", supervisor, STORE_WITHIN)
    else:
        with step("连接给定的 Kafka(KAFKA_BOOTSTRAP_SERVERS)"):
            servers = stack.addresses.bootstrap_servers
            await _ready(lambda: kafka.answers(servers), "KAFKA_BOOTSTRAP_SERVERS", None, GIVEN_WITHIN)


def _database_answers(uri: str) -> bool:
    client: MongoClient[dict[str, object]]
    try:
        with MongoClient(uri, serverSelectionTimeoutMS=2000) as client:
            return bool(client.admin.command("ping"))
    except PyMongoError:
        return False


async def _services(stack: Stack, supervisor: Supervisor) -> None:
    async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
        with step("启动各服务"):
            for name in (GATEWAYS, *SERVICE_NAMES):
                url = stack.addresses.url(name) + "/readyz"
                await _ready(lambda url=url: _answers(client, url), name, supervisor, SERVICE_WITHIN)  # type: ignore[misc]


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False


async def _ready(
    answers: Callable[[], Awaitable[bool]], name: str, supervisor: Supervisor | None, within: float
) -> None:
    """Wait until it answers; one that cannot even start is named at once, with its log."""
    deadline = asyncio.get_running_loop().time() + within
    while not await answers():
        if supervisor and (failed := await asyncio.to_thread(supervisor.failed)):
            raise StackError(_why(supervisor.log(failed[0]), f"{failed[0]} 启动失败 could not start"))
        if asyncio.get_running_loop().time() > deadline:
            late = f"{name} 在 {within:.0f} 秒内未就绪 was not ready in time"
            raise StackError(_why(supervisor.log(name), late) if supervisor else late)
        await asyncio.sleep(0.1)


def _why(log: Path, what: str) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return f"{what}:{lines[-1][:300] if lines else ''}（日志 log: {log}）"


async def _sample(stack: Stack) -> None:
    if importlib.util.find_spec("deploy.local.demo") is None:
        return
    demo = importlib.import_module("deploy.local.demo")
    try:
        await demo.run(stack.addresses.url("portal"), stack.credentials.demo_password)
    except (StackError, httpx.HTTPError) as error:  # the stack is of use all the same
        print(f"  ✗ 示例办件没有走完 the sample case did not end: {error}", flush=True)


def _summary(stack: Stack, with_services: bool) -> str:
    addresses = stack.addresses
    lines = ["", f"  MONGODB_URI={addresses.mongodb_uri}"]
    lines.append(f"  KAFKA_BOOTSTRAP_SERVERS={addresses.bootstrap_servers}")
    if with_services:
        others = [f"{name} {addresses.url(name)}" for name in SERVICE_NAMES if name != "portal"]
        lines += ["  " + "  ".join(others)]
        lines += [f"  短信与邮件样例网关 sample SMS and e-mail: {addresses.url(GATEWAYS)}", ""]
        lines += [accounts.table(stack.credentials.demo_password), ""]
        lines += [f"  一窗已就绪，请打开 open  {addresses.url('portal')}"]
    lines += [f"  日志 logs: {os.path.relpath(stack.layout.logs)}   Ctrl-C 停止 stops everything"]
    return "\n".join(lines)
