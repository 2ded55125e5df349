"""What is known of an enterprise for policies (一企一档), and its answers to proposals (mission C14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from contracts import Actor
from contracts.applicants import (
    EnterpriseFeatures,
    EnterpriseFileUpdated,
    ProposalConsented,
    ProposalDeclined,
)
from contracts.policies import BenefitPaid, Match, ProposalEventData
from services.runtime.change import Change
from services.runtime.problems import Conflict, PreconditionFailed, PreconditionRequired
from services.workdays import civil_day


@dataclass(frozen=True, slots=True)
class Enterprise:
    """The features of an enterprise; its name and number lie in its sealed file. ``revision`` is the ETag."""

    applicant_ref: str
    place: str
    features: EnterpriseFeatures
    recorded_at: datetime
    phone_masked: str | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Paid:
    """The money of a proposal, in 分."""

    amount_fen: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class Proposal:
    """Intake's copy of a proposal; the answer is its own, all else is told by the catalog."""

    proposal_id: str
    place: str
    policy_code: str
    policy_name: str
    applicant_ref: str
    matched: tuple[Match, ...]
    item_code: str
    benefit: str
    lapses_on: date
    proposed_at: datetime
    expected_fen: int | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    paid: Paid | None = None

    def state(self, today: date) -> str:
        """proposed, consented, declined, lapsed or paid."""
        if self.paid is not None:
            return "paid"
        return self.answer or ("lapsed" if today > self.lapses_on else "proposed")


class AnsweredAlready(Conflict):
    """One answer, once."""

    def __init__(self, state: str) -> None:
        words = {
            "consented": "已经同意享受",
            "declined": "已经放弃",
            "lapsed": "已经过期",
            "paid": "已经兑现",
        }
        super().__init__(
            f"这项优惠{words.get(state, state)}，不能再次答复。",
            f"The proposal is {state}; it cannot be answered again.",
            code="answered-already",
        )


class StaleFile(PreconditionFailed):
    """Somebody else recorded features since they were read."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            "企业档案已被他人修改，请重新打开后再改。",
            "The file was changed since you read it; reload it.",
            code="stale",
            field="If-Match",
            revision=revision,
        )


class WhichFile(PreconditionRequired):
    """An edit says what it edits."""

    def __init__(self) -> None:
        super().__init__(
            "企业已有档案，请在 If-Match 中给出读取时的 ETag。",
            "The enterprise has a file; send If-Match with the ETag that you read.",
            code="if-match-required",
            field="If-Match",
        )


def record(
    known: Enterprise | None, given: Enterprise, *, revision: int | None, actor: Actor
) -> Change[Enterprise] | None:
    """Record an enterprise's features; None where they are what is known already."""
    if known is not None:
        if revision is None:
            raise WhichFile()
        if revision != known.revision:
            raise StaleFile(known.revision)
        given = replace(given, revision=known.revision + 1)
        same = replace(given, revision=known.revision, recorded_at=known.recorded_at)
        if same == known:
            return None
    event = EnterpriseFileUpdated(
        applicant_ref=given.applicant_ref,
        place_code=given.place,
        at=given.recorded_at,
        actor=actor,
        features=given.features,
        phone_masked=given.phone_masked,
    )
    return Change(given, "features-recorded", actor, given.recorded_at, (event,))


def told(known: Proposal | None, event: ProposalEventData) -> Change[Proposal]:
    """What the catalog says of a proposal; the newest event has all of it."""
    made = Proposal(
        proposal_id=event.proposal_id,
        place=event.place_code,
        policy_code=event.policy_code,
        policy_name=event.policy_name,
        applicant_ref=event.applicant_ref,
        matched=tuple(event.matched),
        item_code=event.item_code,
        benefit=event.benefit,
        lapses_on=event.lapses_on,
        expected_fen=event.expected_fen,
        proposed_at=known.proposed_at if known else event.at,
        answer=known.answer if known else None,
        answered_at=known.answered_at if known else None,
    )
    if isinstance(event, BenefitPaid):
        made = replace(made, paid=Paid(event.amount_fen, event.paid_on))
    return Change(made, event.type, event.actor, event.at)


def consent(proposal: Proposal, *, actor: Actor, now: datetime) -> Change[Proposal]:
    """The enterprise wants the benefit."""
    _must_be_open(proposal, now)
    changed = replace(proposal, answer="consented", answered_at=now)
    return Change(changed, "consented", actor, now, (ProposalConsented(**_of(proposal, actor, now)),))


def decline(proposal: Proposal, reason: str, *, actor: Actor, now: datetime) -> Change[Proposal]:
    """The enterprise does not want it."""
    _must_be_open(proposal, now)
    event = ProposalDeclined(**_of(proposal, actor, now), reason=reason)
    changed = replace(proposal, answer="declined", answered_at=now)
    return Change(changed, "declined", actor, now, (event,), {"reason": reason})


def _must_be_open(proposal: Proposal, now: datetime) -> None:
    if (state := proposal.state(civil_day(now))) != "proposed":
        raise AnsweredAlready(state)


def _of(proposal: Proposal, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "proposal_id": proposal.proposal_id,
        "policy_code": proposal.policy_code,
        "applicant_ref": proposal.applicant_ref,
        "place_code": proposal.place,
        "actor": actor,
        "at": now,
    }
