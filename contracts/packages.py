"""Events of packages (一件事): several items for one event in people's lives."""

import hashlib
import json
from typing import ClassVar, Literal

from pydantic import Field

from contracts.base import (
    Block,
    Count,
    EventData,
    Identifier,
    Instant,
    PlaceCode,
    PositiveInt,
    Sha256,
    Text,
)
from contracts.blocks import Limit, MaterialForm


class PackagePart(Block):
    """One item of the package, in a pinned version."""

    item_code: Identifier
    version: PositiveInt
    name: Text
    place_code: PlaceCode
    after: list[Identifier] = Field(default_factory=list)
    """Item codes of the parts that must be decided first; parts without run in parallel."""
    promised: Limit
    statutory: Limit
    fee_fen: Count = 0
    fee_text: Text
    result: Text | None = None
    """The document that it ends with."""


class PackageAnswer(Block):
    """What an option answers in a part's own form: `case.situation[situation] = option`."""

    item_code: Identifier
    situation: Identifier
    option: Identifier


class PackageOption(Block):
    """One answer: the parts that it chooses, and what it answers in the parts."""

    option: Identifier
    label: Text
    parts: list[Identifier] = Field(default_factory=list)
    """Item codes that it chooses. A part that no option of any question names belongs always."""
    answers: list[PackageAnswer] = Field(default_factory=list)


class PackageQuestion(Block):
    """A question of the merged form. One whose options choose parts is asked always; one that parts ask is
    asked where one of them is chosen."""

    question: Identifier
    text: Text
    options: list[PackageOption] = Field(min_length=1)


class PackageForm(Block):
    """The merged form: what is asked once for all parts; the applicant's own particulars come besides."""

    questions: list[PackageQuestion] = Field(default_factory=list)


class PackageChoice(Block):
    """An answer to a question of the merged form."""

    question: Identifier
    option: Identifier


class PackageNeed(Block):
    """A part that needs a material, under the name and in the form that it has there."""

    item_code: Identifier
    name: Text
    copies: PositiveInt = 1
    form: MaterialForm = "original"
    when: list[PackageChoice] = Field(default_factory=list)
    """Needed only where one of these is answered; empty: always."""


class PackageMaterial(Block):
    """One material of the merged list: brought once, used by every part that needs it."""

    name: Text
    copies: PositiveInt = 1
    """The most that any part needs in this form."""
    form: MaterialForm = "original"
    """The strictest that any part needs: an original where one of them wants it, and it serves all."""
    provided_by: list[Text] = Field(default_factory=list)
    """Names of the parties that bring it; empty: the applicant."""
    licence_type: Identifier | None = None
    """Type of the licence on file that makes it unnecessary, where every part accepts that."""
    required: bool = True
    """Whether any part requires it; one that none requires is taken in if it is brought."""
    deferrable: bool = False
    """容缺, where every part allows it."""
    by_commitment: bool = False
    """告知承诺, where every part allows it."""
    made_by: Identifier | None = None
    """Item code of the earlier part whose result it is: nobody brings it."""
    needed_by: list[PackageNeed] = Field(min_length=1)


class PackageTime(Block):
    """Time along the critical path. Working and calendar days have no fixed rate, so each stands for itself:
    the whole is the one plus the other."""

    working_days: Count = 0
    calendar_days: Count = 0
    path: list[Identifier] = Field(default_factory=list)
    """Item codes of the parts that it runs through, in order."""


class PackageRecord(Block):
    """A package as it is published."""

    name: Text
    life_event: Text
    """The event in people's words: 新生儿出生, 开办餐饮店 …"""
    subject: Literal["person", "enterprise"] = "person"
    """Whose life it is of: a person's or an enterprise's (seed 001 三(三)1)."""
    summary: Text | None = None
    parts: list[PackagePart] = Field(min_length=2)
    form: PackageForm = Field(default_factory=PackageForm)
    materials: list[PackageMaterial] = Field(default_factory=list)
    promised: PackageTime
    """Total promised time with all parts."""
    statutory: PackageTime
    fee_fen: Count = 0
    """Sum of the parts' fees in 分."""
    sample: bool = False

    def digest(self) -> str:
        """SHA-256 over the canonical JSON (RFC 8785) of the record, fields without a value left out."""
        state = self.model_dump(mode="json", exclude_none=True)
        canonical = json.dumps(state, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


class PackageInForce(Block):
    """The version that stays in force until the published one's instant comes."""

    version: PositiveInt
    record: PackageRecord


class PackageEventData(EventData):
    topic: ClassVar[str] = "catalog.packages"

    package_code: Identifier
    version: PositiveInt
    record: PackageRecord


class PackagePublished(PackageEventData):
    """A package is put in force; a higher version replaces the former at its instant."""

    type: ClassVar[str] = "package-published"

    effective_from: Instant
    signed_by: list[Identifier]
    record_sha256: Sha256
    in_force: PackageInForce | None = None


class PackageWithdrawn(PackageEventData):
    """A package ends, by hand or because an item of it was withdrawn."""

    type: ClassVar[str] = "package-withdrawn"

    effective_to: Instant
    reason: Text
    item_code: Identifier | None = None
    """The withdrawn item that ends it; absent: by hand."""
