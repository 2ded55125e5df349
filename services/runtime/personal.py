"""Numbers that name a person: what they look like in a text, told in one place (P6, P9)."""

from __future__ import annotations

import re
import unicodedata

#: Citizen numbers and mobile numbers, wherever they stand and however they are set apart.
_NUMBER = re.compile(
    r"(?<!\d)(?:[1-9]\d{5}(?:19|20)\d{9}[\dXx]|(?:(?:00)?86[ -]?)?1[3-9]\d([ -]?)\d{4}\1\d{4})(?!\d)"
)
#: Blanks and dashes inside a number do not hide it.
_BETWEEN = re.compile(r"(?<=\d)[\s\-·.]+(?=[\dXx])")


def without_numbers(text: str) -> str:
    """The text with every such number blacked out."""
    return _NUMBER.sub("[removed]", text)


def holds_number(text: str) -> bool:
    """Whether a person's number stands in the text, in full-width digits or broken up included."""
    plain = unicodedata.normalize("NFKC", text)
    return any(_NUMBER.search(form) for form in (plain, _BETWEEN.sub("", plain)))
