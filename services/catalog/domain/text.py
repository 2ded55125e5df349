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
#: Entries of one list of a record: steps, materials, options of a situation.
LONGEST_LIST = 500
#: No count, day or sum in 分 of a record is larger (ten thousand million yuan).
LARGEST_NUMBER = 10**12
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
    """Refuse a record with invisible characters or blank texts, naming the field, or with more than an event
    or a page can hold."""
    must_be_bounded(record)
    if sum(len(text.encode()) for _, text in _texts(record, "")) > RECORD_LIMIT:
        raise TooLarge(
            f"记录太大，文字最多 {RECORD_LIMIT // 1024} KB；长文请作为附件。",
            f"The record is too large, at most {RECORD_LIMIT // 1024} KB of text.",
            code="record-too-large",
        )
    for field, text in _texts(record, ""):
        if not text.strip():
            raise Invalid(
                f"{field}：是空白，请填写或者去掉。",
                f"{field}: is blank; fill it in or leave it out.",
                code="blank-text",
                field=field,
            )
        if not is_printable(text):
            raise Invalid(
                f"{field}：含有看不见的字符（零宽、方向控制等），请重新输入。",
                f"{field}: contains invisible characters (zero width, direction marks); type it again.",
                code="invisible-characters",
                field=field,
            )


def must_be_bounded(value: Any, path: str = "") -> None:
    """Refuse a list that is too long to be drawn or walked, and a number beyond sense, naming the field."""
    if isinstance(value, int) and value > LARGEST_NUMBER:
        raise Invalid(
            f"{path}：数字太大，请核对。",
            f"{path}: the number is too large.",
            code="number-too-large",
            field=path,
        )
    inner: Iterator[tuple[str, Any]] = iter(())
    if isinstance(value, Mapping):
        inner = ((f"{path}.{name}" if path else str(name), one) for name, one in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) > LONGEST_LIST:
            raise TooLarge(
                f"{path}：最多 {LONGEST_LIST} 项，请合并或者分成几个事项。",
                f"{path}: at most {LONGEST_LIST} entries.",
                code="too-many-entries",
                field=path,
            )
        inner = ((f"{path}.{number}", one) for number, one in enumerate(value))
    for field, one in inner:
        must_be_bounded(one, field)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, Sequence):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{path}.{number}")
