"""The head of a table: which column of a form stands where, in one line or in two (附件4), in any order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.catalog.domain.likeness import nearest
from services.catalog.domain.tables.forms import Column, Form, plain
from services.catalog.domain.text import same

_BRACKETS = re.compile(r"\([^)]*\)")
_UNIT = re.compile(r"\((?:单位:)?(?P<unit>工作日|自然日|日历日|天|日)\)")
#: Marks that say "must be filled in", and what follows a word.
_MARKS = "*★※:"


@dataclass(frozen=True, slots=True)
class Head:
    """Where each column of the form stands; ``lines`` is how many lines the head has, 1 or 2.

    ``ignored`` are the words that no column has, each with the column that it may mean.
    """

    at: Mapping[str, int]
    units: Mapping[str, str]
    lines: int
    first: tuple[str, ...]
    ignored: tuple[tuple[str, str | None], ...] = ()

    def texts(self, cells: Sequence[str]) -> dict[str, str]:
        """The text under each column."""
        return {name: cells[at].strip() if at < len(cells) else "" for name, at in self.at.items()}

    def is_repeated(self, cells: Sequence[str]) -> bool:
        """Whether a line below is the head once more, as printed on each page."""
        return _words(cells) == self.first


class Heads:
    """Finds the head of a form's tables."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._exact: dict[str, list[Column]] = {}
        self._loose: dict[str, list[Column]] = {}
        for column in form.columns:
            for word in (column.name, *column.words):
                self._exact.setdefault(_key(word), []).append(column)
                self._loose.setdefault(_BRACKETS.sub("", _key(word)), []).append(column)

    def of(self, line: Sequence[str], below: Sequence[str] | None) -> Head | None:
        """The head that begins with a line, or None where the line has not the form's required columns."""
        one = self._matched([""] * len(line), line)
        if not one:
            return None
        two = self._matched(*_levels(line, below)) if below is not None else {}
        if len(two) > len(one) and one.keys() <= two.keys() and self._form.required <= two.keys():
            words = _levels(line, below)[1]
            units = self._units(two, _joined(line, below or ()))
            return Head(two, units, 2, _words(line), self._ignored(two, words))
        if self._form.required <= one.keys():
            return Head(one, self._units(one, line), 1, _words(line), self._ignored(one, line))
        return None

    def missing(self, line: Sequence[str]) -> frozenset[str]:
        """Which required columns a line lacks; all of them where it is like no head at all."""
        found = self._matched([""] * len(line), line)
        return self._form.required - found.keys()

    def _ignored(self, at: Mapping[str, int], words: Sequence[str]) -> tuple[tuple[str, str | None], ...]:
        """Heads that were not understood; a merged cell may repeat one that was."""
        known = {_key(words[where]) for where in at.values()}
        free = {word: column.name for word, (column, *_) in self._exact.items() if column.name not in at}
        left = {_key(word): plain(word) for word in words if _key(word) and _key(word) not in known}
        return tuple((word, nearest(key, free)) for key, word in left.items())

    def _units(self, at: Mapping[str, int], words: Sequence[str]) -> dict[str, str]:
        units = {}
        for name, where in at.items():
            if self._form.column(name).takes_unit and (found := _UNIT.search(same(words[where]))):
                units[name] = found["unit"]
        return units

    def _matched(self, upper: Sequence[str], lower: Sequence[str]) -> dict[str, int]:
        """Column → position. What is written twice is told by the upper head, else by what is left of it."""
        found: dict[str, int] = {}
        left: tuple[str, ...] = ()
        for at, (above, word) in enumerate(zip(upper, lower, strict=True)):
            column = self._meant(above, word, left, found)
            if column is not None:
                found[column.name] = at
                left = column.under or left
        return found

    def _meant(self, above: str, word: str, left: tuple[str, ...], taken: Mapping[str, int]) -> Column | None:
        for candidates in self._candidates(above, word):
            free = [column for column in candidates if column.name not in taken]
            ruled = [column for column in free if _key(above) in {_key(one) for one in column.under}]
            beside = [column for column in free if column.under and column.under == left]
            if free:
                return (ruled or beside or free)[0]
        return None

    def _candidates(self, above: str, word: str) -> Iterator[list[Column]]:
        upper, lower = _key(above), _key(word)
        wordings = [lower] if not upper or upper == lower else [lower, upper + lower, lower + upper]
        for wording in wordings:
            if wording:
                yield self._exact.get(wording, [])
        for wording in wordings:
            if loose := _BRACKETS.sub("", wording):
                yield self._loose.get(loose, [])


def _key(word: str) -> str:
    return same(word).strip(_MARKS)


def _words(line: Sequence[str]) -> tuple[str, ...]:
    return tuple(_key(cell) for cell in line if cell.strip())


def _levels(line: Sequence[str], below: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """Upper and lower words at each position: an upper word reaches right over blanks, a lower one left blank
    means that the upper one stands for both lines.
    """
    width = max(len(line), len(below or ()))
    first = [*line, *[""] * (width - len(line))]
    second = [*(below or ()), *[""] * (width - len(below or ()))]
    upper, lower, over = [], [], ""
    for top, bottom in zip(first, second, strict=True):
        if top.strip():
            over = top
        if not bottom.strip() or same(bottom) == same(top):
            upper.append("")
            lower.append(top)
        else:
            upper.append(over)
            lower.append(bottom)
    return upper, lower


def _joined(line: Sequence[str], below: Sequence[str]) -> list[str]:
    upper, lower = _levels(line, below)
    return [f"{above}{word}" for above, word in zip(upper, lower, strict=True)]
