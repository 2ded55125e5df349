"""Printouts as files: what is written is read back the same, and nothing in a cell is a formula."""

import csv
import io
import zipfile
from datetime import date

import pytest

from contracts.blocks import Limit
from contracts.items import Basis, Fee
from services.catalog import sheets
from services.catalog.domain.item.record import DraftLimits, DraftRecord, DraftUnit
from services.catalog.domain.tables import cells_written, table
from services.catalog.domain.tables.forms import TO_FILL, Line, Row, read
from services.catalog.domain.tables.layout import Layout, layout
from services.catalog.exports import Format, Printed, Printout, written
from services.catalog.exports.printout import filled_in, signatures
from services.catalog.handlers.item_table import COLUMNS

FORMATS: tuple[Format, ...] = ("xlsx", "docx", "csv")
RECORD = DraftRecord(
    name="预防接种异常反应鉴定",
    kind="公共服务",
    category="医疗卫生类",
    implementing_body="区卫生局",
    basis=[
        Basis(title="《预防接种异常反应鉴定办法》(卫生部令第60号)", level="部门规章", clause="第九条"),
        Basis(title="多年惯例"),
    ],
    service_targets=["公民", "法人"],
    joint_bodies=[DraftUnit(name="区财政局", unit_id="u-1")],
    fee=Fee(amount_fen=350_000, text="3500元/例", basis="《复函》(鲁价费函〔2016〕42号)", stops_clock=True),
    limits=DraftLimits(
        statutory=Limit(value=45, unit="working_days"), promised=Limit(value=0, unit="working_days")
    ),
    handling="immediate",
    service_type="依申请服务",
    provision="其他",
    scope="全区",
    remark="=1+1 上门\n预约",
)


def printout(rows: list[list[str]], notes: tuple[str, ...] = ()) -> Printout:
    return Printout(
        "公共服务事项目录",
        COLUMNS,
        rows,
        above=filled_in("区卫生局", date(2026, 11, 22)),
        below=(signatures("甲 0531-85061150"),),
        notes=notes,
    )


def row_of(record: DraftRecord) -> list[str]:
    texts = cells_written.texts(record)
    return ["1" if column.name == "序号" else texts[column.name] for column in COLUMNS]


def read_back(content: bytes) -> Layout:
    return layout(table.FORM, sheets.read(content))


def only_row(found: Layout) -> Row:
    (line,) = found.lines
    row = read(table.FORM, line)
    assert isinstance(row, Row), row
    return row


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_exported_is_read_back_to_the_same_fields(format: Format) -> None:
    found = read_back(written(printout([row_of(RECORD)], ("另有 1 项请分别导出。",)), format))
    assert (found.filled_by, found.filled_on) == ("区卫生局", "2026年11月22日")
    assert found.columns == tuple(column.name for column in table.FORM.columns)
    row = only_row(found)
    assert row.texts["备注"] == RECORD.remark
    assert not row.advice
    assert cells_written.news(RECORD, row.fields, table.FORM) == {}, "levels and payments stay"


@pytest.mark.parametrize("format", FORMATS)
def test_a_draft_that_lacks_columns_is_exported_with_a_mark_and_read_back(format: Format) -> None:
    bare = DraftRecord(name="甲", implementing_body="乙局")
    row = only_row(read_back(written(printout([row_of(bare)]), format)))
    assert {column for column, text in row.texts.items() if text == TO_FILL} == {
        "事项类型",
        "收费依据及标准",
        "服务类型",
        "提供方式",
    }
    assert {one.rule for one in row.advice} == {"to-fill"}
    assert cells_written.news(bare, row.fields, table.FORM) == {}


def test_only_what_a_file_says_anew_is_taken_from_it() -> None:
    texts = {**cells_written.texts(RECORD), "收费依据及标准": "《复函》(鲁价费函〔2016〕42号)，3000元/例"}
    row = read(table.FORM, Line("", 2, texts))
    assert isinstance(row, Row)
    news = cells_written.news(RECORD, row.fields, table.FORM)
    assert set(news) == {"fee"}
    assert (news["fee"].amount_fen, news["fee"].stops_clock) == (300_000, True)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "'=1"])
def test_what_would_be_a_formula_is_escaped_and_read_back_as_it_was(text: str) -> None:
    rows = [row_of(RECORD.model_copy(update={"remark": text}))]
    assert f",'{text}\r\n".encode() in written(printout(rows), "csv")
    for format in FORMATS:
        assert only_row(read_back(written(printout(rows), format))).texts["备注"] == text


def test_a_workbook_is_ready_to_print() -> None:
    with zipfile.ZipFile(io.BytesIO(written(printout([row_of(RECORD)]), "xlsx"))) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        book = packed.read("xl/workbook.xml").decode()
    assert 'orientation="landscape"' in sheet
    assert 'paperSize="9"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "_xlnm.Print_Titles" in book
    assert "$3:$3" in book
    assert "<f>" not in sheet


def test_a_document_is_ready_to_print() -> None:
    with zipfile.ZipFile(io.BytesIO(written(printout([row_of(RECORD)]), "docx"))) as packed:
        body = packed.read("word/document.xml").decode()
    assert 'w:orient="landscape"' in body
    assert "<w:tblHeader/>" in body
    assert "主要领导签字:" in body


@pytest.mark.parametrize("format", FORMATS)
def test_a_head_of_two_lines_is_printed_and_merged(format: Format) -> None:
    columns = (
        Printed("证照名称", 5),
        Printed("清理意见", 5, "年检"),
        Printed("理由", 5, "年检"),
        Printed("清理意见", 5, "培训"),
    )
    (sheet,) = sheets.read(written(Printout("目录", columns, [["证", "取消", "无", "保留"]]), format))
    rows = [list(cells) for _, cells in sheet.rows]
    head = next(at for at, cells in enumerate(rows) if cells[0] == "证照名称")
    assert rows[head] == ["证照名称", "年检", "", "培训"]
    assert rows[head + 1][1:] == ["清理意见", "理由", "清理意见"]
    assert rows[head + 2] == ["证", "取消", "无", "保留"]


def test_csv_can_be_opened_by_double_click() -> None:
    content = written(printout([row_of(RECORD)]), "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == ["公共服务事项目录"]
