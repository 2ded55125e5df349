"""The standing of an agency: admission, credit grade, blacklist, return, removal; each told by an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from contracts import Actor
from contracts.marketplace import (
    AgencyAdmitted,
    AgencyBlacklisted,
    AgencyEventData,
    AgencyRegraded,
    AgencyRemoved,
    Grade,
    Qualified,
)
from services.catalog.domain.marketplace import marketplace_refusals as refusals
from services.catalog.domain.marketplace.agencies import Agency, Bar, must_be_admissible
from services.catalog.domain.marketplace.agency_services import AgencyService
from services.runtime.change import Change
from services.runtime.clock import BEIJING

Services = Mapping[str, AgencyService]
#: Ratings that a suggested grade needs at least, and the mean from which each grade is suggested.
FEWEST_RATINGS = 3
_GRADES: tuple[tuple[float, Grade], ...] = ((4.5, "A"), (3.5, "B"), (2.5, "C"))


def suggested_grade(ratings: Sequence[int]) -> Grade | None:
    """What the clients' ratings (1–5) speak for; None with too few. Giving a grade stays a person's act."""
    if len(ratings) < FEWEST_RATINGS:
        return None
    mean = sum(ratings) / len(ratings)
    return next((grade for least, grade in _GRADES if mean >= least), "D")


def admit(agency: Agency, services: Services, *, by: str, actor: Actor, now: datetime) -> Change[Agency]:
    """A second person admits the draft (ASVS 2.3.5). As :func:`must_be_admissible`."""
    record = must_be_admissible(agency, services, by=by, today=_day(now))
    admitted = replace(
        agency,
        record=record,
        draft=None,
        admitted_at=agency.admitted_at or now,
        removed=None,
        revision=agency.revision + 1,
    )
    return _told(AgencyAdmitted, admitted, services, "admitted", actor, now)


def regrade(
    agency: Agency, grade: Grade, reason: str, services: Services, *, actor: Actor, now: datetime
) -> Change[Agency]:
    """信用评级, with its reason. NotAdmitted, SameGrade."""
    _must_be_in(agency)
    if grade == agency.grade:
        raise refusals.SameGrade(grade)
    regraded = replace(agency, grade=grade, grade_reason=reason, revision=agency.revision + 1)
    return _told(AgencyRegraded, regraded, services, "regraded", actor, now, reason)


def blacklist(
    agency: Agency, until: date | None, reason: str, services: Services, *, actor: Actor, now: datetime
) -> Change[Agency]:
    """黑名单: barred up to and including a day, or for good. NotAdmitted, BarEndsInThePast."""
    _must_be_in(agency)
    if until is not None and until < _day(now):
        raise refusals.BarEndsInThePast()
    barred = replace(agency, bar=Bar(now, until, reason), revision=agency.revision + 1)
    return _told(AgencyBlacklisted, barred, services, "blacklisted", actor, now, reason)


def note_appeal(agency: Agency, note: str, *, actor: Actor, now: datetime) -> Change[Agency]:
    """What the agency objected and what was found; the bar stands until the agency is readmitted."""
    if agency.bar is None or not agency.barred(_day(now)):
        raise refusals.NotBarred()
    noted = replace(agency, bar=replace(agency.bar, appeal=note), revision=agency.revision + 1)
    return Change(noted, "appealed", actor, now, note={"appeal": note})


def readmit(
    agency: Agency, reason: str, services: Services, *, actor: Actor, now: datetime
) -> Change[Agency]:
    """Off the blacklist before its time, for a reason. NotBarred."""
    if not agency.barred(_day(now)):
        raise refusals.NotBarred()
    free = replace(agency, bar=None, revision=agency.revision + 1)
    return _told(AgencyAdmitted, free, services, "readmitted", actor, now, reason)


def remove(
    agency: Agency, reason: str, services: Services, *, actor: Actor, now: datetime
) -> Change[Agency] | None:
    """It leaves, or is made to; a new admission brings it back. None where it has left already."""
    if agency.record is None:
        raise refusals.NotAdmitted()
    if agency.removed is not None:
        return None
    gone = replace(agency, removed=reason, revision=agency.revision + 1)
    return _told(AgencyRemoved, gone, services, "removed", actor, now, reason)


def _must_be_in(agency: Agency) -> None:
    if agency.record is None or agency.removed is not None:
        raise refusals.NotAdmitted()


def _told(
    kind: type[AgencyEventData],
    agency: Agency,
    services: Services,
    act: str,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> Change[Agency]:
    assert agency.record is not None
    day = _day(now)
    event = kind(
        place_code=agency.place,
        at=now,
        actor=actor,
        agency_id=agency.agency_id,
        name=agency.record.name,
        services=[offer.service_code for offer in agency.record.offers],
        qualified=_qualified(agency, services, day),
        grade=agency.grade,
        reason=reason,
        barred=agency.barred(day),
        barred_until=agency.bar.until if agency.bar and agency.barred(day) else None,
    )
    note: dict[str, Any] = {"reason": reason} if reason else {}
    return Change(agency, act, actor, now, (event,), note)


def _qualified(agency: Agency, services: Services, day: date) -> list[Qualified]:
    assert agency.record is not None
    found = []
    for offer in agency.record.offers:
        service = services.get(offer.service_code)
        if service is None or not service.open_for_choice:
            continue
        may, until = agency.qualified_until(service, day)
        if may:
            found.append(Qualified(service_code=offer.service_code, until=until))
    return found


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
