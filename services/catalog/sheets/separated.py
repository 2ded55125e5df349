"""CSV as halls write it: UTF-8 with or without a mark, GBK and its successors, UTF-16; any separator."""

from __future__ import annotations

import csv
import io

from services.catalog.domain.tables.layout import Sheet
from services.catalog.sheets.limits import Bounds, unreadable
from services.catalog.sheets.marks import unmarked


def text(content: bytes) -> str:
    """The text of a file without a UTF-16 mark."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decoded(content, "gb18030")  # what Excel writes in China; contains GBK and GB 2312


def decoded(content: bytes, encoding: str) -> str:
    """The text; 422 where it is not in that encoding."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise unreadable(
            "文件的字符编码无法识别，请用 UTF-8 或 GBK 保存。", "Unknown encoding: save as UTF-8 or GBK."
        ) from None


def read(text: str) -> list[Sheet]:
    """The one table of a text; row numbers are those that a spreadsheet shows."""
    first = text[:4096]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    bounds, rows, seen = Bounds(), [], dict[str, str]()
    try:
        for number, line in enumerate(reader, 1):
            bounds.row(len(line))
            # Columns repeat a few words; one copy of each is enough.
            rows.append((number, [seen.setdefault(cell, cell) for cell in map(unmarked, line)]))
    except csv.Error:
        near = len(rows) + 1
        raise unreadable(
            f"第 {near} 行附近的引号或换行无法识别，请检查后再导入。",
            f"Quotes or line breaks cannot be read near row {near}.",
        ) from None
    return [Sheet("", rows)]
