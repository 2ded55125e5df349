"""`/api/catalog/imports`: a table as halls hold it, at once or in the background, and its report."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, Path, Query, Request, UploadFile
from fastapi.responses import Response

from services.catalog.api.exports import attached
from services.catalog.api.people import EDITORS, READERS, person
from services.catalog.app import App
from services.catalog.domain.tables.imports import Asked, Chunk, Import, Kind, Mode
from services.catalog.exports import Format
from services.catalog.handlers import import_report, imports
from services.runtime import http
from services.runtime.paging import Cursors
from services.runtime.personal import holds_number
from services.runtime.tokens import Caller, Principal

ImportId = Annotated[str, Path(pattern=r"^im-[0-9a-f]{24}$")]
#: Problems that one answer lists; the downloaded report has all.
_LISTED = 10_000
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')


def routes(app: App) -> APIRouter:
    """Importing, progress, and reading reports again."""
    router = APIRouter(prefix="/api/catalog/imports", tags=["imports"])
    cursors = Cursors(app.digest_key, "imports")

    @router.post("")
    async def run(
        request: Request,
        caller: Caller,
        file: UploadFile,
        place: Annotated[str, Form(pattern=r"^[0-9]{2,12}$")],
        kind: Annotated[Kind, Form()] = "items",
        list: Annotated[str | None, Form(pattern=r"^[0-9]{2}$")] = None,
        mode: Annotated[Mode, Form()] = "good-rows",
        prefer: Annotated[str, Header()] = "",
    ) -> Response:
        """Good rows become drafts at the place, bad ones are named.

        ``list`` is the two digits that the codes of a new list begin with (default: by the level of the
        place, 05 town, 06 village). ``mode``: ``good-rows`` (default), ``whole-or-none``, or ``check``, which
        changes nothing. `Prefer: respond-async` answers 202 with the job's address at once.
        """
        acting = person(caller, *EDITORS)
        caller.must_oversee(place, "import")
        content = await file.read()
        parts = (place, kind, list or "", mode) if mode != "good-rows" else (place, kind, list or "")
        covered = b"|".join((*(part.encode() for part in parts), content))
        key = await http.idempotency_key(request, caller, app.digest_key, covered)
        named = _name(file.filename or "")
        asked = Asked(place, kind, mode, list, named, acting.sub, acting.unit, acting.actor)
        job = await imports.begin(app, asked, content, key)
        if "respond-async" in prefer.lower():
            headers = {
                "location": f"/api/catalog/imports/{job.import_id}",
                "preference-applied": "respond-async",
            }
            return http.JSON(_progress(job), 202, headers)
        return http.JSON(await _report(app, await imports.work_off(app, job.import_id)))

    @router.get("")
    async def listed(
        caller: Caller,
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """The imports at and below a place (default: the caller's), newest first, without their rows."""
        caller.require(*READERS)
        under = place if place is not None else caller.place or "-"
        caller.must_oversee(under, "imports")
        page = await app.store.imports.under(under, cursors.read(cursor), limit + 1)
        last = page[limit - 1] if len(page) > limit else None
        more = cursors.made(last.at.isoformat(), last.import_id) if last else None
        return http.JSON({"imports": [_progress(job) for job in page[:limit]], "next_cursor": more})

    @router.get("/{import_id}")
    async def read(import_id: ImportId, caller: Caller, rows: bool = True) -> Response:
        """The progress of the latest run, and its report as far as it is; ``rows=false`` without the rows."""
        job = await _seen(app, caller, import_id)
        return http.JSON(await _report(app, job) if rows else _progress(job))

    @router.get("/{import_id}/report")
    async def report(import_id: ImportId, caller: Caller, format: Format = "xlsx") -> Response:
        """All problems as a table to pass on, with the fix beside each."""
        job = await _seen(app, caller, import_id)
        name, content = await import_report.report(app, job, format)
        return attached(name, content, format)

    return router


async def _seen(app: App, caller: Principal, import_id: str) -> Import:
    caller.require(*READERS)
    job = await app.store.imports.records.require(import_id)
    caller.must_oversee(job.asked.place, f"import {import_id}")
    return job


def _progress(job: Import) -> dict[str, Any]:
    return {
        "import_id": job.import_id,
        "place": job.asked.place,
        "kind": job.asked.kind,
        "mode": job.asked.mode,
        "file_name": job.asked.file_name,
        "at": job.at,
        "finished_at": job.finished_at,
        "run": job.run,
        "state": job.state,
        "checking": job.checking and not job.is_over,
        "rows_total": job.rows_total,
        "rows_done": job.rows_done,
        "created": job.counts.created,
        "updated": job.counts.updated,
        "unchanged": job.counts.unchanged,
        "problems_total": job.counts.problems,
        "advice_total": job.counts.advice,
        "columns": job.columns,
        "columns_missing": _missing(job),
        "columns_ignored": [{"column": one.column, "nearest": one.nearest} for one in job.ignored],
        "sheets_passed_over": job.passed_over,
        "filled_by": job.filled_by,
        "filled_on": job.filled_on,
    }


def _missing(job: Import) -> list[str]:
    """Columns of the form that the file does not have: the lint of each draft asks for them."""
    form = imports.form_of(job.asked.kind)
    return [column.name for column in form.columns if column.name not in job.columns] if job.columns else []


async def _report(app: App, job: Import) -> dict[str, Any]:
    problems: list[dict[str, Any]] = []
    advice: list[dict[str, Any]] = []
    made: dict[str, list[str]] = {"created": [], "updated": [], "unchanged": []}
    items: list[str] = []
    async for chunk in app.store.imports.outcomes(job):
        problems.extend(asdict(one) for one in chunk.problems[: _LISTED - len(problems)])
        advice.extend(asdict(one) for one in chunk.advice[: _LISTED - len(advice)])
        items.extend(_noted(chunk, made))
    return {
        **_progress(job),
        "problems": problems,
        "advice": advice,
        "items": items,
        "items_created": made["created"],
        "items_updated": made["updated"],
    }


def _noted(chunk: Chunk, made: dict[str, list[str]]) -> list[str]:
    for item_code, outcome in chunk.done:
        made[outcome].append(item_code)
    return [item_code for item_code, _ in chunk.done]


def _name(sent: str) -> str:
    """The file's name to show: the last part of what was sent, short, nothing hidden, nobody's number."""
    last = _UNSAFE.sub("", sent.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    stem, dot, ending = last.rpartition(".")
    shown = f"{(stem or ending)[:80]}{dot if stem else ''}{ending[:5] if stem else ''}"
    return "table" if not shown or holds_number(shown) else shown
