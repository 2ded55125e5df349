"""The figures as Markdown, ready for the README."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.bench.figures import Median, spread

Column = Callable[[Median], str]
_STAGES = {
    "submit": "submit",
    "listed": "accepted → on the work list",
    "decide": "decide",
    "notice": "decided → notice stored",
    "case": "whole case",
}


def table(
    driver: str, columns: Mapping[str, Median], bare: Mapping[str, Median], whole: Mapping[str, Median]
) -> str:
    """One driver's table: a column for each load. `bare` and `whole` are the bare loops of the same loads."""
    lines = [_line([f"`MONGODB_DRIVER={driver}`", *columns]), _line(["---"] * (len(columns) + 1))]

    def row(name: str, cells: list[str]) -> None:
        lines.append(_line([name, *cells]))

    row(
        "**product, cases/s**",
        [f"**{m.rate:.0f}** ({spread(r.rate for r in m.runs)})" for m in columns.values()],
    )
    for name, loop in (("the same writes and sends", whole), ("the four acts alone", bare)):
        row(f"bare loop, {name}, cases/s", [f"{loop[c].rate:.0f}" if c in loop else "" for c in columns])
        ratios = [f"{columns[c].rate / loop[c].rate:.2f}" if c in loop else "" for c in columns]
        row("ratio of the product to it", ratios)
    for stage, name in _STAGES.items():
        cells = [f"{m.percentile(stage, 50):.0f} / {m.percentile(stage, 99):.0f}" for m in columns.values()]
        row(f"{name}, p50 / p99 ms", cells)
    row("left to do when the load ends, s", [f"{m.drained:.1f}" for m in columns.values()])
    for process in next(iter(columns.values())).processes:
        row(f"CPU ms a case: {process}", [f"{m.cpu_milliseconds(process):.2f}" for m in columns.values()])
    totals = [sum(m.cpu_milliseconds(p) for p in m.processes) for m in columns.values()]
    row("CPU ms a case: all", [f"{total:.2f}" for total in totals])
    cells = [_spent(whole[c]) if c in whole else "" for c in columns]
    row("CPU ms a case: bare loop itself, kafka, mongod", cells)
    for what, medians in (("product", columns), ("bare loop", whole)):
        cells = [_written(medians[c]) if c in medians else "" for c in columns]
        row(f"{what} a case: inserts, updates, events", cells)
    return "\n".join(lines)


def _spent(median: Median) -> str:
    return ", ".join(f"{median.cpu_milliseconds(process):.2f}" for process in ("load", "kafka", "mongod"))


def _written(median: Median) -> str:
    return ", ".join(f"{median.writes(kind):.1f}" for kind in ("inserted", "updated", "events"))


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
