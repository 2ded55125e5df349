"""Items in memory, joined to their titles: which of them answer a query, in a stable order."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain.search.ranking import Scores
from services.catalog.domain.search.titles import Titles

#: What is known of an item's state, to leave out early what certainly is not meant.
PUBLISHED, DRAFT, SECRET = 1, 2, 4
_DIGITS = 12  # of the longest place code


@dataclass(frozen=True, slots=True)
class Entry:
    """What search knows of an item. ``extra`` are its service targets and materials."""

    item_code: str
    base_code: str
    place: str
    name: str
    extra: tuple[str, ...]
    marks: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Among which items is searched: at and below a place, with all of ``has`` and none of ``lacks``."""

    place: str = ""
    has: int = 0
    lacks: int = 0


#: The place of an item in the order of one answer: (−score and nearness and use, place, tie).
Rank = tuple[int, int, int]


class Index:
    """All items of the catalog; columns of numbers beside one another, so that a search looks at all."""

    def __init__(self) -> None:
        self.titles = Titles()
        self.codes: list[str] = []
        self._numbers: dict[str, int] = {}
        self._by_code: list[tuple[str, int]] = []
        self._bases: dict[str, list[int]] = {}
        self._title = array("I")
        self._place = array("q")
        self._depth = array("b")
        self._marks = array("B")
        self._tie = array("q")
        self._use = array("b")

    def __len__(self) -> int:
        return len(self.codes)

    def put(self, entry: Entry) -> None:
        """Take an item in, or take over its newer state."""
        title = self.titles.add(entry.name, entry.extra)
        number = self._numbers.get(entry.item_code)
        if number is not None:
            self._title[number], self._marks[number] = title, entry.marks
            return
        number = self._numbers[entry.item_code] = len(self.codes)
        self.codes.append(entry.item_code)
        insort(self._by_code, (entry.item_code.casefold(), number))
        self._bases.setdefault(entry.base_code, []).append(number)
        self._title.append(title)
        self._place.append(int(entry.place.ljust(_DIGITS, "0")))
        self._depth.append(len(entry.place))
        self._marks.append(entry.marks)
        self._tie.append(_tie(entry.item_code))
        self._use.append(0)

    def used(self, times: dict[str, int]) -> None:
        """How often the items of each standard item were applied for lately; the order knows powers of 2."""
        for base_code, count in times.items():
            for number in self._bases.get(base_code, ()):
                self._use[number] = min(count.bit_length(), 127)

    def title_of(self, item_code: str) -> int:
        """The number of an item's title."""
        return self._title[self._numbers[item_code]]

    def with_code(self, typed: str) -> Scores:
        """The score of each item whose code begins with what was typed; a whole code stands before all."""
        text = typed.strip().casefold()
        scores = np.zeros(len(self), np.float32)
        start = bisect_left(self._by_code, (text,))
        end = bisect_left(self._by_code, (f"{text}\uffff",))
        for code, number in self._by_code[start:end]:
            scores[number] = 990 if code == text else 850
        return scores

    def scores(self, of_titles: Scores) -> Scores:
        """The score of each item from those of the titles."""
        found: Scores = of_titles[_view(self._title, np.uint32)]
        return found

    def ordered(
        self, scores: Scores, scope: Scope, *, after: Rank | None, limit: int
    ) -> list[tuple[str, Rank]]:
        """The next items of the answer with their ranks, best first; the same on every replica."""
        meant = scores > 0
        marks = _view(self._marks, np.uint8)
        if scope.has:
            meant &= (marks & scope.has) == scope.has
        if scope.lacks:
            meant &= (marks & scope.lacks) == 0
        if scope.place:
            low = int(scope.place.ljust(_DIGITS, "0"))
            places = _view(self._place, np.int64)
            meant &= (places >= low) & (places < low + 10 ** (_DIGITS - len(scope.place)))
            meant &= _view(self._depth, np.int8) >= len(scope.place)
        numbers = np.flatnonzero(meant)
        first = self._first(scores[numbers], numbers)
        if after is not None:
            later = self._later(first, numbers, after)
            numbers, first = numbers[later], first[later]
        if len(numbers) > limit:
            # Only those that can be among the first `limit` are put in order, all with equal rank included.
            bound = np.partition(first, limit - 1)[limit - 1]
            near = first <= bound
            numbers, first = numbers[near], first[near]
        place, tie = _view(self._place, np.int64)[numbers], _view(self._tie, np.int64)[numbers]
        order = np.lexsort((tie, place, first))[:limit]
        return [(self.codes[numbers[i]], (int(first[i]), int(place[i]), int(tie[i]))) for i in order.tolist()]

    def _first(self, scores: Scores, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Score, then nearness (what lies above before what lies below), then use; small is good."""
        score = np.round(scores * 8).astype(np.int64)
        near = _DIGITS - _view(self._depth, np.int8)[numbers].astype(np.int64)
        use = _view(self._use, np.int8)[numbers].astype(np.int64)
        first: NDArray[np.int64] = -((score << 16) | (near << 8) | use)
        return first

    def _later(self, first: NDArray[np.int64], numbers: NDArray[np.int64], after: Rank) -> NDArray[np.bool_]:
        place, tie = _view(self._place, np.int64)[numbers], _view(self._tie, np.int64)[numbers]
        same_first, same_place = first == after[0], place == after[1]
        later: NDArray[np.bool_] = (
            (first > after[0])
            | (same_first & (place > after[1]))
            | (same_first & same_place & (tie > after[2]))
        )
        return later


def _view(column: array[int], kind: Any) -> NDArray[Any]:
    return np.frombuffer(column, kind) if column else np.zeros(0, kind)


def _tie(item_code: str) -> int:
    digest = hashlib.blake2b(item_code.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
