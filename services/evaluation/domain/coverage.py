"""认领率, 进驻率 and 明进暗不进, counted from what the catalog and the cases said (mission C9, C10, E6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

#: Share of what is handed down that each place is to have taken over (seed 002 二(二)5).
GOAL = 1.0


@dataclass(frozen=True, slots=True)
class Held:
    """An item in force at a place."""

    item_code: str
    base_code: str
    place: str
    name: str
    secret: bool
    applied_for: bool
    delegated_to: frozenset[str]
    adopted: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place and its level."""

    code: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall or service point."""

    hall_id: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Offered:
    """An item that a hall offers, and since when."""

    hall_id: str
    item_code: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Bypass:
    """A decision on an item that a hall offers, of a case that no hall accepted (seed 001 二(二)3).

    ``why``: taken in person outside of any hall, or decided without any acceptance. What came in online is
    none: nobody is sent anywhere else.
    """

    case_no: str
    item_code: str
    item_name: str
    unit_id: str
    unit_name: str
    hall_id: str
    decided_at: datetime
    why: Literal["outside_the_hall", "never_accepted"]
    since: datetime

    @property
    def counts(self) -> bool:
        """Only what was decided since the hall has offered the item."""
        return self.decided_at >= self.since


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; without a whole there is no rate."""

    key: str
    name: str
    level: str
    whole: int
    part: int

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        rate = self.part / self.whole if self.whole else None
        return {"key": self.key, "name": self.name, "level": self.level, "of": self.whole, "rate": rate} | {
            "count": self.part
        }


def adoption(items: Sequence[Held], places: Iterable[Place]) -> list[Share]:
    """认领率 of each place that something is handed down to: taken over / handed down, 涉密 left out."""
    standards = [one for one in items if one.delegated_to and not one.secret]
    taken = {(one.place, one.base_code) for one in items if one.adopted}
    made = []
    for place in places:
        due = {
            one.base_code
            for one in standards
            if place.code != one.place
            and place.code.startswith(one.place)
            and {place.code, place.level} & one.delegated_to
        }
        if due:
            have = sum((place.code, code) in taken for code in due)
            made.append(Share(place.code, place.name, place.level, len(due), have))
    return made


def offering(items: Sequence[Held], halls: Iterable[Hall], offered: Iterable[Offered]) -> list[Share]:
    """进驻率 of each hall over the items of its own place: offered / (applicable − 涉密)."""
    there = {(one.hall_id, one.item_code) for one in offered}
    made = []
    for hall in halls:
        own = [one for one in items if one.place == hall.place and one.applied_for and not one.secret]
        if own:
            have = sum((hall.hall_id, one.item_code) in there for one in own)
            made.append(Share(hall.hall_id, hall.name, "", len(own), have))
    return made


def together(shares: Iterable[Share]) -> dict[str, Any]:
    """All of them as one."""
    found = list(shares)
    whole, part = sum(one.whole for one in found), sum(one.part for one in found)
    return {"of": whole, "count": part, "rate": part / whole if whole else None}


def first_offers(offered: Iterable[Offered]) -> dict[str, Offered]:
    """By item the hall that has offered it longest."""
    found: dict[str, Offered] = {}
    for one in sorted(offered, key=lambda each: each.since, reverse=True):
        found[one.item_code] = one
    return found
