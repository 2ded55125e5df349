"""The paper of a case: receipt, acceptance, correction or refusal notice, for printing."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.intake import paper
from services.intake.api import access
from services.intake.intake import Intake
from services.runtime.tokens import Caller


def routes(intake: Intake) -> APIRouter:
    """`/api/intake/cases/{case_no}/receipt`."""
    router = APIRouter(prefix="/api/intake/cases", tags=["cases"])

    @router.get("/{case_no}/receipt")
    async def receipt(caller: Caller, case_no: str) -> Response:
        """A page to print, with a QR code that leads to the progress of the case."""
        case = await access.readable(intake, caller, case_no)
        ids = [entry for entry in (case.place, case.hall_id, case.unit.unit_id) if entry]
        page = paper.page(case, await intake.directory.records(ids), intake.public_url)
        return Response(
            page,
            media_type="text/html; charset=utf-8",
            headers={
                "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
                "cache-control": "private, no-store",
            },
        )

    return router
