"""The forms of tables that halls fill in: columns with their wordings, and one row read by them (mission C2).

附件1–4 of seed 000 are such forms. A row is good as a whole or named cell by cell; `layout` finds the rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.catalog.domain.text import is_printable, same

#: What a column's texts say: fields of the record. An empty cell says nothing and so takes nothing away.
Read = Callable[[str], dict[str, Any]]

SERIAL = "序号"
#: Stands in an exported cell that may not be empty, where the draft has nothing yet.
TO_FILL = "待补充"
_EMPTY = frozenset(("", TO_FILL))
#: How much of a cell or of a row's names is quoted, so that people find it.
_QUOTED = 60
_BARE_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


class BadCell(Exception):
    """A cell breaks a filling rule: what is wrong, and what to write instead.

    ``column`` where the fault is to be put right in another column than the one that was read.
    """

    def __init__(self, rule: str, wrong: str, fix: str = "", column: str | None = None) -> None:
        super().__init__(wrong)
        self.rule, self.wrong, self.fix, self.column = rule, wrong, fix, column

    @property
    def message(self) -> str:
        """What is wrong and what to do, in one text."""
        return f"{self.wrong}{self.fix}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a form.

    ``name`` is unique in the form and the one that problems name; ``words`` are other wordings of its head
    (line breaks, blanks and half or full width make no difference). ``under`` are the wordings of the upper
    head that it stands below, where two columns of the form have one wording (附件4: 清理意见). ``required``:
    no table of this form without the column, and no row with the cell empty. A bare number in the cell takes
    the unit that the head has in brackets, as in 承诺时限(工作日), where ``takes_unit``.
    """

    name: str
    words: tuple[str, ...] = ()
    read: Read | None = None
    required: bool = False
    under: tuple[str, ...] = ()
    longest: int = 4000
    takes_unit: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form. ``identity`` names the columns by which a row is known again, ``between`` the rules that look
    at several cells of one row (texts as in the file, fields as read), ``advice`` what a row that goes in all
    the same must still have before it is published. ``filled_by`` is the column that 填表单位 above a table
    stands for, where all its rows are that unit's (附件2–4).
    """

    title: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    between: Callable[[Mapping[str, str], Mapping[str, Any]], Iterable[BadCell]] = lambda texts, fields: ()
    advice: Callable[[Mapping[str, str], Mapping[str, Any]], Iterable[BadCell]] = lambda texts, fields: ()
    filled_by: str | None = None

    @property
    def required(self) -> frozenset[str]:
        """The columns without which there is no table of this form."""
        return frozenset(column.name for column in self.columns if column.required)

    def identity_of(self, texts: Mapping[str, str]) -> str:
        """By what a row is known again, in any spelling."""
        return "|".join(same(texts.get(name, "")) for name in self.identity)

    def is_named(self, texts: Mapping[str, str]) -> bool:
        """Whether a row has what it is known again by; without, it is nobody's duplicate."""
        words = {name: same(texts.get(name, "")) for name in self.identity}
        return any(words.values()) and not any(words[name] in _EMPTY for name in self.required & words.keys())

    def column(self, name: str) -> Column:
        """A column by its name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table's body: where it stands and the text under each column that the file has.

    ``sheet`` names the worksheet, or the table of a document, where a file has several; else empty.
    ``units`` are those that the head has in brackets, by column. ``twice`` is where a row with the same
    identity stands before it, ``personal`` the columns whose cells held a person's number (blacked out).
    """

    sheet: str
    number: int
    texts: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    twice: str = ""
    personal: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """In the words of a report."""
        return f"{self.sheet}第 {self.number} 行"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row: the sheet's row number, the column of the form, the rule, what to do.

    ``message`` says all of it, ``fix`` its last part alone: what to write. ``found`` is the cell as it stands
    and ``about`` the row's identity, both shortened.
    """

    row: int
    column: str
    rule: str
    message: str
    fix: str = ""
    found: str = ""
    about: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A head that no column of the form has, so that the cells below it are not read; ``nearest`` is the
    column that it may mean.
    """

    column: str
    nearest: str | None
    row: int
    sheet: str = ""

    @property
    def advice(self) -> RowProblem:
        """What to do about it, beside the row of the head."""
        fix = f"如果就是“{self.nearest}”，请把表头改成“{self.nearest}”后再导入。" if self.nearest else ""
        fix = fix or "需要的内容请改放到目录规定的列里。"
        wrong = f"“{self.column}”这一列没有读入，"
        return RowProblem(
            self.row, self.column, "column-not-read", f"{wrong}{fix}", fix, self.column, "", self.sheet
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A good row: ``texts`` as in the file, ``fields`` of the record that its cells give."""

    number: int
    texts: Mapping[str, str]
    fields: Mapping[str, Any]
    identity: str
    sheet: str = ""
    advice: tuple[RowProblem, ...] = ()

    def problem(self, column: str, rule: str, wrong: str, fix: str = "") -> RowProblem:
        """A fault of this row that only its surroundings show (the directory, other records)."""
        return RowProblem(
            self.number,
            column,
            rule,
            f"{wrong}{fix}",
            fix,
            quoted(self.texts.get(column, "")),
            quoted(" · ".join(self.identity.split("|"))),
            self.sheet,
        )


def read(form: Form, line: Line) -> Row | list[RowProblem]:
    """The good row, or everything that is wrong with it."""
    bad: list[tuple[str, BadCell]] = []
    fields: dict[str, Any] = {}
    for name, text in line.texts.items():
        try:
            merge(fields, _checked(form.column(name), text, line))
        except BadCell as found:
            bad.append((found.column or name, found))
    if not bad:
        bad.extend((found.column or "", found) for found in form.between(line.texts, fields))
    if line.twice:
        names = "和".join(form.identity)
        wrong = f"与{line.twice}重复（{names}{'都' if len(form.identity) > 1 else ''}相同），"
        bad.append((form.identity[-1], BadCell("row-twice", wrong, "请保留一行。")))
    if bad:
        return [_problem(form, line, column, found) for column, found in bad]
    advice = tuple(
        _problem(form, line, found.column or "", found) for found in form.advice(line.texts, fields)
    )
    return Row(line.number, line.texts, fields, form.identity_of(line.texts), line.sheet, advice)


def _problem(form: Form, line: Line, column: str, bad: BadCell) -> RowProblem:
    about = " · ".join(filter(None, (plain(line.texts.get(name, "")) for name in form.identity)))
    found = quoted(line.texts.get(column, ""))
    return RowProblem(line.number, column, bad.rule, bad.message, bad.fix, found, quoted(about), line.sheet)


def _checked(column: Column, text: str, line: Line) -> dict[str, Any]:
    if column.name in line.personal:
        wrong = "含有身份证号码或者手机号码，目录不收个人信息，"
        raise BadCell("personal-number", wrong, "请删去，或者改写单位的办公电话。")
    if not is_printable(text.replace("\r", "")):
        wrong = "含有看不见的字符（零宽、方向控制等），"
        raise BadCell("invisible-characters", wrong, "请删去整格内容后重新输入。")
    if column.required and same(text) in _EMPTY:
        raise BadCell("empty", f"{column.name}不能为空，", "请填写。")
    if len(text) > column.longest:
        raise BadCell("too-long", f"{column.name}超过 {column.longest} 字，", "请缩短。")
    return cell(column, text, line.units.get(column.name, ""))


def cell(column: Column, text: str, unit: str = "") -> dict[str, Any]:
    """What a cell says; nothing where it is marked as still to be filled in."""
    if column.read is None or same(text) == TO_FILL:
        return {}
    if unit and column.takes_unit and _BARE_NUMBER.fullmatch(same(text)):
        text = f"{text.strip()}{unit}"
    return column.read(text)


def merge(fields: dict[str, Any], given: Mapping[str, Any]) -> None:
    """Join what another cell gives; a block that several cells fill (limits) is joined, not replaced."""
    for name, value in given.items():
        if isinstance(value, dict) and isinstance(fields.get(name), dict):
            fields[name] = {**fields[name], **value}
        else:
            fields[name] = value


def plain(text: str) -> str:
    """A name as one line of text."""
    return re.sub(r"\s*\n\s*", "", unicodedata.normalize("NFC", text)).strip()


def serial(text: str) -> int | None:
    """序号 as a number, None where it is none."""
    digits = same(text)
    return int(digits) if digits.isascii() and digits.isdigit() and 0 < len(digits) <= 6 else None


def quoted(text: str) -> str:
    """The beginning of a cell on one line."""
    whole = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return whole if len(whole) <= _QUOTED else f"{whole[:_QUOTED]}…"


def one_of(text: str, allowed: Sequence[str], rule: str) -> str:
    """The allowed value that a cell has in any spelling; BadCell with all of them."""
    for value in allowed:
        if same(value) == same(text):
            return value
    wrong = "为空，" if not text.strip() else "不在规定的取值之内，"
    raise BadCell(rule, wrong, f"应填写：{'、'.join(allowed)}。")
