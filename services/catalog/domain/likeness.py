"""Which names of items and of materials mean the same: equal once folded, or alike enough to suggest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from services.catalog.domain.text import same

_NO_WORD = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[〔【《].*?[)\]〕】》]")
#: How alike two names must be to be shown to an editor, and two materials to count as one (0–100).
SUGGEST, SAME_MATERIAL = 60.0, 82.0


def normal(name: str) -> str:
    """A name without marks, blanks and width: in this form equal names are the same item."""
    return _NO_WORD.sub("", same(name))


def suggestions(name: str, known: Mapping[str, str], limit: int = 3) -> list[tuple[str, float]]:
    """Keys of the names that are most like one, with how alike they are (0–1), best first."""
    found = process.extract(normal(name), known, scorer=fuzz.token_ratio, score_cutoff=SUGGEST, limit=limit)
    return [(str(key), round(score / 100, 2)) for _, score, key in found]


def nearest(word: str, known: Mapping[str, str]) -> str | None:
    """What the most alike of the known words stands for; None where none is alike enough to suggest."""
    found = process.extractOne(word, known.keys(), scorer=fuzz.ratio, score_cutoff=SUGGEST)
    return known[found[0]] if found else None


def is_asked(material: str, others: Sequence[str]) -> bool:
    """Whether a material is among those of another place: the short form of one is the same material."""
    mine = _short(material)
    for other in others:
        its = _short(other)
        if mine and its and (mine in its or its in mine or fuzz.ratio(mine, its) >= SAME_MATERIAL):
            return True
    return False


def _short(material: str) -> str:
    plain = normal(_BRACKETS.sub("", same(material))) or normal(material)
    for ending in ("原件及复印件", "原件和复印件", "复印件", "原件"):
        plain = plain.removesuffix(ending)
    return plain
