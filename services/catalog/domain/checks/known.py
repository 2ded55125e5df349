"""What a draft is judged by besides its own text: word lists, directory, agreements (mission C6, C7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.catalog.domain.checks.national_words import NATIONAL
from services.catalog.domain.checks.word_lists import WordLists
from services.catalog.domain.text import same


@dataclass(frozen=True, slots=True)
class Agreed:
    """A proof without legal basis that is kept all the same: its issuing unit agreed, and this year's sample
    is on file (seed 000 附件2 说明 3). ``place`` is the one in whose list it stands.
    """

    place: str
    item: str
    material: str
    unit: str
    on: date


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at the place of a draft.

    ``units`` are those open units of the directory that the draft names, with their places; None where the
    directory was not asked. ``handed_down`` are the units that the standard of an adopted item names.
    ``agreed`` holds what is agreed at the place and above it.
    """

    words: WordLists = NATIONAL
    place: str = ""
    units: Mapping[str, str] | None = None
    handed_down: frozenset[str] = frozenset()
    agreed: tuple[Agreed, ...] = ()

    def agreement(self, item: str, material: str) -> Agreed | None:
        """The agreement by which an item may ask for a proof, or None."""
        wanted = (same(item), same(material))
        return next((one for one in self.agreed if (same(one.item), same(one.material)) == wanted), None)


#: Nothing but the words of the whole country.
NATIONWIDE = Known()
