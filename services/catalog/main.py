"""Composition root of the catalog."""

from __future__ import annotations

from functools import partial

from services.catalog import api, consumers
from services.catalog.app import App
from services.catalog.documents.printing import Printer
from services.catalog.handlers import imports, policies, selections
from services.catalog.settings import Settings
from services.catalog.store import Store
from services.runtime.clock import Clock, system_clock
from services.runtime.service import Service, run


def build(settings: Settings, *, clock: Clock = system_clock) -> Service:
    """Put the catalog together; call inside the running loop."""
    service = Service(settings, clock=clock)
    app = App(Store(service), clock, service.digest_key, Printer(settings.font_path))
    service.consume(consumers.table(app))
    service.every(settings.selection_seconds, partial(selections.let_time_pass, app), "selections")
    service.every(1.0, partial(imports.sweep, app), "imports")
    service.every(settings.policy_seconds, partial(policies.let_days_pass, app), "policies")
    service.serve(api.routes(app))
    return service


def main() -> None:
    """Entry point: ``serve``, ``work`` or ``both``."""
    run(lambda: build(Settings.load()))


if __name__ == "__main__":
    main()
