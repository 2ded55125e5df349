"""Day by day, why a limit is due when it is: what the public calculator and the case page show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.workdays.calendar import Calendar
from services.workdays.limits import DayReason, Pause, Unit, merged


def explained(
    starts_on: date,
    on: date,
    rolled: date,
    unit: Unit,
    calendar: Calendar,
    pauses: Sequence[Pause],
    as_of: date | None,
) -> tuple[DayReason, ...]:
    """One entry for each day from `starts_on` to `rolled`; days after `on` are the roll over a day off."""
    spans = list(merged(pauses, as_of))
    reasons: list[DayReason] = []
    number = 0
    for ordinal in range(starts_on.toordinal(), rolled.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day > on:
            reasons.append(_rolled(day, calendar))
            continue
        paused = any(first <= ordinal < end for first, end in spans)
        reason = _reason(day, unit, calendar, paused, number + 1)
        number += reason.counts
        reasons.append(reason)
    return tuple(reasons)


def _reason(day: date, unit: Unit, calendar: Calendar, paused: bool, number: int) -> DayReason:
    if paused:
        return DayReason(day, False, None, "时限中止，不计入", "the clock is stopped")
    if unit == "calendar_days":
        return DayReason(day, True, number, "自然日", "calendar day")
    status = calendar.status(day)
    counted = number if status.counts else None
    return DayReason(day, status.counts, counted, status.why_zh, status.why_en, status.known)


def _rolled(day: date, calendar: Calendar) -> DayReason:
    status = calendar.status(day)
    zh, en = f"{status.why_zh}；届满日逢休息日顺延", f"{status.why_en}; the last day fell on a day off"
    return DayReason(day, False, None, zh, en, status.known)
