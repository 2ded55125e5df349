"""Events of the intermediary-service marketplace (中介超市): agencies, and the choice among them."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from contracts.base import Block, Count, EventData, Identifier, Instant, PersonRef, PositiveInt, Sha256, Text

Grade = Literal["A", "B", "C", "D"]
"""Credit grade of an agency; A is the best."""
SelectionMode = Literal["comparison", "draw", "draw_with_inquiry", "bid"]
"""比选, 摇号, 摇号询价, 竞价 (seed 001, seed 004)."""
Salt = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32,64}$")]
"""16 to 32 random bytes of an entrant, in hexadecimal."""
WitnessNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""种子数: six digits drawn in public after the list is frozen."""


class Qualified(Block):
    """One service that the agency may be chosen for, and how long its qualification lasts."""

    service_code: Identifier
    until: date | None = None
    """The last valid day of the qualification; absent where the service asks for none."""


class AgencyEventData(EventData):
    """An intermediary; every event carries the whole present state."""

    topic: ClassVar[str] = "catalog.agencies"

    agency_id: Identifier
    name: Text
    services: list[Identifier]
    """Codes of the services that it may be chosen for."""
    qualified: list[Qualified] = Field(default_factory=list)
    """The same with the last day of each: after it the agency may not be chosen, without another event."""
    grade: Grade
    reason: Text | None = None
    barred: bool = False
    """On the blacklist, now."""
    barred_until: date | None = None
    """The last barred day; absent where it is barred for good or not at all."""


class AgencyAdmitted(AgencyEventData):
    """An intermediary enters the marketplace or returns to it, or what it may be chosen for changes."""

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
    """Place in the frozen list: by agency id, so that nobody gains by coming early or late."""
    agency_id: Identifier
    salt: Salt | None = None
    """Of a draw: what the entrant itself put in, so that nobody could know the list at the opening."""
    bid_sha256: Sha256 | None = None
    """Of a sealed bid: the digest of selection, agency, price and nonce."""
    price_fen: Count | None = None
    """Of an open quote (比选)."""
    days: PositiveInt | None = None


class Excluded(Block):
    """An entrant that was not eligible when the entries closed."""

    agency_id: Identifier
    reason: Text


class SelectionEventData(EventData):
    """A choice among agencies; every event carries all that is known so far."""

    topic: ClassVar[str] = "catalog.selections"

    selection_id: Identifier
    service_code: Identifier
    service_name: Text
    case_no: Identifier | None = None
    opened_by: PersonRef | None = None
    """The citizen who opened it; absent where a unit did."""
    unit_id: Identifier | None = None
    """The unit that opened it."""
    mode: SelectionMode
    round: PositiveInt = 1
    """2 where it was opened a second time because too few had entered."""
    entries_until: Instant
    invited: list[Identifier] = Field(default_factory=list)
    """Agencies that offered the service at the opening."""
    criteria: list[Text] = Field(default_factory=list)
    seed_commitment: Sha256 | None = None
    """SHA-256 of the seed that is revealed afterwards; in every mode that may need a draw."""


class SelectionOpened(SelectionEventData):
    """A service is offered for choice."""

    type: ClassVar[str] = "selection-opened"


class FrozenSelection(SelectionEventData):
    """A selection whose list of entries is frozen."""

    entries: list[Entry] = Field(default_factory=list)
    excluded: list[Excluded] = Field(default_factory=list)
    entries_sha256: Sha256 | None = None
    """Digest of the frozen list, in the text form that the algorithm names."""


class EntriesClosed(FrozenSelection):
    """Entry time is over; the list is frozen."""

    type: ClassVar[str] = "entries-closed"

    entries: list[Entry]
    answers_until: Instant | None = None
    """Of a bid: until when prices are to be revealed."""


class Ranked(Block):
    """One place of the ranking."""

    rank: PositiveInt
    agency_id: Identifier
    score: Text | None = None
    """What it was ranked by: the drawn value in hexadecimal, or the price in 分."""


class Drawn(FrozenSelection):
    """What anyone needs to compute a draw again."""

    ranking: list[Ranked] = Field(default_factory=list)
    seed: Sha256 | None = None
    """The revealed seed, 32 bytes in hexadecimal: with the entries it gives the ranking again."""
    witness_number: WitnessNumber | None = None
    algorithm: Text | None = None


class AgenciesDrawn(Drawn):
    """摇号询价: the draw is done, and those drawn are asked for their price."""

    type: ClassVar[str] = "agencies-drawn"

    asked: list[Identifier] = Field(min_length=1)
    answers_until: Instant


class AgencySelected(Drawn):
    """The choice is made."""

    type: ClassVar[str] = "agency-selected"

    agency_id: Identifier
    agency_name: Text | None = None
    price_fen: Count | None = None
    reason: Text | None = None
    """Of a choice by an official; an applicant's own words do not travel."""


class SelectionCancelled(Drawn):
    """The choice ended without one, e.g. with too few entries."""

    type: ClassVar[str] = "selection-cancelled"

    reason: Text
