"""Applications: filing them, lists, and the acts of window and applicant."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.intake import handlers
from services.intake.api import access, shapes
from services.intake.api.bodies import (
    CorrectionBody,
    MaterialBody,
    MaterialsBody,
    NoFields,
    RefusalBody,
    SubmissionBody,
    WithdrawalBody,
)
from services.intake.domain.case import CaseState
from services.intake.domain.refusals import invalid
from services.intake.handlers import Filing, GivenMaterial
from services.intake.intake import Intake
from services.intake.store.cases import own, under
from services.runtime import http
from services.runtime.tokens import Caller, Principal
from services.workdays import civil_day


def routes(intake: Intake) -> APIRouter:
    """`/api/intake/cases`."""
    router = APIRouter(prefix="/api/intake/cases", tags=["cases"])

    @router.post("", status_code=201)
    async def submit(caller: Caller, body: SubmissionBody, key: http.Keyed) -> Response:
        """File an application; answered at once with everything that is missing, or with a receipt."""
        case = await handlers.submit(intake, await _filing(intake, caller, body), key)
        return http.JSON(shapes.submitted(case), status_code=201)

    @router.get("")
    async def cases(
        caller: Caller,
        state: CaseState | None = None,
        hall: Annotated[str | None, Query(max_length=100)] = None,
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """Own cases of a citizen; cases under the place of an official. Newest first."""
        where = _mine(caller, place)
        where |= {"state": state} if state else {}
        where |= {"hall_id": hall} if hall else {}
        found, following = await intake.cases.page(where, limit=limit, cursor=cursor)
        return http.JSON({"cases": [shapes.entry(case) for case in found], "next_cursor": following})

    @router.get("/{case_no}")
    async def case(caller: Caller, case_no: str, request: Request) -> Response:
        """All that the applicant or an official may know of a case."""
        found = await access.readable(intake, caller, case_no)
        english = request.headers.get("accept-language", "").lower().startswith("en")
        return http.JSON(await shapes.progress(intake, found, english=english))

    @router.post("/{case_no}/acceptance")
    async def accept(caller: Caller, case_no: str, key: http.Keyed, body: NoFields | None = None) -> Response:
        """受理."""
        found = await access.at_the_window(intake, caller, case_no)
        after = await handlers.accept(intake, found, access.actor(caller, "clerk", "window"), key)
        return http.JSON(shapes.answer(after))

    @router.post("/{case_no}/correction")
    async def correct(caller: Caller, case_no: str, body: CorrectionBody, key: http.Keyed) -> Response:
        """补正: name everything that is missing, once."""
        found = await access.at_the_window(intake, caller, case_no)
        words: dict[str, str | None] = {}
        for number, one in enumerate(body.missing):
            said = {"name": one.name, "problem": one.problem, "remedy": one.remedy}
            words |= {f"missing.{number}.{field}": text for field, text in said.items()}
        await handlers.must_be_impersonal(intake, found, words)
        missing = [one.block() for one in body.missing]
        after = await handlers.correct(intake, found, missing, access.actor(caller, "clerk", "window"), key)
        return http.JSON(shapes.answer(after))

    @router.post("/{case_no}/refusal")
    async def refuse(caller: Caller, case_no: str, body: RefusalBody, key: http.Keyed) -> Response:
        """不予受理, with reason and remedies."""
        found = await access.at_the_window(intake, caller, case_no)
        words = body.model_dump()
        await handlers.must_be_impersonal(intake, found, words)
        after = await handlers.refuse(intake, found, words, access.actor(caller, "clerk", "window"), key)
        return http.JSON(shapes.answer(after))

    @router.post("/{case_no}/materials")
    async def supplement(caller: Caller, case_no: str, body: MaterialsBody, key: http.Keyed) -> Response:
        """Hand in what was asked for."""
        found = await access.in_own_or_assisted_name(intake, caller, case_no)
        role = access.acting_role(caller, found)
        given = _given(body.materials, paper=role != "citizen")
        files = await _usable(intake, caller, given)
        after = await handlers.supplement(intake, found, given, files, access.actor(caller, role), key)
        return http.JSON(shapes.answer(after))

    @router.post("/{case_no}/withdrawal")
    async def withdraw(
        caller: Caller, case_no: str, key: http.Keyed, body: WithdrawalBody | None = None
    ) -> Response:
        """Withdraw; after acceptance the unit that handles it is asked."""
        found = await access.in_own_or_assisted_name(intake, caller, case_no)
        who = access.actor(caller, access.acting_role(caller, found))
        after = await handlers.withdraw(intake, found, body.reason if body else None, who, key)
        return http.JSON(shapes.answer(after))

    return router


def _mine(caller: Principal, place: str | None) -> dict[str, Any]:
    """What the caller may see at all, as a condition; another place than the own one gives nothing."""
    if not (caller.has(*access.OFFICERS) and caller.place):
        return own(access.readers(caller))
    if place is None or caller.place.startswith(place):
        return under(caller.place)
    return under(place) if place.startswith(caller.place) else {"_id": None}


async def _filing(intake: Intake, caller: Principal, body: SubmissionBody) -> Filing:
    role = access.filing_role(caller, body.channel)
    official = role != "citizen"
    given = _given(body.materials, paper=official)
    if official:
        caller.must_oversee(body.place, "submission")
    today = civil_day(intake.clock())
    return Filing(
        item_code=body.item_code,
        place=body.place,
        channel=body.channel,
        applicant=body.applicant.identity(today, "applicant"),
        parties=tuple(party.fields(today, f"parties.{number}") for number, party in enumerate(body.parties)),
        situation=body.situation,
        materials=tuple(given),
        actor=access.actor(caller, role, body.channel),
        account=caller.sub if role != "clerk" else None,
        filed_by={"citizen": caller.person_ref, "agent": caller.sub}.get(role),
        trusted_refs=None if official else frozenset([caller.person_ref] if caller.person_ref else []),
        at_the_window=role == "clerk" and body.channel == "window",
        hall_id=caller.hall if official else None,
        files=await _usable(intake, caller, given),
    )


def _given(materials: list[MaterialBody], *, paper: bool) -> list[GivenMaterial]:
    return [one.given(f"materials.{number}", paper=paper) for number, one in enumerate(materials)]


async def _usable(intake: Intake, caller: Principal, given: list[GivenMaterial]) -> dict[str, str]:
    """Hashes of the files that are named; 422 for one that is not there or not the caller's to use."""
    ids = [one.file_id for one in given if one.file_id is not None]
    if not ids:
        return {}
    found = await intake.files.many(ids)
    for number, one in enumerate(given):
        if one.file_id is None:
            continue
        file = found.get(one.file_id)
        mine = file is not None and (
            file.owner_sub == caller.sub
            or (caller.person_ref is not None and file.owner_ref == caller.person_ref)
            or (caller.has("clerk", "agent") and bool(file.place) and caller.oversees(file.place))
        )
        if not mine:
            raise invalid(
                f"materials.{number}.file_id",
                "unknown-file",
                "没有这个文件，请重新上传。",
                "There is no such file of yours; upload it again.",
            )
    return {file_id: file.sha256 for file_id, file in found.items()}
