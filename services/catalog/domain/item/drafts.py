"""A draft under review: who wrote it, who signed it, what was waived, and how far it has come (events §6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.catalog.domain.checks import lint
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.checks.known import Known
from services.catalog.domain.item.record import DraftRecord

Stage = Literal["draft", "in_review", "signed", "approved"]


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """Who must agree at a place (seed 001 三(一)2): units that sign (编办, 司法, 政务服务 …), then
    the one of that level's government that approves. Without either, one second person's signature is enough.
    """

    units: tuple[str, ...] = ()
    approving_unit: str | None = None

    @property
    def joint(self) -> bool:
        """Whether anything more than the one signature is asked for."""
        return bool(self.units or self.approving_unit)


@dataclass(frozen=True, slots=True)
class Signature:
    """One person's consent, for a unit, to the draft as it stands."""

    by: str
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """The draft was sent to review (送审) under the rule that held then; a later rule is for later drafts."""

    by: str
    at: datetime
    units: tuple[str, ...] = ()
    approving_unit: str | None = None
    note: str | None = None

    @property
    def joint(self) -> bool:
        """Whether units were named that must sign, or one that must approve."""
        return bool(self.units or self.approving_unit)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that may stand, for a reason and in somebody's name; it falls when the text changes."""

    finding: str
    rule: str
    field: str
    subject: str
    quote: str | None
    reason: str
    by: str
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being prepared; an edit takes back the signatures. ``editors`` are all who had a hand in it."""

    record: DraftRecord
    editors: tuple[str, ...]
    at: datetime
    signatures: tuple[Signature, ...] = ()
    returned: str | None = None
    submission: Submission | None = None
    approval: Signature | None = None
    waivers: tuple[Waiver, ...] = ()

    @property
    def outstanding(self) -> tuple[str, ...]:
        """Units that have not signed yet."""
        signed = {signature.unit for signature in self.signatures}
        return tuple(
            unit for unit in (self.submission.units if self.submission else ()) if unit not in signed
        )

    @property
    def stage(self) -> Stage:
        """draft → in_review → signed → approved; a single sign-off goes straight to approved."""
        sent = self.submission
        if self.approval is not None:
            return "approved"
        if sent is None or not sent.joint:
            return "approved" if self.signatures else "in_review" if sent else "draft"
        if self.outstanding:
            return "in_review"
        return "signed" if sent.approving_unit else "approved"

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Units whose act is next; empty where any approver may act, or nobody need."""
        if self.stage == "signed" and self.submission and self.submission.approving_unit:
            return (self.submission.approving_unit,)
        return self.outstanding


def open_errors(draft: Draft, known: Known) -> list[Finding]:
    """The errors that nobody waived."""
    waived = {waiver.finding for waiver in draft.waivers}
    return [
        found for found in lint.errors(draft.record, known) if not (found.waivable and found.id in waived)
    ]


def still_meant(waivers: Sequence[Waiver], record: DraftRecord) -> tuple[Waiver, ...]:
    """The waivers whose text still stands in a record word for word."""
    texts = set(_texts(record.model_dump(exclude_none=True)))
    return tuple(waiver for waiver in waivers if _subject_text(waiver) in texts)


def _subject_text(waiver: Waiver) -> str:
    # Of a risk area, the last line is the material.
    return waiver.subject.rpartition("\n")[2] if waiver.rule == "commitment-on-risk-area" else waiver.subject


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner)
