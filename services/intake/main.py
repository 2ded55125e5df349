"""The composition root of intake."""

from __future__ import annotations

from services.intake import api, consumers, handlers
from services.intake.domain.dates import Terms
from services.intake.intake import Intake
from services.intake.keys import key_of, keyring
from services.intake.sealing import References, Sealing
from services.intake.settings import Settings
from services.intake.store import (
    Calendars,
    Cases,
    Directory,
    Enterprises,
    Files,
    Items,
    Market,
    Offers,
    Packages,
    Persons,
    Told,
    Tries,
    Wordings,
)
from services.runtime.clock import Clock, system_clock
from services.runtime.service import Service, run


def build(settings: Settings, *, clock: Clock = system_clock) -> Service:
    """Intake, ready to start."""
    service = Service(settings, clock=clock)
    sealing = Sealing(keyring("master", settings.master_key.get_secret_value()))
    references = References(key_of("reference", settings.reference_key.get_secret_value()))
    directory = Directory(service)
    intake = Intake(
        settings=settings,
        clock=clock,
        sealing=sealing,
        references=references,
        cases=Cases(service),
        persons=Persons(service, sealing, references),
        items=Items(service, directory),
        calendars=Calendars(service),
        directory=directory,
        enterprises=Enterprises(service),
        files=Files(service, sealing),
        told=Told(service),
        tries=Tries(service),
        market=Market(service),
        offers=Offers(service),
        packages=Packages(service),
        wordings=Wordings(service),
        terms=Terms(correction=settings.correction_days, deferral=settings.deferral_days),
    )
    service.consume(consumers.table(intake))
    service.every(settings.sweep_seconds, lambda: handlers.let_days_pass(intake), "days")
    for router in api.routers(intake):
        service.serve(router)
    return service


def main() -> None:
    """Entry point: `serve`, `work` or `both`."""
    run(lambda: build(Settings.load()))


if __name__ == "__main__":
    main()
