"""Words that say nothing a person could bring or check."""

from __future__ import annotations

from collections.abc import Iterator

from services.catalog.domain import sources
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.checks.word_lists import Entry, WordLists, hits
from services.catalog.domain.item.record import DraftRecord


def catch_all(record: DraftRecord, words: WordLists) -> Iterator[Finding]:
    """原则上不得出现兜底条款 (seed 000 二(一)3); in principle, so a reason may let one stand."""
    for field, text in terms(record):
        for entry, quote in _longest(list(hits(words.catch_all, text))):
            yield Finding(
                field,
                "catch-all",
                f"“{quote}”是兜底条款，请逐项写明或者删去。",
                entry.source or sources.GUIDE,
                quote=quote,
                suggestion=entry.suggestion,
                waivable=True,
                subject=text,
            )


def vague(record: DraftRecord, words: WordLists) -> Iterator[Finding]:
    """不得包含含糊不清的“模糊表述” (seed 003 四(三)); a law's own wording may stand with that reason."""
    for field, text in terms(record):
        for entry, quote in hits(words.vague, text):
            yield Finding(
                field,
                "vague",
                f"“{quote}”含义不清，请写明具体内容。",
                entry.source or sources.VAGUE,
                quote=quote,
                suggestion=entry.suggestion,
                waivable=True,
                subject=text,
            )


def _longest(found: list[tuple[Entry, str]]) -> list[tuple[Entry, str]]:
    """Of quotes that lie in one another the longest: one clause is one finding."""
    return [one for one in found if not any(one[1] != other[1] and one[1] in other[1] for other in found)]


def terms(record: DraftRecord) -> Iterator[tuple[str, str]]:
    """The words that people must meet: conditions, materials, and the guide's own wording of both."""
    for number, text in enumerate(record.conditions):
        yield f"conditions.{number}", text
    for number, material in enumerate(record.materials or ()):
        yield f"materials.{number}.name", material.name
        if material.guidance:
            yield f"materials.{number}.guidance", material.guidance
        if material.format:
            yield f"materials.{number}.format", material.format
    if record.guide.conditions:
        yield "guide.conditions", record.guide.conditions
    if record.guide.materials_note:
        yield "guide.materials_note", record.guide.materials_note
