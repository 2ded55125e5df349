"""Words as people and tables write them: what makes two of them the same, what may not be in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.runtime.problems import Invalid, TooLarge

_SPACE = re.compile(r"\s+")
#: Bytes of text in one record: an event may have 1 MiB, and one to come carries the present one besides.
RECORD_LIMIT = 256 * 1024
#: Line breaks and tabs are the only control characters that a record may hold.
_KEPT = frozenset("\n\t")
#: Controls, formatting marks (zero width, right-to-left override), surrogates, private use.
_FORBIDDEN = frozenset(("Cc", "Cf", "Cs", "Co"))


def same(text: str) -> str:
    """The form in which two writings of one name are equal: full-width folded, no spaces."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def identity(body: str, name: str) -> str:
    """By what a row is known again within a place: 实施主体 + 事项名称 (mission C2)."""
    return f"{same(body)}|{same(name)}"


def is_printable(text: str) -> bool:
    """Whether a text has nothing invisible in it."""
    return all(sign in _KEPT or unicodedata.category(sign) not in _FORBIDDEN for sign in text)


def must_be_sound(record: Mapping[str, Any]) -> None:
    """Refuse a record with invisible characters, naming the field, or with more text than an event holds."""
    if sum(len(text.encode()) for _, text in _texts(record, "")) > RECORD_LIMIT:
        raise TooLarge(
            f"记录太大，文字最多 {RECORD_LIMIT // 1024} KB；长文请作为附件。",
            f"The record is too large, at most {RECORD_LIMIT // 1024} KB of text.",
            code="record-too-large",
        )
    for field, text in _texts(record, ""):
        if not is_printable(text):
            raise Invalid(
                f"{field}：含有看不见的字符（零宽、方向控制等），请重新输入。",
                f"{field}: contains invisible characters (zero width, direction marks); type it again.",
                code="invisible-characters",
                field=field,
            )


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, Sequence):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{path}.{number}")
