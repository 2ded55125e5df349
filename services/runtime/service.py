"""One service put together: settings, database, outbox, consumer, routes, sweeps; started and stopped as one.

`serve` answers HTTP, `work` consumes and sweeps, `both` does both in one process. Every role sends what it
wrote and answers health and metrics.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gc
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from types import FrameType
from typing import Any, TypeVar

import httpx
import uvicorn
from cattrs import Converter
from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline
from pymongo import IndexModel

from contracts import TOPICS
from services.runtime import http, logs, topics
from services.runtime.clock import Clock, system_clock
from services.runtime.consumer import Consumer
from services.runtime.live import Live
from services.runtime.logs import logger
from services.runtime.message import Handlers
from services.runtime.metrics import Metrics
from services.runtime.mongo import Database, Document
from services.runtime.operations import routes as operations_routes
from services.runtime.outbox import Outbox
from services.runtime.parked import Parked
from services.runtime.protocol import BoundedHead
from services.runtime.publisher import Publisher
from services.runtime.records import Records
from services.runtime.settings import Role, Settings
from services.runtime.tokens import RateLimit, Verifier, jwks_over_http

State = TypeVar("State")
Sweep = Callable[[], Awaitable[object]]


class Service:
    """What a composition root fills and `run` starts. Make it inside the running loop."""

    def __init__(self, settings: Settings, *, clock: Clock = system_clock) -> None:
        self.settings, self.clock, self.metrics = settings, clock, Metrics()
        self.database = Database(
            settings.mongodb_uri.get_secret_value(), settings.database, settings.mongodb_driver
        )
        self.publisher = Publisher(settings.kafka_bootstrap_servers, settings.topic)
        self.outbox = Outbox(self.publisher, source=settings.service, clock=clock, metrics=self.metrics)
        self.parked = Parked(self.database, clock, self.metrics)
        self.consumer: Consumer | None = None
        self.client = httpx.AsyncClient(timeout=5)
        self.verifier = Verifier(
            issuer=settings.issuer,
            audience=settings.audience,
            fetch_keys=jwks_over_http(settings.jwks_url, self.client),
        )
        self.started = self.stopping = False
        #: What this process does; known from `start` on.
        self.role: Role = "both"
        self._published: list[str] = [t.name for t in TOPICS.values() if t.publisher == settings.service]
        self._indexes: list[tuple[str, list[tuple[str, int]], dict[str, Any]]] = []
        self._sweeps: list[tuple[str, float, Sweep]] = []
        self._routers: list[APIRouter] = []
        self._starts: list[Callable[[], Awaitable[None]]] = []
        self._stops: list[Callable[[], Awaitable[None]]] = []
        self._tasks: list[asyncio.Task[None]] = []

    # -- what a composition root says -------------------------------------------------------------------

    def records(
        self,
        collection: str,
        state: type[State],
        *,
        key: str,
        converter: Converter,
        topic: str | None = None,
        schema: int = 1,
        lift: Callable[[Document], Document] | None = None,
    ) -> Records[State]:
        """The documents of one collection."""
        self.index(
            collection,
            [("idempotency.submitter", 1), ("idempotency.key", 1)],
            name="idempotency",
            unique=True,
            partialFilterExpression={"idempotency.key": {"$exists": True}},
        )
        return Records(
            self.database,
            collection,
            state,
            key=key,
            converter=converter,
            outbox=self.outbox,
            clock=self.clock,
            metrics=self.metrics,
            source=self.settings.service,
            topic=topic,
            schema=schema,
            lift=lift,
            event_limit=TOPICS[topic].max_bytes if topic else 0,
        )

    def index(self, collection: str, keys: list[tuple[str, int]], **options: Any) -> None:
        """An index to be there before the service is ready."""
        self._indexes.append((collection, keys, options))

    def live(self, collection: str) -> Live:
        """Live views of a collection."""
        return Live(self.database, collection)

    def consume(self, handlers: Handlers) -> None:
        """Listen to events."""
        self.consumer = Consumer(
            handlers,
            self.parked,
            servers=self.settings.kafka_bootstrap_servers,
            group=self.settings.group,
            prefix=self.settings.names_prefix,
            clock=self.clock,
            metrics=self.metrics,
        )

    def every(self, seconds: float, sweep: Sweep, name: str) -> None:
        """Run something again and again while working; a failure is logged and the next turn tries again."""
        self._sweeps.append((name, seconds, sweep))

    def on_start(self, start: Callable[[], Awaitable[None]]) -> None:
        """Run something once when the database is ready (e.g. load a calendar)."""
        self._starts.append(start)

    def on_stop(self, stop: Callable[[], Awaitable[None]]) -> None:
        """Run something once at the end (e.g. give connections back)."""
        self._stops.append(stop)

    def serve(self, router: APIRouter) -> None:
        """Add routes, each of which answers with a response of its own."""
        self._routers.append(router)

    @property
    def digest_key(self) -> bytes:
        """Key of the hashes of request bodies."""
        return base64.b64decode(self.settings.digest_key.get_secret_value())

    # -- HTTP -------------------------------------------------------------------------------------------

    def app(self, role: Role = "both") -> FastAPI:
        """The ASGI application; `work` answers health and metrics only."""
        prefix = f"/api/{self.settings.service}"
        # Halls' networks end at the county: the viewer of /docs comes with the service, not from the web.
        app = FastAPIOffline(
            title=f"一窗 · {self.settings.service}",
            docs_url="/docs",
            redoc_url=None,
            openapi_url=f"{prefix}/openapi.json",
            default_response_class=http.JSON,
            redirect_slashes=False,
        )
        app.state.verifier = self.verifier
        app.state.rate_limit = RateLimit(self.settings.rate_limit)
        app.state.digest_key = self.digest_key
        http.install(app)
        # Taken over as they are: a router that is included builds each of its routes again, twice.
        for router in (operations_routes(self, role), *(self._routers if role != "work" else ())):
            app.router.routes.extend(router.routes)
        app.add_middleware(http.Edge, metrics=self.metrics, max_body=self.settings.max_body)
        return app

    # -- life -------------------------------------------------------------------------------------------

    async def start(self, role: Role = "both") -> None:
        """Wait for the database, make indexes, start the tasks. A broker that is away does not stop this."""
        self.role = role
        await self._database_ready()
        for start in self._starts:
            await start()
        self._task(self.outbox.send_forever(), "sender")
        self._task(self._topics_then_consume(role), "consumer")
        if role != "serve":
            self._task(self._repeat("outbox", 1.0, self.outbox.sweep), "outbox")
            for name, seconds, sweep in self._sweeps:
                self._task(self._repeat(name, seconds, sweep), name)
        self.started = True

    async def stop(self) -> None:
        """Stop consuming and sweeping, send what is queued, give everything back."""
        self.stopping = True
        await _ended(self._tasks)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(5):
                await self.outbox.flush()
        await self.publisher.close()
        for stop in self._stops:
            with contextlib.suppress(Exception):
                await stop()
        await self.client.aclose()
        await self.database.close()

    @contextlib.asynccontextmanager
    async def running(self, role: Role = "both") -> AsyncIterator[FastAPI]:
        """Started inside, stopped outside (tests)."""
        await self.start(role)
        try:
            yield self.app(role)
        finally:
            await self.stop()

    async def _database_ready(self) -> None:
        pause = 0.2
        while True:
            try:
                await asyncio.gather(
                    *(self.database[name].create_indexes(wanted) for name, wanted in self._wanted().items())
                )
                await self.outbox.prepare()
                await self.parked.prepare()
                return
            except Exception as error:
                logger().warning("waiting_for_database", error=repr(error)[:300])
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)

    def _wanted(self) -> dict[str, list[IndexModel]]:
        """The indexes of each collection: made in one call, a service has many."""
        wanted: dict[str, list[IndexModel]] = {}
        for collection, keys, options in self._indexes:
            model, others = IndexModel(keys, **options), wanted.setdefault(collection, [])
            # Two who read one collection may ask for the same index.
            if all(model.document != other.document for other in others):
                others.append(model)
        return wanted

    async def _topics_then_consume(self, role: Role) -> None:
        wanted: Iterable[str] = {*self._published, *(self.consumer.topics if self.consumer else ())}
        if not wanted:
            return
        pause = 0.5
        while True:
            try:
                await topics.create(self.settings, sorted(wanted))
                break
            except Exception as error:
                logger().warning("waiting_for_broker", error=repr(error)[:300])
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
        if self.consumer is not None and role != "serve":
            self._task(self._repeat("parked", 0.5, self.consumer.retry_parked), "parked")
            self._task(self._repeat("parked_count", 10, self.parked.count), "parked_count")
            await self.consumer.run()

    async def _repeat(self, name: str, seconds: float, sweep: Sweep) -> None:
        while True:
            started = time.monotonic()
            try:
                await sweep()
            except Exception as error:
                self.metrics.sweep_failures.labels(name).inc()
                logger().warning("sweep_failed", sweep=name, error=repr(error)[:300])
            await asyncio.sleep(max(0.05, seconds - (time.monotonic() - started)))

    def _task(self, work: Any, name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel tasks until they are over, those that they start meanwhile included.

    Once is not enough: before Python 3.12 `asyncio.wait_for`, which PyMongo sends through, drops a
    cancellation that comes just as what it waits for is done, and so does the broker's client when it is
    closed; a loop would go on for ever.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=6)
    await asyncio.gather(*tasks, return_exceptions=True)


def run(build: Callable[[], Service]) -> None:
    """Entry point of a service's command: ``serve``, ``work`` or ``both`` (default)."""
    role = sys.argv[1] if len(sys.argv) > 1 else "both"
    if role not in ("serve", "work", "both"):
        sys.exit(f"usage: {sys.argv[0]} [serve|work|both]")
    runner = asyncio.Runner(loop_factory=_uvloop)
    with runner:
        runner.run(_run(build, role))  # type: ignore[arg-type]


def _uvloop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


class _Server(uvicorn.Server):
    """Not ready any more from the signal on; requests under way are still answered."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM, SIGINT."""
        self._service.stopping = True
        super().handle_exit(sig, frame)


async def _run(build: Callable[[], Service], role: Role) -> None:
    service = build()
    settings = service.settings
    logs.configure(settings.service, settings.log_level)
    config = uvicorn.Config(
        service.app(role),
        host=settings.host,
        port=settings.port,
        http=BoundedHead,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=8,
        server_header=False,
        # X-Forwarded-For is anybody's word.
        proxy_headers=False,
    )
    server = _Server(config, service)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # The server has handlers of its own while it serves and raises the signal again when it is done.
        loop.add_signal_handler(number, lambda: None)
    # Alive from the start, ready once started: a database that is away is no reason to be restarted.
    serving = asyncio.create_task(server.serve())
    starting = asyncio.create_task(service.start(role))
    await asyncio.wait({serving, starting}, return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        starting.result()
        # What start-up made stays: for the collector to look at it again takes tens of milliseconds.
        gc.collect()
        gc.freeze()
        logger().info("started", role=role, port=settings.port)
        await serving
    starting.cancel()
    await service.stop()
    logger().info("stopped")
