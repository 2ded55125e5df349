"""The visible sheets of an .xlsx; a cell merged downwards stands in each of its rows."""

from __future__ import annotations

import io
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from services.catalog.domain.tables.layout import Sheet
from services.catalog.sheets.limits import Bounds
from services.catalog.sheets.marks import unmarked
from services.catalog.sheets.package import BROKEN, damaged


def read(content: bytes) -> list[Sheet]:
    """All sheets that people see, with their row numbers. The package was looked through before."""
    bounds, seen = Bounds(), dict[str, str]()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            Sheet(shown.name, _rows(book.get_sheet_by_name(shown.name), bounds, seen))
            for shown in book.sheets_metadata
            if shown.visible == SheetVisibleEnum.Visible
        ]
    except (CalamineError, *BROKEN):
        raise damaged() from None


def _rows(sheet: CalamineSheet, bounds: Bounds, seen: dict[str, str]) -> list[tuple[int, list[str]]]:
    """Rows as texts, each text kept once however many cells have it."""
    left = (sheet.start or (0, 0))[1]
    begins: dict[int, list[tuple[int, int]]] = {}
    for (first_row, column), (last_row, _) in sheet.merged_cell_ranges or ():
        begins.setdefault(first_row, []).append((column - left, last_row))
    rows: list[tuple[int, list[str]]] = []
    going: list[tuple[int, int, str]] = []
    for at, values in enumerate(sheet.iter_rows()):
        cells = [seen.setdefault(text, text) for text in map(_text, values)]
        bounds.row(len(cells))
        going = [one for one in going if one[1] >= at]
        for column, _, text in going:
            cells[column] = text
        going += [
            (column, last, cells[column]) for column, last in begins.get(at, ()) if 0 <= column < len(cells)
        ]
        rows.append((at + 1, [""] * left + cells))
    return rows


def _text(value: object) -> str:
    if isinstance(value, str):
        return unmarked(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
