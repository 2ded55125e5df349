"""The tables of a .docx, read as a stream: merged cells are filled, text between tables belongs to the next.

A table's rows are numbered from 1, as people count them; several tables are named 表1, 表2 …
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from services.catalog.domain.tables.layout import Sheet
from services.catalog.sheets.limits import Bounds
from services.catalog.sheets.package import BROKEN, MAIN_PART, damaged

_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_WORDS = ("t", "br", "cr", "tab", "tbl", "tr", "tc", "p", "gridBefore", "gridSpan", "vMerge")
#: Every tag that counts, by its full name; in either writing of the standard.
_KNOWN = {f"{space}|{word}": word for space in _NAMESPACES for word in _WORDS}
_VALUES = tuple(f"{space}|val" for space in _NAMESPACES)
#: Drawn for programs that cannot show the first choice: the same text once more.
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006|Fallback"
#: Lines above a table that are kept.
_ABOVE = 50


@dataclass(slots=True)
class _Cell:
    """A cell as written: where it begins in the grid, and whether it goes on with the one above."""

    at: int
    goes_on: bool = False
    paragraphs: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs).strip("\n")


def read(content: bytes) -> list[Sheet]:
    """All tables with the lines of text above them. The package was looked through before."""
    walk = _Walk()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as packed,
            packed.open(next(name for name in packed.namelist() if MAIN_PART.fullmatch(name))) as stream,
        ):
            walk.through(stream)
    except (expat.ExpatError, *BROKEN):
        raise damaged() from None
    return walk.sheets


class _Walk:
    """One pass over the document: lines of text, and tables as rows of cells."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._bounds = Bounds()
        self._seen: dict[str, str] = {}
        self._above: list[str] = []
        self._rows: list[list[_Cell]] = []
        self._line: list[str] = []
        self._depth = self._skipped = self._next = 0
        self._span, self._is_text = 1, False

    def through(self, stream: Any) -> None:
        """Read it all. ExpatError where it is no XML, or has declarations of its own."""
        parser = expat.ParserCreate(namespace_separator="|")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse
        parser.ParseFile(stream)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _KNOWN.get(tag)
        if tag == _FALLBACK:
            self._skipped += 1
        elif name is not None and not self._skipped:
            self._open(name, attributes)

    def _end(self, tag: str) -> None:
        name = _KNOWN.get(tag)
        if tag == _FALLBACK:
            self._skipped -= 1
        elif name is not None and not self._skipped:
            self._close(name)

    def _text(self, text: str) -> None:
        if self._is_text:
            self._line.append(text)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t":
            self._is_text = True
        elif name in ("br", "cr"):
            self._line.append("\n")
        elif name == "tab" and not attributes:  # one with a position is a stop, not a sign
            self._line.append("\t")
        elif name == "tbl":
            self._depth += 1
            if self._depth == 1:
                self._rows = []
        elif self._depth == 1:
            self._in_table(name, _value(attributes))

    def _in_table(self, name: str, value: str) -> None:
        if name == "tr":
            self._rows.append([])
            self._next = 0
        elif name == "tc":
            self._rows[-1].append(_Cell(self._next))
            self._span = 1
        elif name == "gridBefore":
            self._next += _number(value)
        elif name == "gridSpan":
            self._span = max(1, _number(value))
        elif name == "vMerge":
            self._rows[-1][-1].goes_on = value != "restart"

    def _close(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "p":
            self._end_paragraph()
        elif name == "tbl":
            self._depth -= 1
            if not self._depth:
                self._end_table()
        elif name == "tc" and self._depth == 1:
            self._next += self._span
        elif name == "tr" and self._depth == 1:
            self._bounds.row(self._next)

    def _end_paragraph(self) -> None:
        text, self._line = "".join(self._line), []
        if self._depth and self._rows and self._rows[-1]:
            self._rows[-1][-1].paragraphs.append(self._seen.setdefault(text, text))
        elif text.strip() and not self._depth:
            self._above.append(text)

    def _end_table(self) -> None:
        name, above = f"表{len(self.sheets) + 1}", tuple(self._above[-_ABOVE:])
        self.sheets.append(Sheet(name, _filled(self._rows), above, continues=True))
        self._rows, self._above = [], []


def _refuse(*_: object) -> None:
    raise expat.ExpatError("declarations are not taken")


def _value(attributes: dict[str, str]) -> str:
    return next((attributes[name] for name in _VALUES if name in attributes), "")


def _number(value: str) -> int:
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
