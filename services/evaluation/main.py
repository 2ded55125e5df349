"""Evaluation, put together."""

from __future__ import annotations

from prometheus_client import Gauge

from services.evaluation import api, api_coverage, consumers
from services.evaluation.handlers import App
from services.evaluation.settings import Settings
from services.evaluation.store.benefits import Benefits
from services.evaluation.store.coverage import Coverage
from services.evaluation.store.facts import Facts
from services.evaluation.store.market import Market
from services.evaluation.store.names import Names
from services.evaluation.store.ratings import Ratings
from services.runtime.clock import Clock, system_clock
from services.runtime.service import Service, run


def build(settings: Settings, *, clock: Clock = system_clock) -> Service:
    """The service."""
    service = Service(settings, clock=clock)
    app = App(
        Facts(service),
        Ratings(service),
        Names(service),
        Market(service),
        service.database,
        clock,
        settings.rating_days,
        Coverage(service),
        Benefits(service),
    )
    #: Decided cases whose acceptance has not come in after a quarter of an hour.
    incomplete = Gauge(
        "yichuang_incomplete_case_facts",
        "Decided cases without acceptance",
        registry=service.metrics.registry,
    )

    async def watch() -> None:
        incomplete.set(await app.facts.count_incomplete(clock()))

    service.consume(consumers.table(app))
    service.every(60.0, watch, "incomplete-facts")
    service.serve(api.routes(app))
    service.serve(api_coverage.routes(app, service.digest_key))
    return service


def main() -> None:
    """Entry point."""
    run(lambda: build(Settings.load()))


if __name__ == "__main__":
    main()
