"""What is printed: title, who filled it in and when, a head of one or two lines, rows, lines below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

#: What a spreadsheet would take for a formula, and our own mark before it.
_FORMULA = re.compile(r"[=+\-@'\t\r]")


@dataclass(frozen=True, slots=True)
class Printed:
    """A column as printed: ``width`` in Chinese characters, ``under`` the upper head that it stands below."""

    name: str
    width: float
    under: str = ""


@dataclass(frozen=True, slots=True)
class Printout:
    """A table in the form of one of the annexes of seed 000, or a report.

    ``above`` stands left and right over the head, ``below`` are lines after the table, each with its parts
    spread over the width.
    """

    title: str
    columns: Sequence[Printed]
    rows: Iterable[Sequence[str]]
    above: tuple[str, str] = ("", "")
    below: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = field(default=())

    @property
    def has_two_levels(self) -> bool:
        """Whether the head has an upper line."""
        return any(column.under for column in self.columns)

    def groups(self) -> list[tuple[str, int, int]]:
        """The upper line of the head: words, first and last column; a column of its own has no words."""
        groups: list[tuple[str, int, int]] = []
        for at, column in enumerate(self.columns):
            if column.under and groups and groups[-1][0] == column.under:
                groups[-1] = (column.under, groups[-1][1], at)
            else:
                groups.append((column.under, at, at))
        return groups


def filled_in(unit: str, on: date) -> tuple[str, str]:
    """填表单位(盖章) and 填表日期, as over each annex."""
    return f"填表单位(盖章):{unit}", f"填表日期:{on.year}年{on.month}月{on.day}日"


def signatures(contact: str) -> tuple[str, str]:
    """主要领导签字 and 填表人及联系方式, as below each annex."""
    return "主要领导签字:", f"填表人及联系方式:{contact}"


def escaped(text: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with a mark (reliability, Security)."""
    return f"'{text}" if _FORMULA.match(text) else text
