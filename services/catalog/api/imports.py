"""`POST /api/catalog/imports`: a table as halls hold it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, UploadFile
from fastapi.responses import Response

from services.catalog.api.people import EDITORS, READERS, person
from services.catalog.app import App
from services.catalog.domain.imports import Kind, Report
from services.catalog.handlers import imports
from services.runtime import http
from services.runtime.problems import Invalid
from services.runtime.tokens import Caller


def routes(app: App) -> APIRouter:
    """Importing, and reading the report again."""
    router = APIRouter(prefix="/api/catalog/imports", tags=["imports"])

    @router.post("")
    async def run(
        request: Request,
        caller: Caller,
        file: UploadFile,
        place: Annotated[str, Form(pattern=r"^[0-9]{2,12}$")],
        kind: Annotated[Kind, Form()] = "items",
        list: Annotated[str | None, Form(pattern=r"^[0-9]{2}$")] = None,
    ) -> Response:
        """Good rows become drafts at the place, bad ones are named.

        ``list`` is the two digits that the codes of a new list begin with (default: by the level of the
        place, 05 town, 06 village).
        """
        acting = person(caller, *EDITORS)
        caller.must_oversee(place, "import")
        if kind != "items":
            raise Invalid(
                "目前只能导入公共服务事项目录（items），其他三张表将在以后的版本提供。",
                "Only the list of items can be imported so far.",
                code="kind-not-available",
                field="kind",
            )
        content = await file.read()
        asked = b"|".join((place.encode(), kind.encode(), (list or "").encode(), content))
        key = await http.idempotency_key(request, caller, app.digest_key, asked)
        return http.JSON(_report(await imports.run(app, content, place, list, acting, key)))

    @router.get("/{import_id}")
    async def read(import_id: Annotated[str, Path(pattern=r"^im-[0-9a-f]{24}$")], caller: Caller) -> Response:
        """The report of the latest run."""
        caller.require(*READERS)
        report = await app.store.imports.require(import_id)
        caller.must_oversee(report.place, f"import {import_id}")
        return http.JSON(_report(report))

    return router


def _report(report: Report) -> dict[str, Any]:
    return {
        "import_id": report.import_id,
        "place": report.place,
        "kind": report.kind,
        "at": report.at,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "problems": [asdict(problem) for problem in report.problems],
        "items": report.items,
    }
