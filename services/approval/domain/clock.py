"""The clock of a case: every date computed from the facts by `services.workdays`, never edited (A4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from contracts import blocks
from services import workdays
from services.approval.domain.dossier import Dossier
from services.workdays import Calendar, civil_day

Lamp = Literal["green", "yellow", "red"]
#: Working days before the due day from which the lamp is yellow.
WARNING = 2


def start(accepted_at: datetime, limits: blocks.Limits, calendar: Calendar) -> blocks.Clock:
    """The clock of a case just accepted."""
    return _clock(accepted_at, limits, (), None, calendar, as_of=None)


def computed(
    dossier: Dossier,
    calendar: Calendar,
    *,
    as_of: date | None = None,
    pauses: Sequence[blocks.Pause] | None = None,
    extension: blocks.Limit | None = None,
) -> blocks.Clock:
    """The clock after the act that gives it other pauses or an extension. A delivery date is kept."""
    made = _clock(
        dossier.accepted_at,
        dossier.limits,
        dossier.pauses if pauses is None else pauses,
        extension or (dossier.extended.limit if dossier.extended else None),
        calendar,
        as_of=as_of,
    )
    return made.model_copy(update={"delivery_due": dossier.clock.delivery_due})


def delivery_due(
    decided_at: datetime, limit: blocks.Limit | None, calendar: Calendar
) -> blocks.DueDate | None:
    """By when the result must be handed over (附件5 §6(三): within 10 days of the decision)."""
    if limit is None:
        return None
    due = workdays.due_date(civil_day(decided_at), _limit(limit), calendar)
    return blocks.DueDate(on=due.on, provisional=due.provisional)


def latest_pause_end(today: date, limit: blocks.Limit, calendar: Calendar) -> date:
    """The last day on which the clock may be planned to run again, for a step of this longest time."""
    return workdays.due_date(today, _limit(limit), calendar).on + timedelta(days=1)


def days_used(dossier: Dossier, decided_on: date, calendar: Calendar) -> int:
    """Days of the promised limit's unit that counted until the decision."""
    return workdays.days_used(
        civil_day(dossier.accepted_at),
        decided_on,
        dossier.limits.promised.unit,
        calendar,
        [_pause(pause) for pause in dossier.pauses],
    )


def days_left(dossier: Dossier, today: date, calendar: Calendar) -> tuple[int, Lamp]:
    """Days of the promised limit's unit until the due day, and the lamp, which counts working days."""
    due = dossier.due
    if dossier.state == "paused":
        due = computed(dossier, calendar, as_of=today).promised_due.on
    left = workdays.days_left(today, due, dossier.limits.promised.unit, calendar)
    working = workdays.days_left(today, due, "working_days", calendar)
    return left, "red" if today > due else "yellow" if working <= WARNING else "green"


def _clock(
    accepted_at: datetime,
    limits: blocks.Limits,
    pauses: Sequence[blocks.Pause],
    extension: blocks.Limit | None,
    calendar: Calendar,
    *,
    as_of: date | None,
) -> blocks.Clock:
    accepted = civil_day(accepted_at)
    stops = [_pause(pause) for pause in pauses]

    def due(limit: blocks.Limit) -> workdays.Due:
        if extension is None or limits.extension is None:
            return workdays.due_date(accepted, _limit(limit), calendar, stops, as_of=as_of)
        longer = workdays.Extension(_limit(extension), limits.extension.counted_from)
        return workdays.extended_due(accepted, _limit(limit), longer, calendar, stops, as_of=as_of)

    promised, statutory = due(limits.promised), due(limits.statutory)
    return blocks.Clock(
        promised_due=blocks.DueDate(on=promised.on, provisional=promised.provisional),
        statutory_due=blocks.DueDate(on=statutory.on, provisional=statutory.provisional),
        starts_on=promised.starts_on,
        stopped=any(pause.until is None for pause in pauses),
        extended=extension is not None,
        calendar=calendar.version,
    )


def _limit(limit: blocks.Limit) -> workdays.Limit:
    return workdays.Limit(limit.value, limit.unit)


def _pause(pause: blocks.Pause) -> workdays.Pause:
    return workdays.Pause(pause.from_, pause.until, pause.planned_end)
