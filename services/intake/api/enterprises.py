"""`/api/intake/enterprises` for officers, `/api/intake/proposals` for the enterprise itself (mission C14)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import Field

from contracts.applicants import EnterpriseFeatures
from contracts.base import PlaceCode
from services.intake.api import access
from services.intake.domain.enterprises import Enterprise, Proposal
from services.intake.domain.identity import Identity, name_of, number_of, phone_of
from services.intake.handlers import enterprises
from services.intake.intake import Intake
from services.runtime import http
from services.runtime.problems import PreconditionFailed
from services.runtime.tokens import Caller
from services.workdays import civil_day

#: Who records features, and who reads them.
RECORDERS = ("clerk", "supervisor", "operator")
READERS = (*RECORDERS, "reviewer", "chief", "editor", "catalog-approver")
_TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')
Reference = Annotated[str, Query(pattern=r"^a[0-9]+\.[0-9a-f]{16,64}$")]
ProposalId = Annotated[str, Path(pattern=r"^bp-[0-9a-f]{24}$")]


class FeaturesBody(http.Body):
    """An enterprise, and what is known of it for policies."""

    uscc: str = Field(max_length=40)
    name: str = Field(max_length=200)
    phone: str | None = Field(None, max_length=40)
    place: PlaceCode
    """Where it is registered; its file belongs to the officials of that place."""
    features: EnterpriseFeatures


class DeclineBody(http.Body):
    """Why not, as a code: words of an applicant do not travel."""

    reason: Literal["not_entitled", "file_is_wrong", "not_wanted", "other"] = "other"


def routes(intake: Intake) -> APIRouter:
    """Enterprises and proposals."""
    router = APIRouter(prefix="/api/intake", tags=["enterprises"])
    cursors = intake.enterprises.cursors

    @router.put("/enterprises/features")
    async def record(
        caller: Caller, body: FeaturesBody, if_match: Annotated[str | None, Header()] = None
    ) -> Response:
        """Record an enterprise's features (If-Match once it has a file); policies are compared with it."""
        caller.require(*RECORDERS)
        caller.must_oversee(body.place, "enterprise file")
        identity = _identity(intake, body)
        features = body.features
        if features.place_code is None:
            features = features.model_copy(update={"place_code": body.place})
        role = next(role for role in RECORDERS if caller.has(role))
        kept = await enterprises.record(
            intake, identity, body.place, features, access.actor(caller, role), _revision(if_match)
        )
        return http.JSON((await _shown(intake, [kept]))[0], headers={"etag": f'"{kept.revision}"'})

    @router.get("/enterprises")
    async def listed(
        caller: Caller,
        ref: Annotated[list[Reference] | None, Query(max_length=200)] = None,
        uscc: Annotated[str | None, Query(max_length=40)] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """Enterprises under the caller's place: by reference, by credit code, or all."""
        caller.require(*READERS)
        where: dict[str, Any] = {"place": {"$regex": f"^{re.escape(caller.place or '-')}"}}
        if ref:
            where["_id"] = {"$in": ref}
        if uscc:
            number = number_of("uscc", uscc, civil_day(intake.clock()), "uscc")
            where["_id"] = intake.references.person("uscc", number)
        after = None if "_id" in where else cursors.read(cursor)
        found = await intake.enterprises.page(where, after=after[0] if after else None, limit=limit + 1)
        more = cursors.made(found[limit - 1].applicant_ref) if len(found) > limit else None
        shown = await _shown(intake, found[:limit])
        return http.JSON({"enterprises": shown, "next_cursor": more})

    @router.get("/proposals")
    async def proposed(
        caller: Caller,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """What the caller's own enterprise is proposed, with the reason for each condition."""
        if caller.person_ref is None:
            return http.JSON({"proposals": [], "next_cursor": None})
        after = cursors.read(cursor)
        found = await intake.enterprises.proposed_to(
            caller.person_ref, after=after[0] if after else None, limit=limit + 1
        )
        more = cursors.made(found[limit - 1].proposal_id) if len(found) > limit else None
        shown = [_proposal(intake, one) for one in found[:limit]]
        return http.JSON({"proposals": shown, "next_cursor": more})

    @router.post("/proposals/{proposal_id}/consent")
    async def consent(caller: Caller, proposal_id: ProposalId, key: http.Keyed) -> Response:
        """同意享受: nothing else is to be handed in."""
        found = await enterprises.own_proposal(intake, proposal_id, caller.person_ref)
        done = await enterprises.consent(intake, found, access.actor(caller, "citizen", "web"), key)
        return http.JSON(_proposal(intake, done))

    @router.post("/proposals/{proposal_id}/refusal")
    async def decline(
        caller: Caller, proposal_id: ProposalId, body: DeclineBody, key: http.Keyed
    ) -> Response:
        """放弃享受."""
        found = await enterprises.own_proposal(intake, proposal_id, caller.person_ref)
        actor = access.actor(caller, "citizen", "web")
        done = await enterprises.decline(intake, found, body.reason, actor, key)
        return http.JSON(_proposal(intake, done))

    return router


def _identity(intake: Intake, body: FeaturesBody) -> Identity:
    today = civil_day(intake.clock())
    return Identity(
        "uscc",
        number_of("uscc", body.uscc, today, "uscc"),
        name_of(body.name, "uscc", "name"),
        phone_of(body.phone, "phone") if body.phone else None,
    )


def _revision(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise PreconditionFailed(
            "If-Match 不是有效的版本标记，请重新读取。", "If-Match is not an ETag of ours.", field="If-Match"
        )
    return int(found[1])


async def _shown(intake: Intake, found: list[Enterprise]) -> list[dict[str, Any]]:
    people = {one.applicant_ref: one for one in await intake.persons.many([e.applicant_ref for e in found])}
    return [_enterprise(one, people.get(one.applicant_ref)) for one in found]


def _enterprise(one: Enterprise, person: Any) -> dict[str, Any]:
    return {
        "applicant_ref": one.applicant_ref,
        "place": one.place,
        "features": one.features,
        "recorded_at": one.recorded_at,
        "revision": one.revision,
        "name": person.name_masked if person else None,
        "number_masked": person.number_masked if person else None,
        "phone_masked": one.phone_masked,
    }


def _proposal(intake: Intake, one: Proposal) -> dict[str, Any]:
    return {
        "proposal_id": one.proposal_id,
        "policy_code": one.policy_code,
        "policy_name": one.policy_name,
        "benefit": one.benefit,
        "expected_fen": one.expected_fen,
        "item_code": one.item_code,
        "matched": list(one.matched),
        "proposed_at": one.proposed_at,
        "lapses_on": one.lapses_on,
        "state": one.state(civil_day(intake.clock())),
        "answered_at": one.answered_at,
        "paid": {"amount_fen": one.paid.amount_fen, "paid_on": one.paid.paid_on} if one.paid else None,
    }
