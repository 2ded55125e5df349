"""A printout as .xlsx, ready to print: A4 across, one page wide, the head on every page."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from services.catalog.exports.printout import Printout, escaped

_A4 = 9
#: A Chinese character is as wide as two of the signs that a column's width is counted in.
_SIGNS = 2
_FONT = {"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "vcenter"}


def written(printout: Printout) -> bytes:
    """Rows go to the file as they come, unless a head of two lines must be written across."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"constant_memory": not printout.has_two_levels})
    sheet = book.add_worksheet(printout.title[:31] or "1")
    plain = book.add_format({**_FONT})
    cell = book.add_format({**_FONT, "border": 1})
    head = book.add_format({**_FONT, "border": 1, "bold": True, "align": "center", "bg_color": "#F2F2F2"})
    title = book.add_format({**_FONT, "bold": True, "font_size": 16, "align": "center", "text_wrap": False})
    last = len(printout.columns) - 1
    for at, column in enumerate(printout.columns):
        sheet.set_column(at, at, column.width * _SIGNS)
    sheet.merge_range(0, 0, 0, last, printout.title, title)
    row = 1
    if any(printout.above):
        _spread(sheet, row, printout.above, last, plain)
        row += 1
    row = _head(sheet, printout, row, head)
    for texts in printout.rows:
        for at, text in enumerate(texts):
            sheet.write_string(row, at, escaped(text)[:32_767], cell)
        row += 1
    for parts in printout.below:
        _spread(sheet, row, parts, last, plain)
        row += 1
    for note in printout.notes:
        sheet.write_string(row, 0, note, title if not last else plain)
        row += 1
    _for_print(sheet, printout)
    book.close()
    return made.getvalue()


def _head(sheet: Any, printout: Printout, row: int, style: Any) -> int:
    """Write the head and give the row below it."""
    if not printout.has_two_levels:
        for at, column in enumerate(printout.columns):
            sheet.write_string(row, at, column.name, style)
        return row + 1
    for words, first, last in printout.groups():
        if not words:
            sheet.merge_range(row, first, row + 1, first, printout.columns[first].name, style)
        elif last > first:
            sheet.merge_range(row, first, row, last, words, style)
        else:
            sheet.write_string(row, first, words, style)
    for at, column in enumerate(printout.columns):
        if column.under:
            sheet.write_string(row + 1, at, column.name, style)
    return row + 2


def _spread(sheet: Any, row: int, parts: Any, last: int, style: Any) -> None:
    """The parts of a line over the width of the table."""
    for number, part in enumerate(parts):
        first = (last + 1) * number // len(parts)
        end = (last + 1) * (number + 1) // len(parts) - 1
        if end > first:
            sheet.merge_range(row, first, row, end, escaped(part), style)
        else:
            sheet.write_string(row, first, escaped(part), style)


def _for_print(sheet: Any, printout: Printout) -> None:
    top = 2 if any(printout.above) else 1
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.repeat_rows(top, top + printout.has_two_levels)
    sheet.freeze_panes(top + 1 + printout.has_two_levels, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
