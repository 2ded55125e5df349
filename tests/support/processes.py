"""The five services as real processes on a stack, to be killed, stopped, frozen and started again."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson

from contracts import TOPICS
from deploy.local.credentials import Credentials
from deploy.local.ports import free_ports
from deploy.local.programs import Program
from deploy.local.services import GATEWAYS, PORTS, Addresses, programs
from services.runtime import topics
from services.runtime.settings import Settings
from tests.support.issuing import serve_issuer
from tests.support.services import KEY, Bus
from tests.support.stack import Server, Stack
from tests.support.tokens import AUDIENCE, ISSUER, Issuer
from tests.support.troubles import noted

SERVICES = ("catalog", "intake", "approval", "notify", "evaluation")
PARTITIONS = 6


@dataclass
class Product:
    """The services and the sample gateways; `names` is put before databases, topics and groups."""

    stack: Stack
    names: str
    issuer: Issuer
    services: dict[str, Server]
    gateways: Server
    issuer_port: int
    logs: Path

    def url(self, service: str) -> str:
        """Base URL of a service."""
        return self.services[service].address

    @property
    def processes(self) -> dict[str, Server]:
        """Everything that runs, by name; broker and database only where they are ours."""
        stores = {"kafka": self.stack.broker, "mongod": self.stack.mongod}
        return {
            **self.services,
            GATEWAYS: self.gateways,
            **{name: server for name, server in stores.items() if server},
        }

    @contextlib.asynccontextmanager
    async def replica(self, service: str) -> AsyncIterator[Server]:
        """A second process of a service, on a port of its own."""
        first = self.services[service]
        port = free_ports(1)[0]
        url = f"http://127.0.0.1:{port}"
        environment = {**first.program.environment, "YICHUANG_PORT": str(port)}
        log = first.log.with_name(f"{service}-2.log")
        second = Server(url, Program(first.program.command, environment), lambda: is_ready(url), log)
        try:
            await second.start()
            yield second
        finally:
            await second.kill()

    async def publish(self, *events: object) -> None:
        """Put facts of the catalog on its topics."""
        async with Bus(self.stack, self.names) as bus:
            for event in events:
                await bus.publish(event)  # type: ignore[arg-type]


@contextlib.asynccontextmanager
async def started(
    stack: Stack, names: str, issuer: Issuer, folder: Path, *, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Product]:
    """Start everything and wait until it is ready; `settings` go into every service's environment."""
    product = _assemble(stack, names, issuer, folder, settings or {})
    async with serve_issuer(issuer, product.issuer_port):
        await topics.create(_topic_settings(stack, names), sorted(TOPICS))
        running = [product.gateways, *product.services.values()]
        try:
            with noted(folder):
                for server in running:
                    server.launch()
                for server in running:
                    await server.ready()
            yield product
        finally:
            for server in running:
                await server.kill()


def _assemble(stack: Stack, names: str, issuer: Issuer, folder: Path, settings: Mapping[str, str]) -> Product:
    ports = dict(zip((*PORTS, "portal"), free_ports(len(PORTS) + 1), strict=True))
    addresses = Addresses(stack.mongodb_uri, stack.bootstrap_servers, ports)
    own = {
        "YICHUANG_NAMES_PREFIX": names,
        "YICHUANG_ISSUER": ISSUER,
        "YICHUANG_AUDIENCE": AUDIENCE,
        "YICHUANG_RATE_LIMIT": "0",
        "YICHUANG_TOPIC_PARTITIONS": str(PARTITIONS),
        "YICHUANG_LOG_LEVEL": "warning",
        **settings,
    }
    made = programs(addresses, Credentials())
    servers = {name: _server(name, made[name], addresses.url(name), folder, own) for name in SERVICES}
    gateways = _server(GATEWAYS, made[GATEWAYS], addresses.url(GATEWAYS), folder, {})
    return Product(stack, names, issuer, servers, gateways, ports["portal"], folder)


def _server(name: str, program: Program, url: str, folder: Path, own: Mapping[str, str]) -> Server:
    program = Program(program.command, {**program.environment, **own})
    return Server(url, program, lambda: is_ready(url), folder / f"{name}.log")


@contextlib.asynccontextmanager
async def killed(server: Server) -> AsyncIterator[None]:
    """kill -9 before the body; up and ready again after it, whatever happened in it."""
    process = server.process
    assert process and process.poll() is None, "nothing is there to be killed"
    await server.kill()
    assert process.returncode == -signal.SIGKILL
    try:
        yield
    finally:
        await server.start()


async def is_ready(url: str) -> bool:
    """Whether a service does all its work, consuming included."""
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            answer = await client.get(f"{url}/readyz")
    except httpx.TransportError:
        return False
    return answer.status_code == 200 and orjson.loads(answer.content).get("broker", "ok") == "ok"


def _topic_settings(stack: Stack, names: str) -> Settings:
    return Settings(
        service="tests",
        mongodb_uri=stack.mongodb_uri,
        kafka_bootstrap_servers=stack.bootstrap_servers,
        names_prefix=names,
        topic_partitions=PARTITIONS,
        digest_key=KEY,
    )


def cpu_seconds(server: Server) -> float:
    """Processor time that a process has used so far (user and system)."""
    assert server.process
    return cpu_seconds_of(server.process.pid)


def cpu_seconds_of(pid: int) -> float:
    """The same of any process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
