"""What intake's facts do to a dossier: opened, supplemented, withdrawn (events §6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from contracts.approval import CaseWithdrawn, ClockResumed, DossierOpened, DossierStep, WithdrawalRefused
from contracts.blocks import Material
from contracts.intake import CaseAccepted, MaterialsSupplemented, WithdrawalRequested
from services.approval.domain import clock
from services.approval.domain.dossier import SYSTEM, Application, CaseFields, Dossier, areas_of
from services.approval.domain.items import Terms
from services.runtime.change import Change
from services.workdays import Calendar, civil_day


def opened(event: CaseAccepted, terms: Terms | None, calendar: Calendar, now: datetime) -> Change[Dossier]:
    """The dossier of a case just accepted; without its item's copy it opens all the same."""
    dates = clock.start(event.at, event.limits, calendar)
    dossier = Dossier(
        case_no=event.case_no,
        state="open",
        desk="open",
        place=event.place_code,
        areas=areas_of(event.place_code),
        unit_id=event.unit.unit_id,
        due=dates.promised_due.on,
        accepted_at=event.at,
        case=CaseFields.of(event),
        application=Application(
            channel=event.channel,
            submitted_at=event.submitted_at,
            receipt_no=event.receipt_no,
            deemed=event.deemed,
            accepted_by=event.actor.officer_id,
            materials=tuple(event.materials),
            deferred=tuple(event.deferred),
            commitments=tuple(event.commitments),
            joint_units=tuple(event.joint_units),
            situation=event.situation,
        ),
        limits=event.limits,
        clock=dates,
        gaps=tuple(gap.name for gap in event.deferred),
    )
    steps = [
        DossierStep(step=step.step, unit_id=step.unit_id or dossier.unit_id, limit=step.limit)
        for step in (terms.steps if terms else ())
    ]
    out = dossier.event(
        DossierOpened, now, SYSTEM, steps=steps, joint_units=list(dossier.application.joint_units)
    )
    return Change(dossier, "opened", SYSTEM, now, (out,), {"calendar": dates.calendar})


def supplemented(
    dossier: Dossier, event: MaterialsSupplemented, calendar: Calendar, now: datetime
) -> Change[Dossier]:
    """Materials handed in after acceptance: they close gaps, and nothing missing ends the pause for them."""
    arrived = {material.name for material in event.materials if material.source != "deferred"}
    after = replace(
        dossier,
        gaps=tuple(name for name in dossier.gaps if name not in arrived),
        application=replace(
            dossier.application, materials=_replaced(dossier.application.materials, event.materials)
        ),
    )
    note = {"materials": sorted(arrived), "open_gaps": list(after.gaps)}
    waiting = [pause for pause in dossier.open_pauses if pause.reason == "supplement"]
    if dossier.state != "paused" or event.still_missing or not waiting:
        return Change(after, "supplemented", event.actor, event.at, note=note)
    today = civil_day(event.at)
    ended = tuple(pause.model_copy(update={"until": max(today, pause.from_)}) for pause in waiting)
    kept = {pause.pause_id: pause for pause in ended}
    pauses = tuple(kept.get(pause.pause_id, pause) for pause in dossier.pauses)
    after = replace(after, pauses=pauses, state="paused" if _any_open(pauses) else "open")
    after = after.with_clock(clock.computed(after, calendar, as_of=today))
    events = tuple(after.event(ClockResumed, now, SYSTEM, pause=pause) for pause in ended)
    return Change(after, "supplemented", event.actor, event.at, events, note)


def withdrawn(dossier: Dossier, event: WithdrawalRequested, now: datetime) -> Change[Dossier]:
    """The applicant withdraws: the case ends, unless it was decided before (the owner decides the race)."""
    if dossier.state == "decided":
        refused = dossier.event(WithdrawalRefused, now, SYSTEM, reason="already_decided")
        return Change(dossier, "withdrawal_refused", event.actor, now, (refused,))
    if dossier.state == "closed":
        return Change(dossier, "withdrawal_noted", event.actor, now)
    after = replace(dossier, state="closed", desk="closed", ended="withdrawn")
    out = after.event(CaseWithdrawn, now, event.actor, reason=event.reason)
    return Change(after, "withdrawn", event.actor, now, (out,), {"reason": event.reason})


def _replaced(old: tuple[Material, ...], new: list[Material]) -> tuple[Material, ...]:
    names = {material.name for material in new}
    return (*(material for material in old if material.name not in names), *new)


def _any_open(pauses: tuple[object, ...]) -> bool:
    return any(getattr(pause, "until", None) is None for pause in pauses)
