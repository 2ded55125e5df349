"""An Office file before anything in it is parsed: its kind, its true size, no macros, no DTD, no entities."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from services.catalog.sheets import limits
from services.catalog.sheets.limits import bounded, not_a_table, too_much, unreadable

_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)["']""")
#: Where the text of a document is; some writers number it.
MAIN_PART = re.compile(r"word/document[0-9]*\.xml")
_CHUNK = 1024 * 1024
#: What a damaged or encrypted package raises, at whatever depth.
BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zipfile.LargeZipFile)


def kind(content: bytes) -> Literal["workbook", "document"]:
    """Look through a package. 415 where it is another kind or has macros, 413 too large, 422 hostile."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            found = _kind(packed.namelist())
            _inspect(packed)
            return found
    except BROKEN:
        raise damaged() from None


def damaged() -> Exception:
    """The refusal of a package that cannot be opened."""
    return unreadable(
        "文件已损坏或加密，请用 Excel 或 Word 打开后另存再导入。",
        "The file is damaged or encrypted; open it and save it again.",
    )


def _kind(names: list[str]) -> Literal["workbook", "document"]:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise not_a_table("不接受带宏的文件，请另存为 .xlsx 或 .docx。", "Files with macros are not taken.")
    if "[Content_Types].xml" in names:
        if any(name.startswith("xl/workbook") for name in names):
            return "workbook"
        if any(MAIN_PART.fullmatch(name) for name in names):
            return "document"
    raise not_a_table("请上传 .xlsx、.docx 或 .csv 文件。", "Send an .xlsx, .docx or .csv file.")


def _inspect(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    left = limits.UNPACKED_LIMIT
    if len(parts) > limits.PARTS_LIMIT or sum(part.file_size for part in parts) > left:
        raise too_much()
    for part in parts:
        left -= _inspect_part(packed, part, left)


def _inspect_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Read one part through and give its true size; the size in the archive's index may be a lie."""
    size, rest, widest, lowest = 0, b"", 0, 0
    is_markup = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    with packed.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if is_markup and not size:
                _must_be_plain(chunk)
            size += len(chunk)
            if size > left:
                raise too_much()
            searched = rest + chunk
            if b"<!DOCTYPE" in searched or b"<!ENTITY" in searched:
                raise unreadable(
                    "文件含有外部实体声明，不予接受。", "Files with DTD or entities are refused."
                )
            if part.filename.startswith("xl/worksheets/"):
                for column, row in _CELL.findall(searched):
                    widest, lowest = max(widest, _column(column)), max(lowest, int(row))
            rest = searched[-200:]
    bounded(lowest, widest)
    return size


def _must_be_plain(beginning: bytes) -> None:
    """In another encoding than UTF-8 the declarations that are looked for could hide."""
    named = _ENCODING.match(beginning.removeprefix(b"\xef\xbb\xbf"))
    if b"\x00" in beginning[:64] or (named and named[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")):
        raise unreadable("文件内部的编码不是 UTF-8，请另存再导入。", "Parts must be UTF-8; save it again.")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
