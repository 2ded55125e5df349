"""A document as titles, numbered lines and tables; page and print are both made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section; ``notes`` stand below it in smaller type, ``number`` before it."""

    text: str
    number: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``widths`` are the shares of the columns. A cell may have several lines."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()

    def shares(self) -> tuple[int, ...]:
        """The widths, equal ones where none are given."""
        return self.widths or (1,) * len(self.head)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part with lines, a table, or both."""

    title: str
    lines: tuple[Line, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document. ``line`` stands small below the title, ``marks`` are warnings above the text."""

    title: str
    line: str
    sections: tuple[Section, ...]
    marks: tuple[str, ...] = ()
    #: A drawing (SVG) at the end, and what it is called.
    figure: str | None = None
    figure_title: str = ""
    #: Laid across, for wide tables.
    across: bool = False
    #: What stands below the last section: who fills in and signs.
    foot: tuple[str, ...] = ()


def texts(paper: Paper) -> Sequence[str]:
    """Every text of a paper, in reading order; a cell's lines are one text."""
    found = [paper.title, paper.line, *paper.marks]
    for section in paper.sections:
        found.append(section.title)
        for line in section.lines:
            found += [line.number + line.text, *line.notes]
        if section.table:
            found += [cell for row in (section.table.head, *section.table.rows) for cell in row]
    return [*found, *paper.foot]
