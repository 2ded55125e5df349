"""The list of everyday words that a place keeps (mission C15), beside those from above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contracts import Actor
from services.catalog.domain.refusals import Stale
from services.catalog.domain.search.sounds import bare
from services.catalog.domain.text import is_printable
from services.runtime.change import Change
from services.runtime.problems import Invalid

#: The place whose list every place inherits; it is delivered with the product.
EVERYWHERE = "00"
MOST_WORDS, MOST_TERMS = 2000, 20


@dataclass(frozen=True, slots=True)
class Synonym:
    """An everyday word and the words of item names that it stands for; without terms it is switched off."""

    word: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SynonymList:
    """What one place adds to, changes in or takes out of the lists above it."""

    place: str
    words: tuple[Synonym, ...]
    revision: int = 1


@dataclass(frozen=True, slots=True)
class InForce:
    """A word as it holds at a place, and the place whose list it stands in."""

    word: str
    terms: tuple[str, ...]
    place: str


def in_force(lists: Iterable[SynonymList]) -> list[InForce]:
    """The words that hold, from the lists of a place and those above it; the lowest one decides on a word."""
    held: dict[str, InForce] = {}
    for kept in sorted(lists, key=lambda one: (one.place != EVERYWHERE, len(one.place), one.place)):
        for one in kept.words:
            held[bare(one.word)] = InForce(one.word, one.terms, kept.place)
    return list(held.values())


def put(
    kept: SynonymList | None,
    place: str,
    words: Sequence[Synonym],
    *,
    revision: int | None,
    actor: Actor,
    now: datetime,
) -> Change[SynonymList] | None:
    """Set a place's own list; None where it says nothing new. Refuses words that cannot be searched for."""
    _must_be_sound(words)
    if kept is None:
        return Change(SynonymList(place, tuple(words)), "listed", actor, now, note={"words": len(words)})
    if revision != kept.revision:
        raise Stale(kept.revision)
    if kept.words == tuple(words):
        return None
    before = {one.word: one.terms for one in kept.words}
    after = {one.word: one.terms for one in words}
    note = {
        "set": {word: list(terms) for word, terms in after.items() if before.get(word) != terms},
        "removed": sorted(before.keys() - after.keys()),
    }
    changed = replace(kept, words=tuple(words), revision=kept.revision + 1)
    return Change(changed, "altered", actor, now, note=note)


def _must_be_sound(words: Sequence[Synonym]) -> None:
    if len(words) > MOST_WORDS:
        raise Invalid(
            f"一个地区最多 {MOST_WORDS} 个俗称。",
            f"A place keeps at most {MOST_WORDS} words.",
            code="too-many-words",
            field="words",
        )
    seen: set[str] = set()
    for number, one in enumerate(words):
        if not is_printable(one.word) or not all(map(is_printable, one.terms)):
            raise Invalid(
                f"第 {number + 1} 行含有看不见的字符，请重新输入。",
                f"Line {number + 1} contains invisible characters; type it again.",
                code="invisible-characters",
                field=f"words.{number}",
            )
        word = bare(one.word)
        if not word or not all(bare(term) for term in one.terms):
            raise Invalid(
                f"第 {number + 1} 行只有标点，请填写文字。",
                f"Line {number + 1} has no letter or character.",
                code="no-word",
                field=f"words.{number}",
            )
        if word in seen:
            raise Invalid(
                f"“{one.word}”写了两次，请合并为一行。",
                f"“{one.word}” stands in the list twice; join the two lines.",
                code="word-twice",
                field=f"words.{number}.word",
            )
        seen.add(word)
        if word in map(bare, one.terms):
            raise Invalid(
                f"“{one.word}”不能指它自己，请填写事项名称中的词。",
                f"“{one.word}” cannot stand for itself; give words of item names.",
                code="word-itself",
                field=f"words.{number}.terms",
            )
