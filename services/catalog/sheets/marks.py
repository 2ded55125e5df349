"""The mark that an export of ours puts before what a spreadsheet would take for a formula."""

from __future__ import annotations

import re

_MARK = re.compile(r"'(?=[=+\-@'])")


def unmarked(text: str) -> str:
    """A cell's text as it was before it was escaped."""
    return text[1:] if _MARK.match(text) else text
