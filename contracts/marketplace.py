"""Events of the intermediary-service marketplace (中介超市): agencies, and the choice among them."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from contracts.base import Block, Count, EventData, Identifier, Instant, PositiveInt, Sha256, Text

Grade = Literal["A", "B", "C", "D"]
"""Credit grade of an agency; A is the best."""
SelectionMode = Literal["comparison", "draw", "draw_with_inquiry", "bid"]
"""比选, 摇号, 摇号询价, 竞价 (seed 001, seed 004)."""


class AgencyEventData(EventData):
    """An intermediary; every event carries the whole present state."""

    topic: ClassVar[str] = "catalog.agencies"

    agency_id: Identifier
    name: Text
    services: list[Identifier]
    """Codes of the services that it may be chosen for."""
    grade: Grade
    reason: Text | None = None
    barred_until: date | None = None


class AgencyAdmitted(AgencyEventData):
    """An intermediary enters the marketplace, or what it may be chosen for changes."""

    type: ClassVar[str] = "agency-admitted"


class AgencyRegraded(AgencyEventData):
    """Its credit grade changes."""

    type: ClassVar[str] = "agency-regraded"


class AgencyBlacklisted(AgencyEventData):
    """It is barred; with `barred_until` to that day, without for good."""

    type: ClassVar[str] = "agency-blacklisted"


class AgencyRemoved(AgencyEventData):
    """It leaves."""

    type: ClassVar[str] = "agency-removed"


class Entry(Block):
    """One agency that takes part."""

    order: PositiveInt
    agency_id: Identifier
    bid_sha256: Sha256 | None = None
    """Of a sealed bid: the digest of price and nonce."""


class SelectionEventData(EventData):
    """A choice among agencies; every event carries all that is known so far."""

    topic: ClassVar[str] = "catalog.selections"

    selection_id: Identifier
    service_code: Identifier
    service_name: Text
    case_no: Identifier | None = None
    mode: SelectionMode
    entries_until: Instant
    criteria: list[Text] = Field(default_factory=list)
    seed_commitment: Sha256 | None = None
    """Of a draw: SHA-256 of the seed that is revealed afterwards."""


class SelectionOpened(SelectionEventData):
    """A service is offered for choice."""

    type: ClassVar[str] = "selection-opened"


class EntriesClosed(SelectionEventData):
    """Entry time is over; the list is frozen."""

    type: ClassVar[str] = "entries-closed"

    entries: list[Entry]


class Ranked(Block):
    """One place of the ranking."""

    rank: PositiveInt
    agency_id: Identifier
    score: Text | None = None
    """What it was ranked by: the drawn value in hexadecimal, or the price."""


class AgencySelected(SelectionEventData):
    """The choice is made."""

    type: ClassVar[str] = "agency-selected"

    entries: list[Entry] = Field(default_factory=list)
    agency_id: Identifier
    ranking: list[Ranked] = Field(default_factory=list)
    seed: Sha256 | None = None
    """The revealed seed, 32 bytes in hexadecimal: with the entries it gives the ranking again."""
    algorithm: Text | None = None
    price_fen: Count | None = None


class SelectionCancelled(SelectionEventData):
    """The choice ended without one, e.g. with too few entries."""

    type: ClassVar[str] = "selection-cancelled"

    entries: list[Entry] = Field(default_factory=list)
    reason: Text
