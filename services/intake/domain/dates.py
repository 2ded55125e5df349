"""Dates that intake sets: the clock at acceptance, and by when an application or a correction is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from contracts import blocks
from services.workdays import Calendar, Limit, civil_day, due_date


@dataclass(frozen=True, slots=True)
class Terms:
    """Limits of intake's own, in working days."""

    #: 行政许可法 §32: without a notice within five days an application counts as accepted.
    answer: int = 5
    #: How long an applicant has to answer a correction notice.
    correction: int = 15
    #: By when a deferred material (容缺) follows, unless the application says otherwise.
    deferral: int = 10


def clock_at(accepted: datetime, limits: blocks.Limits, calendar: Calendar) -> blocks.Clock:
    """The clock of a case as it starts: day 1 is the civil day after acceptance."""
    day = civil_day(accepted)
    promised, statutory = (
        due_date(day, Limit(limit.value, limit.unit), calendar)
        for limit in (limits.promised, limits.statutory)
    )
    return blocks.Clock(
        promised_due=blocks.DueDate(on=promised.on, provisional=promised.provisional),
        statutory_due=blocks.DueDate(on=statutory.on, provisional=statutory.provisional),
        starts_on=promised.starts_on,
        stopped=False,
        extended=False,
        calendar=calendar.version,
    )


def working_days_after(instant: datetime, days: int, calendar: Calendar) -> date:
    """The last of so many working days after the civil day of an instant."""
    return due_date(civil_day(instant), Limit(days), calendar).on
