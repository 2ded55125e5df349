"""Importing tables: read at once, worked off in chunks, resumed where a worker died (mission C2)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
import uuid_utils

from services.catalog import sheets
from services.catalog.app import App
from services.catalog.domain.tables import imports
from services.catalog.domain.tables.forms import Form, Line, Row, RowProblem, read
from services.catalog.domain.tables.imports import Asked, Chunk, Import, Kind, Outcome
from services.catalog.domain.tables.layout import layout
from services.catalog.handlers import item_rows, proof_rows
from services.catalog.handlers.directory import known_place
from services.catalog.handlers.importers import Importer, PartlyStored, Rows, Task, listed
from services.catalog.handlers.items import Person
from services.runtime.idempotency import IdempotencyKey
from services.runtime.problems import Invalid, Problem, Unavailable
from services.runtime.records import AlreadyExists

_log = structlog.get_logger()
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
    await known_place(app, asked.place)
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
        ignored=found.ignored,
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
            try:
                await _work(app, held, holder, again)
            except Unavailable:  # the database is away: goes on where it stands
                raise
            except Exception:
                await app.store.imports.records.change(
                    import_id, lambda present: imports.give_up(present, holder, app.clock())
                )
                raise
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
            chunk = await _chunk(app, rows, job, lines)
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


async def _chunk(app: App, rows: Rows, job: Import, lines: Sequence[Line]) -> Chunk:
    good, problems = await asyncio.to_thread(_rows, form_of(job.asked.kind), lines)
    unplaced = await rows.check(good)
    problems.extend(unplaced)
    good = _without(good, unplaced)
    done: Sequence[tuple[str, Outcome]] = ()
    if not job.checking:
        done, unstored = await _put(app, rows, job, good)
        problems.extend(unstored)
        good = _without(good, unstored)
    advice = [one.advice for one in job.ignored] if job.chunks_done == 0 else []
    advice.extend(one for row in good for one in row.advice)
    return Chunk(len(lines), tuple(done), tuple(imports.ordered(problems)), tuple(advice))


async def _put(
    app: App, rows: Rows, job: Import, good: Sequence[Row]
) -> tuple[list[tuple[str, Outcome]], list[RowProblem]]:
    """Store the rows of a chunk together; where that fails, one by one, and name those that cannot be."""
    try:
        return await rows.put(good), []
    except Unavailable:
        raise
    except Exception:
        _log.warning("import chunk not stored at once", import_id=job.import_id, exc_info=True)
    done: list[tuple[str, Outcome]] = []
    problems: list[RowProblem] = []
    # What the attempt has stored is told as made by this run.
    each = await _begun(app, job, True)
    for row in good:
        try:
            done.extend(await each.put([row]))
        except Unavailable:
            raise
        except Exception as error:
            _log.warning("import row not stored", import_id=job.import_id, row=row.number, exc_info=True)
            done.extend(error.done if isinstance(error, PartlyStored) else ())
            problems.append(_unstored(form_of(job.asked.kind), row, error))
    return done, problems


def _unstored(form: Form, row: Row, error: Exception) -> RowProblem:
    wrong = f"这一行没有能够保存：{_why(error)}；"
    if isinstance(error, PartlyStored) and (error.done or len(error.failed) > 1):
        wrong = "；".join(
            f"这一行在{listed(places)}没有能够保存：{why}" for why, places in _places(error).items()
        )
        wrong += f"；其余 {len(error.done)} 处已经保存；" if error.done else "；"
    return row.problem(form.identity[-1], "not-stored", wrong, "请核对这一行的各格后再导入。")


def _places(error: PartlyStored) -> dict[str, list[str]]:
    """The places where a row failed, by the reason."""
    places: dict[str, list[str]] = {}
    for place, reason in error.failed:
        places.setdefault(_why(reason), []).append(place)
    return places


def _why(error: BaseException) -> str:
    if isinstance(error, PartlyStored):
        error = error.failed[0][1]
    return error.zh.rstrip("。") if isinstance(error, Problem) else "其中有系统存不下的内容（例如过大的数字）"


def _without(rows: Sequence[Row], problems: Sequence[RowProblem]) -> list[Row]:
    out = {(problem.sheet, problem.row) for problem in problems}
    return [row for row in rows if (row.sheet, row.number) not in out]


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
