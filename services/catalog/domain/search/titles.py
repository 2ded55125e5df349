"""Names of items in memory, and which of them hold a phrase; a name that many places have stands once."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain.search.sounds import alike, bare, is_chinese, syllables

Numbers = NDArray[np.uint32]
NOTHING: Numbers = np.zeros(0, np.uint32)
How = Literal["sign", "syllable", "opening", "initial", "alike"]


@dataclass(frozen=True, slots=True)
class Atom:
    """What stands for one character: itself, its syllable, the beginning of it, its initial, a like sound."""

    how: How
    text: str

    def matches(self, sign: str, syllable: str) -> bool:
        """Whether a character of a name is meant."""
        if self.how == "sign":
            return sign == self.text
        if self.how == "syllable":
            return syllable == self.text
        if self.how == "alike":
            return alike(syllable) == self.text
        return syllable.startswith(self.text)


Phrase = tuple[Atom, ...]


def signs(text: str) -> Phrase:
    """A phrase of the characters themselves."""
    return tuple(Atom("sign", sign) for sign in text)


def sounding(row: Iterable[str], opening: str = "") -> Phrase:
    """A phrase of syllables, the last of which may still be being typed."""
    atoms = tuple(Atom("syllable", syllable) for syllable in row)
    return (*atoms, Atom("opening", opening)) if opening else atoms


def sounding_alike(row: Iterable[str]) -> Phrase:
    """A phrase of syllables that may be taken for these."""
    return tuple(Atom("alike", alike(syllable)) for syllable in row)


@dataclass(frozen=True, slots=True)
class Found:
    """Titles with a phrase (ascending numbers) and where it begins in each."""

    titles: Numbers
    at: NDArray[np.int32]


class Titles:
    """Rows that only grow: a title is a name with what else its items are found by (targets, materials).

    Postings are arrays of title numbers by token: one and two characters (`1`, `2`), two like-sounding
    syllables (`~`), two initials (`'`), the first of all (`^`), two characters of targets or materials (`+`).
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.spoken: list[str] = []
        self.initials: list[str] = []
        self.extras: list[str] = []
        self.syllables: set[str] = set()
        self.lengths = array("I")
        self._signs_of: dict[str, set[str]] = {}
        self._postings: dict[str, array[int]] = {}
        self._numbers: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self.names)

    def add(self, name: str, extra: Sequence[str] = ()) -> int:
        """The number of a title, made where it is new."""
        key = (bare(name), "\n".join(bare(text) for text in extra))
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.names)
            self._append(number, *key)
        return number

    def _append(self, number: int, name: str, extra: str) -> None:
        row = syllables(name)
        self.names.append(name)
        self.spoken.append(f" {' '.join(row)} ")
        self.initials.append("".join(syllable[0] for syllable in row))
        self.extras.append(extra)
        self.lengths.append(len(name))
        for sign, syllable in zip(name, row, strict=True):
            if is_chinese(sign) and sign not in self._signs_of.setdefault(syllable, set()):
                self._signs_of[syllable].add(sign)
                self.syllables.add(syllable)
        for token in set(_tokens(name, row, extra)):
            posting = self._postings.get(token)
            if posting is None:
                posting = self._postings[token] = array("I")
            posting.append(number)

    def posting(self, token: str) -> Numbers:
        """The titles with a token."""
        held = self._postings.get(token)
        # The view lives as long as one search, in which nothing is added.
        return np.frombuffer(held, np.uint32) if held else NOTHING

    def weight(self, token: str) -> float:
        """How much a token says: rare ones say more."""
        held = self._postings.get(token)
        return math.log(1 + len(self.names) / (len(held) if held else 1))

    def with_phrase(self, phrase: Phrase) -> Found:
        """The titles in whose name the phrase stands."""
        candidates = self._candidates(phrase)
        hows = {atom.how for atom in phrase}
        text = "".join(atom.text for atom in phrase)
        if hows == {"sign"}:
            at = [self.names[number].find(text) for number in candidates.tolist()]
        elif hows == {"initial"}:
            at = [self.initials[number].find(text) for number in candidates.tolist()]
        elif hows <= {"syllable", "opening"}:
            spoken = self.spoken
            text = f" {' '.join(atom.text for atom in phrase)}{' ' * (phrase[-1].how == 'syllable')}"
            at = [_words_before(spoken[number], text) for number in candidates.tolist()]
        else:
            at = [self._begins(number, phrase) for number in candidates.tolist()]
        begins = np.array(at, np.int32)
        held = begins >= 0
        return Found(candidates[held], begins[held])

    def with_extra(self, text: str) -> Numbers:
        """The titles in whose targets or materials the text stands."""
        found = self._all_of(f"+{pair}" for pair in _pairs(text))
        return np.array([n for n in found.tolist() if text in self.extras[n]], np.uint32)

    def _begins(self, number: int, phrase: Phrase) -> int:
        name, row = self.names[number], self.spoken[number].split()
        for at in range(len(name) - len(phrase) + 1):
            if all(atom.matches(name[at + i], row[at + i]) for i, atom in enumerate(phrase)):
                return at
        return -1

    def _candidates(self, phrase: Phrase) -> Numbers:
        if len(phrase) == 1:
            return self._with_one(phrase[0])
        return self._all_of(_token(*pair) for pair in pairwise(phrase))

    def _with_one(self, atom: Atom) -> Numbers:
        """Titles with one character; an unfinished syllable alone is looked for at the beginning only."""
        if atom.how == "sign":
            return self.posting(f"1{atom.text}")
        if atom.how == "opening":
            begin = self.posting(f"^{atom.text[0]}").tolist()
            return np.array([n for n in begin if self.spoken[n].startswith(f" {atom.text}")], np.uint32)
        held = [self.posting(f"1{sign}") for sign in self._signs_of.get(atom.text, ())]
        return np.unique(np.concatenate(held)) if held else NOTHING

    def _all_of(self, tokens: Iterable[str]) -> Numbers:
        """Titles with all of these tokens, from the rarest on."""
        held = sorted((self.posting(token) for token in set(tokens)), key=len)
        if not held:
            return NOTHING
        found = held[0].copy()
        for posting in held[1:]:
            if not len(found):
                break
            at = np.searchsorted(posting, found)
            at[at == len(posting)] = 0
            found = found[posting[at] == found]
        return found


