"""The everyday words that are delivered with the product, and the words that say nothing in a query."""

from __future__ import annotations

import csv
from pathlib import Path

from services.catalog.domain.search.synonyms import EVERYWHERE, Synonym, SynonymList

_DATA = Path(__file__).parent.parent / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


#: The list of the whole country, which places add to; revision 0 says that nobody has changed it.
EVERYDAY = SynonymList(
    EVERYWHERE,
    tuple(Synonym(row["word"], tuple(row["terms"].split())) for row in _rows("everyday-words.csv")),
    revision=0,
)
IDLE = tuple(row["word"] for row in _rows("idle-words.csv"))
