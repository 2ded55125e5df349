"""Approval put together."""

from __future__ import annotations

from functools import partial

from services.approval import consumers, handlers
from services.approval.api import routes
from services.approval.handlers import Approval
from services.approval.settings import Settings
from services.approval.store import Store
from services.runtime.clock import Clock, system_clock
from services.runtime.service import Service, run

#: Seconds between two looks for a calendar whose dossiers are still to be recomputed.
RECOMPUTE_EVERY = 5.0


def build(settings: Settings, *, clock: Clock = system_clock) -> Service:
    """The composition root."""
    service = Service(settings, clock=clock)
    app = Approval(Store(service), clock)
    service.consume(consumers.table(app))
    service.serve(routes(app, service.live("dossiers"), service.digest_key))
    service.every(RECOMPUTE_EVERY, partial(handlers.recompute, app), "recompute")
    service.on_start(app.store.calendar.refresh)
    return service


def main() -> None:
    """Entry point of `yichuang-approval`."""
    run(lambda: build(Settings.load()))


if __name__ == "__main__":
    main()
