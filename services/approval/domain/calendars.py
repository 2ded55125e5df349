"""Calendars by year and place, and what a newly loaded one does to open dossiers (design §6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from contracts import Actor
from contracts.approval import CalendarException, CalendarLoaded, DueDatesRecomputed
from contracts.blocks import DueDates
from services.approval.domain import clock
from services.approval.domain.dossier import SYSTEM, Dossier
from services.approval.domain.refusals import CalendarInvalid
from services.runtime.change import Change
from services.workdays import NATIONAL, Calendar, DayException, civil_day


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The arrangement of one year for a place (``00`` the whole country), as last loaded.

    ``worked_off`` says whether the open dossiers were looked through since.
    """

    calendar_id: str
    place: str
    year: int
    edition: int
    exceptions: tuple[CalendarException, ...]
    source: str
    worked_off: bool = False

    @property
    def version(self) -> str:
        """The version that dates computed with it name, e.g. ``00-2027.1``."""
        return f"{self.place}-{self.year}.{self.edition}"


def calendar_id(place: str, year: int) -> str:
    """The id of a place's arrangement of a year."""
    return f"{place}:{year}"


def loaded(
    before: CalendarYear | None,
    place: str,
    year: int,
    exceptions: Iterable[CalendarException],
    source: str,
    actor: Actor,
    now: datetime,
) -> Change[CalendarYear]:
    """A year is loaded, or loaded anew as a whole. CalendarInvalid."""
    days = tuple(sorted(exceptions, key=lambda day: day.date))
    made = CalendarYear(
        calendar_id(place, year), place, year, before.edition + 1 if before else 1, days, source
    )
    _over(Calendar.official(), made, made.version)  # refuses what no calendar can hold
    event = CalendarLoaded(
        place_code=place,
        at=now,
        actor=actor,
        calendar=made.version,
        year=year,
        exceptions=list(days),
        source=source,
    )
    return Change(made, "loaded", actor, now, (event,), {"calendar": made.version, "source": source})


def worked_off(loaded: CalendarYear, edition: int, now: datetime) -> Change[CalendarYear] | None:
    """Every open dossier was looked through with this edition."""
    if loaded.edition != edition or loaded.worked_off:
        return None
    return Change(replace(loaded, worked_off=True), "worked_off", SYSTEM, now)


def calendar_of(place: str, years: Iterable[CalendarYear]) -> Calendar:
    """The calendar that a place counts by: the official one, and over it what was loaded for the country,
    the place and its ancestors.
    """
    made, versions = Calendar.official(), list[str]()
    for year in sorted(years, key=lambda y: (y.place != NATIONAL, len(y.place), y.year)):
        if year.place == NATIONAL or place.startswith(year.place):
            versions.append(year.version)
            made = _over(made, year, "+".join(versions))
    return made


def recomputed(dossier: Dossier, calendar: Calendar, now: datetime) -> Change[Dossier] | None:
    """The dossier with its dates by a newer calendar; None where nothing moves and nothing is confirmed."""
    if dossier.desk != "open":
        return None
    made = clock.computed(dossier, calendar, as_of=civil_day(now) if dossier.open_pauses else None)
    old = dossier.clock
    if (made.promised_due, made.statutory_due) == (old.promised_due, old.statutory_due):
        return None
    after = dossier.with_clock(made)
    event = after.event(
        DueDatesRecomputed,
        now,
        SYSTEM,
        previous=DueDates(promised_due=old.promised_due, statutory_due=old.statutory_due),
        cause=calendar.version,
    )
    return Change(after, "recomputed", SYSTEM, now, (event,), {"calendar": calendar.version})


def _over(calendar: Calendar, year: CalendarYear, version: str) -> Calendar:
    days = [DayException(day.date, day.counts, day.name, year.source) for day in year.exceptions]
    try:
        return calendar.with_exceptions(version, year.year, days, year.place)
    except ValueError as error:
        raise CalendarInvalid(str(error)) from error
