"""Words of commitments (告知承诺): what stands for which proof of which item, as the catalog published."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_SPACE = re.compile(r"\s+")
#: Where no list says what a commitment reads like, the general words of the pages are meant.
GENERAL = "1"


@dataclass(frozen=True, slots=True)
class Wording:
    """One published text. ``text_version`` names it for good; ``place`` and ``edition`` say where it is."""

    text_version: str
    material: str
    item_name: str
    text: str
    liability: str | None
    supervision: str | None
    place: str
    edition: int


def same(text: str) -> str:
    """The form in which two writings of one name are equal: full-width folded, no spaces."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def of_item(wordings: Iterable[Wording], item_name: str, materials: Iterable[str]) -> dict[str, Wording]:
    """Material → its wording; of several the one of the nearest place (the longest code)."""
    wanted = {same(material): material for material in materials}
    found: dict[str, Wording] = {}
    for wording in sorted(wordings, key=lambda one: len(one.place)):
        material = wanted.get(same(wording.material))
        if material is not None and same(wording.item_name) == same(item_name):
            found[material] = wording
    return found
