"""Why an item was found, and which characters of its name the reason is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.catalog.domain.search.sounds import bare, syllables
from services.catalog.domain.search.titles import Phrase
from services.catalog.domain.search.words import Meaning, Vocabulary, Why, Word

#: The order of reasons; the weakest one of several words is told.
_ORDER: tuple[Why, ...] = ("name", "pinyin", "initials", "synonym", "detail", "sound", "similar")


@dataclass(frozen=True, slots=True)
class Matched:
    """Why an item was found.

    ``ranges`` are [start, end) of the name as written; ``word`` is the everyday word that led to it,
    ``detail`` the service target or material that has what was typed.
    """

    why: Why | str
    ranges: tuple[tuple[int, int], ...] = ()
    word: str | None = None
    detail: str | None = None


def explained(name: str, details: Sequence[str], words: Sequence[Word], vocabulary: Vocabulary) -> Matched:
    """Why a name answers these words."""
    plain = bare(name)
    row = syllables(plain)
    marked: set[int] = set()
    reasons: list[tuple[int, str | None, str | None]] = []
    for word in words:
        meaning, at = _best(word, plain, row)
        if meaning is not None:
            marked |= set(range(at, at + len(meaning.phrase)))
            told = vocabulary.written(meaning.word) if meaning.word else None
            reasons.append((_ORDER.index(meaning.why), told, None))
        elif detail := next((text for text in details if word.text in bare(text)), None):
            reasons.append((_ORDER.index("detail"), None, detail))
        else:
            marked |= _shared(word.text, plain)
            reasons.append((_ORDER.index("similar"), None, None))
    why, told, detail = max(reasons, key=lambda reason: reason[0], default=(len(_ORDER) - 1, None, None))
    told = told or next((one for _, one, _ in reasons if one), None)
    return Matched(_ORDER[why], tuple(_ranges(name, marked)), told, detail)


def _best(word: Word, plain: str, row: Sequence[str]) -> tuple[Meaning | None, int]:
    best: tuple[int, int, Meaning, int] | None = None
    for meaning in word.meanings:
        at = _begins(meaning.phrase, plain, row)
        if at >= 0:
            here = (_ORDER.index(meaning.why), -len(meaning.phrase), meaning, at)
            best = here if best is None or here[:2] < best[:2] else best
    return (best[2], best[3]) if best else (None, -1)


def _begins(phrase: Phrase, plain: str, row: Sequence[str]) -> int:
    for at in range(len(plain) - len(phrase) + 1):
        if all(atom.matches(plain[at + i], row[at + i]) for i, atom in enumerate(phrase)):
            return at
    return -1


def _shared(text: str, plain: str) -> set[int]:
    """Where pairs of characters of the text stand in a name; single ones where no pair does."""
    pairs = {one + two for one, two in pairwise(text)}
    found = {i + j for i in range(len(plain) - 1) if plain[i : i + 2] in pairs for j in (0, 1)}
    return found or {i for i, sign in enumerate(plain) if sign in text}


def _ranges(name: str, marked: Iterable[int]) -> list[tuple[int, int]]:
    """Positions of the bare name as ranges of the name as written."""
    wanted = set(marked)
    ranges: list[tuple[int, int]] = []
    number = 0
    for at, sign in enumerate(name):
        count = sum(one.isalnum() for one in unicodedata.normalize("NFKC", sign).casefold())
        if wanted & set(range(number, number + count)):
            if ranges and ranges[-1][1] == at:
                ranges[-1] = (ranges[-1][0], at + 1)
            else:
                ranges.append((at, at + 1))
        number += count
    return ranges
