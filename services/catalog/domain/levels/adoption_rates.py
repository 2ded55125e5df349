"""认领率: of the items handed down to a place, the share it has taken over (seed 002 二(二)5: 100%)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.catalog.domain.entries import Entry
from services.catalog.domain.tables import classes

#: Share of the handed-down items that each place is to have taken over.
GOAL = 1.0
State = Literal["waiting", "own", "adopted", "revised", "given_back"]


@dataclass(frozen=True, slots=True)
class HandedDown:
    """A standard in force above, and the levels and places that it is handed down to."""

    item_code: str
    base_code: str
    place: str
    name: str
    kind: str
    version: int
    to: frozenset[str]
    secret: bool

    def reaches(self, place: Entry) -> bool:
        """Whether it is handed down to this place."""
        below = place.entry_id != self.place and place.entry_id.startswith(self.place)
        return below and bool({place.entry_id, classes.level_of(place)} & self.to)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What a place has under a base code: adopted, given back, or an item of its own."""

    item_code: str
    base_code: str
    place: str
    version: int
    adopted: bool
    base_version: int | None = None
    next_version: int | None = None
    ended: bool = False
    end_reason: str | None = None

    @property
    def state(self) -> State:
        """waiting where it has ended or was never published; revised: the standard is newer."""
        if self.ended:
            return "given_back" if self.adopted else "waiting"
        if not self.adopted:
            return "own" if self.version else "waiting"
        return "revised" if self.next_version else "adopted"


@dataclass(frozen=True, slots=True)
class PlaceRate:
    """One place: what is handed down to it, what of that it has taken over, and what it has not."""

    place: str
    name: str
    level: str
    delegated: int
    adopted: int
    revised: int
    gaps: tuple[HandedDown, ...]

    @property
    def rate(self) -> float | None:
        """None where nothing is handed down."""
        return self.adopted / self.delegated if self.delegated else None


def for_place(standards: Iterable[HandedDown], place: Entry) -> list[HandedDown]:
    """What is handed down to a place, by base code; of two places above, the nearer one's standard."""
    nearest: dict[str, HandedDown] = {}
    for standard in sorted(standards, key=lambda one: len(one.place)):
        if standard.reaches(place):
            nearest[standard.base_code] = standard
    return [nearest[code] for code in sorted(nearest)]


def rates(
    standards: Sequence[HandedDown], taken: Mapping[tuple[str, str], TakenOver], places: Iterable[Entry]
) -> list[PlaceRate]:
    """The rate of each place that anything is handed down to; 涉密 items are left out (mission E6)."""
    counted = [standard for standard in standards if not standard.secret]
    made = []
    for place in places:
        due = for_place(counted, place)
        if not due:
            continue
        found = [taken.get((place.entry_id, one.base_code)) for one in due]
        states = [one.state if one else "waiting" for one in found]
        gaps = tuple(
            one for one, state in zip(due, states, strict=True) if state not in ("adopted", "revised")
        )
        made.append(
            PlaceRate(
                place.entry_id,
                place.record.name,
                classes.level_of(place),
                len(due),
                len(due) - len(gaps),
                states.count("revised"),
                gaps,
            )
        )
    return made


def by_level(found: Iterable[PlaceRate]) -> dict[str, tuple[int, int]]:
    """Level → (delegated, adopted) over all its places."""
    sums: dict[str, tuple[int, int]] = {}
    for one in found:
        delegated, adopted = sums.get(one.level, (0, 0))
        sums[one.level] = (delegated + one.delegated, adopted + one.adopted)
    return sums
