"""`/api/catalog/proofs`: the working lists of 附件2–4, what they say, and their files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, UploadFile
from fastapi.responses import Response
from pydantic import Field

from contracts.base import PlaceCode
from services.catalog.api import papers
from services.catalog.api import proof_shapes as shapes
from services.catalog.api.people import EDITORS, READERS, etag, person, revision
from services.catalog.app import App
from services.catalog.documents import proof_circles
from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_records import ListKind
from services.catalog.domain.papers import FIXED, paper
from services.catalog.handlers import proofs
from services.catalog.store.proofs import Standing, in_list, like, of_unit, standing_is
from services.runtime import http
from services.runtime.clock import BEIJING
from services.runtime.paging import BadCursor, Cursors
from services.runtime.problems import NotFound
from services.runtime.tokens import Caller, Principal

ProofId = Annotated[str, Path(pattern=r"^pr-[0-9a-f]{20}$")]
FileId = Annotated[str, Path(pattern=r"^pf-[0-9a-f]{32}$")]
WherePlace = Annotated[str, Query(pattern=r"^[0-9]{2,12}$")]
IfMatch = Annotated[str | None, Header()]


class NewProof(http.Body):
    """A row to be entered; which fields the record has depends on the list."""

    place: PlaceCode
    record: dict[str, Any]


class ProofEdit(http.Body):
    """The record as it shall be."""

    record: dict[str, Any]


class Striking(http.Body):
    """Why a row was a mistake."""

    reason: str = Field(min_length=2, max_length=500, pattern=http.VISIBLE)


def routes(app: App) -> APIRouter:
    """Reading is for editors and approvers under their prefix, writing for editors."""
    router = APIRouter(prefix="/api/catalog/proofs", tags=["proofs"])
    _overviews(router, app)
    _files(router, app)
    _rows(router, app)
    return router


def _overviews(router: APIRouter, app: App) -> None:
    @router.get("/crosscheck")
    async def crosscheck(caller: Caller, place: WherePlace) -> Response:
        """对照 of 附件2 and 附件3 with each other and with the items, at and below a place."""
        _must_read(caller, place)
        found = await proofs.crosscheck(app, place)
        counts: dict[str, int] = {}
        for one in found:
            counts[one.rule] = counts.get(one.rule, 0) + 1
        return http.JSON({"findings": [asdict(one) for one in found], "counts": counts})

    @router.get("/circles")
    async def circles(caller: Caller, place: WherePlace) -> Response:
        """循环证明 in words, with where to break each; ``more`` where not all are told."""
        _must_read(caller, place)
        found, more = await proofs.circles(app, place)
        return http.JSON({"circles": [shapes.circle(one) for one in found], "more": more})

    @router.get("/circles.svg")
    async def drawn(caller: Caller, place: WherePlace) -> Response:
        """循环证明 as a drawing."""
        _must_read(caller, place)
        found, _ = await proofs.circles(app, place)
        return Response(proof_circles.svg(found), media_type="image/svg+xml")

    @router.get("/figures")
    async def figures(caller: Caller, place: WherePlace) -> Response:
        """成效: what was cut, on which grounds, by whom."""
        _must_read(caller, place)
        return http.JSON(shapes.figures(await proofs.figures(app, place)))


def _files(router: APIRouter, app: App) -> None:
    @router.post("/files", status_code=201)
    async def upload(caller: Caller, place: WherePlace, file: UploadFile) -> Response:
        """Store an agreement or a sample; it must show nobody's personal data. The same paper is one file."""
        acting = person(caller, *EDITORS)
        caller.must_oversee(place, "proof file")
        content = await file.read()
        given = paper("pf", place, content, FIXED)
        await app.store.proof_files.put(given, content, acting.sub)
        return http.JSON({"file_id": given.file_id, "sha256": given.sha256}, 201)

    @router.get("/files/{file_id}")
    async def download(file_id: FileId, caller: Caller) -> Response:
        """The paper, as an attachment only."""
        caller.require(*READERS)
        found = await app.store.proof_files.get(file_id)
        caller.must_oversee(found.place, f"proof file {file_id}")
        return papers.attachment(found, await app.store.proof_files.content(file_id))


