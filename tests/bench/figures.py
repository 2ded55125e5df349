"""Times and counts of one measurement, and the median of several."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

STAGES = ("submit", "listed", "decide", "notice")
"""Answer to a submission; accepted → on the work list; answer to a decision; decided → notice stored."""


class Timer:
    """Laps of one case, in seconds."""

    def __init__(self) -> None:
        self._started = self._lap = time.perf_counter()

    def lap(self) -> float:
        """Since the last lap."""
        now = time.perf_counter()
        since, self._lap = now - self._lap, now
        return since

    def total(self) -> float:
        """Since the beginning."""
        return time.perf_counter() - self._started


@dataclass
class Figures:
    """What one measurement gathered; times in seconds."""

    clients: int
    seconds: float = 0.0
    totals: list[float] = field(default_factory=list)
    stages: dict[str, list[float]] = field(default_factory=lambda: {stage: [] for stage in STAGES})
    cpu: dict[str, float] = field(default_factory=dict)
    """Processor seconds by process."""
    drained: float = 0.0
    """From the end of the load until nothing was left to do."""
    writes: dict[str, float] = field(default_factory=dict)
    """Database operations and events sent, for each case."""

    def add(self, stage: str, seconds: float) -> None:
        """One time of one stage."""
        self.stages[stage].append(seconds)

    def done(self, seconds: float) -> None:
        """One case is through."""
        self.totals.append(seconds)

    @property
    def rate(self) -> float:
        """Cases a second."""
        return len(self.totals) / self.seconds

    def percentile(self, stage: str, percent: float) -> float:
        """Milliseconds that `percent` of the cases did not exceed; `case` is the whole case."""
        values = sorted(self.totals if stage == "case" else self.stages[stage])
        if not values:
            return float("nan")
        return values[min(len(values) - 1, int(len(values) * percent / 100))] * 1000

    def cpu_milliseconds(self, process: str) -> float:
        """Processor milliseconds for each case."""
        return self.cpu.get(process, 0.0) * 1000 / max(1, len(self.totals))


@dataclass(frozen=True)
class Median:
    """The medians of repeated measurements."""

    runs: Sequence[Figures]

    @property
    def rate(self) -> float:
        """Cases a second."""
        return statistics.median(run.rate for run in self.runs)

    def percentile(self, stage: str, percent: float) -> float:
        """As :meth:`Figures.percentile`."""
        return statistics.median(run.percentile(stage, percent) for run in self.runs)

    def cpu_milliseconds(self, process: str) -> float:
        """As :meth:`Figures.cpu_milliseconds`."""
        return statistics.median(run.cpu_milliseconds(process) for run in self.runs)

    @property
    def drained(self) -> float:
        """Seconds."""
        return statistics.median(run.drained for run in self.runs)

    def writes(self, kind: str) -> float:
        """For each case."""
        return statistics.median(run.writes.get(kind, 0.0) for run in self.runs)

    @property
    def processes(self) -> list[str]:
        """Whose processor time is known."""
        return list(dict.fromkeys(name for run in self.runs for name in run.cpu))


def spread(values: Iterable[float]) -> str:
    """Lowest to highest."""
    found = list(values)
    return f"{min(found):.0f}–{max(found):.0f}"
