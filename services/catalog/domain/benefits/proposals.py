"""A benefit proposed to one enterprise (免申即享): proposed → consented, declined or lapsed → paid (兑现)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from contracts import Actor
from contracts.policies import BenefitPaid, BenefitProposed, Match
from services.catalog.domain.benefits.policies import Policy
from services.catalog.domain.benefits.policy_conditions import File, matched
from services.runtime.change import Change
from services.runtime.problems import Conflict, Invalid
from services.workdays import civil_day

SYSTEM = Actor(role="system")


@dataclass(frozen=True, slots=True)
class Payment:
    """The money that was paid, in 分."""

    amount_fen: int
    paid_on: date
    case_no: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One enterprise, one policy, one period. ``pay_by`` is set by the consent."""

    proposal_id: str
    policy_code: str
    policy_name: str
    place: str
    period: str
    applicant_ref: str
    enterprise_place: str | None
    item_code: str
    benefit: str
    expected_fen: int | None
    matched: tuple[Match, ...]
    proposed_on: date
    lapses_on: date
    pay_days: int
    phone_masked: str | None = None
    state: str = "proposed"
    answered_at: datetime | None = None
    decline_reason: str | None = None
    pay_by: date | None = None
    payment: Payment | None = None
    revision: int = 1


class NotConsented(Conflict):
    """Money is paid to who wants it, once."""

    def __init__(self, state: str) -> None:
        words = {
            "proposed": "企业还没有同意",
            "declined": "企业已放弃",
            "lapsed": "已过期",
            "paid": "已经兑现",
        }
        super().__init__(
            f"{words.get(state, state)}，不能登记兑现。",
            f"The proposal is {state}; only one that was consented to can be paid.",
            code="not-consented",
        )


def proposal_id(policy_code: str, applicant_ref: str, period: str) -> str:
    """The one id that a policy, an enterprise and a period lead to, so that nothing is proposed twice."""
    text = f"{policy_code}|{applicant_ref}|{period}".encode()
    return f"bp-{hashlib.sha256(text).hexdigest()[:24]}"


def propose(policy: Policy, file: File, now: datetime) -> Change[Proposal] | None:
    """The proposal that a policy leads to for an enterprise; None where it does not fit."""
    today, live = civil_day(now), policy.live
    if live is None or not live.without_application or not policy.holds(today):
        return None
    reasons = matched(live.conditions, file)
    if reasons is None:
        return None
    period = policy.period(today)
    last = today + timedelta(days=live.consent_days)
    made = Proposal(
        proposal_id=proposal_id(policy.policy_code, file.applicant_ref, period),
        policy_code=policy.policy_code,
        policy_name=live.name,
        place=policy.place,
        period=period,
        applicant_ref=file.applicant_ref,
        enterprise_place=file.features.place_code,
        item_code=live.item_code,
        benefit=live.benefit,
        expected_fen=live.amount.of(file.features.size),
        matched=reasons,
        proposed_on=today,
        lapses_on=min(last, live.valid_to) if live.valid_to else last,
        pay_days=live.pay_days,
        phone_masked=file.phone_masked,
    )
    event = BenefitProposed(**_told(made), at=now, actor=SYSTEM)
    return Change(made, "proposed", SYSTEM, now, (event,))


def consent(proposal: Proposal, *, at: datetime, actor: Actor) -> Change[Proposal] | None:
    """The enterprise wants it. What was said in time counts, even if it comes in after the day has passed."""
    in_time = civil_day(at) <= proposal.lapses_on
    if proposal.state != "proposed" and not (proposal.state == "lapsed" and in_time):
        return None
    pay_by = civil_day(at) + timedelta(days=proposal.pay_days)
    changed = replace(
        proposal, state="consented", answered_at=at, pay_by=pay_by, revision=proposal.revision + 1
    )
    return Change(changed, "consented", actor, at)


def decline(proposal: Proposal, reason: str, *, at: datetime, actor: Actor) -> Change[Proposal] | None:
    """The enterprise does not want it."""
    if proposal.state not in ("proposed", "lapsed"):
        return None
    changed = replace(
        proposal, state="declined", answered_at=at, decline_reason=reason, revision=proposal.revision + 1
    )
    return Change(changed, "declined", actor, at, note={"reason": reason})


def lapse(proposal: Proposal, *, now: datetime) -> Change[Proposal] | None:
    """The last day has passed without an answer."""
    if proposal.state != "proposed" or civil_day(now) <= proposal.lapses_on:
        return None
    return Change(replace(proposal, state="lapsed", revision=proposal.revision + 1), "lapsed", SYSTEM, now)


def pay(
    proposal: Proposal,
    amount_fen: int,
    paid_on: date,
    case_no: str | None,
    *,
    by: str,
    actor: Actor,
    now: datetime,
) -> Change[Proposal]:
    """Record that the money was paid; refuses another day than one from the consent to today."""
    if proposal.state != "consented" or proposal.answered_at is None:
        raise NotConsented(proposal.state)
    if not civil_day(proposal.answered_at) <= paid_on <= civil_day(now):
        raise Invalid(
            "兑现日期应在企业同意之后、今天以前。",
            "The day of payment lies between the consent and today.",
            code="bad-payment-day",
            field="paid_on",
        )
    payment = Payment(amount_fen, paid_on, case_no, by)
    changed = replace(proposal, state="paid", payment=payment, revision=proposal.revision + 1)
    event = BenefitPaid(
        **_told(changed), at=now, actor=actor, case_no=case_no, amount_fen=amount_fen, paid_on=paid_on
    )
    return Change(changed, "paid", actor, now, (event,), {"amount_fen": amount_fen})


def _told(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal_id": proposal.proposal_id,
        "place_code": proposal.place,
        "policy_code": proposal.policy_code,
        "policy_name": proposal.policy_name,
        "applicant_ref": proposal.applicant_ref,
        "matched": list(proposal.matched),
        "item_code": proposal.item_code,
        "benefit": proposal.benefit,
        "lapses_on": proposal.lapses_on,
        "enterprise_place": proposal.enterprise_place,
        "phone_masked": proposal.phone_masked,
        "expected_fen": proposal.expected_fen,
    }
