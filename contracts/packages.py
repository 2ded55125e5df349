"""Events of packages (一件事): several items for one event in people's lives."""

from typing import ClassVar

from pydantic import Field

from contracts.base import Block, Count, EventData, Identifier, Instant, PositiveInt, Sha256, Text
from contracts.blocks import Limit, MaterialForm
from contracts.items import Situation


class PackagePart(Block):
    """One item of the package, in a pinned version."""

    item_code: Identifier
    version: PositiveInt
    name: Text
    after: list[Identifier] = Field(default_factory=list)
    """Item codes of the parts that must be decided first; parts without run in parallel."""


class PackageMaterial(Block):
    """One material of the merged list: brought once, used by every part that needs it."""

    name: Text
    copies: PositiveInt = 1
    """The most that any part needs."""
    form: MaterialForm = "original"
    """The strictest that any part needs: an original where one of them wants it."""
    licence_type: Identifier | None = None
    needed_by: list[Identifier] = Field(min_length=1)
    """Item codes of the parts."""


class PackageForm(Block):
    """The merged form: what is asked once for all parts."""

    situations: list[Situation] = Field(default_factory=list)
    """The questions of the parts; the same question stands once."""


class PackageRecord(Block):
    """A package as it is published."""

    name: Text
    life_event: Text
    """The event in people's words: 新生儿出生, 开办餐饮店 …"""
    summary: Text | None = None
    parts: list[PackagePart] = Field(min_length=2)
    form: PackageForm = Field(default_factory=PackageForm)
    materials: list[PackageMaterial] = Field(default_factory=list)
    limit: Limit
    """Total promised time along the critical path."""
    fee_fen: Count = 0
    """Sum of the parts' fees in 分."""
    sample: bool = False


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


class PackageWithdrawn(PackageEventData):
    """A package ends, by hand or because an item of it was withdrawn."""

    type: ClassVar[str] = "package-withdrawn"

    effective_to: Instant
    reason: Text
