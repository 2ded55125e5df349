"""A printout as CSV: UTF-8 with a mark, so that Excel reads it right."""

from __future__ import annotations

import csv
import io

from services.catalog.exports.printout import Printout, escaped


def written(printout: Printout) -> bytes:
    """Title, head and rows, one line each; what would be a formula is escaped."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([printout.title])
    if any(printout.above):
        writer.writerow(printout.above)
    if printout.has_two_levels:
        upper = [""] * len(printout.columns)
        for words, first, _ in printout.groups():
            upper[first] = words or printout.columns[first].name
        writer.writerow(upper)
    writer.writerow(
        [column.name if column.under or not printout.has_two_levels else "" for column in printout.columns]
    )
    for row in printout.rows:
        writer.writerow([escaped(cell) for cell in row])
    for parts in printout.below:
        writer.writerow([escaped(part) for part in parts])
    for note in printout.notes:
        writer.writerow([note])
    return text.getvalue().encode("utf-8-sig")
