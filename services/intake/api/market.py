"""The marketplace beside the cases: the selections of a case, and whom an applicant may choose."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.intake.api import access
from services.intake.intake import Intake
from services.runtime import http
from services.runtime.tokens import Caller
from services.workdays import civil_day


def routes(intake: Intake) -> APIRouter:
    """`/api/intake/cases/…/selections`, `/api/intake/agencies`."""
    router = APIRouter(prefix="/api/intake", tags=["marketplace"])

    @router.get("/cases/{case_no}/selections")
    async def of_case(caller: Caller, case_no: str) -> Response:
        """中介服务选取 of a case, for who may see the case."""
        case = await access.readable(intake, caller, case_no)
        return http.JSON({"selections": await intake.market.of_case(case)})

    @router.get("/agencies")
    async def offering(
        service: Annotated[str, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")],
        place: Annotated[str, Query(pattern=r"^[0-9]{2,12}$")],
    ) -> Response:
        """Agencies that may be chosen for a service today; public, and there while the catalog is away."""
        today = civil_day(intake.clock()).isoformat()
        return http.JSON({"agencies": await intake.market.offering(service, place, today)})

    return router