def tokens_of(text: str) -> Iterator[str]:
    """The tokens of a text by its characters, for how much of it a title has."""
    yield from (f"1{sign}" for sign in text)
    yield from (f"2{pair}" for pair in _pairs(text))


def tokens_of_sound(row: Sequence[str]) -> Iterator[str]:
    """The tokens of a row of syllables."""
    yield from (f"~{alike(one)} {alike(two)}" for one, two in pairwise(row))


def _tokens(name: str, row: Sequence[str], extra: str) -> Iterator[str]:
    yield from tokens_of(name)
    yield from tokens_of_sound(row)
    yield from (f"'{one[0]}{two[0]}" for one, two in pairwise(row))
    if row:
        yield f"^{row[0][0]}"
    for line in extra.split("\n"):
        yield from (f"+{pair}" for pair in _pairs(line))


def _token(one: Atom, two: Atom) -> str:
    """The most telling token that every title with these two neighbours has."""
    if one.how == "sign" and two.how == "sign":
        return f"2{one.text}{two.text}"
    for atom in (one, two):
        if atom.how == "sign":
            return f"1{atom.text}"
    if one.how in ("syllable", "alike") and two.how in ("syllable", "alike"):
        return f"~{alike(one.text)} {alike(two.text)}"
    return f"'{one.text[0]}{two.text[0]}"


def _pairs(text: str) -> Iterator[str]:
    return (one + two for one, two in pairwise(text))


def _words_before(spoken: str, text: str) -> int:
    at = spoken.find(text)
    return spoken.count(" ", 0, at) if at >= 0 else -1
