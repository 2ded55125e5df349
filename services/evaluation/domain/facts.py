"""What evaluation knows of a case: a block for each publisher, filled in whatever order the events come.

No field is written from two publishers; what both could say (place, unit, item) is derived from the blocks,
so that every order of events ends in the same facts (events.md §5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from contracts import CaseEventData, EventData
from contracts.approval import CaseDecided, CaseWithdrawn
from contracts.evaluation import ServiceRated
from contracts.intake import (
    AcceptanceRefused,
    ApplicationWithdrawn,
    CaseAccepted,
    CaseLapsed,
    CaseReceived,
    CorrectionRequested,
)
from services.runtime.change import Change
from services.runtime.clock import BEIJING

#: Ways of handing in that are online (网上办理): the browser and the phone-sized page.
ONLINE = frozenset(("web", "phone"))
#: What stands in for a paper that a person would have had to bring (免提交, 告知承诺).
SAVED = frozenset(("licence", "on_file", "commitment"))

Ending = Literal["not_accepted", "withdrawn", "lapsed"]


@dataclass(frozen=True, slots=True)
class About:
    """What a case is about, as an event told it."""

    place_code: str
    item_code: str
    item_name: str
    immediate: bool
    unit_id: str
    unit_name: str
    hall_id: str | None
    applicant_ref: str
    submitter_ref: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What intake said: when it came in and how, whether and by whom it was accepted, how it ended before."""

    about: About
    received_at: datetime | None = None
    channel: str | None = None
    accepted_at: datetime | None = None
    window_id: str | None = None
    officer_id: str | None = None
    materials_saved: int = 0
    corrections: int = 0
    faults: int = 0
    ended: Ending | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """What approval said: how it was decided and whether in time, or that it was withdrawn."""

    about: About
    decided_at: datetime | None = None
    accepted_at: datetime | None = None
    outcome: Literal["granted", "refused"] | None = None
    promised_kept: bool = False
    statutory_kept: bool = False
    days_used: int = 0
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """What the person said."""

    grade: int
    rated_at: datetime


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case."""

    case_no: str
    intake: Intake | None = None
    approval: Approval | None = None
    rating: Rated | None = None

    @property
    def about(self) -> About | None:
        """Intake knows best what a case is about; until it spoke, approval's word stands."""
        known = self.intake or self.approval
        return known.about if known else None

    @property
    def ended_at(self) -> datetime | None:
        """When it was over, however it ended; None while it is open."""
        if self.approval is not None and (self.approval.decided_at or self.approval.withdrawn_at):
            return self.approval.decided_at or self.approval.withdrawn_at
        return self.intake.ended_at if self.intake else None

    @property
    def complete(self) -> bool:
        """Whether everything is there that figures need of a decided case."""
        return self.approval is None or (self.intake is not None and self.intake.accepted_at is not None)

    def concerns(self, person_ref: str | None) -> bool:
        """Whether it was submitted by or for this person."""
        about = self.about
        return (
            bool(person_ref)
            and about is not None
            and person_ref in (about.applicant_ref, about.submitter_ref)
        )


def civil(instant: datetime) -> date:
    """The civil day of an instant."""
    return instant.astimezone(BEIJING).date()


def apply(case: CaseFacts | None, event: CaseEventData | ServiceRated) -> Change[CaseFacts]:
    """The facts after one event of any publisher."""
    case_no = event.service_id if isinstance(event, ServiceRated) else event.case_no
    case = FILLS[type(event)](case or CaseFacts(case_no), event)
    return Change(case, act=type(event).type, actor=event.actor, at=event.at)


def _about(event: CaseEventData) -> About:
    return About(
        place_code=event.place_code,
        item_code=event.item.item_code,
        item_name=event.item.name,
        immediate=event.item.handling == "immediate",
        unit_id=event.unit.unit_id,
        unit_name=event.unit.name,
        hall_id=event.hall_id,
        applicant_ref=event.applicant.applicant_ref,
        submitter_ref=event.submitter_ref,
    )


def _intake(case: CaseFacts, event: CaseEventData) -> Intake:
    return replace(case.intake, about=_about(event)) if case.intake else Intake(_about(event))


def _approval(case: CaseFacts, event: CaseEventData) -> Approval:
    return replace(case.approval, about=_about(event)) if case.approval else Approval(_about(event))


def _received(case: CaseFacts, event: CaseReceived) -> CaseFacts:
    came = replace(_intake(case, event), received_at=_utc(event.at), channel=event.channel)
    return replace(case, intake=came)


def _corrected(case: CaseFacts, event: CorrectionRequested) -> CaseFacts:
    known = _intake(case, event)
    asked = replace(
        known,
        received_at=known.received_at or _utc(event.submitted_at),
        channel=known.channel or event.channel,
        corrections=known.corrections + 1,
        faults=known.faults + event.fault,
    )
    return replace(case, intake=asked)


def _accepted(case: CaseFacts, event: CaseAccepted) -> CaseFacts:
    known = _intake(case, event)
    accepted = replace(
        known,
        received_at=known.received_at or _utc(event.submitted_at),
        channel=known.channel or event.channel,
        accepted_at=_utc(event.at),
        window_id=event.actor.window_id,
        officer_id=event.actor.officer_id,
        materials_saved=sum(material.source in SAVED for material in event.materials),
    )
    return replace(case, intake=accepted)


def _ended(case: CaseFacts, event: AcceptanceRefused | CaseLapsed | ApplicationWithdrawn) -> CaseFacts:
    endings: dict[str, Ending] = {
        AcceptanceRefused.type: "not_accepted",
        CaseLapsed.type: "lapsed",
        ApplicationWithdrawn.type: "withdrawn",
    }
    known, at = _intake(case, event), _utc(event.at)
    over = replace(known, received_at=known.received_at or at, ended=endings[type(event).type], ended_at=at)
    return replace(case, intake=over)


def _decided(case: CaseFacts, event: CaseDecided) -> CaseFacts:
    decided = replace(
        _approval(case, event),
        decided_at=_utc(event.at),
        accepted_at=_utc(event.accepted_at),
        outcome=event.outcome,
        promised_kept=event.on_time.promised,
        statutory_kept=event.on_time.statutory,
        days_used=event.days_used,
    )
    return replace(case, approval=decided)


def _withdrawn(case: CaseFacts, event: CaseWithdrawn) -> CaseFacts:
    return replace(case, approval=replace(_approval(case, event), withdrawn_at=_utc(event.at)))


def _rated(case: CaseFacts, event: ServiceRated) -> CaseFacts:
    return replace(case, rating=Rated(event.grade, _utc(event.at)))


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


#: What each event fills in.
FILLS: dict[type[EventData], Callable[[CaseFacts, Any], CaseFacts]] = {
    CaseReceived: _received,
    CorrectionRequested: _corrected,
    CaseAccepted: _accepted,
    AcceptanceRefused: _ended,
    CaseLapsed: _ended,
    ApplicationWithdrawn: _ended,
    CaseDecided: _decided,
    CaseWithdrawn: _withdrawn,
    ServiceRated: _rated,
}
