"""The whole product as `make run` starts it, on the test run's broker and database, with its own ports."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.local.people import Person
from deploy.local.ports import free_ports
from tests.support.eventually import eventually
from tests.support.stack import Stack, die_with_parent
from tests.support.troubles import noted

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Product:
    """A running product."""

    url: str
    gateways: str
    output: str
    logs: Path

    def person(self, username: str) -> Person:
        """A demo account, signed in by ``async with``."""
        return Person(self.url, username, PASSWORD)

    async def messages(self) -> list[dict[str, str]]:
        """What the sample gateways were given."""
        async with httpx.AsyncClient(trust_env=False) as client:
            found: list[dict[str, str]] = (await client.get(f"{self.gateways}/messages")).json()["sms"]
            return found


@contextlib.asynccontextmanager
async def product(stack: Stack) -> AsyncIterator[Product]:
    """Start it, wait until its sample case is done, and stop it in order at the end."""
    with tempfile.TemporaryDirectory(prefix="yichuang-product-") as folder:
        port, log = free_ports(1)[0], Path(folder) / "run.log"
        environment = {
            **os.environ,
            "KAFKA_BOOTSTRAP_SERVERS": stack.bootstrap_servers,
            "MONGODB_URI": stack.mongodb_uri,
            "STACK_DATA": folder,
            "PORTAL_PORT": str(port),
            "DEMO_PASSWORD": PASSWORD,
            "PYTHONUNBUFFERED": "1",
        }
        process = _started(environment, log)
        try:

            def ready() -> bool:
                if process.poll() is not None:
                    raise RuntimeError(f"make run ended:\n{log.read_text()}")
                return "一窗已就绪" in log.read_text()

            with noted(Path(folder)):
                await eventually(ready, within=240, every=0.2, message="not ready")
            ports = json.loads((Path(folder) / "ports.json").read_text())
            yield Product(
                f"http://127.0.0.1:{port}",
                f"http://127.0.0.1:{ports['gateways']}",
                log.read_text(),
                Path(folder),
            )
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def _started(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "run"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
            start_new_session=True,
        )
