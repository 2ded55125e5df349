"""What a notice says of an event: the facts that fill its template. Dates as ISO text, no personal data."""

from __future__ import annotations

from typing import Any

from contracts import CaseEventData
from contracts.adoption import LocalReductionFiled
from contracts.approval import (
    CaseDecided,
    CaseWithdrawn,
    ClockResumed,
    ClockStopped,
    DeadlineExtended,
    DueDatesRecomputed,
    WithdrawalRefused,
)
from contracts.blocks import DueDate
from contracts.evaluation import RatingInvited, ServiceRated
from contracts.intake import (
    AcceptanceRefused,
    CaseAccepted,
    CaseLapsed,
    CaseReceived,
    CorrectionRequested,
    MaterialsSupplemented,
)
from contracts.policies import BenefitPaid, BenefitProposed

Facts = dict[str, Any]


def _due(name: str, due: DueDate) -> Facts:
    return {name: due.on.isoformat(), f"{name}_provisional": due.provisional}


def case(event: CaseEventData) -> Facts:
    return {"case_no": event.case_no, "item": event.item.name, "unit": event.unit.name}


def received(event: CaseReceived) -> Facts:
    return {**case(event), "answer_due": event.answer_due.isoformat()}


def correction(event: CorrectionRequested) -> Facts:
    missing = [m.model_dump(mode="json", exclude_none=True) for m in event.missing]
    return {**case(event), "answer_by": event.answer_by.isoformat(), "missing": missing}


def supplemented(event: MaterialsSupplemented) -> Facts:
    still = [m.model_dump(mode="json", exclude_none=True) for m in event.still_missing]
    return {**case(event), "missing": still}


def accepted(event: CaseAccepted) -> Facts:
    deferred = [{"name": d.name, "due_on": d.due_on.isoformat()} for d in event.deferred]
    dates = _due("promised_due", event.clock.promised_due)
    return {**case(event), **dates, "receipt_no": event.receipt_no, "deferred": deferred}


def refusal(event: AcceptanceRefused) -> Facts:
    return {
        **case(event),
        "reason": event.reason,
        "legal_basis": event.legal_basis,
        "remedies": event.remedies,
    }


def decided(event: CaseDecided) -> Facts:
    facts = {**case(event), "decision_no": event.decision_no, "reason": event.reason}
    facts |= {"outcome": event.outcome, "remedies": event.remedies}
    if event.result is not None:
        facts["result"] = event.result.name
        facts["deliver_by"] = event.result.deliver_by.isoformat() if event.result.deliver_by else None
    return facts


def lapsed(event: CaseLapsed) -> Facts:
    return {**case(event), "answer_by": event.answer_by.isoformat()}


def withdrawal(event: CaseWithdrawn | WithdrawalRefused) -> Facts:
    return {**case(event), "reason": event.reason}


def extended(event: DeadlineExtended) -> Facts:
    dates = _due("promised_due", event.clock.promised_due)
    return {**case(event), **dates, "reason": event.reason, "legal_basis": event.legal_basis}


def stopped(event: ClockStopped) -> Facts:
    pause = event.pause
    return {**case(event), "pause": pause.reason, "planned_end": pause.planned_end.isoformat()}


def resumed(event: ClockResumed) -> Facts:
    return {**case(event), **_due("promised_due", event.clock.promised_due)}


def recomputed(event: DueDatesRecomputed) -> Facts:
    return {**case(event), **_due("promised_due", event.clock.promised_due)}


def invited(event: RatingInvited) -> Facts:
    return {"case_no": event.case_no or event.service_id, "open_until": event.open_until.isoformat()}


def proposed(event: BenefitProposed) -> Facts:
    """政策 and benefit; why it fits stands with the proposal itself."""
    return {
        "policy": event.policy_name,
        "benefit": event.benefit,
        "lapses_on": event.lapses_on.isoformat(),
    }


def benefit_paid(event: BenefitPaid) -> Facts:
    """What was paid and when."""
    return {
        "policy": event.policy_name,
        "yuan": f"{event.amount_fen / 100:.2f}",
        "paid_on": event.paid_on.isoformat(),
    }


def rated(event: ServiceRated) -> Facts:
    return {"case_no": event.case_no or event.service_id, "grade": event.grade, "unit": event.unit_id}


def filed(event: LocalReductionFiled) -> Facts:
    less = event.reductions
    facts: Facts = {"item": event.record.name, "place": event.place_code, "filing_no": event.filing_no}
    if less.promised is not None:
        facts["promised"] = f"{less.promised.value}:{less.promised.unit}"
    return facts | {"dropped": list(less.dropped_materials), "fee_fen": less.fee_fen}
