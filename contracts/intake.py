"""Events of intake: a case from its application to its acceptance, or to its end before."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from contracts.base import Channel, Identifier, Instant, PositiveInt, Text
from contracts.blocks import (
    CaseEventData,
    Clock,
    Commitment,
    Deferred,
    Limits,
    Material,
    Missing,
    UnitRef,
)

WithdrawalReason = Literal["no_longer_needed", "wrong_item", "materials_not_available", "other"]
"""A code, because words of an applicant do not travel."""


class IntakeCaseEvent(CaseEventData):
    topic: ClassVar[str] = "intake.cases"


class CaseReceived(IntakeCaseEvent):
    """收件: an application comes in that the hall does not answer in the same act."""

    type: ClassVar[str] = "case-received"

    channel: Channel
    situation: dict[str, str] = Field(default_factory=dict)
    materials: list[Material]
    answer_due: date
    """Five working days; without an answer by then it counts as accepted."""


class CorrectionRequested(IntakeCaseEvent):
    """补正: the one notice before acceptance that names everything missing (一次告知)."""

    type: ClassVar[str] = "correction-requested"

    notice_no: Identifier
    notice_count: PositiveInt
    fault: bool
    """A later notice on what was visible before: a fault of the hall."""
    missing: list[Missing] = Field(min_length=1)
    answer_by: date
    channel: Channel
    submitted_at: Instant


class MaterialsSupplemented(IntakeCaseEvent):
    """A party hands in what was asked, before acceptance or, for the unit, after it."""

    type: ClassVar[str] = "materials-supplemented"

    stage: Literal["before_acceptance", "after_acceptance"]
    materials: list[Material]
    still_missing: list[Missing]
    answer_due: date | None = None


class CaseAccepted(IntakeCaseEvent):
    """受理: by a window, by a rule, or by law after five working days without a notice (`deemed`)."""

    type: ClassVar[str] = "case-accepted"

    deemed: bool
    channel: Channel
    submitted_at: Instant
    receipt_no: Identifier
    right_id: Identifier | None = None
    """The right (受理权) that it was accepted under."""
    situation: dict[str, str] = Field(default_factory=dict)
    materials: list[Material]
    deferred: list[Deferred]
    commitments: list[Commitment]
    limits: Limits
    clock: Clock
    joint_units: list[UnitRef] = Field(default_factory=list)


class AcceptanceRefused(IntakeCaseEvent):
    """不予受理: another thing than a denial."""

    type: ClassVar[str] = "acceptance-refused"

    reason: Text
    legal_basis: Text
    remedies: Text
    competent_unit: Text | None = None
    """The unit that would be competent, in words."""


class CaseLapsed(IntakeCaseEvent):
    """The correction was not answered by its date."""

    type: ClassVar[str] = "case-lapsed"

    notice_no: Identifier
    answer_by: date


class WithdrawalRequested(IntakeCaseEvent):
    """The applicant asks to withdraw after acceptance; approval answers."""

    type: ClassVar[str] = "withdrawal-requested"

    reason: WithdrawalReason | None = None


class ApplicationWithdrawn(IntakeCaseEvent):
    """The applicant withdraws before acceptance."""

    type: ClassVar[str] = "application-withdrawn"

    reason: WithdrawalReason | None = None
