"""From acceptance, limit, calendar and pauses to the due date, and back to the days used.

Day 1 is the civil day after acceptance, whatever the hour (民法典 §201: 开始的当日不计入). Limits of the
administrative licence law are working days (行政许可法 §82). A limit in calendar days (自然日) ends on its
last day even if that is a day off: the roll to the next working day (民法典 §203, 民事诉讼法 §85) protects
the party that must act at a closed counter, while an authority's promise is not lengthened by its own day
off. `roll_over=True` gives that roll, for limits that bind the applicant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from services.workdays.calendar import Calendar, DateOutOfRangeError, check_range
from services.workdays.explanation import explained
from services.workdays.limits import DayReason, Due, Extension, Limit, Pause, Unit, merged

_DAY = timedelta(days=1)


def due_date(
    accepted: date,
    limit: Limit,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    *,
    roll_over: bool = False,
    as_of: date | None = None,
    explain: bool = False,
) -> Due:
    """The last day of `limit` for a case accepted on the civil day `accepted`.

    Days inside a pause are not counted; overlapping pauses count once; a pause that begins on the due day
    moves it; one that begins after it does not. An open pause ends at its planned end, or, given `as_of`
    (today) beyond that, not before the day after. `provisional` is set where the date rests on a year without
    official calendar; a limit in calendar days never does, unless it is rolled. `explain` fills `Due.days`.
    Raises DateOutOfRangeError outside 1990..2150.
    """
    starts_on = accepted + _DAY
    on = _advance(accepted, limit.value, limit.unit, calendar)
    if pauses and limit.value:
        on = _after_pauses(accepted, on, limit.unit, calendar, list(merged(pauses, as_of)))
    last = on
    if roll_over and not calendar.is_working_day(on):
        last = calendar.add_working_days(on, 1)
    needs_calendar = limit.unit == "working_days" or roll_over
    first_needed = starts_on if limit.unit == "working_days" else on
    due = Due(
        on=last,
        provisional=needs_calendar and limit.value > 0 and not calendar.settled(first_needed, last),
        stopped=_stopped(pauses, as_of),
        starts_on=starts_on,
    )
    if not explain:
        return due
    return replace(due, days=explained(starts_on, on, last, limit.unit, calendar, pauses, as_of))


def extended_due(
    accepted: date,
    limit: Limit,
    extension: Extension,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    *,
    as_of: date | None = None,
    explain: bool = False,
) -> Due:
    """The due date after the one extension. It never lies before the date without it."""
    base = due_date(accepted, limit, calendar, pauses, as_of=as_of, explain=explain)
    start = accepted if extension.counted_from == "acceptance" else base.on
    longer = due_date(start, extension.limit, calendar, pauses, as_of=as_of, explain=explain)
    if longer.on <= base.on:
        return base
    if extension.counted_from == "acceptance":
        return longer
    return replace(
        longer,
        provisional=base.provisional or longer.provisional,
        starts_on=base.starts_on,
        days=base.days + _renumbered(longer.days, limit.value),
    )


def days_used(
    accepted: date, decided: date, unit: Unit, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> int:
    """Days of `unit` that counted from the day after acceptance to the day of decision, both included.

    A pause still open on the day of decision reaches through it. Decided on the day of acceptance: 0.
    """
    used = _count(accepted.toordinal() + 1, decided.toordinal() + 1, unit, calendar)
    for first, end in merged(pauses, as_of=decided):
        low, high = max(first, accepted.toordinal() + 1), min(end, decided.toordinal() + 1)
        used -= _count(low, high, unit, calendar)
    return used


def days_left(today: date, due_on: date, unit: Unit, calendar: Calendar) -> int:
    """Days of `unit` from tomorrow to the due day; 0 on the due day, negative by the days late after it."""
    if due_on >= today:
        return _count(today.toordinal() + 1, due_on.toordinal() + 1, unit, calendar)
    return -_count(due_on.toordinal() + 1, today.toordinal() + 1, unit, calendar)


def _renumbered(days: tuple[DayReason, ...], after: int) -> tuple[DayReason, ...]:
    return tuple(replace(day, number=day.number + after) if day.number else day for day in days)


def _advance(day: date, days: int, unit: Unit, calendar: Calendar) -> date:
    if unit == "working_days":
        return calendar.add_working_days(day, days)
    last = day.toordinal() + days
    if last > date.max.toordinal():
        raise DateOutOfRangeError("the limit ends after the year 9999")
    return check_range(date.fromordinal(last))


def _after_pauses(
    accepted: date, on: date, unit: Unit, calendar: Calendar, spans: list[tuple[int, int]]
) -> date:
    """Push `on` out by the counting days of each pause that begins on or before it, earliest first."""
    for first, end in spans:
        if first > on.toordinal():
            break
        lost = _count(max(first, accepted.toordinal() + 1), end, unit, calendar)
        if lost:
            on = _advance(on, lost, unit, calendar)
    return on


def _count(first: int, end: int, unit: Unit, calendar: Calendar) -> int:
    """Counting days among the ordinals `[first, end)`."""
    if end <= first:
        return 0
    if unit == "calendar_days":
        return end - first
    return calendar.count_working_days(date.fromordinal(first), date.fromordinal(end - 1))


def _stopped(pauses: Sequence[Pause], as_of: date | None) -> bool:
    return any(pause.open and (as_of is None or pause.first <= as_of) for pause in pauses)
