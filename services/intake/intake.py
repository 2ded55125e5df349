"""What the use cases of intake work with, put together once by `main`."""

from __future__ import annotations

from dataclasses import dataclass

from contracts import Actor
from services.intake.domain.answers import Setting
from services.intake.domain.dates import Terms
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
from services.runtime.clock import Clock


@dataclass(frozen=True)
class Intake:
    """Stores, keys, terms and the clock of one process."""

    settings: Settings
    clock: Clock
    sealing: Sealing
    references: References
    cases: Cases
    persons: Persons
    items: Items
    calendars: Calendars
    directory: Directory
    enterprises: Enterprises
    files: Files
    told: Told
    tries: Tries
    market: Market
    offers: Offers
    packages: Packages
    wordings: Wordings
    terms: Terms

    @property
    def public_url(self) -> str:
        """Where people open the pages."""
        return (self.settings.public_url or self.settings.issuer).rstrip("/")

    async def within(self, place: str, actor: Actor) -> Setting:
        """What surrounds an act at a place, now."""
        return Setting(actor, self.clock(), await self.calendars.of(place), self.terms)
