"""Heads, feet and oddities of tables as halls fill them in: 附件1, and a form with a head of two lines."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.catalog.domain.tables import table
from services.catalog.domain.tables.forms import SERIAL, Column, Form, Row, read
from services.catalog.domain.tables.heads import Head, Heads
from services.catalog.domain.tables.layout import Layout, Sheet, layout
from services.runtime.problems import Invalid

YEARLY, TRAINING = ("年检", "证照年检"), ("政府指定培训",)


def _text(name: str) -> Any:
    return lambda text: {name: text}


#: As 附件4: two columns have the same words, under two upper heads.
LICENCES = Form(
    title="年检事项及政府指定培训目录",
    identity=("证照名称",),
    columns=(
        Column(SERIAL),
        Column("证照名称", required=True),
        Column("是否存在相关年检", under=YEARLY, read=_text("yearly")),
        Column("年检清理意见", ("清理意见",), under=YEARLY, read=_text("yearly_opinion")),
        Column("年检清理意见的理由", ("清理意见的理由",), under=YEARLY),
        Column("是否存在相关政府指定培训", under=TRAINING, read=_text("training")),
        Column("培训清理意见", ("清理意见",), under=TRAINING, read=_text("training_opinion")),
        Column("培训清理意见的理由", ("清理意见的理由",), under=TRAINING),
        Column("备注"),
    ),
)
UPPER = ["序号", "证照名称", "证照名称", "", "", "政府指定培训", "", "", "备注"]
LOWER = ["", "", "是否存在相关年检", "清理意见", "清理意见\n的理由", "是否存在相关政府\n指定培训",
         "清理意见", "清理意见的理由", ""]  # fmt: skip
DATA = ["1", "食品经营许可证", "是", "取消", "无依据", "否", "保留", "有依据", "注"]


def laid_out(form: Form, *lines: Sequence[str]) -> Layout:
    return layout(form, [Sheet("", list(enumerate(lines, 1)))])


def head(form: Form, line: list[str], below: list[str] | None = None) -> Head:
    found = Heads(form).of(line, below)
    assert found is not None
    return found


def test_a_head_of_two_lines_tells_columns_of_one_wording_apart() -> None:
    found = laid_out(LICENCES, ["年检事项及政府指定培训目录(样表)"], UPPER, LOWER, DATA)
    assert [line.number for line in found.lines] == [4]
    texts = found.lines[0].texts
    assert (texts["年检清理意见"], texts["培训清理意见"], texts["备注"]) == ("取消", "保留", "注")
    assert (texts["年检清理意见的理由"], texts["培训清理意见的理由"]) == ("无依据", "有依据")


def test_the_two_halves_may_stand_the_other_way_round() -> None:
    order = [0, 1, 5, 6, 7, 2, 3, 4, 8]
    upper = ["序号", "证照名称", "政府指定培训", "", "", "证照年检", "", "", "备注"]
    found = laid_out(LICENCES, upper, [LOWER[at] for at in order], [DATA[at] for at in order])
    assert (found.lines[0].texts["年检清理意见"], found.lines[0].texts["培训清理意见"]) == ("取消", "保留")


def test_a_head_merged_downwards_is_read_like_one_left_blank() -> None:
    lower = [word or UPPER[at] for at, word in enumerate(LOWER)]
    assert head(LICENCES, UPPER, lower).at == head(LICENCES, UPPER, LOWER).at


def test_in_a_head_of_one_line_the_column_to_the_left_tells() -> None:
    line = ["证照名称", "是否存在相关政府指定培训", "清理意见", "是否存在相关年检", "清理意见"]
    assert head(LICENCES, line).at == {
        "证照名称": 0,
        "是否存在相关政府指定培训": 1,
        "培训清理意见": 2,
        "是否存在相关年检": 3,
        "年检清理意见": 4,
    }


def test_a_row_of_data_is_no_second_line_of_a_head() -> None:
    found = laid_out(table.FORM, ["序号", "实施主体", "事项名称", "时限"], ["1", "甲局", "乙", "法定时限"])
    assert [line.number for line in found.lines] == [2]


def test_limits_under_one_upper_head() -> None:
    upper = ["实施主体", "事项名称", "时限(工作日)", ""]
    found = head(table.FORM, upper, ["", "", "法定", "承诺"])
    assert (found.at["法定时限"], found.at["承诺时限"], found.lines) == (2, 3, 2)
    assert found.units == {"法定时限": "工作日", "承诺时限": "工作日"}


@pytest.mark.parametrize(
    "word", ["共同实\n施部门", "共同实施部门", " 共 同 实 施 部 门 ", "*共同实施部门",
             "共同实施单位", "共同实施部门(单位)"]
)  # fmt: skip
def test_a_head_word_is_known_however_it_is_broken_or_marked(word: str) -> None:
    assert head(table.FORM, ["实施主体", "事项名称", word]).at["共同实施部门"] == 2


def test_a_bare_number_takes_the_unit_that_the_head_has() -> None:
    found = laid_out(table.FORM, ["实施主体", "事项名称", "承诺时限(自然日)"], ["甲局", "乙", "20"])
    row = read(table.FORM, found.lines[0])
    assert isinstance(row, Row)
    assert row.fields["limits"]["promised"].unit == "calendar_days"


def test_numbered_blank_rows_sections_and_repeated_heads_are_no_rows() -> None:
    words = ["序号", "实施主体", "事项名称"]
    lines = (
        words, ["一、行政许可", "", ""], ["1", "甲局", "乙"], ["2", "", ""],
        words, ["3", "甲局", "丙"], ["", "", ""]
    )  # fmt: skip
    assert [line.number for line in laid_out(table.FORM, *lines).lines] == [3, 6]


def test_a_second_table_below_the_foot_of_the_first_is_read_with_its_own_head() -> None:
    found = laid_out(
        table.FORM,
        ["填表单位(盖章): 甲局          填表日期:2026年11月22日"],
        ["实施主体", "事项名称"],
        ["甲局", "一"],
        ["主要领导签字:", "填表人及联系方式:"],
        ["说明:1.“实施主体”栏填写办理该事项的部门(单位)。"],
        ["事项名称", "实施主体"],
        ["二", "乙局"],
    )
    assert [(line.number, line.texts["事项名称"]) for line in found.lines] == [(3, "一"), (7, "二")]
    assert (found.filled_by, found.filled_on) == ("甲局", "2026年11月22日")


def test_an_unfilled_date_says_nothing() -> None:
    found = laid_out(
        table.FORM,
        ["填表单位(盖章):", "", "填表日期:201  年  月  日"],
        ["实施主体", "事项名称"],
        ["甲", "乙"],
    )
    assert (found.filled_by, found.filled_on) == (None, None)


def test_each_sheet_with_the_head_is_read_and_the_others_are_named() -> None:
    rows = [(1, ["实施主体", "事项名称"]), (2, ["甲局", "一"])]
    found = layout(
        table.FORM, [Sheet("目录", rows), Sheet("附件2", [(1, ["事项名称", "备注"])]), Sheet("续表", rows)]
    )
    assert [(line.sheet, line.number) for line in found.lines] == [("目录", 2), ("续表", 2)]
    assert found.passed_over == ("附件2",)
    assert isinstance(read(table.FORM, found.lines[0]), Row)
    twice = read(table.FORM, found.lines[1])
    assert isinstance(twice, list)
    assert "目录第 2 行" in twice[0].message


def test_the_rest_of_a_table_cut_by_a_page_has_the_head_of_the_one_before() -> None:
    first = Sheet("表1", [(1, ["实施主体", "事项名称"]), (2, ["甲局", "一"])], continues=True)
    rest = Sheet("表2", [(1, ["乙局", "二"])], continues=True)
    other = Sheet("表3", [(1, ["姓名", "电话", "部门"])], continues=True)
    found = layout(table.FORM, [first, rest, other])
    assert [(line.sheet, line.texts["实施主体"]) for line in found.lines] == [
        ("表1", "甲局"),
        ("表2", "乙局"),
    ]
    assert found.passed_over == ("表3",)


def test_a_head_that_lacks_a_column_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        laid_out(table.FORM, ["目录"], ["序号", "事项名称", "法定时限"], ["1", "甲", "20"])
    assert refused.value.code == "no-head"
    assert "第 2 行像表头，但缺少“实施主体”" in refused.value.zh


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("联系人电话13800138000", "联系人电话（号码已隐去）"),
        ("37010419800101123X", "（号码已隐去）"),
        ("1 3 8 0 0 1 3 8 0 0 0", "（含号码，已隐去）"),
    ],
)
def test_a_number_of_a_person_is_blacked_out_and_refused(text: str, kept: str) -> None:
    found = laid_out(table.FORM, ["实施主体", "事项名称", "备注"], ["甲局", "乙", text])
    assert found.lines[0].texts["备注"] == kept
    problems = read(table.FORM, found.lines[0])
    assert isinstance(problems, list)
    assert [(one.column, one.rule) for one in problems] == [("备注", "personal-number")]


def test_office_numbers_and_numbers_of_documents_stay() -> None:
    words = ["实施主体", "事项名称", "备注"]
    found = laid_out(table.FORM, words, ["甲局", "乙", "电话0531-85061150，鲁价费函〔2016〕42号，3500元/例"])
    assert isinstance(read(table.FORM, found.lines[0]), Row)
