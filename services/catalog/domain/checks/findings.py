"""A finding of the lint, and how it is known again."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
#: Places in a list: a text that moves within its list is still the same text.
_NUMBER = re.compile(r"\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the lint found. An ``error`` keeps the draft from being signed and published; an
    ``info`` asks for nothing.

    ``quote`` are the words that it is about, ``subject`` the whole text that they stand in, ``suggestion``
    what to write instead. ``waivable``: may stand with a reason and a name.
    """

    field: str
    rule: str
    text: str
    source: str
    severity: Severity = "error"
    quote: str | None = None
    suggestion: str | None = None
    waivable: bool = False
    subject: str | None = None

    @property
    def id(self) -> str:
        """The same as long as rule, field and text are the same."""
        parts = (self.rule, _NUMBER.sub("", self.field), self.subject or "", self.quote or "")
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