def _rows(router: APIRouter, app: App) -> None:
    cursors = Cursors(app.digest_key, "proofs")

    @router.get("/{list}")
    async def listed(
        list: ListKind,
        caller: Caller,
        place: WherePlace,
        standing: Standing = "all",
        unit: Annotated[str | None, Query(max_length=500)] = None,
        q: Annotated[str, Query(max_length=100, pattern=http.VISIBLE)] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        cursor: Annotated[str | None, Query(max_length=2000)] = None,
    ) -> Response:
        """Rows at and below a place, with how many there are of each standing and which units have some."""
        _must_read(caller, place)
        today = app.clock().astimezone(BEIJING).date()
        base = {"$and": [in_list(list, place), *([of_unit(unit)] if unit else []), *([like(q)] if q else [])]}
        after = _after(cursors.read(cursor))
        page = await app.store.proofs.page({"$and": [base, standing_is(standing, today)]}, after, limit + 1)
        last = page[limit - 1] if len(page) > limit else None
        return http.JSON(
            {
                "entries": [shapes.row(row, app.clock()) for row in page[:limit]],
                "next_cursor": cursors.made(last.place, last.identity) if last else None,
                "counts": await app.store.proofs.counts(base, today),
                "units": await app.store.proofs.units(in_list(list, place)),
            }
        )

    @router.post("/{list}")
    async def enter(list: ListKind, body: NewProof, caller: Caller, key: http.Keyed) -> Response:
        """A new row."""
        acting = person(caller, *EDITORS)
        caller.must_oversee(body.place, f"proofs {list}")
        row = await proofs.enter(app, list, body.place, shapes.record(list, body.record), acting, key)
        return http.JSON(shapes.row(row, app.clock()), 201, etag(row.revision))

    @router.get("/{list}/{proof_id}")
    async def read(list: ListKind, proof_id: ProofId, caller: Caller) -> Response:
        """One row; its ETag is what an edit sends as If-Match."""
        row = await _theirs(app, list, proof_id, caller)
        return http.JSON(shapes.row(row, app.clock()), headers=etag(row.revision))

    @router.put("/{list}/{proof_id}")
    async def edit(
        list: ListKind, proof_id: ProofId, body: ProofEdit, caller: Caller, if_match: IfMatch = None
    ) -> Response:
        """The whole row as it shall be: opinion with reason, agreement, samples, terms of commitment."""
        acting = person(caller, *EDITORS)
        row = await _theirs(app, list, proof_id, caller)
        edited = await proofs.edit(app, row, shapes.record(list, body.record), acting, revision(if_match))
        return http.JSON(shapes.row(edited, app.clock()), headers=etag(edited.revision))

    @router.post("/{list}/{proof_id}/striking")
    async def strike(
        list: ListKind, proof_id: ProofId, body: Striking, caller: Caller, if_match: IfMatch = None
    ) -> Response:
        """Take out a row that was entered by mistake; a proof that was cut stays, with 取消."""
        acting = person(caller, *EDITORS)
        row = await _theirs(app, list, proof_id, caller)
        struck = await proofs.strike(app, row, body.reason, acting, revision(if_match))
        return http.JSON(shapes.row(struck, app.clock()), headers=etag(struck.revision))


def _must_read(caller: Principal, place: str) -> None:
    caller.require(*READERS)
    caller.must_oversee(place, "proofs")


async def _theirs(app: App, list: ListKind, proof_id: str, caller: Principal) -> Proof:
    caller.require(*READERS)
    row = await app.store.proofs.rows.require(proof_id)
    caller.must_oversee(row.place, f"proof {proof_id}")
    if row.list != list:
        raise NotFound()
    return row


def _after(values: Any) -> tuple[str, str] | None:
    if values is None:
        return None
    if len(values) != 2:
        raise BadCursor()
    return str(values[0]), str(values[1])
