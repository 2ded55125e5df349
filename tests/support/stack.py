"""A real broker and a real database for the tests, on own ports and own data, that die with the test run."""

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.local import kafka, mongod
from deploy.local.layout import Layout
from deploy.local.ports import free_ports
from deploy.local.programs import Program
from tests.support.eventually import eventually

PR_SET_PDEATHSIG = 1
START_WITHIN = 90.0
PREFIX = "yichuang-test-"
_libc = ctypes.CDLL(None)


def die_with_parent() -> None:
    """For `preexec_fn`: the kernel kills the process when the test run ends, however it ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class Server:
    """One process that a test may kill, stop, pause and start again; its data stays between starts.

    `address` is what clients are given: bootstrap servers or a MongoDB URI.
    """

    address: str
    program: kafka.Kafka | mongod.Mongod | Program
    is_ready: Callable[[], Awaitable[bool]]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it and wait until it does its work."""
        self.launch()
        await self.ready()

    def launch(self) -> None:
        """Start it without waiting. Only from the main thread: the kernel ties its life to that thread."""
        self.program.prepare()
        output: IO[bytes]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.program.command,
                env={**os.environ, **self.program.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
                start_new_session=True,  # Ctrl-C in the terminal is for pytest, which then stops us in order
            )

    async def ready(self) -> None:
        """Wait until it does its work."""
        await eventually(self._ready_or_dead, within=START_WITHIN, message=f"not ready, see {self.log}")

    async def _ready_or_dead(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise RuntimeError(f"{self.program.command[0]} ended:\n{self.log.read_text()[-2000:]}")
        return await self.is_ready()

    async def kill(self) -> None:
        """kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """The orderly end."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(how)
        await asyncio.to_thread(self.process.wait)
        self.process = None

    def pause(self) -> None:
        """Freeze it: connections stay open and nobody answers. Returns when its last thread stands still."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def resume(self) -> None:
        """Let a frozen one go on."""
        assert self.process
        self.process.send_signal(signal.SIGCONT)


@dataclass
class Stack:
    """Where the tests find broker and database; the servers are None where addresses were given."""

    bootstrap_servers: str
    mongodb_uri: str
    broker: Server | None
    mongod: Server | None


@contextlib.asynccontextmanager
async def running(given: Mapping[str, str]) -> AsyncIterator[Stack]:
    """A broker and a database, with data and logs that go with them, or those of the ``given`` addresses."""
    bootstrap_servers, mongodb_uri = given.get("KAFKA_BOOTSTRAP_SERVERS"), given.get("MONGODB_URI")
    folder = new_folder()
    own_broker = None if bootstrap_servers else broker(folder)
    own_mongod = None if mongodb_uri else database(folder)
    started = [server for server in (own_broker, own_mongod) if server]
    try:
        await asyncio.gather(*(server.start() for server in started))
        yield Stack(
            bootstrap_servers=bootstrap_servers or (own_broker.address if own_broker else ""),
            mongodb_uri=mongodb_uri or (own_mongod.address if own_mongod else ""),
            broker=own_broker,
            mongod=own_mongod,
        )
    finally:
        await asyncio.gather(*(server.kill() for server in started))
        shutil.rmtree(folder, ignore_errors=True)


def new_folder() -> Path:
    """A folder for data; what runs that were killed left behind is removed on the way."""
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = old.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))


def broker(folder: Path) -> Server:
    """A broker of its own in `folder`, not yet started."""
    installed = kafka.install(Layout.of_environment().cache)
    port, controller_port = free_ports(2)
    program = kafka.Kafka(installed, folder / "kafka", port, controller_port)
    return Server(program.bootstrap_servers, program, program.ready, folder / "kafka.log")


def database(folder: Path) -> Server:
    """A mongod of its own in `folder`, not yet started."""
    home = mongod.install(Layout.of_environment().cache)
    program = mongod.Mongod(home, folder / "mongod", free_ports(1)[0])
    return Server(program.uri, program, lambda: asyncio.to_thread(program.ready), folder / "mongod.log")
