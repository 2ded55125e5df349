"""The standard that an adopted item follows, kept with the item so that each act can be judged by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from contracts.blocks import UnitRef
from contracts.items import ItemRecord
from contracts.reductions import Reductions


@dataclass(frozen=True, slots=True)
class Standard:
    """One version of the item above, as it was published there."""

    version: int
    effective_from: datetime
    record: ItemRecord


@dataclass(frozen=True, slots=True)
class Filing:
    """备案: the reductions in force from a version on, told to the unit above (seed 001 二(二)1).

    ``standard`` is what the standard asked for then, of that which is reduced. ``by`` published the version,
    ``approved_by`` is the unit that agreed to it, ``note`` what the draft was sent in with.
    """

    filing_no: str
    version: int
    at: datetime
    reductions: Reductions
    standard: Reductions | None = None
    by: str | None = None
    approved_by: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Adopted:
    """Where an adopted item comes from. ``next`` is a newer standard that its draft waits to be published by.

    ``handed_down_by`` is the unit above that decides the standard; filings go to it.
    """

    base_item: str
    standard: Standard
    handed_down_by: UnitRef
    reductions: Reductions = field(default_factory=Reductions)
    next: Standard | None = None
    filings: tuple[Filing, ...] = ()

    @property
    def due(self) -> Standard:
        """The standard that a draft is measured by: the newest one known."""
        return self.next or self.standard
