"""What intake does to a case: answer it, take materials in, withdraw it, let it lapse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from contracts import Actor
from contracts.blocks import Material, Missing
from contracts.intake import (
    AcceptanceRefused,
    ApplicationWithdrawn,
    CaseLapsed,
    MaterialsSupplemented,
    WithdrawalReason,
    WithdrawalRequested,
)
from services.intake.domain import answers
from services.intake.domain.answers import Application, Setting, only
from services.intake.domain.case import (
    BEFORE_ACCEPTANCE,
    WITH_APPROVAL,
    Case,
    CaseState,
    Line,
    Refusal,
    Sealed,
)
from services.intake.domain.dates import working_days_after
from services.intake.domain.items import Version
from services.intake.domain.materials import Checked, check
from services.intake.domain.refusals import StillMissing, UnknownParty
from services.runtime.change import Change
from services.workdays import civil_day

SYSTEM = Actor(role="system")


def submit(application: Application, within: Setting, *, at_the_window: bool) -> Change[Case]:
    """Answer an application: one notice of all that is missing, acceptance, or a receipt.

    Accepted at once where a clerk takes it in complete, or where the item says 收件即受理.
    """
    case = answers.opened(application, within)
    if application.checked.missing:
        return answers.corrected(case, application.checked.missing, within, fault=False, first=True)
    if at_the_window or application.version.record.acceptance == "on_receipt":
        return answers.accepted(case, application.checked, within, at=within.now, first=True)
    return answers.received(case, within)


def accept(case: Case, version: Version, within: Setting) -> Change[Case]:
    """受理 by a clerk; refused while something is missing or the case is past that."""
    only(
        case, BEFORE_ACCEPTANCE, "该办件已有受理结论，不能再次受理。", "The application was answered already."
    )
    checked = _checked(case, version, case.materials)
    lacking = [*(m.name for m in checked.missing), *(m.name for m in case.missing)]
    if lacking:
        raise StillMissing(sorted(set(lacking)))
    return answers.accepted(case, checked, within, at=within.now)


def deem_accepted(case: Case, version: Version, within: Setting) -> Change[Case] | None:
    """Five working days passed without an answer: accepted by law as of the submission (行政许可法 §32)."""
    due = case.answer_due
    if case.state not in ("received", "pre_reviewed") or due is None or civil_day(within.now) <= due:
        return None
    checked = _checked(case, version, case.materials)
    return answers.accepted(case, checked, within, at=case.submitted_at, deemed=True)


def correct(case: Case, missing: Sequence[Missing], within: Setting) -> Change[Case]:
    """补正: one notice of everything that is missing. A later notice on what had been handed in before the
    first one is a fault of the hall (一次告知)."""
    only(
        case,
        frozenset(("received", "pre_reviewed")),
        "该办件现在不能告知补正。",
        "No correction can be asked for now.",
    )
    people = {case.applicant.ref, *(party.ref for party in case.parties)}
    for number, one in enumerate(missing):
        if one.party_ref is not None and one.party_ref not in people:
            raise UnknownParty(number)
    fresh = {line.detail.get("names", "") for line in case.timeline if line.event == "materials-supplemented"}
    new_ones = {name for names in fresh for name in names.split("、")}
    fault = bool(case.notices) and any(one.name not in new_ones for one in missing)
    return answers.corrected(case, tuple(missing), within, fault=fault)


def refuse(
    case: Case,
    within: Setting,
    *,
    reason: str,
    legal_basis: str,
    remedies: str,
    competent_unit: str | None = None,
) -> Change[Case]:
    """不予受理, with the remedies; another thing than a denial."""
    only(
        case, BEFORE_ACCEPTANCE, "该办件已有受理结论，不能不予受理。", "The application was answered already."
    )
    refusal = Refusal(within.now, reason, legal_basis, remedies, competent_unit)
    line = Line(within.now, AcceptanceRefused.type, {"reason": reason})
    after = replace(
        case, state="not_accepted", refusal=refusal, answer_due=None, timeline=(*case.timeline, line)
    )
    event = AcceptanceRefused(
        **after.fields(at=within.now, actor=within.actor),
        reason=reason,
        legal_basis=legal_basis,
        remedies=remedies,
        competent_unit=competent_unit,
    )
    return Change(after, AcceptanceRefused.type, within.actor, within.now, (event,))


def supplement(
    case: Case,
    version: Version,
    added: Sequence[Material],
    within: Setting,
    *,
    licences: Sealed | None = None,
    wordings: Mapping[str, str] = MappingProxyType({}),
) -> Change[Case]:
    """Take in what was asked for: in full the case is received anew, in part it goes on waiting."""
    case = replace(case, licences=licences or case.licences, wordings={**case.wordings, **wordings})
    if case.state in WITH_APPROVAL:
        return _supplemented_after_acceptance(case, version, added, within)
    only(
        case,
        frozenset(("correction_requested",)),
        "该办件现在不需要补充材料。",
        "No materials are asked for now.",
    )
    names = {one.name for one in added}
    given = [*(one for one in case.materials if one.name not in names), *added]
    checked = _checked(case, version, given)
    asked = {one.name: one for one in case.missing if one.name not in names}
    missing = tuple({**asked, **{one.name: one for one in checked.missing}}.values())
    answer_due = working_days_after(within.now, within.terms.answer, within.calendar) if not missing else None
    state: CaseState = "correction_requested" if missing else "received"
    line = Line(within.now, MaterialsSupplemented.type, {"names": "、".join(sorted(names))})
    after = replace(
        case,
        state=state,
        materials=checked.materials,
        missing=missing,
        answer_due=answer_due,
        timeline=(*case.timeline, line),
    )
    event = MaterialsSupplemented(
        **after.fields(at=within.now, actor=within.actor),
        stage="before_acceptance",
        materials=[one for one in checked.materials if one.name in names],
        still_missing=list(missing),
        answer_due=answer_due,
    )
    return Change(after, MaterialsSupplemented.type, within.actor, within.now, (event,))


def _checked(case: Case, version: Version, materials: Sequence[Material]) -> Checked:
    holders = {party.role: party.ref for party in case.parties}
    asked = {missing.name for notice in case.notices for missing in notice.missing}
    return check(version.record, case.situation, materials, holders, asked)


def withdraw(
    case: Case, within: Setting, *, reason: WithdrawalReason | None, words: Sealed | None = None
) -> Change[Case]:
    """Before acceptance the application ends; after it, approval is asked, who owns the outcome."""
    event: ApplicationWithdrawn | WithdrawalRequested
    before = case.state in BEFORE_ACCEPTANCE
    if not before:
        only(case, frozenset(("accepted",)), "该办件已不能撤回。", "The case cannot be withdrawn any more.")
    kind = ApplicationWithdrawn if before else WithdrawalRequested
    after = replace(
        case,
        state="withdrawn" if before else "withdrawal_requested",
        answer_due=None,
        words=words,
        timeline=(*case.timeline, Line(within.now, kind.type)),
    )
    event = kind(**after.fields(at=within.now, actor=within.actor), reason=reason)
    return Change(after, kind.type, within.actor, within.now, (event,))


def lapse(case: Case, within: Setting) -> Change[Case] | None:
    """The correction was not answered by its date."""
    if case.state != "correction_requested" or not case.notices:
        return None
    notice = case.notices[-1]
    if civil_day(within.now) <= notice.answer_by:
        return None
    after = replace(case, state="lapsed", timeline=(*case.timeline, Line(within.now, CaseLapsed.type)))
    event = CaseLapsed(
        **after.fields(at=within.now, actor=within.actor),
        notice_no=notice.notice_no,
        answer_by=notice.answer_by,
    )
    return Change(after, CaseLapsed.type, within.actor, within.now, (event,))


def unmask(case: Case, actor: Actor, now: datetime, reason: str) -> Change[Case]:
    """The audit record of an official who reads the applicant's data."""
    return Change(case, "applicant-unmasked", actor, now, note={"reason": reason})


def _supplemented_after_acceptance(
    case: Case, version: Version, added: Sequence[Material], within: Setting
) -> Change[Case]:
    """补充材料 for the unit that handles the case; the list is not checked again."""
    names = {one.name for one in added}
    checked = _checked(case, version, added)
    handed_in = [one for one in checked.materials if one.name in names]
    kept = [one for one in case.materials if one.name not in names]
    line = Line(within.now, MaterialsSupplemented.type, {"names": "、".join(sorted(names))})
    after = replace(case, materials=(*kept, *handed_in), timeline=(*case.timeline, line))
    event = MaterialsSupplemented(
        **after.fields(at=within.now, actor=within.actor),
        stage="after_acceptance",
        materials=handed_in,
        still_missing=[],
    )
    return Change(after, MaterialsSupplemented.type, within.actor, within.now, (event,))
