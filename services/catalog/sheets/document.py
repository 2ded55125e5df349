"""The tables of a .docx, read as a stream: merged cells are filled, text between tables belongs to the next.

A table's rows are numbered from 1, as people count them; several tables are named 表1, 表2 …
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from services.catalog.domain.layout import Sheet
from services.catalog.sheets.limits import Bounds
from services.catalog.sheets.package import BROKEN, MAIN_PART, damaged

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
#: Drawn for programs that cannot show the first choice: the same text once more.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(slots=True)
class _Cell:
    """A cell as written: where it begins in the grid, and whether it goes on with the one above."""

    at: int
    goes_on: bool
    paragraphs: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs).strip("\n")


def read(content: bytes) -> list[Sheet]:
    """All tables with the lines of text above them. The package was looked through before."""
    try:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as packed,
            packed.open(next(name for name in packed.namelist() if MAIN_PART.fullmatch(name))) as stream,
        ):
            return _sheets(_Walk(stream))
    except (ParseError, DefusedXmlException, KeyError, *BROKEN):
        raise damaged() from None


def _sheets(walk: _Walk) -> list[Sheet]:
    sheets: list[Sheet] = []
    above: list[str] = []
    for found in walk.parts():
        if isinstance(found, str):
            above.append(found)
        else:
            sheets.append(Sheet(f"表{len(sheets) + 1}", _filled(found), tuple(above[-50:]), continues=True))
            above = []
    return sheets


class _Walk:
    """One pass over the document: lines of text, and tables as rows of cells."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._bounds = Bounds()
        self._depth = 0
        self._rows: list[list[_Cell]] = []
        self._line: list[str] = []
        self._skipped = 0
        self._next, self._span = 0, 1

    def parts(self) -> Iterator[str | list[list[_Cell]]]:
        """What stands in the body, in order."""
        for event, element in iterparse(self._stream, ("start", "end"), forbid_dtd=True):
            name = element.tag.removeprefix(_W).removeprefix(_STRICT)
            if event == "start":
                self._open(name, element)
                continue
            yield from self._close(name, element)
            if name in ("p", "tr", "tbl", "sectPr", "drawing", "pict", "tc") or not self._depth:
                element.clear()

    def _open(self, name: str, element: Element) -> None:
        if element.tag == _FALLBACK:
            self._skipped += 1
        elif self._skipped:
            return
        elif name == "tbl":
            self._depth += 1
            if self._depth == 1:
                self._rows = []
        elif self._depth == 1 and name == "tr":
            self._rows.append([])
            self._next = 0
        elif self._depth == 1 and name == "tc":
            self._rows[-1].append(_Cell(self._next, False))
            self._span = 1

    def _close(self, name: str, element: Element) -> Iterator[str | list[list[_Cell]]]:
        if element.tag == _FALLBACK:
            self._skipped -= 1
        elif self._skipped:
            return
        elif name == "t":
            self._line.append(element.text or "")
        elif name in ("br", "cr"):
            self._line.append("\n")
        elif name == "tab":
            self._line.append(" ")
        elif name == "p":
            yield from self._end_paragraph()
        elif name == "tbl":
            self._depth -= 1
            if not self._depth:
                yield self._rows
        elif self._depth == 1:
            self._in_table(name, element)

    def _end_paragraph(self) -> Iterator[str]:
        text, self._line = "".join(self._line), []
        if self._depth and self._rows and self._rows[-1]:
            self._rows[-1][-1].paragraphs.append(text)
        elif text.strip() and not self._depth:
            yield text

    def _in_table(self, name: str, element: Element) -> None:
        if name == "gridBefore":
            self._next += _number(element)
        elif name == "gridSpan":
            self._span = max(1, _number(element))
        elif name == "vMerge":
            self._rows[-1][-1].goes_on = _value(element) != "restart"
        elif name == "tc":
            self._next += self._span
        elif name == "tr":
            self._bounds.row(self._next)


def _value(element: Element) -> str:
    return element.get(f"{_W}val") or element.get(f"{_STRICT}val") or ""


def _number(element: Element) -> int:
    value = _value(element)
    return min(int(value), 1000) if value.isdigit() else 0


def _filled(rows: list[list[_Cell]]) -> list[tuple[int, list[str]]]:
    """Rows of texts by grid column: what goes on downwards stands in each of its rows."""
    _straighten(rows)
    width = max((cell.at + 1 for row in rows for cell in row), default=0)
    filled: list[tuple[int, list[str]]] = []
    above: dict[int, str] = {}
    for number, row in enumerate(rows, 1):
        texts = [""] * width
        for cell in row:
            above[cell.at] = texts[cell.at] = above.get(cell.at, "") if cell.goes_on else cell.text
        filled.append((number, texts))
    return filled


def _straighten(rows: list[list[_Cell]]) -> None:
    """A border moved by a hair gives a row columns of its own: rows of as many cells stand like most do."""
    layouts = Counter(tuple(cell.at for cell in row) for row in rows)
    usual = {len(starts): starts for starts, _ in reversed(layouts.most_common())}
    for row in rows:
        for cell, at in zip(row, usual.get(len(row), ()), strict=False):
            cell.at = at
