"""Tables of .docx as halls write them: merged cells, several tables, text between them, borders moved."""

import io
import zipfile

import pytest

from services.catalog import sheets
from services.catalog.domain.tables import table
from services.catalog.domain.tables.layout import Layout, layout
from services.runtime.problems import Problem

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def document(body: str, before: str = "", part: str = "word/document.xml") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, f"{before}<w:document {W} {MC}><w:body>{body}</w:body></w:document>")
    return packed.getvalue()


def text(words: str) -> str:
    runs = "<w:br/>".join(f"<w:t>{one}</w:t>" for one in words.split("\n"))
    return f"<w:p><w:r>{runs}</w:r></w:p>"


def cell(words: str, *, across: int = 1, merge: str = "", inside: str = "") -> str:
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{text(words)}{inside}</w:tc>"


def grid(*rows: list[str], before: int = 0) -> str:
    skipped = f'<w:trPr><w:gridBefore w:val="{before}"/></w:trPr>' if before else ""
    body = "".join(
        f"<w:tr>{skipped}{''.join(one if one.startswith('<') else cell(one) for one in row)}</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{body}</w:tbl>"


def rows(body: str) -> list[list[str]]:
    (sheet,) = sheets.read(document(body))
    return [list(cells) for _, cells in sheet.rows]


def found(body: str) -> Layout:
    return layout(table.FORM, sheets.read(document(body)))


START, ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_a_cell_merged_downwards_stands_in_each_of_its_rows() -> None:
    assert rows(grid([cell("甲局", merge=START), "一"], [cell("", merge=ON), "二"])) == [
        ["甲局", "一"],
        ["甲局", "二"],
    ]


def test_a_cell_merged_sideways_keeps_the_columns_after_it_in_place() -> None:
    body = grid(["甲", "乙", "丙"], [cell("丁", across=2), "戊"])
    assert rows(body)[1] == ["丁", "", "戊"]


def test_lines_of_a_cell_are_lines_and_inserted_words_count_but_deleted_ones_do_not() -> None:
    tracked = (
        "<w:tc><w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "</w:p><w:p><w:r><w:t>二</w:t></w:r></w:p></w:tc>"
    )
    assert rows(grid([tracked, "共同实\n施部门"])) == [["新\n二", "共同实\n施部门"]]


def test_a_table_inside_a_cell_is_part_of_the_cell() -> None:
    assert rows(grid([cell("甲", inside=grid(["乙"])), "丙"])) == [["甲\n乙", "丙"]]


def test_what_is_drawn_twice_is_read_once() -> None:
    twice = (
        "<w:tc><w:p><mc:AlternateContent><mc:Choice><w:r><w:t>甲</w:t></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:t>甲</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p></w:tc>"
    )
    assert rows(grid([twice, "乙"])) == [["甲", "乙"]]


def test_a_border_moved_by_a_hair_moves_no_cell_to_another_column() -> None:
    usual = [cell("实施主体", across=2), cell("事项名称", across=2)]
    moved = [cell("甲局", across=3), cell("一")]
    again = [cell("乙局", across=2), cell("二", across=2)]
    lines = found(grid(usual, moved, again)).lines
    assert [line.texts["事项名称"] for line in lines] == ["一", "二"]


def test_each_table_of_a_document_is_read_and_says_who_filled_it_in() -> None:
    head = ["序号", "实施主体", "事项名称"]
    above = text("公共服务事项目录") + text("填表单位（盖章）：区民政局       填表日期：2026年11月22日")
    signed = text("主要领导签字：   填表人及联系方式：") + text("说明：1.……")
    layout = found(
        above
        + grid(head, ["1", "甲局", "一"])
        + signed
        + grid(["姓名", "电话"])
        + grid(head, ["1", "乙局", "二"])
    )
    assert [(line.sheet, line.number, line.texts["事项名称"]) for line in layout.lines] == [
        ("表1", 2, "一"),
        ("表3", 2, "二"),
    ]
    assert (layout.filled_by, layout.filled_on) == ("区民政局", "2026年11月22日")
    assert layout.passed_over == ("表2",)


def test_a_document_with_a_number_in_the_name_of_its_part_is_read() -> None:
    (sheet,) = sheets.read(document(grid(["甲", "乙"]), part="word/document2.xml"))
    assert [list(cells) for _, cells in sheet.rows] == [["甲", "乙"]]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (document("", before='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), 422),
        (document("<w:tbl>"), 422),
        (document("", before='<?xml version="1.0" encoding="UTF-7"?>'), 422),
        (document(text("没有表")), 422),
    ],
)
def test_what_is_hostile_or_broken_or_has_no_table_is_refused(content: bytes, status: int) -> None:
    with pytest.raises(Problem) as refused:
        layout(table.FORM, sheets.read(content))
    assert refused.value.status == status
