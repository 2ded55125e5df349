"""What is counted, and the rates made of it (mission E6; seeds 002, 003, 004).

A rate is a share between 0 and 1 with four decimals, or None where there is nothing to divide by. Each count
belongs to the civil day on which its act took effect. Cases of secret items (涉密) are in no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Literal

By = Literal["hall", "unit", "window", "item", "day"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts over some cases and some days.

    ``received``: applications that came in (收件). ``online``: of these, those by browser or phone.
    ``accepted``: accepted (受理). ``immediate``: of these, those on items decided at the window (即办件).
    ``materials_saved``: papers of accepted cases that nobody had to bring (on file, licence, commitment).
    ``decided``: decided (办结), granted or refused. ``on_time``: of these, within the promised limit.
    ``ratings``, ``content`` (grade 3 and up) and ``grades`` (their sum): of ratings.
    """

    received: int = 0
    online: int = 0
    accepted: int = 0
    immediate: int = 0
    materials_saved: int = 0
    decided: int = 0
    on_time: int = 0
    ratings: int = 0
    content: int = 0
    grades: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))

    @property
    def on_time_rate(self) -> float | None:
        """按时办结率: decided within the promised limit (承诺时限) over decided."""
        return _share(self.on_time, self.decided)

    @property
    def immediate_rate(self) -> float | None:
        """即办率: accepted cases on items decided at once (即办件) over accepted."""
        return _share(self.immediate, self.accepted)

    @property
    def online_rate(self) -> float | None:
        """网上办理率: applications that came in by browser or phone over all that came in."""
        return _share(self.online, self.received)

    @property
    def satisfaction(self) -> float | None:
        """满意度: ratings of 基本满意 and better over ratings."""
        return _share(self.content, self.ratings)

    @property
    def average_grade(self) -> float | None:
        """Mean grade, 1 to 5, two decimals."""
        return round(self.grades / self.ratings, 2) if self.ratings else None

    def shown(self) -> dict[str, int | float | None]:
        """As the API gives it."""
        return {
            "received": self.received,
            "accepted": self.accepted,
            "decided": self.decided,
            "on_time_rate": self.on_time_rate,
            "immediate_rate": self.immediate_rate,
            "online_rate": self.online_rate,
            "materials_saved": self.materials_saved,
            "ratings": self.ratings,
            "average_grade": self.average_grade,
            "satisfaction": self.satisfaction,
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts of one key (a unit, a hall …; None where a case has none) on one day."""

    key: str | None
    day: date
    counts: Counts


def total(cells: Iterable[Cell]) -> Counts:
    """Everything together."""
    return sum((cell.counts for cell in cells), Counts())


def by_key(cells: Iterable[Cell]) -> Mapping[str, Counts]:
    """Per key; cells without one are left out."""
    made: dict[str, Counts] = {}
    for cell in cells:
        if cell.key is not None:
            made[cell.key] = made.get(cell.key, Counts()) + cell.counts
    return made


def by_day(cells: Iterable[Cell], first: date, last: date) -> Mapping[date, Counts]:
    """Per day, every day of the period, those without a case too."""
    made = {first + timedelta(days=n): Counts() for n in range((last - first).days + 1)}
    for cell in cells:
        made[cell.day] += cell.counts
    return made


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
