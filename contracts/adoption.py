"""Events of levels: a lower place takes over an item handed down (认领), and reduces it (备案)."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts.base import Block, Count, Identifier, PositiveInt, Text
from contracts.blocks import Limit, UnitRef
from contracts.catalog import ItemVersionData

Level = Literal["province", "city", "county", "town", "village"]


class Reductions(Block):
    """All that the place asks less of than the standard; never more (seed 001, seed 002)."""

    promised: Limit | None = None
    """The shorter 承诺时限."""
    dropped_materials: list[Text] = Field(default_factory=list)
    """Names of the standard's materials that the place does not ask for."""
    fee_fen: Count | None = None
    """The lower fee in 分."""


class ItemAdopted(ItemVersionData):
    """A lower level takes over an item handed down, under its own item code and the same base code."""

    type: ClassVar[str] = "item-adopted"

    base_version: PositiveInt
    """The version of the standard that was adopted."""
    level: Level
    """The level that adopts."""
    unit: UnitRef
    """The unit that decides there."""


class LocalReductionFiled(ItemVersionData):
    """A place that adopted an item shortens its time, drops materials, or takes that back: a version."""

    type: ClassVar[str] = "local-reduction-filed"

    reductions: Reductions
    """All that are in force from this version on; empty once the last one is taken back."""
    filing_no: Identifier
    filed_with: UnitRef
    """The unit above that the filing (备案) goes to."""
