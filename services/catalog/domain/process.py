"""The process map as a graph: rows of steps that may run side by side, cycles, the longest path."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.items import ItemStep


def cycle_in(steps: Sequence[ItemStep]) -> list[str]:
    """The steps of a cycle in walking order, first one repeated at the end; empty where there is none."""
    before = {step.step: list(step.after) for step in steps}
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done or name not in before:
            return []
        for earlier in before[name]:
            if found := walk(earlier, [*path, name]):
                return found
        done.add(name)
        return []

    for step in steps:
        if found := walk(step.step, []):
            return list(reversed(found))
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


def longest_path(steps: Sequence[ItemStep]) -> int:
    """Days that the slowest way through the steps takes; steps that stop the clock do not count."""
    ends: dict[str, int] = {}
    for step in (step for row in layers(steps) for step in row):
        own = 0 if step.stops_clock else step.limit.value
        ends[step.step] = own + max((ends.get(name, 0) for name in step.after), default=0)
    return max(ends.values(), default=0)
