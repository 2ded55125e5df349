"""The values the arithmetic works on: limits, pauses, extensions and the due date that comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Unit = Literal["working_days", "calendar_days"]

MAX_LIMIT_DAYS = 3660
"""Ten years. Longer than any limit in the lists; keeps a typing error from walking centuries of days."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit (时限): `value` days of `unit`. 0 means the day of acceptance itself (即办).

    Raises ValueError for an unknown unit and for a value outside 0..3660.
    """

    value: int
    unit: Unit = "working_days"

    def __post_init__(self) -> None:
        if self.unit not in ("working_days", "calendar_days"):
            raise ValueError(f"unit must be working_days or calendar_days, not {self.unit!r}")
        if not 0 <= self.value <= MAX_LIMIT_DAYS:
            raise ValueError(f"a limit is 0 to {MAX_LIMIT_DAYS} days, not {self.value}")


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension (延长) of a limit, once.

    `counted_from="acceptance"`: `limit` is the new total, possibly in another unit: 45 working days
    "可延长至90日" is 90 calendar days from acceptance (seed 000 附件5 §8). `"due_date"`: `limit` is added
    after the due date, as in 行政许可法 §42 (20 days, 可以延长10日).
    """

    limit: Limit
    counted_from: Literal["acceptance", "due_date"] = "acceptance"


@dataclass(frozen=True, slots=True)
class Pause:
    """A stop of the clock: the days `first` ≤ day < end are not counted.

    `first` is the first day not counted, `until` the first day counted again (`from` and `until` of the event
    block `pause{}`). While the pause is open `until` is None and `planned_end`, the day on which the clock is
    planned to run again, stands in for it. `until` equal to `first` is a pause that cost no day.
    Raises ValueError where both are missing or an end lies before `first`.
    """

    first: date
    until: date | None = None
    planned_end: date | None = None

    def __post_init__(self) -> None:
        if self.end() < self.first:
            raise ValueError("a pause cannot end before it begins")

    @property
    def open(self) -> bool:
        """Whether the pause has no end yet."""
        return self.until is None

    def end(self) -> date:
        """First day counted again; the planned one while the pause is open."""
        end = self.until or self.planned_end
        if end is None:
            raise ValueError("an open pause needs a planned end")
        return end


@dataclass(frozen=True, slots=True)
class DayReason:
    """Why a day after acceptance counts or not; `number` is the running count, None where it does not."""

    date: date
    counts: bool
    number: int | None
    why_zh: str
    why_en: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a limit.

    `provisional`: the date rests on days whose official calendar is not published yet, and must be shown so.
    `stopped`: a pause is still open, so `on` follows from its planned end. `starts_on`: day 1.
    `days`: one entry per day from `starts_on` to `on`, only if the explanation was asked for.
    """

    on: date
    provisional: bool
    stopped: bool
    starts_on: date
    days: tuple[DayReason, ...] = field(default=(), compare=False)


def merged(pauses: Iterable[Pause], as_of: date | None = None) -> Iterator[tuple[int, int]]:
    """The union of the pauses as ordinals `[first, end)`, in order and without overlap.

    Two pauses over the same days count once. With `as_of`, an open pause that overran its plan reaches
    through that day.
    """
    spans = sorted((p.first.toordinal(), _end(p, as_of)) for p in pauses)
    current: tuple[int, int] | None = None
    for first, end in spans:
        if current is None:
            current = (first, end)
        elif first <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            yield current
            current = (first, end)
    if current is not None:
        yield current


def _end(pause: Pause, as_of: date | None) -> int:
    end = pause.end().toordinal()
    if pause.open and as_of is not None and as_of >= pause.first:
        return max(end, as_of.toordinal() + 1)
    return end
