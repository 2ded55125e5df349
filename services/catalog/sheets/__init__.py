"""A table's file as sheets of numbered rows: the type is told from the content, sizes are bounded first."""

from __future__ import annotations

from services.catalog.domain.tables.layout import Sheet
from services.catalog.sheets import document, package, separated, workbook
from services.catalog.sheets.limits import not_a_table
from services.runtime.problems import Invalid

__all__ = ["read"]

_BINARIES = (b"MZ", b"%PDF", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml")


def read(content: bytes) -> list[Sheet]:
    """The sheets of an .xlsx, the tables of a .docx, or the one table of a CSV text.

    415 where it is none of these, 413 where it unpacks to too much, 422 where it cannot be read or is empty.
    """
    sheets = _sheets(content)
    if not any(cell.strip() for sheet in sheets for _, cells in sheet.rows for cell in cells):
        raise _nothing(bool(sheets))
    return sheets


def _nothing(shown: bool) -> Invalid:
    zh = "文件是空的" if shown else "文件里没有看得见的表格"
    en = "The file is empty" if shown else "The file shows no table"
    return Invalid(
        f"{zh}：请填写表头和各行，保存后再导入。",
        f"{en}; fill in head and rows.",
        code="empty-file",
        field="file",
    )


def _sheets(content: bytes) -> list[Sheet]:
    if content.startswith(b"PK\x03\x04"):
        return document.read(content) if package.kind(content) == "document" else workbook.read(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise not_a_table(
            "旧版 .xls、.doc 文件或者加密的文件，请另存为不加密的 .xlsx 或 .docx 再导入。",
            "Save the old or encrypted file as .xlsx or .docx.",
        )
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return separated.read(separated.decoded(content, "utf-16"))
    if b"\x00" in content or content.startswith(_BINARIES):
        raise not_a_table("请上传 .xlsx、.docx 或 .csv 文件。", "Send an .xlsx, .docx or .csv file.")
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:9].lower().startswith(_MARKUP):
        raise not_a_table(
            "这是网页格式，请用 Excel 打开后另存为 .xlsx。", "This is markup; save it as .xlsx."
        )
    return separated.read(separated.text(content))
