"""Answers: what is told of a case, and to whom how much."""

from __future__ import annotations

from typing import Any

from contracts.blocks import Clock, Missing
from services.intake.domain.case import Case, Party
from services.intake.domain.timeline import timeline
from services.intake.intake import Intake


def receipt_url(case: Case) -> str:
    """Where the printable paper of the case is."""
    return f"/api/intake/cases/{case.case_no}/receipt"


def _dates(clock: Clock | None) -> dict[str, Any]:
    """Both due dates, each with whether it is provisional (the next year's calendar is not out yet)."""
    return {
        "promised_due": clock.promised_due.on.isoformat() if clock else None,
        "statutory_due": clock.statutory_due.on.isoformat() if clock else None,
        "provisional": bool(clock and clock.promised_due.provisional),
        "statutory_provisional": bool(clock and clock.statutory_due.provisional),
    }


def _missing(missing: Missing) -> dict[str, Any]:
    return missing.model_dump(mode="json", exclude_none=True)


def answer(case: Case) -> dict[str, Any]:
    """The answer to an act, by the state of the case now."""
    return {
        "case_no": case.case_no,
        "state": case.state,
        "missing": [_missing(one) for one in case.missing],
        **_dates(case.clock),
        "receipt_url": receipt_url(case),
    }


def submitted(case: Case) -> dict[str, Any]:
    """The answer to the submission, the same however often and however late it is asked for again."""
    accepted = case.first_state == "accepted" and case.acceptance is not None
    missing = case.notices[0].missing if case.first_state == "correction_requested" else ()
    clock = case.acceptance.clock if accepted and case.acceptance else None
    return {
        "case_no": case.case_no,
        "state": case.first_state,
        "missing": [_missing(one) for one in missing],
        **_dates(clock),
        "receipt_url": receipt_url(case),
    }


def entry(case: Case) -> dict[str, Any]:
    """One line of a list."""
    return {
        "case_no": case.case_no,
        "item_name": case.item.name,
        "item_code": case.item.item_code,
        "state": case.state,
        "channel": case.channel,
        "applicant_masked": case.applicant.name_masked,
        "submitted_at": case.submitted_at,
        "answer_due": case.answer_due.isoformat() if case.answer_due else None,
        "promised_due": _dates(case.clock)["promised_due"],
        "place": case.place,
        "hall_id": case.hall_id,
    }


async def public_progress(intake: Intake, case: Case, *, english: bool) -> dict[str, Any]:
    """What who knows the number and the last four may see."""
    dossier = case.dossier
    return {
        "case_no": case.case_no,
        "state": case.state,
        "item_name": case.item.name,
        "item_code": case.item.item_code,
        **_dates(case.clock),
        "outcome": dossier.outcome if dossier else None,
        "missing": [{k: v for k, v in _missing(one).items() if k != "party_ref"} for one in case.missing],
        "timeline": timeline(case, await intake.told.lines(case.case_no), english=english),
    }


async def progress(intake: Intake, case: Case, *, english: bool) -> dict[str, Any]:
    """What the applicant and the officials see."""
    dossier, refusal = case.dossier, case.refusal
    return {
        **await public_progress(intake, case, english=english),
        "place": case.place,
        "channel": case.channel,
        "hall_id": case.hall_id,
        "unit": case.unit,
        "version": case.item.version,
        "submitted_at": case.submitted_at,
        "accepted_at": case.acceptance.at if case.acceptance else None,
        "answer_due": case.answer_due.isoformat() if case.answer_due else None,
        "answer_by": case.notices[-1].answer_by.isoformat() if case.missing and case.notices else None,
        "decision_no": dossier.decision_no if dossier else None,
        "reason": dossier.reason if dossier else (refusal.reason if refusal else None),
        "remedies": dossier.remedies if dossier else (refusal.remedies if refusal else None),
        "applicant": _party(case.applicant),
        "parties": [_party(party) for party in case.parties],
        "situation": case.situation,
        "materials": [one.model_dump(mode="json", exclude_none=True) for one in case.materials],
        "missing": [_missing(one) for one in case.missing],
        "deferred": list(case.acceptance.deferred) if case.acceptance else [],
        "commitments": list(case.acceptance.commitments) if case.acceptance else [],
        "receipt_url": receipt_url(case),
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "role": party.role,
        "type": party.kind,
        "id_type": party.id_type,
        "name_masked": party.name_masked,
        "id_masked": party.number_masked,
        "phone_masked": party.phone_masked,
    }
