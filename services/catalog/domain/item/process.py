"""The process map as a graph: rows of steps that may run side by side, cycles, the longest path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from contracts.blocks import Limit, TimeUnit
from contracts.items import ItemStep


def cycle_in(steps: Sequence[ItemStep]) -> list[str]:
    """The steps of a cycle in walking order, first one repeated at the end; empty where there is none."""
    known = {step.step for step in steps}
    graph = {step.step: [name for name in step.after if name in known] for step in steps}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def layers(steps: Sequence[ItemStep]) -> list[list[ItemStep]]:
    """The steps in rows: a row may begin when all rows above are done. A cycle ends the rows."""
    left, placed, rows = list(steps), set[str](), list[list[ItemStep]]()
    known = {step.step for step in steps}
    while left:
        row = [step for step in left if placed.issuperset(known.intersection(step.after))]
        if not row:
            return [*rows, left]
        rows.append(row)
        placed.update(step.step for step in row)
        left = [step for step in left if step.step not in placed]
    return rows


def longest_path(steps: Sequence[ItemStep], unit: TimeUnit = "working_days") -> int:
    """Days that the slowest way through the steps takes; steps that stop the clock do not count.

    Steps in the other unit are estimated at five working days to the week.
    """
    ends: dict[str, int] = {}
    for step in (step for row in layers(steps) for step in row):
        own = 0 if step.stops_clock else _days(step.limit, unit)
        ends[step.step] = own + max((ends.get(name, 0) for name in step.after), default=0)
    return max(ends.values(), default=0)


def _days(limit: Limit, unit: TimeUnit) -> int:
    if limit.unit == unit:
        return limit.value
    factor = 5 / 7 if unit == "working_days" else 7 / 5
    return math.ceil(limit.value * factor)
