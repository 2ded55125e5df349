"""Word lists of the lint: phrases with what to write instead, kept per place (mission C6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from contracts.base import Block, Identifier
from contracts.items import RiskArea
from services.runtime.problems import Wrong

ListName = Literal["catch-all", "vague", "risk-areas", "licences"]
#: Between two words of a phrase: up to twenty signs of one clause.
GAP = "…"
_BETWEEN = r"[^,;。、()\n\uff0c\uff1b\uff08\uff09]{0,20}"
_MOST_GAPS = 3

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class Entry(Block):
    """A phrase; ``…`` in it stands for up to twenty signs (其他…材料)."""

    phrase: Phrase
    suggestion: Words | None = None
    """What to write instead."""
    source: Words | None = None
    licence_type: Identifier | None = None
    """Of a proof: the type of the licence that says the same."""
    licence: Words | None = None
    """The licence's name."""
    area: RiskArea | None = None
    """Of a risk area: which one the phrase belongs to."""

    @model_validator(mode="after")
    def _has_words(self) -> Self:
        parts = self.phrase.split(GAP)
        if len(parts) > _MOST_GAPS + 1 or not all(parts) or len(self.phrase.replace(GAP, "")) < 2:
            raise Wrong(
                "phrase",
                f"请写至少两个字；“…”前后都要有字，最多 {_MOST_GAPS} 处",
                f"write two characters or more, with words on both sides of …, at most {_MOST_GAPS} of them",
            )
        return self


def quoted(phrase: str, text: str) -> str | None:
    """The words of a text that a phrase means, or None."""
    found = _pattern(phrase).search(text)
    return found[0] if found else None


@lru_cache(4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(_expression(phrase))


@lru_cache(256)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_expression(phrase) for phrase in phrases) or r"(?!)")


def _expression(phrase: str) -> str:
    return _BETWEEN.join(re.escape(part) for part in phrase.split(GAP))


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists that hold at a place."""

    catch_all: tuple[Entry, ...] = field(default=())
    vague: tuple[Entry, ...] = field(default=())
    risk_areas: tuple[Entry, ...] = field(default=())
    licences: tuple[Entry, ...] = field(default=())


def hits(entries: tuple[Entry, ...], text: str) -> Iterator[tuple[Entry, str]]:
    """The entries that a text meets, each with the words it quotes."""
    # Most texts meet none, and one look at all phrases at once tells so.
    if _any_of(tuple(entry.phrase for entry in entries)).search(text) is None:
        return
    for entry in entries:
        if (quote := quoted(entry.phrase, text)) is not None:
            yield entry, quote


def misfit(name: ListName, entries: tuple[Entry, ...]) -> str | None:
    """The field of the first entry that lacks what its list needs, or that stands there twice."""
    needed = {"licences": ("licence_type", "licence"), "risk-areas": ("area",)}.get(name, ())
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        for lacking in (one for one in needed if getattr(entry, one) is None):
            return f"entries.{number}.{lacking}"
        if entry.phrase in seen:
            return f"entries.{number}.phrase"
        seen.add(entry.phrase)
    return None
