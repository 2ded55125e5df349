"""The acts of officers on a dossier: decide, pause, resume, extend."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from contracts import Actor
from contracts.approval import (
    CaseDecided,
    ClockResumed,
    ClockStopped,
    DeadlineExtended,
    DecisionResult,
    OnTime,
)
from contracts.blocks import DueDates, Limit, Pause
from services.approval.domain import clock, refusals
from services.approval.domain.dossier import Decision, Dossier, Extended
from services.approval.domain.items import Terms
from services.approval.domain.wording import checked
from services.runtime.change import Change
from services.workdays import Calendar, civil_day


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an officer decides."""

    outcome: Literal["granted", "refused"]
    reason: str
    remedies: str | None = None


def decided(
    dossier: Dossier, terms: Terms | None, verdict: Verdict, actor: Actor, calendar: Calendar, now: datetime
) -> Change[Dossier]:
    """Decide (A6): by the right person, once, with reason, and remedies where refused."""
    dossier.must_be_undecided()
    if terms is None:
        raise refusals.ItemVersionUnknown()
    _must_hold_the_right_to_decide(dossier, terms, actor)
    if dossier.state == "paused":
        raise refusals.ClockIsStopped()
    if verdict.outcome == "granted" and dossier.gaps:
        raise refusals.OpenGaps(dossier.gaps)
    if verdict.outcome == "refused" and not verdict.remedies:
        raise refusals.RemediesMissing()
    decision = _decision(dossier, terms, verdict, actor, calendar, now)
    after = replace(dossier, state="decided", desk="decided", decision=decision)
    limit = (terms.result and terms.result.deliver_within) or dossier.limits.delivery
    due = clock.delivery_due(now, limit, calendar)
    after = after.with_clock(dossier.clock.model_copy(update={"delivery_due": due}))
    note = {
        "outcome": decision.outcome,
        "decision_no": decision.decision_no,
        "reason": decision.reason,
        "legal_basis": decision.legal_basis,
        "remedies": decision.remedies,
    }
    return Change(after, "decided", actor, now, (_case_decided(after, decision, terms, actor),), note)


def paused(
    dossier: Dossier,
    terms: Terms | None,
    step: str,
    planned_end: date,
    actor: Actor,
    calendar: Calendar,
    now: datetime,
) -> Change[Dossier]:
    """A special step begins that stops the clock (A2); the day on which it begins does not count any more."""
    dossier.must_be_undecided()
    if terms is None:
        raise refusals.ItemVersionUnknown()
    must_be_of_unit(dossier, actor)
    found = terms.step(step)
    if found is None:
        raise refusals.UnknownStep()
    if not found.stops_clock:
        raise refusals.StepDoesNotStopClock()
    if any(pause.step == step for pause in dossier.open_pauses):
        raise refusals.AlreadyPaused()
    today = civil_day(now)
    latest = clock.latest_pause_end(today, found.limit, calendar)
    if not today < planned_end <= latest:
        raise refusals.PlannedEndOutOfRange(latest)
    pause = Pause(
        pause_id=f"p{len(dossier.pauses) + 1}",
        reason="special_step",
        step=step,
        from_=today,
        planned_end=planned_end,
    )
    after = replace(dossier, state="paused", pauses=(*dossier.pauses, pause))
    after = after.with_clock(clock.computed(after, calendar, as_of=today))
    out = after.event(ClockStopped, now, actor, pause=pause)
    return Change(after, "paused", actor, now, (out,), _named(pause))


def resumed(
    dossier: Dossier,
    pause_id: str | None,
    protocol_sha256: str | None,
    actor: Actor,
    calendar: Calendar,
    now: datetime,
) -> Change[Dossier]:
    """A special step ends, with its protocol; the day on which it ends counts again."""
    dossier.must_be_undecided()
    must_be_of_unit(dossier, actor)
    mine = [pause for pause in dossier.open_pauses if pause.reason == "special_step"]
    if pause_id is not None:
        mine = [pause for pause in mine if pause.pause_id == pause_id]
    if not mine:
        raise refusals.NotPaused()
    if len(mine) > 1:
        raise refusals.WhichPause()
    today = civil_day(now)
    ended = mine[0].model_copy(update={"until": max(today, mine[0].from_)})
    pauses = tuple(ended if pause.pause_id == ended.pause_id else pause for pause in dossier.pauses)
    still = any(pause.until is None for pause in pauses)
    after = replace(dossier, state="paused" if still else "open", pauses=pauses)
    after = after.with_clock(clock.computed(after, calendar, as_of=today))
    out = after.event(ClockResumed, now, actor, pause=ended, protocol_sha256=protocol_sha256)
    return Change(after, "resumed", actor, now, (out,), _named(ended))


