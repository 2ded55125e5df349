"""Events of the catalog: published items and the directory of places, halls, units and windows."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.base import Block, EventData, Identifier, Instant, PositiveInt, Sha256, Text, TimeOfDay
from contracts.items import ItemRecord
from contracts.reductions import Reductions

ItemChange = Literal["new", "revised", "corrected", "standard_revised"]
EntryKind = Literal["place", "hall", "point", "unit", "window"]


class ItemInForce(Block):
    """The version that stays in force until the published one's instant comes."""

    version: PositiveInt
    record: ItemRecord


class ItemEventData(EventData):
    topic: ClassVar[str] = "catalog.items"

    item_code: Identifier
    version: PositiveInt
    """The item's version."""
    record: ItemRecord


class ItemVersionData(ItemEventData):
    """A version that takes effect, however it came about: whoever keeps copies of items keeps this one."""

    effective_from: Instant
    supersedes: PositiveInt | None = None
    """The version that ends at `effective_from`."""
    change: ItemChange
    signed_by: list[Identifier]
    """Units that signed."""
    approved_by: Identifier
    record_sha256: Sha256
    in_force: ItemInForce | None = None
    base_version: PositiveInt | None = None
    """Of an adopted item: the version of the standard that this one is made from; absent on a place's own."""
    reductions: Reductions | None = None
    """Of an adopted item: all that it asks less of than that standard; absent where it asks the same."""


class ItemPublished(ItemVersionData):
    """A version signed by all units of the joint review and approved is published."""

    type: ClassVar[str] = "item-published"


class ItemWithdrawn(ItemEventData):
    """A published item ends; open cases keep their version."""

    type: ClassVar[str] = "item-withdrawn"

    effective_to: Instant
    reason: Text
    replaced_by: Identifier | None = None
    """`item_code` of the successor."""


class Opening(Block):
    """Opening hours; `extended` ones are 延时错时."""

    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1)
    """1 = Monday … 7 = Sunday."""
    opens: TimeOfDay
    closes: TimeOfDay
    kind: Literal["regular", "extended"] = "regular"


class LineOfficer(Block):
    """One rung of a unit's line of responsibility, nearest first: responsible person, section, leader."""

    position: Text
    officer_id: Identifier


class DirectoryRecord(Block):
    """A place, hall, service point, unit or window as the public may know it."""

    name: Text
    class_name: Text | None = None
    """The class that published lists name instead, e.g. 各乡镇人民政府 for every town."""
    level: Literal["province", "city", "county", "town", "village"] | None = None
    address: Text | None = None
    phone: Text | None = None
    """The office's own number."""
    opening: list[Opening] = Field(default_factory=list)
    line: list[LineOfficer] = Field(default_factory=list)
    """Of a unit: up whom a supervisory order goes (mission A5)."""
    number: Text | None = None
    """Of a window: the number on its sign."""
    functions: list[Text] = Field(default_factory=list)
    """Of a window: 综合受理, 出件, 帮办代办 …"""
    theme: Text | None = None
    """Of a window: its theme (小一门), e.g. 社保."""
    staff: PositiveInt | None = None


class DirectoryEventData(EventData):
    topic: ClassVar[str] = "catalog.places"

    entry_id: Identifier
    """`place_code` of a place, else the id of the hall, point, unit or window."""
    kind: EntryKind
    parent_id: Identifier | None = None
    record: DirectoryRecord


class DirectoryEntryPublished(DirectoryEventData):
    """An entry is set up or altered; carries its whole present state."""

    type: ClassVar[str] = "directory-entry-published"


class DirectoryEntryClosed(DirectoryEventData):
    """An entry is closed; `record` is its last state."""

    type: ClassVar[str] = "directory-entry-closed"

    reason: Text | None = None
