"""进驻率: of the items that a hall's place handles, the share that is handled in the hall (mission E6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.catalog.domain.entries import Entry
from services.catalog.domain.halls.offers import Offer


class Offerable(Protocol):
    """An item in force, as far as the rate needs it."""

    @property
    def item_code(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def secret(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class HallRate:
    """One hall: ``gaps`` are neither offered there nor on its negative list."""

    hall_id: str
    name: str
    place: str
    items: int
    offered: int
    excluded: int
    gaps: tuple[Offerable, ...]

    @property
    def rate(self) -> float | None:
        """Offered / (all applicable − 涉密); None where the place handles nothing."""
        return self.offered / self.items if self.items else None


def rates(
    halls: Iterable[Entry], items: Sequence[Offerable], offers: Mapping[str, Mapping[str, Offer]]
) -> list[HallRate]:
    """The rate of each hall over the items of its own place; ``offers`` by hall and item."""
    by_place: dict[str, list[Offerable]] = {}
    for item in items:
        if not item.secret:
            by_place.setdefault(item.place, []).append(item)
    made = []
    for hall in halls:
        own = by_place.get(hall.place, [])
        there = offers.get(hall.entry_id, {})
        offered = [one for one in own if (its := there.get(one.item_code)) and its.offered]
        excluded = [one for one in own if (its := there.get(one.item_code)) and its.exclusion]
        known = {one.item_code for one in (*offered, *excluded)}
        gaps = tuple(one for one in own if one.item_code not in known)
        made.append(
            HallRate(
                hall.entry_id,
                hall.record.name,
                hall.place,
                len(own),
                len(offered),
                len(excluded),
                gaps,
            )
        )
    return made
