"""The three answers to an application, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from contracts import Actor
from contracts.base import Channel
from contracts.blocks import Commitment, Deferred, Missing
from contracts.intake import CaseAccepted, CaseReceived, CorrectionRequested
from services.intake.domain import numbers
from services.intake.domain.case import Acceptance, Case, CaseState, Line, Notice, Party, Sealed
from services.intake.domain.dates import Terms, clock_at, working_days_after
from services.intake.domain.items import Version
from services.intake.domain.materials import Checked
from services.intake.domain.refusals import NotInThisState
from services.intake.domain.wordings import GENERAL
from services.runtime.change import Change
from services.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Application:
    """An application, checked and ready to be answered; ``account`` filed it for itself or another."""

    case_no: str
    version: Version
    channel: Channel
    applicant: Party
    parties: tuple[Party, ...]
    submitter_ref: str
    account: str | None
    hall_id: str | None
    situation: dict[str, str]
    checked: Checked
    licences: Sealed | None = None
    wordings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds an act: who, when, on which calendar and terms."""

    actor: Actor
    now: datetime
    calendar: Calendar
    terms: Terms


def only(case: Case, states: frozenset[CaseState], zh: str, en: str) -> None:
    """Refuse unless the case is in one of the states."""
    if case.state not in states:
        raise NotInThisState(case.state, zh, en)


def opened(application: Application, within: Setting) -> Case:
    """The case before its answer."""
    version = application.version
    return Case(
        case_no=application.case_no,
        state="received",
        first_state="received",
        place=version.place,
        item=version.ref(),
        unit=version.unit(),
        channel=application.channel,
        applicant=application.applicant,
        parties=application.parties,
        submitter_ref=application.submitter_ref,
        hall_id=application.hall_id,
        submitted_at=within.now,
        limits=version.limits(),
        readers=_readers(application),
        situation=application.situation,
        materials=application.checked.materials,
        licences=application.licences,
        wordings=application.wordings,
    )


def _readers(application: Application) -> tuple[str, ...]:
    """Whose case it is: applicant, parties, who filed it, and the account that did."""
    refs = [
        application.applicant.ref,
        *(party.ref for party in application.parties),
        application.submitter_ref,
    ]
    account = [f"sub:{application.account}"] if application.account else []
    return tuple(dict.fromkeys([*refs, *account]))


def received(case: Case, within: Setting) -> Change[Case]:
    """收件, to be answered within five working days."""
    due = working_days_after(within.now, within.terms.answer, within.calendar)
    line = Line(within.now, CaseReceived.type, {"channel": case.channel})
    after = replace(case, answer_due=due, timeline=(*case.timeline, line))
    event = CaseReceived(
        **after.fields(at=within.now, actor=within.actor),
        channel=case.channel,
        situation=case.situation,
        materials=list(case.materials),
        answer_due=due,
    )
    return Change(after, CaseReceived.type, within.actor, within.now, (event,))


def accepted(
    case: Case, checked: Checked, within: Setting, *, at: datetime, deemed: bool = False, first: bool = False
) -> Change[Case]:
    """受理: the clock is set, what was deferred or committed gets its date and number."""
    acceptance = _acceptance(case, checked, within, at, deemed)
    after = replace(
        case,
        state="accepted",
        first_state="accepted" if first else case.first_state,
        materials=checked.materials,
        missing=(),
        answer_due=None,
        acceptance=acceptance,
        timeline=(*case.timeline, Line(at, CaseAccepted.type, {"deemed": "yes"} if deemed else {})),
    )
    event = CaseAccepted(
        **after.fields(at=at, actor=within.actor),
        deemed=deemed,
        channel=case.channel,
        submitted_at=case.submitted_at,
        receipt_no=acceptance.receipt_no,
        situation=case.situation,
        materials=list(checked.materials),
        deferred=list(acceptance.deferred),
        commitments=list(acceptance.commitments),
        limits=case.limits,
        clock=acceptance.clock,
    )
    return Change(after, CaseAccepted.type, within.actor, at, (event,))


def _acceptance(case: Case, checked: Checked, within: Setting, at: datetime, deemed: bool) -> Acceptance:
    clock = clock_at(at, case.limits, within.calendar)
    # What follows later must follow while the case can still be decided in time.
    follows = min(working_days_after(at, within.terms.deferral, within.calendar), clock.promised_due.on)
    return Acceptance(
        at=at,
        receipt_no=numbers.receipt_no(case.case_no),
        clock=clock,
        deemed=deemed,
        deferred=tuple(Deferred(name=name, due_on=follows) for name in checked.names("deferred")),
        commitments=tuple(
            Commitment(
                commitment_id=numbers.commitment_id(case.case_no, count),
                replaces=name,
                text_version=case.wordings.get(name, GENERAL),
            )
            for count, name in enumerate(checked.names("commitment"), 1)
        ),
    )


def corrected(
    case: Case, missing: tuple[Missing, ...], within: Setting, *, fault: bool, first: bool = False
) -> Change[Case]:
    """补正: the notice with everything that is missing, and by when it is answered."""
    count = len(case.notices) + 1
    notice = Notice(
        notice_no=numbers.notice_no(case.case_no, count),
        at=within.now,
        missing=missing,
        answer_by=working_days_after(within.now, within.terms.correction, within.calendar),
        fault=fault,
    )
    line = Line(
        within.now, CorrectionRequested.type, {"names": "、".join(dict.fromkeys(m.name for m in missing))}
    )
    after = replace(
        case,
        state="correction_requested",
        first_state="correction_requested" if first else case.first_state,
        missing=missing,
        answer_due=None,
        notices=(*case.notices, notice),
        timeline=(*case.timeline, line),
    )
    event = CorrectionRequested(
        **after.fields(at=within.now, actor=within.actor),
        notice_no=notice.notice_no,
        notice_count=count,
        fault=fault,
        missing=list(missing),
        answer_by=notice.answer_by,
        channel=case.channel,
        submitted_at=case.submitted_at,
    )
    return Change(after, CorrectionRequested.type, within.actor, within.now, (event,))
