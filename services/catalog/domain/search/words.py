"""What was typed, taken apart: the words that count, and for each all that it may stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.catalog.domain.search.sounds import (
    alike,
    bare,
    is_chinese,
    one_slip,
    open_readings,
    readings,
    syllables,
)
from services.catalog.domain.search.titles import Atom, Phrase, Titles, signs, sounding, sounding_alike

#: Why a title was found, best first.
Why = Literal["name", "pinyin", "initials", "synonym", "detail", "sound", "similar"]

#: Most letters in a row that are read as pinyin, and in which a slip is looked for.
_LETTERS, _SLIP = 60, 24
_RUNS = re.compile(r"[a-z]+|[^a-z]+")
_LONGEST_WORD = 12
#: Most everyday words that two or three initials may stand for.
_SAME_INITIALS = 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a word may stand for; ``word`` is the everyday word that led to it."""

    why: Why
    phrase: Phrase
    word: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the query. ``text`` is as typed, ``sound`` its syllables where they are known."""

    text: str
    meanings: tuple[Meaning, ...]
    sound: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed: as a whole, and word by word."""

    typed: str
    whole: Word
    words: tuple[Word, ...]


class Vocabulary:
    """Everyday words with the words of items that they stand for, and words that say nothing."""

    def __init__(self, everyday: Mapping[str, Sequence[str]], fillers: Sequence[str]) -> None:
        self._terms = {bare(word): tuple(map(bare, terms)) for word, terms in everyday.items()}
        self._terms.pop("", None)
        self._written = {bare(word): word for word in everyday}
        self._by_letters = {"".join(syllables(word)): word for word in self._terms}
        self._by_initials: dict[str, list[str]] = {}
        for word in self._terms:
            self._by_initials.setdefault(_initials(word), []).append(word)
        self._by_sound: dict[str, str] = {}
        for word in self._terms:
            self._by_sound.setdefault(_sound_key(syllables(word)), word)
        said = sorted(map(bare, fillers), key=len, reverse=True)
        self._fillers = re.compile("|".join(map(re.escape, said)) or "(?!)")
        self.syllables = {syllable for word in self._terms for syllable in syllables(word)}

    def written(self, word: str) -> str:
        """An everyday word as its editor wrote it."""
        return self._written.get(word, word)

    def beginning_with(self, typed: str) -> list[str]:
        """Everyday words that begin with what was typed, in characters or in letters."""
        text = bare(typed)
        return [
            word
            for word in self._terms
            if word.startswith(text) or "".join(syllables(word)).startswith(text) or _initials(word) == text
        ]

    def terms(self, word: str) -> tuple[str, ...]:
        """The words of items that an everyday word stands for."""
        return self._terms.get(word, ())

    def without_fillers(self, text: str) -> list[str]:
        """The pieces of a text between the words that say nothing."""
        return [piece for piece in self._fillers.split(text) if piece]

    def cut(self, text: str) -> Iterator[str]:
        """A text cut at the everyday words in it, the longest first."""
        rest = start = 0
        while start < len(text):
            for length in range(min(_LONGEST_WORD, len(text) - start), 0, -1):
                if text[start : start + length] in self._terms:
                    if rest < start:
                        yield text[rest:start]
                    yield text[start : start + length]
                    start = rest = start + length
                    break
            else:
                start += 1
        if rest < len(text):
            yield text[rest:]

    def by_letters(self, letters: str) -> str | None:
        """The everyday word that is spelled so."""
        return self._by_letters.get(letters)

    def by_initials(self, letters: str) -> list[str]:
        """Everyday words with these initials (db: 低保), at most :data:`_SAME_INITIALS` of them."""
        return self._by_initials.get(letters, [])[:_SAME_INITIALS]

    def by_sound(self, row: Sequence[str]) -> str | None:
        """The longest everyday word of two syllables or more that sounds like a part of this."""
        for length in range(min(_LONGEST_WORD, len(row)), 1, -1):
            for start in range(len(row) - length + 1):
                if word := self._by_sound.get(_sound_key(row[start : start + length])):
                    return word
        return None


