"""A table's file as numbered lines of text: the type is told from the content, sizes are bounded first."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from services.runtime.problems import Invalid, TooLarge, UnsupportedMedia

#: Bytes that a workbook may have when unpacked, parts that it may have, rows and cells that a sheet may have.
UNPACKED_LIMIT = 64 * 1024 * 1024
PARTS_LIMIT = 2000
ROWS_LIMIT = 50_000
CELLS_LIMIT = 3_000_000
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_CHUNK = 1024 * 1024

Line = tuple[int, list[str]]


def lines(content: bytes) -> list[Line]:
    """The rows of the first sheet, or of the CSV text, with their row numbers from 1.

    415 where it is neither .xlsx nor text, 413 where it unpacks to too much, 422 where it cannot be read.
    """
    if content.startswith(b"PK\x03\x04"):
        return list(_workbook(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _not_a_table("旧版 .xls 文件请另存为 .xlsx 再导入。", "Save the old .xls as .xlsx.")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return list(_csv(_decoded(content, "utf-16")))
    if b"\x00" in content or content.startswith((b"MZ", b"%PDF", b"\x7fELF")):
        raise _not_a_table("请上传 .xlsx 或 .csv 文件。", "Send an .xlsx or .csv file.")
    return list(_csv(_text(content)))


def _not_a_table(zh: str, en: str) -> UnsupportedMedia:
    return UnsupportedMedia(f"文件内容不是表格：{zh}", f"Not a table: {en}", code="not-a-table", field="file")


def _unreadable(zh: str, en: str) -> Invalid:
    return Invalid(zh, en, code="unreadable-file", field="file")


# -- CSV ------------------------------------------------------------------------------------------------


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(content, "gb18030")  # what Excel writes in China; contains GBK and GB 2312


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise _unreadable(
            "文件的字符编码无法识别，请用 UTF-8 或 GBK 保存。", "Unknown encoding: save as UTF-8 or GBK."
        ) from None


def _csv(text: str) -> Iterator[Line]:
    first = text[:4096]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, line in enumerate(reader, 1):
            _bounded(number, len(line))
            yield number, line
    except csv.Error:
        raise _unreadable(
            f"第 {number + 1} 行附近的引号或换行无法识别，请检查后再导入。",
            f"Quotes or line breaks cannot be read near row {number + 1}.",
        ) from None


# -- .xlsx ----------------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _inspect(packed)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_index(0)
    except (zipfile.BadZipFile, CalamineError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise _unreadable(
            "工作簿已损坏或加密，请用 Excel 打开后另存再导入。",
            "The workbook is damaged or encrypted; open it and save it again.",
        ) from None
    yield from _sheet(sheet)


def _sheet(sheet: CalamineSheet) -> Iterator[Line]:
    top, left = sheet.start or (0, 0)
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=True)]
    for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or ():
        _spread(rows, first_row - top, first_column - left, last_row - top, last_column - left)
    for number, row in enumerate(rows, top + 1):
        _bounded(number, len(row))
        yield number, [""] * left + row


def _spread(rows: list[list[str]], top: int, left: int, bottom: int, right: int) -> None:
    """A cell merged downwards stands in each of its rows; merged sideways it stands in the first column."""
    if left != right or top < 0 or top >= len(rows):
        return
    for row in rows[top : bottom + 1]:
        if left < len(row):
            row[left] = rows[top][left]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _inspect(packed: zipfile.ZipFile) -> None:
    """Before anything is parsed: the kind of package, its unpacked size, no macros, no entities."""
    names = packed.namelist()
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
        raise _not_a_table("请上传 .xlsx 或 .csv 文件。", "Send an .xlsx or .csv file.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _not_a_table("不接受带宏的工作簿，请另存为 .xlsx。", "Workbooks with macros are not taken.")
    left = UNPACKED_LIMIT
    if len(names) > PARTS_LIMIT or sum(part.file_size for part in packed.infolist()) > left:
        raise _too_much()
    for part in packed.infolist():
        left -= _inspect_part(packed, part, left)


def _inspect_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Read one part through and give its true size; the size in the archive's index may be a lie."""
    size, rest, widest, lowest = 0, b"", 0, 0
    with packed.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > left:
                raise _too_much()
            searched = rest + chunk
            if b"<!DOCTYPE" in searched or b"<!ENTITY" in searched:
                raise _unreadable(
                    "工作簿含有外部实体声明，不予接受。", "Workbooks with DTD or entities are refused."
                )
            if part.filename.startswith("xl/worksheets/"):
                for column, row in _CELL.findall(searched):
                    widest, lowest = max(widest, _column(column)), max(lowest, int(row))
            rest = searched[-200:]
    _bounded(lowest, widest)
    return size


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _bounded(rows: int, columns: int) -> None:
    # A reader keeps a dense grid, so two far-off cells alone would ask for gigabytes.
    if rows > ROWS_LIMIT or rows * columns > CELLS_LIMIT:
        raise _too_much()


def _too_much() -> TooLarge:
    return TooLarge(
        f"表格太大：最多 {ROWS_LIMIT} 行，解压后最多 {UNPACKED_LIMIT // 1024 // 1024} MB；请分成几个文件。",
        f"The table is too large: at most {ROWS_LIMIT} rows; split it into several files.",
        code="table-too-large",
        field="file",
    )
