"""What approval says of an accepted case, kept in a block of its own; end states take no later change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from contracts import Actor
from contracts.approval import (
    CaseDecided,
    CaseWithdrawn,
    ClockResumed,
    ClockStopped,
    DeadlineExtended,
    DossierEvent,
    StepCompleted,
)
from services.intake.domain.case import WITH_APPROVAL, Case, CaseState, Dossier, Line
from services.runtime.change import Change

_APPROVAL = Actor(role="system")


def told_by_approval(case: Case, event: DossierEvent, now: datetime) -> Change[Case]:
    """Note one of approval's facts, and what follows from it for the state."""
    before = case.dossier or Dossier(clock=event.clock)
    dossier = replace(
        before, clock=event.clock, lines=(*before.lines, Line(event.at, event.type, _detail(event)))
    )
    if isinstance(event, ClockStopped | ClockResumed):
        others = tuple(pause for pause in before.pauses if pause.pause_id != event.pause.pause_id)
        dossier = replace(dossier, pauses=(*others, event.pause))
    if isinstance(event, CaseDecided):
        dossier = replace(
            dossier,
            outcome=event.outcome,
            decision_no=event.decision_no,
            reason=event.reason,
            remedies=event.remedies,
            decided_at=event.at,
            deliver_by=event.result.deliver_by if event.result else None,
            result_name=event.result.name if event.result else None,
        )
    after = replace(case, dossier=dossier, state=_state(case, event))
    return Change(after, f"seen:{event.type}", _APPROVAL, now)


def _state(case: Case, event: DossierEvent) -> CaseState:
    if case.state not in WITH_APPROVAL:
        return case.state  # end states absorb (events.md §5)
    if isinstance(event, CaseDecided):
        return "decided"
    if isinstance(event, CaseWithdrawn):
        return "withdrawn"
    return case.state


def _detail(event: DossierEvent) -> dict[str, str]:
    if isinstance(event, CaseDecided):
        return {"outcome": event.outcome, "decision_no": event.decision_no}
    if isinstance(event, StepCompleted):
        return {"step": event.step}
    if isinstance(event, ClockStopped):
        return {"until": event.pause.planned_end.isoformat(), "reason": event.pause.reason}
    if isinstance(event, ClockResumed):
        return {"due": event.clock.promised_due.on.isoformat()}
    if isinstance(event, DeadlineExtended):
        return {"due": event.clock.promised_due.on.isoformat(), "reason": event.reason}
    return {}
