"""A table in the form of 附件1: head found below the title, good rows read, bad ones named (mission C2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.catalog.domain import cells
from services.catalog.domain.cells import COLUMNS, BadCell
from services.catalog.domain.record import exceeds
from services.catalog.domain.text import identity, is_printable, same
from services.runtime.problems import Invalid

SERIAL, BODY, NAME = "序号", "实施主体", "事项名称"
#: How far below the top the head may stand, after title, unit and date.
_HEAD_WITHIN = 30
_LONGEST_NAME = 500
#: The usual differences in wording of the heads.
_OTHER_WORDS = {
    SERIAL: ("编号", "序列号"),
    BODY: ("实施机构", "实施单位", "实施部门", "责任部门", "责任单位", "承办单位"),
    NAME: ("服务事项名称", "公共服务事项名称", "项目名称", "事项"),
    "事项类型": ("权力类型", "类型"),
    "事项类别": ("类别",),
    "实施依据及条款": ("实施依据", "设定依据", "办理依据"),
    "服务对象": ("办理对象",),
    "共同实施部门": ("共同实施单位", "联办部门"),
    "收费依据及标准": ("收费标准及依据", "收费标准", "是否收费"),
    "法定时限": ("法定办结时限", "法定期限"),
    "承诺时限": ("承诺办结时限", "承诺期限"),
    "服务类型": (),
    "提供方式": ("服务提供方式",),
    "备注": ("说明",),
}
_COLUMN_BY_WORD = {same(word): column for column, words in _OTHER_WORDS.items() for word in (column, *words)}
#: What begins the lines below the table.
_FOOT = ("主要领导签字", "填表人", "填表单位", "说明:", "注:")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row: the sheet's row number, the column of 附件1, the rule, what to do."""

    row: int
    column: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """A good row: ``fields`` are those of the record that its cells give."""

    number: int
    serial: int | None
    body: str
    name: str
    fields: Mapping[str, Any]

    @property
    def identity(self) -> str:
        """By what it is known again within a place."""
        return identity(self.body, self.name)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read. ``columns`` are those that the file has."""

    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def read(lines: Iterable[tuple[int, Sequence[str]]]) -> Table:
    """Read numbered lines of cells. 422 where there is no head with 实施主体 and 事项名称."""
    walk = iter(lines)
    head = _head(walk)
    table = Table(tuple(column for column in _OTHER_WORDS if column in head))
    first: dict[str, int] = {}
    for number, line in walk:
        texts = {column: line[at].strip() if at < len(line) else "" for column, at in head.items()}
        if not any(cell.strip() for cell in line):
            continue
        if _is_foot(line):
            break
        row, problems = _read(number, texts)
        if row is not None and row.identity in first:
            message = f"与第 {first[row.identity]} 行重复（实施主体和事项名称都相同），请保留一行。"
            problems, row = [RowProblem(number, NAME, "row-twice", message)], None
        if row is not None:
            first[row.identity] = number
            table.rows.append(row)
        table.problems.extend(problems)
    return table


def _head(walk: Iterator[tuple[int, Sequence[str]]]) -> dict[str, int]:
    for tried, (_, line) in enumerate(walk, 1):
        found: dict[str, int] = {}
        for at, cell in enumerate(line):
            column = _COLUMN_BY_WORD.get(same(cell))
            if column is not None and column not in found:
                found[column] = at
        if BODY in found and NAME in found:
            return found
        if tried >= _HEAD_WITHIN:
            break
    raise Invalid(
        f"没有找到表头：前 {_HEAD_WITHIN} 行里应有一行含“实施主体”和“事项名称”。",
        "No head found: one of the first rows must have 实施主体 and 事项名称.",
        code="no-head",
        field="file",
    )


def _is_foot(line: Sequence[str]) -> bool:
    text = next((same(cell) for cell in line if cell.strip()), "")
    return any(text.startswith(same(word)) for word in _FOOT)


def _read(number: int, texts: Mapping[str, str]) -> tuple[Row | None, list[RowProblem]]:
    problems: list[RowProblem] = []
    fields: dict[str, Any] = {}
    for column, text in texts.items():
        try:
            _merge(fields, _cell(column, text))
        except BadCell as bad:
            problems.append(RowProblem(number, bad.column or column, bad.rule, bad.message))
    if not problems:
        problems.extend(_between(number, texts, fields))
    if problems:
        return None, problems
    body, name = cells.plain(texts[BODY]), cells.plain(texts[NAME])
    return Row(number, _serial(texts.get(SERIAL, "")), body, name, fields), []


def _cell(column: str, text: str) -> dict[str, Any]:
    if not is_printable(text.replace("\r", "")):
        raise BadCell("invisible-characters", "含有看不见的字符（零宽、方向控制等），请重新输入。")
    if column in (BODY, NAME):
        if not text.strip():
            raise BadCell("empty", f"{column}不能为空，请填写。")
        if len(text) > _LONGEST_NAME:
            raise BadCell("too-long", f"{column}超过 {_LONGEST_NAME} 字，请缩短。")
        return {}
    read = COLUMNS.get(column)
    return read(text) if read else {}


def _merge(fields: dict[str, Any], given: dict[str, Any]) -> None:
    limits = {**fields.get("limits", {}), **given.get("limits", {})}
    fields.update(given)
    if limits:
        fields["limits"] = limits


def _between(number: int, texts: Mapping[str, str], fields: Mapping[str, Any]) -> Iterator[RowProblem]:
    """Rules between the columns of a row."""
    limits = fields.get("limits", {})
    promised, statutory = limits.get("promised"), limits.get("statutory")
    if promised and statutory and exceeds(promised, statutory):
        message = "承诺时限长于法定时限，请缩短承诺时限或者核对法定时限。"
        yield RowProblem(number, "承诺时限", "promised-above-statutory", message)
    if fields.get("provision") == "其他" and not texts.get("备注", "").strip():
        message = "提供方式为“其他”的，请在备注中说明具体方式。"
        yield RowProblem(number, "备注", "other-without-remark", message)


def _serial(text: str) -> int | None:
    plain = same(text)
    return int(plain) if plain.isascii() and plain.isdigit() and 0 < len(plain) <= 6 else None
