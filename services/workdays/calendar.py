"""Which days are working days in a region: the official arrangement per year, and what is known beyond it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from services.workdays.official import ENGLISH, FIXED, official_days

CHINA = timezone(timedelta(hours=8))
NATIONAL = "00"
"""Region of the calendar of the whole country."""

FIRST_YEAR, LAST_YEAR = 1990, 2150
_WEEKDAYS = (("周六", "Saturday"), ("周日", "Sunday"))


class DateOutOfRangeError(ValueError):
    """A date outside 1990..2150: a typing error, not a date of a case."""


def check_range(day: date) -> date:
    """`day` itself; raises DateOutOfRangeError outside 1990..2150."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DateOutOfRangeError(f"{day.isoformat()} is outside {FIRST_YEAR}..{LAST_YEAR}")
    return day


def civil_day(instant: datetime) -> date:
    """The day on which an instant falls in China (+08:00). Raises ValueError for one without offset."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return instant.astimezone(CHINA).date()


@dataclass(frozen=True, slots=True)
class DayException:
    """A day that the arrangement takes out of the weekly rhythm: off (`counts=False`) or made up (`True`)."""

    date: date
    counts: bool
    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class DayStatus:
    """Whether a day is a working day, why, and whether that is certain (`known`)."""

    counts: bool
    why_zh: str
    why_en: str
    known: bool


class Calendar:
    """The working days of a region. Immutable; a loaded year makes a new calendar.

    A year is known once the national arrangement for it is loaded; a regional table (for example 广西 三月三)
    is laid over the national one and alone makes no year known. In an unknown year weekends and the holidays
    with a fixed solar date do not count, and everything that rests on it is provisional.
    """

    def __init__(
        self, region: str, version: str, tables: Mapping[tuple[str, int], tuple[DayException, ...]]
    ) -> None:
        """`tables`: (region, year of the arrangement) → its days; see `official` and `with_exceptions`."""
        self.region = region
        self.version = version
        self._tables = dict(tables)
        self.known_years = frozenset(year for place, year in tables if place == NATIONAL)
        self._exceptions: dict[date, DayException] = {}
        for key in sorted(tables, key=_layer):
            self._exceptions.update((day.date, day) for day in tables[key])
        self._span = (0, 0)
        self._days: list[int] = []

    def __repr__(self) -> str:
        return f"Calendar({self.version})"

    @staticmethod
    def official() -> Calendar:
        """The national calendar that ships with this version, 2004 to the newest year published then."""
        return _official()

    def with_exceptions(
        self, version: str, year: int, exceptions: Iterable[DayException], region: str | None = None
    ) -> Calendar:
        """This calendar with the arrangement of `year` loaded or, if it was there, replaced as a whole.

        `region` is the place code the table is for, "00" for the national one; default this calendar's.
        Tables give the same days in whatever order they are loaded. Raises ValueError where a day lies
        outside the year (the last week of the December before belongs to it, too), is given twice, or where
        the region is no ancestor or descendant of this calendar's.
        """
        place = self.region if region is None else region
        days = tuple(sorted(exceptions, key=lambda day: day.date))
        _check_table(year, days)
        return Calendar(_narrower(self.region, place), version, {**self._tables, (place, year): days})

    def exceptions(self, year: int) -> tuple[DayException, ...]:
        """The days off and make-up days that fall in `year`, in order."""
        return tuple(self._exceptions[day] for day in sorted(self._exceptions) if day.year == year)

    def is_known(self, day: date) -> bool:
        """Whether the official arrangement settles this day.

        The last days of December wait for the next year's arrangement if New Year's Day is a Tuesday: in
        such years the Monday has been made a day off for the Saturday (2007-12-29/31, 2018-12-29/31).
        """
        if day.year not in self.known_years:
            return False
        if day.month < 12 or day.day < 29 or day.year + 1 in self.known_years:
            return True
        return date(day.year + 1, 1, 1).weekday() != 1

    def settled(self, first: date, last: date) -> bool:
        """Whether every day from `first` to `last` is known."""
        years = range(first.year, last.year + 1)
        return self.is_known(last) and all(year in self.known_years for year in years)

    def is_working_day(self, day: date) -> bool:
        """Whether `day` counts as a working day."""
        exception = self._exceptions.get(day)
        if exception is not None:
            return exception.counts
        if day.weekday() >= 5:
            return False
        return day.year in self.known_years or (day.month, day.day) not in FIXED

    def status(self, day: date) -> DayStatus:
        """Whether `day` is a working day, with the reason in Chinese and English."""
        counts, known = self.is_working_day(day), self.is_known(day)
        zh, en = self._reason(day)
        if not known:
            zh, en = (
                f"{zh}（当年节假日安排未公布，暂按此计）",
                f"{en} (arrangement not published; provisional)",
            )
        return DayStatus(counts, zh, en, known)

    def _reason(self, day: date) -> tuple[str, str]:
        exception = self._exceptions.get(day)
        if exception is not None:
            english = ENGLISH.get(exception.name, exception.name)
            if exception.counts:
                return f"{exception.name}调休上班", f"make-up working day for {english}"
            return f"{exception.name}放假", f"{english} holiday"
        if day.weekday() >= 5:
            zh, en = _WEEKDAYS[day.weekday() - 5]
            return f"{zh}休息", en
        if day.year not in self.known_years and (day.month, day.day) in FIXED:
            name = FIXED[(day.month, day.day)]
            return f"{name}放假", f"{ENGLISH[name]} holiday"
        return "工作日", "working day"

    def add_working_days(self, day: date, days: int) -> date:
        """The `days`-th working day after `day` (before it, if negative); 0 gives `day` itself.

        Raises DateOutOfRangeError where the walk leaves 1990..2150.
        """
        if days == 0:
            return day
        ordinal = day.toordinal()
        self._cover(day.year, day.year)
        while True:
            if days > 0:
                index = bisect_right(self._days, ordinal) + days - 1
            else:
                index = bisect_left(self._days, ordinal) + days
            if 0 <= index < len(self._days):
                return date.fromordinal(self._days[index])
            self._cover(self._span[0] - (index < 0), self._span[1] + (index >= 0))

    def count_working_days(self, first: date, last: date) -> int:
        """Number of working days from `first` to `last`, both included; 0 where `last` is before `first`."""
        if last < first:
            return 0
        self._cover(first.year, last.year)
        return bisect_right(self._days, last.toordinal()) - bisect_left(self._days, first.toordinal())

    def _cover(self, first: int, last: int) -> None:
        """Have the sorted working days of the years `first` to `last` at hand."""
        low, high = self._span
        if low <= first and last <= high:
            return
        if first < FIRST_YEAR or last > LAST_YEAR:
            raise DateOutOfRangeError(f"dates must lie in {FIRST_YEAR}..{LAST_YEAR}")
        low = min(first, low or min(self.known_years, default=first))
        high = max(last, high, max(self.known_years, default=last))
        start, end = date(low, 1, 1).toordinal(), date(high + 1, 1, 1).toordinal()
        self._days = [n for n in range(start, end) if self.is_working_day(date.fromordinal(n))]
        self._span = (low, high)


@lru_cache(maxsize=1)
def _official() -> Calendar:
    tables = {
        (NATIONAL, year): tuple(
            DayException(day, counts, name, "国务院办公厅") for day, counts, name in sorted(days)
        )
        for year, days in official_days().items()
    }
    newest = max(year for _, year in tables)
    return Calendar(NATIONAL, f"{NATIONAL}-{newest}.1", tables)


def _layer(key: tuple[str, int]) -> tuple[int, int]:
    """National first, then from the large region to the small, older years before newer."""
    place, year = key
    return (0 if place == NATIONAL else len(place), year)


def _narrower(region: str, place: str) -> str:
    if NATIONAL in (region, place):
        return place if region == NATIONAL else region
    if not (region.startswith(place) or place.startswith(region)):
        raise ValueError(f"a table for {place} cannot be laid over the calendar of {region}")
    return max(region, place, key=len)


def _check_table(year: int, days: tuple[DayException, ...]) -> None:
    for day in days:
        if not date(year - 1, 12, 25) <= day.date <= date(year, 12, 31):
            raise ValueError(f"{day.date.isoformat()} is outside the arrangement of {year}")
    if len({day.date for day in days}) != len(days):
        raise ValueError(f"the arrangement of {year} names a day twice")
