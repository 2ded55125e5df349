"""The dossier (审批卷): one case from its acceptance to its end, and the events about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from pydantic import Field

from contracts import Actor, Block
from contracts.approval import DossierEvent
from contracts.base import Channel, Identifier, PersonRef, PlaceCode, lineage
from contracts.blocks import (
    ApplicantRef,
    CaseEventData,
    Clock,
    Commitment,
    Deferred,
    HandOver,
    ItemRef,
    Limit,
    Limits,
    Material,
    Pause,
    UnitRef,
)
from services.approval.domain.refusals import AlreadyDecided, CaseEnded

State = Literal["open", "paused", "decided", "closed"]
#: Where a work list looks for it: undecided (running or paused), decided, ended otherwise.
Desk = Literal["open", "decided", "closed"]
E = TypeVar("E", bound=DossierEvent)

SYSTEM = Actor(role="system")


class CaseFields(Block):
    """The case fields that every event about the case repeats, as intake gave them."""

    case_no: Identifier
    item: ItemRef
    applicant: ApplicantRef
    submitter_ref: Identifier
    concerned_refs: list[PersonRef] = Field(default_factory=list)
    unit: UnitRef
    hall_id: Identifier | None = None
    taken_in_place: PlaceCode | None = None
    package_no: Identifier | None = None
    mandate_id: Identifier | None = None
    project_no: Identifier | None = None
    hand_over: HandOver | None = None

    @classmethod
    def of(cls, event: CaseEventData) -> CaseFields:
        """Those of an event."""
        return cls(**{name: getattr(event, name) for name in cls.model_fields})

    def shared(self) -> dict[str, Any]:
        """As keyword arguments of an event."""
        return {name: getattr(self, name) for name in type(self).model_fields}


@dataclass(frozen=True, slots=True)
class Application:
    """What came with the acceptance and is shown to the officer."""

    channel: Channel
    submitted_at: datetime
    receipt_no: str
    deemed: bool
    accepted_by: str | None
    materials: tuple[Material, ...]
    deferred: tuple[Deferred, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    joint_units: tuple[UnitRef, ...] = ()
    situation: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extended:
    """The one extension: its limit, and why."""

    limit: Limit
    reason: str
    legal_basis: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision as signed."""

    outcome: Literal["granted", "refused"]
    decision_no: str
    reason: str
    legal_basis: str
    decided_at: datetime
    decided_by: str | None
    days_used: int
    promised_kept: bool
    statutory_kept: bool
    remedies: str | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """State of one dossier. ``due`` repeats the promised due date, because work lists are sorted by it;
    ``areas`` are the place and all its ancestors, so that a prefix is found by equality.
    """

    case_no: str
    state: State
    desk: Desk
    place: str
    areas: tuple[str, ...]
    unit_id: str
    due: date
    accepted_at: datetime
    case: CaseFields
    application: Application
    limits: Limits
    clock: Clock
    pauses: tuple[Pause, ...] = ()
    gaps: tuple[str, ...] = ()
    extended: Extended | None = None
    decision: Decision | None = None
    ended: str | None = None

    @property
    def open_pauses(self) -> tuple[Pause, ...]:
        """The pauses that have no end yet."""
        return tuple(pause for pause in self.pauses if pause.until is None)

    def with_clock(self, clock: Clock) -> Dossier:
        """The dossier with newly computed dates."""
        return replace(self, clock=clock, due=clock.promised_due.on)

    def must_be_undecided(self) -> None:
        """AlreadyDecided or CaseEnded."""
        if self.state == "decided":
            raise AlreadyDecided()
        if self.state == "closed":
            raise CaseEnded()

    def event(self, kind: type[E], at: datetime, actor: Actor, **more: Any) -> E:
        """An event about this dossier, with its clock as it stands."""
        return kind(place_code=self.place, at=at, actor=actor, clock=self.clock, **self.case.shared(), **more)


def areas_of(place: str) -> tuple[str, ...]:
    """A place and its ancestors, the widest first."""
    return tuple(lineage(place))
