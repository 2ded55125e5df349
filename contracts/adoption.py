"""Events of levels: a lower place takes over an item handed down (认领), and reduces it (备案)."""

from typing import ClassVar

from contracts.base import Identifier, PositiveInt
from contracts.blocks import UnitRef
from contracts.catalog import ItemVersionData
from contracts.reductions import Level, Reductions


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
