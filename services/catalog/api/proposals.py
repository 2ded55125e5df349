"""`/api/catalog/proposals`: what was proposed to enterprises, and its payment (兑现, mission C14)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import Field

from contracts.base import Identifier
from services.catalog.api.people import APPROVERS, EDITORS, etag, person
from services.catalog.app import App
from services.catalog.domain.benefits.proposals import Proposal
from services.catalog.handlers import policies
from services.catalog.store import queries
from services.catalog.store.policies import overdue as not_paid_in_time
from services.runtime import http
from services.runtime.paging import Cursors
from services.runtime.tokens import Caller
from services.workdays import civil_day

#: Who follows proposals, and who records a payment.
PAYERS = ("chief", "reviewer", "operator")
FOLLOWERS = (*PAYERS, *EDITORS, *APPROVERS, "supervisor")
ProposalId = Annotated[str, Path(pattern=r"^bp-[0-9a-f]{24}$")]
State = Literal["proposed", "consented", "declined", "lapsed", "paid"]


class PaymentBody(http.Body):
    """The money that was paid, in 分, and when."""

    amount_fen: int = Field(ge=1, le=1_000_000_000_000)
    paid_on: date
    case_no: Identifier | None = None


def routes(app: App) -> APIRouter:
    """For officers under their place."""
    router = APIRouter(prefix="/api/catalog/proposals", tags=["policies"])
    cursors = Cursors(app.digest_key, "proposals")

    @router.get("")
    async def listed(
        caller: Caller,
        policy: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")] = None,
        state: State | None = None,
        overdue: bool = False,
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """Proposals of a place's policies, with counts; ``overdue``: consented and not paid in time."""
        caller.require(*FOLLOWERS)
        today = civil_day(app.clock())
        scope: list[dict[str, Any]] = [queries.under(caller.place or "-")]
        scope += [queries.under(place)] if place else []
        scope += [{"policy_code": policy}] if policy else []
        where = [
            *scope,
            *([{"state": state}] if state else []),
            *([not_paid_in_time(today)] if overdue else []),
        ]
        after = cursors.read(cursor)
        store = app.store.policies
        found = await store.proposal_page(
            {"$and": where}, after=(after[0], after[1]) if after else None, limit=limit + 1
        )
        last = found[limit - 1] if len(found) > limit else None
        return http.JSON(
            {
                "proposals": [_view(one, today) for one in found[:limit]],
                "counts": await store.counts({"$and": scope}),
                "overdue": (await store.counts({"$and": [*scope, not_paid_in_time(today)]}))
                .get("consented", {})
                .get("count", 0),
                "next_cursor": cursors.made(last.lapses_on.isoformat(), last.proposal_id) if last else None,
            }
        )

    @router.get("/{proposal_id}")
    async def read(proposal_id: ProposalId, caller: Caller) -> Response:
        """One proposal."""
        caller.require(*FOLLOWERS)
        found = await app.store.policies.proposals.require(proposal_id)
        caller.must_oversee(found.place, f"proposal {proposal_id}")
        return http.JSON(_view(found, civil_day(app.clock())), headers=etag(found.revision))

    @router.post("/{proposal_id}/payment")
    async def pay(
        proposal_id: ProposalId,
        body: PaymentBody,
        caller: Caller,
        key: http.Keyed,
    ) -> Response:
        """Record that the money was paid."""
        acting = person(caller, *PAYERS)
        found = await app.store.policies.proposals.require(proposal_id)
        caller.must_oversee(found.place, f"proposal {proposal_id}")
        paid = await policies.pay(app, proposal_id, body.amount_fen, body.paid_on, body.case_no, acting, key)
        return http.JSON(_view(paid, civil_day(app.clock())), headers=etag(paid.revision))

    return router


def _view(proposal: Proposal, today: date) -> dict[str, Any]:
    late = proposal.state == "consented" and proposal.pay_by is not None and proposal.pay_by < today
    fields = (
        "proposal_id policy_code policy_name place period applicant_ref enterprise_place item_code benefit "
        "expected_fen matched proposed_on lapses_on state answered_at decline_reason pay_by"
    )
    view = {name: getattr(proposal, name) for name in fields.split()}
    payment = asdict(proposal.payment) if proposal.payment else None
    return {**view, "matched": list(proposal.matched), "overdue": late, "payment": payment}