def extended(
    dossier: Dossier,
    terms: Terms | None,
    reason: str,
    limit: Limit | None,
    actor: Actor,
    calendar: Calendar,
    now: datetime,
) -> Change[Dossier]:
    """Extend once, within the item's limit, which may be a total in another unit (附件5 §8)."""
    dossier.must_be_undecided()
    if terms is None:
        raise refusals.ItemVersionUnknown()
    must_be_of_unit(dossier, actor)
    allowed = dossier.limits.extension
    if allowed is None:
        raise refusals.NoExtension()
    if dossier.extended is not None:
        raise refusals.AlreadyExtended()
    if dossier.state == "paused":
        raise refusals.ClockIsStopped()
    if civil_day(now) > dossier.clock.statutory_due.on:
        raise refusals.ExtensionTooLate()
    wanted = limit or Limit(value=allowed.value, unit=allowed.unit)
    longest = clock.computed(dossier, calendar, extension=Limit(value=allowed.value, unit=allowed.unit))
    longer = clock.computed(dossier, calendar, extension=wanted)
    if not dossier.clock.promised_due.on < longer.promised_due.on <= longest.promised_due.on:
        raise refusals.ExtensionOutOfRange(longest.promised_due.on)
    why = Extended(wanted, checked(reason, "reason"), terms.basis, now)
    before = DueDates(promised_due=dossier.clock.promised_due, statutory_due=dossier.clock.statutory_due)
    after = replace(dossier, extended=why).with_clock(longer)
    out = after.event(
        DeadlineExtended, now, actor, limit=wanted, reason=reason, legal_basis=terms.basis, previous=before
    )
    note = {"limit": wanted.model_dump(), "reason": reason}
    return Change(after, "extended", actor, now, (out,), note)


def must_be_of_unit(dossier: Dossier, actor: Actor) -> None:
    """OtherUnit unless the officer's unit decides the case; no unit stands for every unit of the place."""
    if actor.unit_id is not None and actor.unit_id != dossier.unit_id:
        raise refusals.OtherUnit()


def _must_hold_the_right_to_decide(dossier: Dossier, terms: Terms, actor: Actor) -> None:
    if actor.role == "clerk":
        # 即办件 are decided at the window that takes them, where the item says so (A1).
        immediate = dossier.case.item.handling == "immediate" and terms.acceptor_may_decide
        if not immediate or actor.hall_id is None or actor.hall_id != dossier.case.hall_id:
            raise refusals.NotAtThisWindow()
        return
    must_be_of_unit(dossier, actor)
    if not terms.acceptor_may_decide and actor.officer_id in (
        dossier.application.accepted_by,
        dossier.case.submitter_ref,
    ):
        raise refusals.AcceptorMayNotDecide()


def _decision(
    dossier: Dossier, terms: Terms, verdict: Verdict, actor: Actor, calendar: Calendar, now: datetime
) -> Decision:
    today = civil_day(now)
    return Decision(
        outcome=verdict.outcome,
        decision_no=decision_no(dossier, today),
        reason=checked(verdict.reason, "reason"),
        legal_basis=terms.basis,
        decided_at=now,
        decided_by=actor.officer_id,
        days_used=clock.days_used(dossier, today, calendar),
        promised_kept=today <= dossier.clock.promised_due.on,
        statutory_kept=today <= dossier.clock.statutory_due.on,
        remedies=checked(verdict.remedies, "remedies") if verdict.remedies else None,
    )


def decision_no(dossier: Dossier, on: date) -> str:
    """The number printed on the decision. It follows from the case number, so that it is unique without a
    counter that all decisions of a unit would queue at.
    """
    return f"{dossier.place}决〔{on.year}〕{dossier.case_no.partition('-')[2] or dossier.case_no}号"


def _case_decided(dossier: Dossier, decision: Decision, terms: Terms, actor: Actor) -> CaseDecided:
    result, due = None, dossier.clock.delivery_due
    if terms.result is not None and decision.outcome == "granted":
        result = DecisionResult(
            type_code=terms.result.type_code, name=terms.result.name, deliver_by=due.on if due else None
        )
    return dossier.event(
        CaseDecided,
        decision.decided_at,
        actor,
        outcome=decision.outcome,
        decision_no=decision.decision_no,
        reason=decision.reason,
        legal_basis=decision.legal_basis,
        remedies=decision.remedies,
        accepted_at=dossier.accepted_at,
        pauses=list(dossier.pauses),
        days_used=decision.days_used,
        on_time=OnTime(promised=decision.promised_kept, statutory=decision.statutory_kept),
        result=result,
        recipients=_recipients(dossier, terms),
        regulators=list(terms.regulators),
        commitments=list(dossier.application.commitments),
    )


def _recipients(dossier: Dossier, terms: Terms) -> list[str]:
    applicant = dossier.case.applicant.applicant_ref
    named = terms.result.recipients if terms.result else []
    found = [applicant if who.kind == "applicant" else who.unit_id for who in named]
    return [who for who in dict.fromkeys(found) if who] or [applicant]


def _named(pause: Pause) -> dict[str, str]:
    dates = {"from": pause.from_, "planned_end": pause.planned_end, "until": pause.until}
    said = {name: day.isoformat() for name, day in dates.items() if day is not None}
    return {"pause_id": pause.pause_id, "reason": pause.reason, "step": pause.step or "", **said}
