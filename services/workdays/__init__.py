"""Calendar arithmetic of the legal clock: which days count, when a limit is due, how many days were used.

Pure functions over dates: no clock, no I/O, no state but a cache of the calendar's working days. Intake
uses it at acceptance, approval for the running clock, evaluation for figures. It publishes and consumes
nothing; whoever sees `calendar-loaded` makes a new calendar of it by `Calendar.with_exceptions`.
"""

from services.workdays.calendar import (
    NATIONAL,
    Calendar,
    DateOutOfRangeError,
    DayException,
    DayStatus,
    civil_day,
)
from services.workdays.due import days_left, days_used, due_date, extended_due
from services.workdays.limits import DayReason, Due, Extension, Limit, Pause, Unit

__all__ = [
    "NATIONAL",
    "Calendar",
    "DateOutOfRangeError",
    "DayException",
    "DayReason",
    "DayStatus",
    "Due",
    "Extension",
    "Limit",
    "Pause",
    "Unit",
    "civil_day",
    "days_left",
    "days_used",
    "due_date",
    "extended_due",
]
