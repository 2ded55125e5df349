"""Events of approval: the dossier from its opening to its end, and the calendars it counts by."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from contracts.base import Block, Count, EventData, Identifier, Instant, Sha256, Text
from contracts.blocks import CaseEventData, Clock, Commitment, DueDates, Limit, Pause, UnitRef

_REFUSAL_NAMES_REMEDIES: dict[str, Any] = {
    "if": {"properties": {"outcome": {"const": "refused"}}},
    "then": {"required": ["remedies"], "properties": {"remedies": {"type": "string"}}},
}


class DossierEvent(CaseEventData):
    """`clock` as it stands after the act: whoever needs a due date takes it from the newest event."""

    topic: ClassVar[str] = "approval.cases"

    clock: Clock


class DossierStep(Block):
    """A step that the dossier will go through."""

    step: Identifier
    unit_id: Identifier | None = None
    limit: Limit | None = None


class DossierOpened(DossierEvent):
    """`case-accepted` is applied, once per case."""

    type: ClassVar[str] = "dossier-opened"

    steps: list[DossierStep]
    joint_units: list[UnitRef]


class StepCompleted(DossierEvent):
    """A step of the process map ends."""

    type: ClassVar[str] = "step-completed"

    step: Identifier
    result: Text | None = None
    next_steps: list[Identifier]
    days_used: Count


class ClockStopped(DossierEvent):
    """A pause begins."""

    type: ClassVar[str] = "clock-stopped"

    pause: Pause


class ClockResumed(DossierEvent):
    """A pause ends; `clock.stopped` stays true while another is open."""

    type: ClassVar[str] = "clock-resumed"

    pause: Pause
    protocol_sha256: Sha256 | None = None
    """The protocol of the special step."""


class DeadlineExtended(DossierEvent):
    """Extended, once, within the item's limit."""

    type: ClassVar[str] = "deadline-extended"

    limit: Limit
    reason: Text
    legal_basis: Text
    previous: DueDates


class DueDatesRecomputed(DossierEvent):
    """A loaded calendar or a corrected fact moved or confirmed a date."""

    type: ClassVar[str] = "due-dates-recomputed"

    previous: DueDates
    cause: Text
    """Version of the calendar, or id of the event, that led to it."""


class OnTime(Block):
    """Whether each limit was kept."""

    promised: bool
    statutory: bool


class DecisionResult(Block):
    """The result document, and by when it must be handed over."""

    type_code: Identifier
    name: Text
    deliver_by: date | None = None


class CaseDecided(DossierEvent):
    """The decision is signed; a refusal names the remedies."""

    model_config = ConfigDict(json_schema_extra=_REFUSAL_NAMES_REMEDIES)
    type: ClassVar[str] = "case-decided"

    outcome: Literal["granted", "refused"]
    decision_no: Text
    reason: Text
    legal_basis: Text
    remedies: Text | None = None
    conditions: list[Text] = Field(default_factory=list)
    accepted_at: Instant
    pauses: list[Pause]
    days_used: Count
    on_time: OnTime
    result: DecisionResult | None = None
    recipients: list[Identifier]
    """References of the persons and units that the result goes to."""
    regulators: list[UnitRef]
    commitments: list[Commitment]

    @model_validator(mode="after")
    def _refusal_names_remedies(self) -> Self:
        if self.outcome == "refused" and self.remedies is None:
            raise ValueError("a refusal names the remedies")
        return self


class CaseWithdrawn(DossierEvent):
    """A `withdrawal-requested` is applied: not decided yet."""

    type: ClassVar[str] = "case-withdrawn"

    reason: Text | None = None


class WithdrawalRefused(DossierEvent):
    """A `withdrawal-requested` came too late: decided already."""

    type: ClassVar[str] = "withdrawal-refused"

    reason: Text | None = None


class CalendarException(Block):
    """A day that differs from its weekday: a day off, or a make-up day that counts."""

    date: date
    counts: bool
    name: Text


class CalendarLoaded(EventData):
    """A year's days off and make-up days are loaded or corrected."""

    type: ClassVar[str] = "calendar-loaded"
    topic: ClassVar[str] = "approval.calendars"

    calendar: Text
    """Version of the calendar."""
    year: Annotated[int, Field(ge=2000, le=2999)]
    exceptions: list[CalendarException]
    source: Text
    """The notice that fixes it."""
