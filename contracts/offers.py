"""Events of offers: which item can be applied for in which hall and window theme (进驻), and which cannot."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts.base import EventData, Identifier, Text

ExclusionReason = Literal["场地限制", "国家秘密"]
"""The only two reasons of the negative list (seed 001, seed 003)."""


class OfferEventData(EventData):
    """One item at one hall; every event carries the whole present state."""

    topic: ClassVar[str] = "catalog.offers"

    hall_id: Identifier
    item_code: Identifier


class OfferedData(OfferEventData):
    theme: Text
    """The window theme (小一门), e.g. 社保."""
    window_kinds: list[Text] = Field(default_factory=list)
    """Functions of the windows that take it: 综合受理, 即办 …"""
    reason: Text | None = None


class ItemOffered(OfferedData):
    """An item enters a hall's window theme, or moves to another theme there."""

    type: ClassVar[str] = "item-offered"


class ItemOfferEnded(OfferedData):
    """An item leaves the hall; theme and windows are those it left."""

    type: ClassVar[str] = "item-offer-ended"


class ExcludedData(OfferEventData):
    reason: ExclusionReason
    approved_by: Identifier
    handled_at: Text | None = None
    """Where people go instead: name and address of an office."""


class ItemExcluded(ExcludedData):
    """An item is put on the negative list of a hall."""

    type: ClassVar[str] = "item-excluded"


class ItemExclusionLifted(ExcludedData):
    """An item is taken off the negative list; the reason is the one it was on it for."""

    type: ClassVar[str] = "item-exclusion-lifted"
