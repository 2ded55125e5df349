"""People's data in clear: for notify, and for officials who say why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import StringConstraints

from services.intake import handlers
from services.intake.api import access
from services.intake.api.bodies import ContactsBody
from services.intake.intake import Intake
from services.runtime import http
from services.runtime.tokens import Caller

#: Why somebody reads the data; blanks are no reason.
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200), Query()]


def routes(intake: Intake) -> APIRouter:
    """Contacts and unmasking."""
    router = APIRouter(prefix="/api/intake", tags=["people"])

    @router.post("/contacts")
    async def contacts(caller: Caller, body: ContactsBody) -> Response:
        """Where persons are reached, for the service that sends notices."""
        caller.require("service")
        found = await handlers.contacts(intake, body.refs, by=caller.sub)
        return http.JSON({"contacts": found}, headers={"cache-control": "no-store"})

    @router.get("/cases/{case_no}/applicant")
    async def applicant(caller: Caller, case_no: str, reason: Reason) -> Response:
        """The applicant's data in clear; who read it and why stays in the case's history."""
        found = await access.readable(intake, caller, case_no)
        caller.require(*access.MAY_UNMASK)
        await handlers.must_be_impersonal(intake, found, {"reason": reason})
        role = next(role for role in access.MAY_UNMASK if caller.has(role))
        body = await handlers.unmask(intake, found, access.actor(caller, role), reason)
        return http.JSON(body, headers={"cache-control": "no-store"})

    return router
