"""The state of a case as intake keeps it, with the block of what approval said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from contracts import Actor
from contracts.base import Channel
from contracts.blocks import (
    ApplicantRef,
    Clock,
    Commitment,
    Deferred,
    ItemRef,
    Limits,
    Material,
    Missing,
    Pause,
    UnitRef,
)

CaseState = Literal[
    "received",
    "pre_reviewed",
    "correction_requested",
    "accepted",
    "not_accepted",
    "lapsed",
    "withdrawal_requested",
    "withdrawn",
    "decided",
    "ended",
    "closed",
]
"""events.md §6, machine "case"."""

BEFORE_ACCEPTANCE: frozenset[CaseState] = frozenset(("received", "pre_reviewed", "correction_requested"))
WITH_APPROVAL: frozenset[CaseState] = frozenset(("accepted", "withdrawal_requested"))


@dataclass(frozen=True, slots=True)
class Sealed:
    """Encrypted bytes, with the names of algorithm and key that they were sealed with."""

    algorithm: str
    key: str
    box: bytes


@dataclass(frozen=True, slots=True)
class Party:
    """A person or body of the case: reference, masks, and the sealed fields as they were declared.

    ``role`` is ``applicant`` 申请人, ``submitter`` 经办人, ``concerned`` 当事人, or a party that the
    item names (受种方 …). ``tail`` is the keyed hash of the last four characters of the number.
    """

    ref: str
    role: str
    id_type: str
    name_masked: str
    number_masked: str
    tail: str
    declared: Sealed
    phone_masked: str | None = None

    @property
    def kind(self) -> Literal["person", "enterprise"]:
        """Natural person or body."""
        return "enterprise" if self.id_type == "uscc" else "person"

    def block(self) -> ApplicantRef:
        """As events carry it."""
        return ApplicantRef(
            applicant_ref=self.ref,
            type=self.kind,
            name_masked=self.name_masked,
            phone_masked=self.phone_masked,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline; ``detail`` fills the words and holds nothing personal."""

    at: datetime
    event: str
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """补正告知: one notice that named everything that was missing then."""

    notice_no: str
    at: datetime
    missing: tuple[Missing, ...]
    answer_by: date
    fault: bool


@dataclass(frozen=True, slots=True)
class Acceptance:
    """受理: under which number, dates and conditions."""

    at: datetime
    receipt_no: str
    clock: Clock
    deemed: bool = False
    deferred: tuple[Deferred, ...] = ()
    commitments: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """不予受理."""

    at: datetime
    reason: str
    legal_basis: str
    remedies: str
    competent_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Approval's facts: a block of their own, written from `approval.cases` alone."""

    clock: Clock
    outcome: str | None = None
    decision_no: str | None = None
    reason: str | None = None
    remedies: str | None = None
    decided_at: datetime | None = None
    deliver_by: date | None = None
    result_name: str | None = None
    pauses: tuple[Pause, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """办件. ``place`` is the competent one; ``first_state`` what the submission was answered with."""

    case_no: str
    state: CaseState
    first_state: CaseState
    place: str
    item: ItemRef
    unit: UnitRef
    channel: Channel
    applicant: Party
    submitter_ref: str
    submitted_at: datetime
    limits: Limits
    #: References of the persons whose case it is, and `sub:<subject>` of the account that filed it.
    readers: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    hall_id: str | None = None
    situation: dict[str, str] = field(default_factory=dict)
    materials: tuple[Material, ...] = ()
    licences: Sealed | None = None
    missing: tuple[Missing, ...] = ()
    answer_due: date | None = None
    notices: tuple[Notice, ...] = ()
    acceptance: Acceptance | None = None
    refusal: Refusal | None = None
    timeline: tuple[Line, ...] = ()
    dossier: Dossier | None = None
    #: Which wording a commitment for a material has, by the material's name, as it was when it was given.
    wordings: dict[str, str] = field(default_factory=dict)
    #: Words of the applicant (why withdrawn), sealed: they never travel.
    words: Sealed | None = None

    @property
    def concerned_refs(self) -> list[str]:
        """当事人 other than the applicant."""
        return [p.ref for p in self.parties if p.role == "concerned" and p.ref != self.applicant.ref]

    @property
    def clock(self) -> Clock | None:
        """The dates as they stand: approval's newest, before that those of the acceptance."""
        if self.dossier is not None:
            return self.dossier.clock
        return self.acceptance.clock if self.acceptance is not None else None

    def fields(self, *, at: datetime, actor: Actor) -> dict[str, Any]:
        """The case fields ◆ that every event of the case carries."""
        return {
            "case_no": self.case_no,
            "place_code": self.place,
            "at": at,
            "actor": actor,
            "item": self.item,
            "unit": self.unit,
            "applicant": self.applicant.block(),
            "submitter_ref": self.submitter_ref,
            "concerned_refs": self.concerned_refs,
            "hall_id": self.hall_id,
        }
