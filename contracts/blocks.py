"""Blocks that several events share, with the field names of the event catalogue."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from contracts.base import (
    Actor,
    Block,
    Channel,
    EventData,
    Identifier,
    PersonRef,
    PlaceCode,
    PositiveInt,
    Sha256,
    Text,
)

__all__ = [
    "Actor",
    "ApplicantRef",
    "CaseEventData",
    "Channel",
    "Clock",
    "Commitment",
    "Deferred",
    "DueDate",
    "DueDates",
    "ExtensionLimit",
    "HandOver",
    "Handling",
    "ItemKind",
    "ItemRef",
    "Limit",
    "Limits",
    "Material",
    "MaterialForm",
    "MaterialSource",
    "Missing",
    "Pause",
    "PauseReason",
    "TimeUnit",
    "UnitRef",
]

ItemKind = Literal[
    "行政许可",
    "行政确认",
    "行政裁决",
    "行政给付",
    "行政奖励",
    "行政备案",
    "其他行政权力",
    "公共服务",
    "便民服务",
    "中介服务",
]
"""事项类型 (mission C1)."""

Handling = Literal["immediate", "promised"]
"""即办件, decided at the window; 承诺件, decided within the promised limit."""

TimeUnit = Literal["working_days", "calendar_days"]
MaterialForm = Literal["original", "copy", "electronic"]
MaterialSource = Literal["file", "licence", "commitment", "deferred", "on_file"]
HandOver = Literal["window", "post", "electronic"]
PauseReason = Literal["special_step", "supplement", "payment"]

# A mask hides the middle: at most four characters stay on either side.
PhoneMask = Annotated[str, StringConstraints(pattern=r"^[^*]{0,4}\*+[^*]{0,4}$")]
EmailMask = Annotated[str, StringConstraints(pattern=r"^[^*@]{0,4}\*+(@[^@]+)?$")]

_PERSON_IS_MASKED: dict[str, Any] = {
    "if": {"properties": {"type": {"const": "person"}}},
    "then": {"properties": {"name_masked": {"pattern": r"\*"}}},
}


class ItemRef(Block):
    """The item a case refers to, in the version that was accepted under."""

    item_code: Identifier
    """实施编码: base code + place."""
    base_code: Identifier
    """Names the standard item everywhere (同一事项、同一编码)."""
    version: PositiveInt
    name: Text
    kind: ItemKind
    handling: Handling


class ApplicantRef(Block):
    """申请人 without personal data in clear: a keyed hash and masks."""

    model_config = ConfigDict(json_schema_extra=_PERSON_IS_MASKED)

    applicant_ref: PersonRef
    type: Literal["person", "enterprise"]
    name_masked: Text
    """`张*` for a person; the name of an enterprise is public and may stand whole."""
    phone_masked: PhoneMask | None = None
    email_masked: EmailMask | None = None

    @model_validator(mode="after")
    def _person_is_masked(self) -> Self:
        if self.type == "person" and "*" not in self.name_masked:
            raise ValueError("name_masked of a person must be masked")
        return self


class UnitRef(Block):
    """A unit (部门、单位) with the name that is printed."""

    unit_id: Identifier
    name: Text


class Limit(Block):
    """A time limit (时限) in days; 0 means the day of acceptance itself (即办). At most ten years."""

    value: Annotated[int, Field(ge=0, le=3660)]
    unit: TimeUnit


class ExtensionLimit(Limit):
    """How far a case may be extended, once. Counted from acceptance it is a total, possibly in another
    unit than the limit it extends (附件5 §8: 45 working days, extendable to 90 days)."""

    counted_from: Literal["acceptance", "due_date"] = "acceptance"
    when: Text | None = None
    """The condition in the words of the item, e.g. 情况特殊."""


class Limits(Block):
    """The limits that a case was accepted under."""

    promised: Limit
    statutory: Limit
    extension: ExtensionLimit | None = None
    delivery: Limit | None = None
    """From the decision to the hand-over of the result."""


class DueDate(Block):
    """A due day; provisional while it rests on a calendar that is not published yet."""

    on: date
    provisional: bool


class DueDates(Block):
    promised_due: DueDate
    statutory_due: DueDate
    delivery_due: DueDate | None = None
    """Only after the decision."""


class Clock(DueDates):
    """The clock of a case as it stands after the act."""

    starts_on: date
    """Day 1: the civil day after the day of acceptance."""
    stopped: bool
    extended: bool
    calendar: Text
    """Version of the calendar that the dates were computed with."""


class Pause(Block):
    """An interval that the clock does not count."""

    pause_id: Identifier
    reason: PauseReason
    step: Identifier | None = None
    from_: date = Field(alias="from")
    """First day that is not counted."""
    planned_end: date
    """The day on which the clock is planned to run again."""
    until: date | None = None
    """First day that counts again; absent while the pause lasts."""
    cause: Identifier | None = None
    """Id of the event that led to it."""


class Material(Block):
    """One material as it was handed in, or what stands in for it."""

    name: Text
    source: MaterialSource
    form: MaterialForm | None = None
    copies: PositiveInt | None = None
    file_id: Identifier | None = None
    sha256: Sha256 | None = None
    licence_no: Text | None = None


class Missing(Block):
    """One thing that is missing or wrong, and what to do about it (一次告知)."""

    name: Text
    problem: Text
    remedy: Text
    party_ref: PersonRef | None = None
    """The party that must bring it; absent: the applicant."""


class Deferred(Block):
    """容缺: a material that may follow until a day."""

    name: Text
    due_on: date


class Commitment(Block):
    """告知承诺: a commitment in place of a proof."""

    commitment_id: Identifier
    replaces: Text
    """Name of the material that it stands for."""
    text_version: Text
    check_due: date | None = None
    """By when it is checked afterwards."""


class CaseEventData(EventData):
    """The case fields ◆ that every event about a case carries, so that nobody has to call back."""

    case_no: Identifier
    item: ItemRef
    applicant: ApplicantRef
    submitter_ref: Identifier
    """经办人: who handed it in."""
    concerned_refs: list[PersonRef] = Field(default_factory=list)
    """当事人, where another than the applicant."""
    unit: UnitRef
    """The deciding unit."""
    hall_id: Identifier | None = None
    taken_in_place: PlaceCode | None = None
    """Where it was taken in, if for another place (跨域通办)."""
    package_no: Identifier | None = None
    mandate_id: Identifier | None = None
    project_no: Identifier | None = None
    hand_over: HandOver | None = None
