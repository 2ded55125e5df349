"""Importing tables: read at once, worked off in chunks, resumed where a worker died (mission C2)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import uuid_utils

from services.catalog import sheets
from services.catalog.app import App
from services.catalog.domain.entries import Entry
from services.catalog.domain.tables import imports
from services.catalog.domain.tables.forms import Form, Line, Row, RowProblem, read
from services.catalog.domain.tables.imports import Asked, Chunk, Import, Kind
from services.catalog.domain.tables.layout import layout
from services.catalog.handlers import item_rows, proof_rows
from services.catalog.handlers.importers import Importer, Rows, Task
from services.catalog.handlers.items import Person
from services.runtime.idempotency import IdempotencyKey
from services.runtime.problems import Invalid
from services.runtime.records import AlreadyExists

#: Who takes which kind of table.
IMPORTERS: dict[Kind, Importer] = {
    "items": item_rows.IMPORTER,
    "proofs-needed": proof_rows.NEEDED,
    "proofs-issued": proof_rows.ISSUED,
    "inspections": proof_rows.INSPECTIONS,
}
#: Seconds between two looks at a job that another worker is at.
_LOOK = 0.1


async def begin(
    app: App,
    asked: Asked,
    content: bytes,
    key: IdempotencyKey | None = None,
) -> Import:
    """Read a file and queue its rows. A repeat of the file is the same job, run once more when it is over.

    415, 413 or 422 where the file is no table of the kind; 422 where the place is not in the directory.
    """
    if key is not None and (earlier := await app.store.imports.records.created_with(key)) is not None:
        return earlier
    await place_meant(app, asked.place)
    import_id = imports.import_id(asked.place, asked.kind, asked.mode, asked.list_number, content)
    job, chunks = await asyncio.to_thread(_read, import_id, asked, form_of(asked.kind), content, app)
    present = await app.store.imports.records.get(import_id)
    if present is None:
        change = imports.begin(job)
        await app.store.imports.keep_lines(change.state, chunks)
        try:
            return await app.store.imports.records.create(change, key=key)
        except AlreadyExists:  # the same file came twice at once
            return await app.store.imports.records.require(import_id)
    if again := imports.begin_again(present, job):
        await app.store.imports.keep_lines(again.state, chunks)
    return await app.store.imports.records.change(
        import_id, lambda present: imports.begin_again(present, job), key=key
    )


def form_of(kind: Kind) -> Form:
    """The form of a kind of table."""
    return _importer(kind).form


def _importer(kind: Kind) -> Importer:
    importer = IMPORTERS.get(kind)
    if importer is None:
        raise Invalid(
            "这种表暂时不能导入。",
            "Tables of this kind cannot be imported.",
            code="kind-not-available",
            field="kind",
        )
    return importer


async def place_meant(app: App, place: str) -> Entry:
    """The open place of the directory with this code; 422 where there is none."""
    at = await app.store.entries.get(place)
    if at is None or at.kind != "place" or at.closed:
        raise Invalid(
            "行政区划不在目录中，请先登记。",
            "The place is not in the directory.",
            code="unknown-place",
            field="place",
        )
    return at


def _read(
    import_id: str, asked: Asked, form: Form, content: bytes, app: App
) -> tuple[Import, list[list[Line]]]:
    found = layout(form, sheets.read(content))
    chunks = list(imports.chunked(found.lines))
    job = Import(
        import_id,
        asked,
        app.clock(),
        rows_total=len(found.lines),
        chunks_total=len(chunks),
        columns=found.columns,
        passed_over=found.passed_over,
        filled_by=found.filled_by,
        filled_on=found.filled_on,
    )
    return job, chunks


async def work_off(app: App, import_id: str) -> Import:
    """Do a job, or wait for whoever is at it; the job when it is over."""
    holder = str(uuid_utils.uuid7())
    while True:
        job = await app.store.imports.records.require(import_id)
        if job.is_over:
            return job
        again = job.state == "running"
        held = await app.store.imports.records.change(
            import_id, lambda present: imports.hold(present, holder, app.clock())
        )
        if held.held_by == holder and held.state == "running":
            await _work(app, held, holder, again)
        else:
            await asyncio.sleep(_LOOK)


async def sweep(app: App) -> None:
    """Do the oldest job that waits, or whose worker died."""
    if waiting := await app.store.imports.waiting(app.clock()):
        await work_off(app, waiting)


async def _work(app: App, job: Import, holder: str, again: bool) -> None:
    """Chunk by chunk, until the job is done or another worker has it."""
    rows, run = await _begun(app, job, again), job.run
    while job.state == "running" and job.held_by == holder and job.run == run:
        number = job.chunks_done
        lines, chunk = await app.store.imports.chunk(job, number)
        if chunk is None:
            chunk = await _chunk(form_of(job.asked.kind), rows, job, lines)
            await app.store.imports.put_outcome(job, number, chunk)
        if again:
            rows, again = await _begun(app, job, False), False
        job = await _advance(app, job, holder, number, chunk)
    if job.state == "done":
        await app.store.imports.tidy(job)


async def _begun(app: App, job: Import, again: bool) -> Rows:
    asked = job.asked
    person = Person(asked.sub, asked.unit, asked.actor)
    at = await app.store.entries.require(asked.place)
    task = Task(at, person, asked.list_number, job.reference, again)
    return await _importer(asked.kind).begin(app, task)


async def _advance(app: App, job: Import, holder: str, number: int, chunk: Chunk) -> Import:
    return await app.store.imports.records.change(
        job.import_id, lambda present: imports.advance(present, holder, number, chunk, app.clock())
    )


async def _chunk(form: Form, rows: Rows, job: Import, lines: Sequence[Line]) -> Chunk:
    good, problems = await asyncio.to_thread(_rows, form, lines)
    unplaced = rows.check(good)
    problems.extend(unplaced)
    out = {(problem.sheet, problem.row) for problem in unplaced}
    good = [row for row in good if (row.sheet, row.number) not in out]
    done = [] if job.checking else await rows.put(good)
    advice = tuple(one for row in good for one in row.advice)
    return Chunk(len(lines), tuple(done), tuple(imports.ordered(problems)), advice)


def _rows(form: Form, lines: Sequence[Line]) -> tuple[list[Row], list[RowProblem]]:
    good: list[Row] = []
    problems: list[RowProblem] = []
    for line in lines:
        found = read(form, line)
        if isinstance(found, Row):
            good.append(found)
        else:
            problems.extend(found)
    return good, problems
