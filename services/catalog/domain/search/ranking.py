"""How well each title answers a query, as one number a title: 0 where it does not.

The hundreds say why: 9 the whole name, 8 its beginning, 7 a part of it (750: the name that an everyday word
stands for), 6 all words, 5 an everyday word, 4 targets or materials, 3 what sounds like it, 1–2 a part only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain.search.sounds import is_chinese
from services.catalog.domain.search.titles import Found, Titles, tokens_of, tokens_of_sound
from services.catalog.domain.search.words import Meaning, Query, Vocabulary, Word, guesses

Scores = NDArray[np.float32]

#: The hundreds of a meaning that is the whole name, its beginning, a part of it, one word among others.
_TIERS = {
    "name": (900, 800, 700, 600),
    "pinyin": (900, 800, 700, 600),
    "initials": (900, 800, 700, 600),
    "synonym": (750, 530, 510, 500),
    "sound": (360, 330, 310, 300),
}
#: Letters say less than characters.
_LESS = {"pinyin": 1, "initials": 2}
_DETAIL = 400
#: What part of a query a title must have to be shown, and to be named as a near one.
PARTLY, NEAR = 0.5, 0.2


@dataclass(frozen=True, slots=True)
class Answer:
    """The scores of all titles; ``words`` are those that they come from, to say why."""

    scores: Scores
    words: tuple[Word, ...]
    exact: bool
    """Whether all that was typed was found, not a part or something like it."""
    lead: str | None = field(default=None)
    """The everyday word that a slip was taken for."""


def exactly(titles: Titles, query: Query) -> Answer:
    """Titles that have all of the query: in their name, by everyday words, in targets and materials."""
    if not query.words:
        return Answer(np.zeros(len(titles), np.float32), (), True)
    scores = _alone(titles, query.whole)
    words: tuple[Word, ...] = (query.whole,)
    if [word.text for word in query.words] != [query.whole.text]:
        words = query.words
        told = [_alone(titles, words[0])] if len(words) == 1 else [_among(titles, word) for word in words]
        scores = np.maximum(scores, _all_words(told))
    return Answer(scores, words, True)


def nearly(titles: Titles, query: Query, vocabulary: Vocabulary, least: float = PARTLY) -> Answer:
    """Titles that have something like the query, or a good part of it."""
    if not query.words:
        return Answer(np.zeros(len(titles), np.float32), (), False)
    words = tuple(
        Word(word.text, (*word.meanings, *guesses(word, vocabulary, titles)), word.sound)
        for word in query.words
    )
    total = sum(len(word.text) for word in words) or 1
    whole = [_alone(titles, word) if len(words) == 1 else _among(titles, word) for word in words]
    share = np.zeros(len(titles), np.float32)
    for word, found in zip(words, whole, strict=True):
        part = np.where(found > 0, 0.7 + found / 3000, _share(titles, word) * 0.75)
        share += part.astype(np.float32) * (len(word.text) / total)
    scores = np.where(share >= least, 100 + 199 * np.minimum(share, 1), 0).astype(np.float32)
    lead = next((m.word for word in words for m in word.meanings if m.why == "sound" and m.word), None)
    return Answer(np.maximum(scores, _all_words(whole)), words, False, lead)


def _all_words(told: Sequence[Scores]) -> Scores:
    """The weakest word decides the hundreds; all of them the rest."""
    together = np.stack(told)
    weakest = together.min(axis=0)
    hundreds = np.floor(weakest / 100) * 100
    rest = (together - np.floor(together / 100) * 100).mean(axis=0)
    found: Scores = np.where(weakest > 0, hundreds + rest, 0).astype(np.float32)
    return found


def _alone(titles: Titles, word: Word) -> Scores:
    scores = np.zeros(len(titles), np.float32)
    for meaning in word.meanings:
        found = titles.with_phrase(meaning.phrase)
        _raise(scores, found, _values(titles, meaning, found))
    return _with_details(titles, word, scores)


def _among(titles: Titles, word: Word) -> Scores:
    """One of several words: that it is there counts more than where."""
    scores = np.zeros(len(titles), np.float32)
    for meaning in word.meanings:
        found = titles.with_phrase(meaning.phrase)
        base = _TIERS[meaning.why][3] - _LESS.get(meaning.why, 0)
        close = len(meaning.phrase) / _lengths(titles)[found.titles]
        _raise(scores, found, (base + 3 + 90 * close).astype(np.float32))
    return _with_details(titles, word, scores)


def _values(titles: Titles, meaning: Meaning, found: Found) -> Scores:
    whole, beginning, part, _ = _TIERS[meaning.why]
    length, sizes = len(meaning.phrase), _lengths(titles)[found.titles]
    base = np.where(
        sizes == length, np.float32(whole), np.where(found.at == 0, np.float32(beginning), np.float32(part))
    )
    spread = 15 if meaning.why in ("synonym", "sound") else 90
    values: Scores = (base + 3 - _LESS.get(meaning.why, 0) + spread * length / sizes).astype(np.float32)
    return values


def _raise(scores: Scores, found: Found, values: Scores) -> None:
    scores[found.titles] = np.maximum(scores[found.titles], values)


def _with_details(titles: Titles, word: Word, scores: Scores) -> Scores:
    if len(word.text) > 1 and is_chinese(word.text[0]):
        held = titles.with_extra(word.text)
        scores[held] = np.maximum(scores[held], np.float32(_DETAIL))
    return scores


def _share(titles: Titles, word: Word) -> Scores:
    """What part of a word each title has, rare characters counting more."""
    tokens = list(dict.fromkeys(tokens_of(word.text)))
    if word.text.isascii():
        tokens = list(dict.fromkeys(tokens_of_sound(word.sound)))
    share = np.zeros(len(titles), np.float32)
    total = 0.0
    for token in tokens:
        weight, held = titles.weight(token), titles.posting(token)
        # What no title has is a slip or chatter; a pair is missing with each of its characters already.
        total += weight if len(held) else 0.5 * weight if token[0] == "1" else 0.0
        share[held] += weight
    return share / np.float32(total) if total else share


def _lengths(titles: Titles) -> NDArray[np.uint32]:
    lengths = titles.lengths
    return np.frombuffer(lengths, np.uint32) if lengths else np.zeros(0, np.uint32)
