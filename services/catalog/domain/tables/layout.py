"""Where the rows of a table lie in a file: below title and head, above signatures and notes (附件1–4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from services.catalog.domain.tables.forms import SERIAL, Form, Ignored, Line, quoted
from services.catalog.domain.tables.heads import Head, Heads
from services.catalog.domain.text import same
from services.runtime.personal import holds_number, without_numbers
from services.runtime.problems import Invalid

#: How far below the top, or below the foot of the table before, a head may stand.
_HEAD_WITHIN = 30
#: What begins the lines below a table.
_FOOT = ("主要领导签字", "负责人签字", "填表人", "填表单位", "填表日期", "说明:", "注:", "备注:")
#: A line such as 一、行政许可 that parts a table into sections.
_SECTION = re.compile(r"[((]?[一二三四五六七八九十]+[))、.].*")
#: What a number of a person could be in; spares most cells the closer look.
_MANY_DIGITS = re.compile(r"(?:\d\D{0,3}){11}")
_STATED = re.compile(
    r"填表单位(?:\(盖章\))?:(?P<unit>.*?)(?=填[表报]日期|$)"
    r"|填[表报]日期:\s*(?P<date>[0-9]{4}\s*[年./-]\s*[0-9]{1,2}(?:\s*[月./-]\s*[0-9]{1,2}\s*日?|\s*月)?)"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet, the table of a document, or the whole of a CSV: numbered rows of cells.

    ``above`` are lines of text before it that are not part of it. Where it ``continues``, it may be the rest
    of the table before it and have no head of its own (a table cut by a page in a document).
    """

    name: str
    rows: Sequence[tuple[int, Sequence[str]]]
    above: tuple[str, ...] = ()
    continues: bool = False


@dataclass(slots=True)
class Layout:
    """The lines of all tables of a form in a file, the columns that they have, and what stands above them."""

    columns: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)
    filled_by: str | None = None
    #: 填表单位 as it stands above the table that is being read.
    unit: str = ""
    filled_on: str | None = None
    passed_over: tuple[str, ...] = ()
    #: Heads that no column of the form has, as advice beside the row that the head is in.
    ignored: tuple[Ignored, ...] = ()


def layout(form: Form, sheets: Sequence[Sheet]) -> Layout:
    """Find the tables of a form. 422 where no sheet has its head."""
    found = Layout()
    heads, head, several, width = Heads(form), None, len(sheets) > 1, 0
    for sheet in sheets:
        if not sheet.continues:
            found.unit = ""
        _state(found, sheet.above)
        block = _Block(form, heads, sheet.name if several else "", head if _goes_on(sheet, width) else None)
        found.lines.extend(block.lines(sheet.rows, found))
        if block.head is None:
            found.passed_over = (*found.passed_over, sheet.name)
            continue
        head, width = block.head, _width(sheet)
        found.columns = tuple(
            column.name for column in form.columns if column.name in head.at or column.name in found.columns
        )
    if not found.columns:
        raise _no_head(form, heads, sheets)
    found.lines = list(_marked(form, found.lines))
    return found


def _marked(form: Form, lines: Sequence[Line]) -> Iterator[Line]:
    """Rows that stand there twice, and numbers of persons, which are blacked out before anything is kept."""
    first: dict[str, Line] = {}
    for line in lines:
        identity = form.identity_of(line.texts)
        before = first.setdefault(identity, line) if form.is_named(line.texts) else line
        personal = tuple(name for name, text in line.texts.items() if _holds_number(text))
        if before is not line or personal:
            texts = {
                name: _blacked_out(text) if name in personal else text for name, text in line.texts.items()
            }
            twice = before.where if before is not line else ""
            line = replace(line, texts=texts, twice=twice, personal=personal)
        yield line


def _without_numbers(text: str) -> str:
    return _blacked_out(text) if _holds_number(text) else text


def _blacked_out(text: str) -> str:
    """Without the numbers; without the whole cell where they are broken up."""
    rest = without_numbers(text)
    return "（含号码，已隐去）" if rest == text else rest.replace("[removed]", "（号码已隐去）")


def _holds_number(text: str) -> bool:
    return bool(_MANY_DIGITS.search(text)) and holds_number(text)


def _goes_on(sheet: Sheet, width: int) -> bool:
    return sheet.continues and _width(sheet) == width


