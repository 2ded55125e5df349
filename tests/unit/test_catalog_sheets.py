"""Files of tables: the type is told from the content, and what is hostile is refused before it is parsed."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

import pytest

from services.catalog import sheets
from services.catalog.sheets import limits
from services.runtime.problems import Problem

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{NAMESPACE}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def workbook(
    cells: dict[str, str], merged: Sequence[str] = (), before: str = "", parts: dict[str, str] | None = None
) -> bytes:
    """A minimal .xlsx with inline texts; a value that begins with `=` becomes a formula with its result."""
    rows: dict[int, str] = {}
    for reference, text in cells.items():
        row = int("".join(sign for sign in reference if sign.isdigit()))
        if text.startswith("="):
            cell = f'<c r="{reference}" t="str"><f>{escape(text[1:])}</f><v>算出的值</v></c>'
        elif text.isdigit():
            cell = f'<c r="{reference}"><v>{text}</v></c>'
        else:
            cell = f'<c r="{reference}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        rows[row] = rows.get(row, "") + cell
    data = "".join(f'<row r="{number}">{row}</row>' for number, row in sorted(rows.items()))
    spans = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
    merges = f"<mergeCells>{spans}</mergeCells>" if merged else ""
    sheet = f'{before}<worksheet xmlns="{NAMESPACE}"><sheetData>{data}</sheetData>{merges}</worksheet>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**PARTS, "xl/worksheets/sheet1.xml": sheet, **(parts or {})}.items():
            archive.writestr(name, content)
    return packed.getvalue()


def lines(content: bytes) -> list[tuple[int, list[str]]]:
    (sheet,) = sheets.read(content)
    return [(number, list(cells)) for number, cells in sheet.rows]


def refusal(content: bytes) -> tuple[int, str]:
    with pytest.raises(Problem) as refused:
        sheets.read(content)
    return refused.value.status, refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_that_halls_use(encoding: str) -> None:
    assert lines("实施主体,事项名称\r\n甲,乙\r\n".encode(encoding)) == [
        (1, ["实施主体", "事项名称"]),
        (2, ["甲", "乙"]),
    ]


def test_quotes_over_lines_and_mixed_newlines_keep_the_row_numbers_of_the_sheet() -> None:
    text = '实施主体,事项名称\r\n甲,"乙\n续行"\n\n丙,丁\r'
    assert lines(text.encode()) == [
        (1, ["实施主体", "事项名称"]),
        (2, ["甲", "乙\n续行"]),
        (3, []),
        (4, ["丙", "丁"]),
    ]


def test_tabs_and_semicolons_part_cells_too() -> None:
    assert lines("甲\t乙".encode()) == [(1, ["甲", "乙"])]
    assert lines("甲;乙".encode()) == [(1, ["甲", "乙"])]


def test_a_workbook_is_read_with_its_row_numbers() -> None:
    found = lines(workbook({"B3": "实施主体", "C3": "序号", "B4": "甲", "C4": "8"}))
    assert found[-2:] == [(3, ["", "实施主体", "序号"]), (4, ["", "甲", "8"])]


def test_a_cell_merged_downwards_stands_in_each_of_its_rows() -> None:
    content = workbook({"A1": "实施主体", "B1": "事项名称", "A2": "甲", "B2": "乙", "B3": "丙"}, ["A2:A3"])
    assert lines(content)[1:] == [(2, ["甲", "乙"]), (3, ["甲", "丙"])]


def test_a_formula_is_its_text_and_never_run() -> None:
    content = workbook({"A1": '=HYPERLINK("http://example.org")', "B1": "乙"})
    assert lines(content) == [(1, ["算出的值", "乙"])]
    assert lines(b"=1+1,@x\n") == [(1, ["=1+1", "@x"])]


def test_what_is_no_table_is_refused_by_its_content() -> None:
    assert refusal(b"MZ\x90\x00\x03") == (415, "not-a-table")
    assert refusal(b"%PDF-1.7") == (415, "not-a-table")
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == (415, "not-a-table")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ppt/presentation.xml", "<p/>")
    assert refusal(packed.getvalue()) == (415, "not-a-table")
    assert refusal(workbook({"A1": "甲"}, parts={"xl/vbaProject.bin": "x"})) == (415, "not-a-table")


def test_what_cannot_be_read_is_said_to_be_unreadable() -> None:
    assert refusal(b"PK\x03\x04broken") == (422, "unreadable-file")
    assert refusal(b"\xff\xff\x81\x20\xfe") == (422, "unreadable-file")
    assert refusal(b'"open quote,' + b"x" * 200_000) == (422, "unreadable-file")


def test_entities_in_a_workbook_are_refused() -> None:
    hostile = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert refusal(workbook({"A1": "甲"}, before=hostile)) == (422, "unreadable-file")


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED_LIMIT", 1024 * 1024)
    bomb = workbook({"A1": "甲"}, parts={"xl/media/image1.bin": "0" * 2_000_000})
    assert len(bomb) < 10_000
    assert refusal(bomb) == (413, "table-too-large")


def test_two_far_off_cells_do_not_ask_for_a_grid_of_gigabytes() -> None:
    assert refusal(workbook({"A1": "甲", "XFD50000": "乙"})) == (413, "table-too-large")
    assert refusal(workbook({"A1": "甲", "B1048576": "乙"})) == (413, "table-too-large")
