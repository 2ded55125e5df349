"""What a work list and a case page show of a dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracts.items import ItemStep
from services.approval.domain import clock
from services.approval.domain.dossier import Dossier
from services.approval.domain.items import Terms
from services.workdays import Calendar, civil_day

#: What the history calls an act, in Chinese and English.
ACTS = {
    "opened": ("进入审批，开始计时", "Dossier opened, the clock runs"),
    "supplemented": ("收到补充材料", "Materials received"),
    "withdrawn": ("申请人撤回，办件终结", "Withdrawn by the applicant"),
    "withdrawal_refused": ("已作出决定，撤回申请不予接受", "Withdrawal came after the decision"),
    "withdrawal_noted": ("收到撤回申请（办件已终结）", "Withdrawal noted, the case had ended"),
    "paused": ("启动特别程序，中止计时", "Special step began, the clock stops"),
    "resumed": ("特别程序结束，恢复计时", "Special step ended, the clock runs"),
    "extended": ("延长办理时限", "Limit extended"),
    "recomputed": ("节假日安排更新，重新计算到期日", "Due dates recomputed by a newer calendar"),
    "decided": ("作出决定", "Decided"),
}


def row(dossier: Dossier, today: date, calendar: Calendar) -> dict[str, Any]:
    """One line of a work list."""
    undecided = dossier.desk == "open"
    left, lamp = clock.days_left(dossier, today, calendar) if undecided else (None, None)
    dates = dossier.clock
    return {
        "case_no": dossier.case_no,
        "item_name": dossier.case.item.name,
        "item_code": dossier.case.item.item_code,
        "applicant_masked": dossier.case.applicant.name_masked,
        "unit": {"unit_id": dossier.case.unit.unit_id, "name": dossier.case.unit.name},
        "state": dossier.state,
        "promised_due": dates.promised_due.on.isoformat(),
        "statutory_due": dates.statutory_due.on.isoformat(),
        # Each date says for itself whether next year's calendar may still move it, as intake's answers do.
        "provisional": dates.promised_due.provisional,
        "statutory_provisional": dates.statutory_due.provisional,
        "days_left": left,
        "days_unit": dossier.limits.promised.unit,
        "lamp": lamp,
        "channel": dossier.application.channel,
        "accepted_at": dossier.accepted_at,
        "place": dossier.place,
    }


def dossier(
    found: Dossier,
    terms: Terms | None,
    entries: Sequence[Mapping[str, Any]],
    today: date,
    calendar: Calendar,
    *,
    english: bool,
) -> dict[str, Any]:
    """The whole of a dossier for the case page."""
    application = found.application
    pauses = [pause.model_dump(mode="json", exclude_none=True) for pause in found.pauses]
    until = found.decision.decided_at if found.decision else None
    used = clock.days_used(found, civil_day(until) if until else today, calendar)
    return {
        **row(found, today, calendar),
        "item": found.case.item,
        "item_known": terms is not None,
        "applicant": found.case.applicant,
        "hall_id": found.case.hall_id,
        "hand_over": found.case.hand_over,
        "receipt_no": application.receipt_no,
        "submitted_at": application.submitted_at,
        "deemed": application.deemed,
        "accepted_by": application.accepted_by,
        "situation": application.situation,
        "materials": application.materials,
        "deferred": application.deferred,
        "open_gaps": found.gaps,
        "commitments": application.commitments,
        "joint_units": application.joint_units,
        "limits": found.limits,
        "clock": {
            **found.clock.model_dump(mode="json", exclude_none=True),
            "pauses": pauses,
            "days_used": used,
        },
        "pauses": pauses,
        "extension": _extension(found),
        "steps": [_step(step, found) for step in (terms.steps if terms else ())],
        "decision": decision(found),
        "outcome": found.decision.outcome if found.decision else None,
        "ended": found.ended,
        "history": [_line(entry, english=english) for entry in entries],
    }


def decision(found: Dossier) -> dict[str, Any] | None:
    """The decision, or None."""
    made = found.decision
    if made is None:
        return None
    return {
        "outcome": made.outcome,
        "decision_no": made.decision_no,
        "reason": made.reason,
        "legal_basis": made.legal_basis,
        "remedies": made.remedies,
        "decided_at": made.decided_at,
        "decided_by": made.decided_by,
        "days_used": made.days_used,
        "on_time": {"promised": made.promised_kept, "statutory": made.statutory_kept},
    }


def answer(found: Dossier) -> dict[str, Any]:
    """What an act answers: where the case stands, and its dates."""
    made = found.decision
    return {
        "case_no": found.case_no,
        "state": found.state,
        "outcome": made.outcome if made else None,
        "decision_no": made.decision_no if made else None,
        "decision": decision(found),
        "clock": found.clock,
        "pauses": found.pauses,
    }


def _extension(found: Dossier) -> dict[str, Any] | None:
    made = found.extended
    if made is None:
        return None
    return {
        "limit": made.limit,
        "reason": made.reason,
        "legal_basis": made.legal_basis,
        "at": made.at,
    }


def _step(step: ItemStep, found: Dossier) -> dict[str, Any]:
    stopped = any(pause.step == step.step for pause in found.open_pauses)
    return {
        **step.model_dump(mode="json", exclude_none=True),
        "unit_id": step.unit_id or found.unit_id,
        "state": "stopped" if stopped else "done" if found.decision else "waiting",
    }


def _line(entry: Mapping[str, Any], *, english: bool) -> dict[str, Any]:
    zh, en = ACTS.get(entry["type"], (entry["type"], entry["type"]))
    return {
        "seq": entry["seq"],
        "at": entry["at"],
        "type": entry["type"],
        "actor": entry["actor"],
        "text": en if english else zh,
        "data": {name: value for name, value in entry["data"].items() if name != "idempotency"},
    }
