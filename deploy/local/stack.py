"""What the stack consists of this time: addresses given or chosen, programs to start, in two groups."""

import os
from dataclasses import dataclass
from pathlib import Path

from deploy.local import cache, kafka, machine, mongod, ports, services
from deploy.local.credentials import Credentials
from deploy.local.layout import Layout
from deploy.local.problems import StackError
from deploy.local.services import Addresses
from deploy.local.supervision import Runnable

STORES = "stores"
SERVICES = "services"
DEFAULT_PORTAL_PORT = 8080
NEEDED_FOR_DATA = 1_000_000_000
"""Bytes that must be free for data: mongod and Kafka end in the middle of a write when the disk is full."""


@dataclass(frozen=True)
class Stack:
    """`mongod` and `kafka` are None where an address was given."""

    layout: Layout
    addresses: Addresses
    credentials: Credentials
    mongod: mongod.Mongod | None
    kafka: kafka.Kafka | None
    fonts: Path | None = None

    @property
    def stores(self) -> dict[str, Runnable]:
        """Database and broker that are ours."""
        given: dict[str, Runnable | None] = {"mongod": self.mongod, "kafka": self.kafka}
        return {name: program for name, program in given.items() if program}

    @property
    def services(self) -> dict[str, Runnable]:
        """The services, the portal and the sample gateways."""
        return dict(services.programs(self.addresses, self.credentials, self.fonts))


def portal_port() -> int:
    """`PORTAL_PORT`, else 8080."""
    given = os.environ.get("PORTAL_PORT") or str(DEFAULT_PORTAL_PORT)
    if not given.isdigit() or not 1 <= int(given) <= 65535:
        raise StackError(f"PORTAL_PORT 不是端口号：{given}。 PORTAL_PORT is not a port number: {given}")
    return int(given)


def assemble(layout: Layout, with_services: bool = True) -> Stack:
    """Check the machine, download what is missing, choose ports; nothing is started yet."""
    port = portal_port()
    if with_services and not ports.is_free(port):
        raise StackError(
            f"端口 {port} 已被占用，请换一个：PORTAL_PORT={port + 1} make run。"
            f" Port {port} is taken; choose another: PORTAL_PORT={port + 1} make run"
        )
    cache.ensure_space(layout.data, NEEDED_FOR_DATA)
    mongodb_uri = os.environ.get("MONGODB_URI")
    bootstrap_servers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if not (mongodb_uri and bootstrap_servers):
        machine.check()
    chosen = ports.remembered(
        layout.data / "ports.json", ["mongod", "kafka", "kafka-controller", *services.PORTS], avoid=port
    )
    database = (
        None if mongodb_uri else mongod.Mongod(mongod.install(layout.cache), layout.mongod, chosen["mongod"])
    )
    broker = None if bootstrap_servers else _broker(layout, chosen)
    return Stack(
        layout=layout,
        addresses=Addresses(
            mongodb_uri=mongodb_uri or (database.uri if database else ""),
            bootstrap_servers=bootstrap_servers or (broker.bootstrap_servers if broker else ""),
            ports={**chosen, "portal": port},
        ),
        credentials=Credentials.kept_in(layout.data / "secrets.json"),
        mongod=database,
        kafka=broker,
    )


def _broker(layout: Layout, chosen: dict[str, int]) -> kafka.Kafka:
    installed = kafka.install(layout.cache)
    return kafka.Kafka(installed, layout.kafka, chosen["kafka"], chosen["kafka-controller"])