def understood(typed: str, vocabulary: Vocabulary, titles: Titles) -> Query:
    """Take a query apart. Words that say nothing are left out, unless there is nothing else."""
    parts = [part for part in (bare(part) for part in re.split(r"[\W_]+", typed)) if part]
    whole = "".join(parts)
    pieces = [piece for part in parts for piece in vocabulary.without_fillers(part)] or parts
    texts = list(dict.fromkeys(text for piece in pieces for text in vocabulary.cut(piece)))
    # One character that is left between two words says little (办|低保).
    texts = [text for text in texts if len(text) > 1 or text in parts] or texts
    return Query(
        typed, _word(whole, vocabulary, titles), tuple(_word(text, vocabulary, titles) for text in texts)
    )


def _word(text: str, vocabulary: Vocabulary, titles: Titles) -> Word:
    meanings = [Meaning("name", signs(text))]
    meanings += _everyday(text, vocabulary)
    if any("a" <= sign <= "z" for sign in text) and len(text) <= _LETTERS:
        known = titles.syllables | vocabulary.syllables
        meanings += [Meaning("pinyin", phrase) for phrase in _spelled(text, known)]
        if text.isascii() and text.isalpha():
            if word := vocabulary.by_letters(text):
                meanings += _everyday(word, vocabulary)
            if len(text) > 1:
                meanings.append(Meaning("initials", tuple(Atom("initial", letter) for letter in text)))
                for word in vocabulary.by_initials(text):
                    meanings += _everyday(word, vocabulary)
            return Word(text, tuple(meanings), (readings(text, known) or [()])[0])
        return Word(text, tuple(meanings))
    return Word(text, tuple(meanings), syllables(text) if all(map(is_chinese, text)) else ())


def guesses(word: Word, vocabulary: Vocabulary, titles: Titles) -> list[Meaning]:
    """What a word that nothing was found with may have been meant to be."""
    found: list[Meaning] = []
    if len(word.sound) > 1:
        found += [
            Meaning("sound", sounding(word.sound)),
            Meaning("sound", sounding_alike(word.sound)),
        ]
        if meant := vocabulary.by_sound(word.sound):
            found += _everyday(meant, vocabulary, "sound")
    if word.text.isascii() and word.text.isalpha() and 4 <= len(word.text) <= _SLIP:
        found += _slipped(word.text, vocabulary, titles)
    return found


def _slipped(letters: str, vocabulary: Vocabulary, titles: Titles) -> Iterator[Meaning]:
    known = titles.syllables | vocabulary.syllables
    for spelling in dict.fromkeys(one_slip(letters)):
        if word := vocabulary.by_letters(spelling):
            yield from _everyday(word, vocabulary, "sound")
        for row in readings(spelling, known):
            # Two syllables are too little to guess from; the list of everyday words has the short ones.
            if len(row) > 2:
                yield Meaning("sound", sounding(row))


def _everyday(word: str, vocabulary: Vocabulary, why: Why = "synonym") -> list[Meaning]:
    return [Meaning(why, signs(term), word) for term in vocabulary.terms(word)]


def _spelled(text: str, known: set[str]) -> list[Phrase]:
    """The phrases that a text with letters may mean, characters standing for themselves."""
    phrases: list[Phrase] = [()]
    runs = _RUNS.findall(text)
    for number, run in enumerate(runs):
        if not "a" <= run[0] <= "z":
            ways: list[Phrase] = [signs(run)]
        else:
            ways = [sounding(row) for row in readings(run, known)]
            if number == len(runs) - 1:
                ways += [sounding(row, opening) for row, opening in open_readings(run, known)]
            if len(runs) > 1:
                ways.append(tuple(Atom("initial", letter) for letter in run))
        phrases = [before + way for before in phrases for way in ways][:24]
    return phrases


def _sound_key(row: Sequence[str]) -> str:
    return " ".join(alike(syllable) for syllable in row)


def _initials(word: str) -> str:
    return "".join(syllable[0] for syllable in syllables(word))
