"""An import of a table: one job for one file at one place, worked off chunk by chunk (mission C2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from contracts import Actor
from services.catalog.domain.tables.forms import Ignored, Line, RowProblem
from services.runtime.change import Change

Kind = Literal["items", "proofs-needed", "proofs-issued", "inspections"]
#: The good rows go in; all or none; nothing, only the report is wanted.
Mode = Literal["good-rows", "whole-or-none", "check"]
State = Literal["queued", "running", "done", "failed"]
Outcome = Literal["created", "updated", "unchanged"]

#: Rows, and bytes of text, that are worked off between two notes of progress.
CHUNK_ROWS = 250
CHUNK_BYTES = 2 * 1024 * 1024
#: For how long a worker that says nothing keeps a job.
HOLD = timedelta(seconds=60)
#: Workers that may die at one chunk before the job is given up.
TRIES = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows. A row that stands for several places counts at each of them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: int = 0
    advice: int = 0

    def plus(self, more: Counts) -> Counts:
        """The sum."""
        return Counts(
            self.created + more.created,
            self.updated + more.updated,
            self.unchanged + more.unchanged,
            self.problems + more.problems,
            self.advice + more.advice,
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """What became of the rows of one chunk: the records they made or met, and what is wrong."""

    rows: int
    done: tuple[tuple[str, Outcome], ...] = ()
    problems: tuple[RowProblem, ...] = ()
    advice: tuple[RowProblem, ...] = ()

    @property
    def counts(self) -> Counts:
        """The chunk in figures."""
        outcomes = [outcome for _, outcome in self.done]
        return Counts(
            outcomes.count("created"),
            outcomes.count("updated"),
            outcomes.count("unchanged"),
            len(self.problems),
            len(self.advice),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for what: the same file at the same place is the same job."""

    place: str
    kind: Kind
    mode: Mode
    list_number: str | None
    file_name: str
    sub: str
    unit: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Import:
    """The job. ``run`` counts how often the file was given, ``chunks_done`` is where a new worker goes on.

    ``checking`` while a whole-or-none import, or one that only checks, looks through all rows first.
    ``held_until``: until then the worker ``held_by`` is believed to be at it.
    """

    import_id: str
    asked: Asked
    at: datetime
    rows_total: int
    chunks_total: int
    columns: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    filled_by: str | None = None
    filled_on: str | None = None
    run: int = 1
    state: State = "queued"
    checking: bool = False
    chunks_done: int = 0
    rows_done: int = 0
    counts: Counts = Counts()
    finished_at: datetime | None = None
    held_by: str | None = None
    held_until: datetime | None = None
    tries: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nobody will go on with it."""
        return self.state in ("done", "failed")

    @property
    def reference(self) -> str:
        """Names this run in the history of what it made."""
        return f"{self.import_id}/{self.run}"

    def is_held(self, now: datetime) -> bool:
        """Whether some worker is at it."""
        return self.held_until is not None and self.held_until > now


def import_id(place: str, kind: str, mode: str, list_number: str | None, content: bytes) -> str:
    """The name of a job: the same for the same file at the same place."""
    asked = f"{place}|{kind}|{list_number or ''}|{'' if mode == 'good-rows' else mode}|".encode() + content
    return f"im-{hashlib.sha256(asked).hexdigest()[:24]}"


def chunked(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines in chunks of a bounded number of rows and bytes."""
    chunk: list[Line] = []
    size = 0
    for line in lines:
        weight = sum(len(text.encode()) for text in line.texts.values())
        if chunk and (len(chunk) >= CHUNK_ROWS or size + weight > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += weight
    if chunk:
        yield chunk


def begin(job: Import) -> Change[Import]:
    """The first time that a file is given."""
    return Change(_begun(job, 1), "begun", job.asked.actor, job.at)


def begin_again(present: Import, job: Import) -> Change[Import] | None:
    """The same file again: once more when the last run is over, else the run under way is the answer."""
    if not present.is_over:
        return None
    return Change(_begun(job, present.run + 1), "begun", job.asked.actor, job.at)


def _begun(job: Import, run: int) -> Import:
    begun = replace(job, run=run, checking=job.asked.mode != "good-rows")
    return begun if begun.chunks_total else replace(begun, state="done", finished_at=begun.at)


def hold(job: Import, holder: str, now: datetime) -> Change[Import] | None:
    """A worker takes the job, unless it is over or another is at it; given up where too many died of it."""
    if job.is_over or (job.is_held(now) and job.held_by != holder):
        return None
    if job.tries >= TRIES:
        return _failed(job, now)
    held = replace(job, state="running", held_by=holder, held_until=now + HOLD, tries=job.tries + 1)
    return Change(held, "held", job.asked.actor, now)


def give_up(job: Import, holder: str, now: datetime) -> Change[Import] | None:
    """A worker met what it cannot get past, as no other will; what is stored stays."""
    return _failed(job, now) if job.held_by == holder and not job.is_over else None


def _failed(job: Import, now: datetime) -> Change[Import]:
    failed = replace(job, state="failed", finished_at=now, held_by=None, held_until=None)
    return Change(failed, "failed", job.asked.actor, now)


def advance(job: Import, holder: str, number: int, chunk: Chunk, now: datetime) -> Change[Import] | None:
    """A chunk is done. None where it was counted already or the job has another worker by now."""
    if job.held_by != holder or job.state != "running" or number != job.chunks_done:
        return None
    moved = replace(
        job,
        chunks_done=number + 1,
        rows_done=job.rows_done + chunk.rows,
        counts=job.counts.plus(chunk.counts),
        held_until=now + HOLD,
        tries=1,
    )
    if moved.chunks_done < job.chunks_total:
        return Change(moved, "advanced", job.asked.actor, now)
    if job.checking and job.asked.mode == "whole-or-none" and not moved.counts.problems:
        writing = replace(moved, checking=False, chunks_done=0, rows_done=0, counts=Counts())
        return Change(writing, "checked", job.asked.actor, now)
    done = replace(moved, state="done", finished_at=now, held_by=None, held_until=None)
    return Change(done, "imported", job.asked.actor, now, note=_noted(done.counts))


def _noted(counts: Counts) -> dict[str, int]:
    return {
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "problems": counts.problems,
    }


def ordered(problems: Sequence[RowProblem]) -> list[RowProblem]:
    """By sheet and row, as people go through the file."""
    sheets = list(dict.fromkeys(problem.sheet for problem in problems))
    return sorted(problems, key=lambda problem: (sheets.index(problem.sheet), problem.row))
