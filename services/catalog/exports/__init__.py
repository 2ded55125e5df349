"""Tables as files to print and to pass on: .xlsx, .docx and .csv of one printout."""

from __future__ import annotations

from typing import Literal

from services.catalog.exports import document, separated, workbook
from services.catalog.exports.printout import Printed, Printout

__all__ = ["MEDIA_TYPES", "Format", "Printed", "Printout", "written"]

Format = Literal["xlsx", "docx", "csv"]
MEDIA_TYPES: dict[Format, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
}
_WRITERS = {"xlsx": workbook.written, "docx": document.written, "csv": separated.written}


def written(printout: Printout, format: Format) -> bytes:
    """The file."""
    return _WRITERS[format](printout)