def _width(sheet: Sheet) -> int:
    return max((len(cells) for _, cells in sheet.rows), default=0)


class _Block:
    """One pass over the rows of a sheet: look for a head, read until the foot, look for the next head."""

    def __init__(self, form: Form, heads: Heads, name: str, head: Head | None) -> None:
        self.head = head
        self._form, self._heads, self._name = form, heads, name

    def lines(self, rows: Sequence[tuple[int, Sequence[str]]], found: Layout) -> Iterator[Line]:
        inside, tried, at = self.head is not None, 0, 0
        while at < len(rows):
            number, cells = rows[at]
            at += 1
            if not any(cell.strip() for cell in cells):
                continue
            below = rows[at][1] if at < len(rows) else None
            if (not inside or self._is_head_again(cells)) and tried < _HEAD_WITHIN:
                tried += 1
                begun = self._heads.of(cells, below)
                if begun is not None:
                    self.head, inside, tried, at = begun, True, 0, at + begun.lines - 1
                    self._note(begun, number, found)
                elif not inside:
                    _state(found, cells)
                continue
            if not inside or self.head is None:
                break
            if _is_foot(cells):
                inside = False
                _state(found, cells)
            elif not self._is_no_row(cells):
                yield Line(self._name, number, self._texts(cells, found), self.head.units)

    def _note(self, head: Head, number: int, found: Layout) -> None:
        """Heads that were not understood, each once."""
        noted = {one.column for one in found.ignored}
        found.ignored += tuple(
            Ignored(column, nearest, number, self._name)
            for column, nearest in (
                (quoted(_without_numbers(word)), nearest) for word, nearest in head.ignored
            )
            if column not in noted
        )

    def _texts(self, cells: Sequence[str], found: Layout) -> dict[str, str]:
        """The texts of a row; a blank unit is the one above the table, where the form is filled in by one."""
        assert self.head is not None
        texts, column = self.head.texts(cells), self._form.filled_by
        return {**texts, column: texts.get(column) or found.unit} if column else texts

    def _is_head_again(self, cells: Sequence[str]) -> bool:
        return self.head is not None and self.head.is_repeated(cells)

    def _is_no_row(self, cells: Sequence[str]) -> bool:
        """A number alone in a row that nobody filled in, or the title of a section."""
        assert self.head is not None
        texts = self.head.texts(cells)
        filled = {same(cell) for cell in cells if cell.strip()}
        if all(not text for name, text in texts.items() if name != SERIAL):
            return len(filled) == 1 or not texts.get(SERIAL)
        return len(filled) == 1 and bool(_SECTION.fullmatch(next(iter(filled))))


def _is_foot(cells: Sequence[str]) -> bool:
    text = next((same(cell) for cell in cells if cell.strip()), "")
    return text.startswith(tuple(same(word) for word in _FOOT)) or text == "说明"


def _state(found: Layout, cells: Sequence[str]) -> None:
    """填表单位 and 填表日期 above a table; a form's empty date says nothing."""
    text = " ".join(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
    for stated in _STATED.finditer(text.replace("\uff1a", ":").replace("\uff08", "(").replace("\uff09", ")")):
        if unit := (stated["unit"] or "").strip():
            found.filled_by, found.unit = found.filled_by or unit, unit
        if date := "".join((stated["date"] or "").split()):
            found.filled_on = found.filled_on or date


def _no_head(form: Form, heads: Heads, sheets: Sequence[Sheet]) -> Invalid:
    words = "”“".join(column.name for column in form.columns if column.required)
    nearest = _nearest(form, heads, sheets)
    hint = f"第 {nearest[0]} 行像表头，但缺少“{'”“'.join(nearest[1])}”。" if nearest else ""
    return Invalid(
        f"没有找到《{form.title}》的表头：前 {_HEAD_WITHIN} 行里应有一行含“{words}”。{hint}",
        f"No head found: one of the first rows must have {', '.join(sorted(form.required))}.",
        code="no-head",
        field="file",
    )


def _nearest(form: Form, heads: Heads, sheets: Sequence[Sheet]) -> tuple[int, list[str]] | None:
    for sheet in sheets:
        for number, cells in sheet.rows[:_HEAD_WITHIN]:
            missing = heads.missing(cells)
            if len(missing) < len(form.required):
                return number, [column.name for column in form.columns if column.name in missing]
    return None
