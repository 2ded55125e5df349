"""How long a package takes: the critical path through its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from contracts.blocks import Limit
from contracts.packages import PackageTime
from services.catalog.domain.item.process import layers
from services.catalog.domain.packages.draft import as_steps

#: Calendar days of a working day in a week without holidays. Only to tell which of two paths is the longer
#: one; the answer keeps the two kinds of days apart.
_WEEK = Fraction(7, 5)


def critical_path(parts: Sequence[tuple[str, Sequence[str]]], limits: Mapping[str, Limit]) -> PackageTime:
    """The slowest way through ``parts`` (code, after); parts that are side by side do not add up.

    A part begins when those before it are decided. ``after`` may name parts that are not here: they are
    passed over.
    """
    ends: dict[str, PackageTime] = {}
    for step in (step for row in layers(as_steps(parts)) for step in row):
        before = max((ends[code] for code in step.after if code in ends), key=_weight, default=PackageTime())
        ends[step.step] = _then(before, step.step, limits[step.step])
    return max(ends.values(), key=_weight, default=PackageTime())


def _then(before: PackageTime, code: str, limit: Limit) -> PackageTime:
    working = limit.value if limit.unit == "working_days" else 0
    return PackageTime(
        working_days=before.working_days + working,
        calendar_days=before.calendar_days + limit.value - working,
        path=[*before.path, code],
    )


def _weight(time: PackageTime) -> Fraction:
    return time.working_days * _WEEK + time.calendar_days
