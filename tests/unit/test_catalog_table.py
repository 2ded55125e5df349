"""Tables in the form of 附件1: what is read from them and what is said about a bad row."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.blocks import Limit
from services.catalog.domain.tables import cells, table
from services.catalog.domain.tables.forms import BadCell, Row, RowProblem, serial
from services.catalog.domain.tables.forms import read as read_line
from services.catalog.domain.tables.layout import Layout, Sheet, layout
from services.runtime.problems import Invalid

HEAD = [
    "序号",
    "实施主体",
    "事项名称",
    "事项类型",
    "收费依据及标准",
    "法定时限",
    "承诺时限",
    "提供方式",
    "备注",
]
GOOD = [
    "8",
    "各乡镇人民政府",
    "最低生活保障",
    "行政给付",
    "不收费",
    "30个工作日",
    "20个工作日",
    "资金补贴",
    "",
]


@dataclass
class Read:
    layout: Layout
    rows: list[Row] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def read(*lines: list[str], head: list[str] | None = None) -> Read:
    return read_all([head or HEAD, *lines])


def read_all(lines: list[list[str]]) -> Read:
    found = Read(layout(table.FORM, [Sheet("", list(enumerate(lines, 1)))]))
    for line in found.layout.lines:
        row = read_line(table.FORM, line)
        if isinstance(row, Row):
            found.rows.append(row)
        else:
            found.problems.extend(row)
    return found


def changed(**cells_by_column: str) -> list[str]:
    return [cells_by_column.get(column, cell) for column, cell in zip(HEAD, GOOD, strict=True)]


def only_problem(line: list[str]) -> RowProblem:
    found = read(GOOD, line)
    assert len(found.rows) == 1, "the good row still goes in"
    assert len(found.problems) == 1
    return found.problems[0]


def test_a_good_row_gives_the_fields_of_its_cells() -> None:
    row = read(GOOD).rows[0]
    assert (row.number, serial(row.texts["序号"])) == (2, 8)
    assert (row.texts["实施主体"], row.texts["事项名称"]) == ("各乡镇人民政府", "最低生活保障")
    assert row.fields["kind"] == "行政给付"
    assert row.fields["limits"] == {
        "statutory": Limit(value=30, unit="working_days"),
        "promised": Limit(value=20, unit="working_days"),
    }
    assert row.fields["fee"].amount_fen == 0


def test_the_head_is_found_below_title_lines_and_in_any_order() -> None:
    head = ["备 注", "事项\n名称", "实施机构"]
    lines = [
        ["公共服务事项目录(样表)"],
        ["填表单位:某镇", "", "填表日期:2026年11月"],
        head,
        ["甲", "乙", "丙"],
    ]
    found = read_all(lines)
    assert found.layout.columns == ("实施主体", "事项名称", "备注")
    assert (found.layout.filled_by, found.layout.filled_on) == ("某镇", "2026年11月")
    assert [row.number for row in found.rows] == [4]
    assert found.rows[0].texts == {"实施主体": "丙", "事项名称": "乙", "备注": "甲"}


def test_heads_that_no_column_has_are_named_with_the_nearest_one() -> None:
    head = ["实施主体", "事项名称", "法定时间", "承诺时限", "承诺时限", "联系 13800005678", "经办\n窗口"]
    found = read_all([["目录"], head, ["甲局", "乙", "20日", "10日", "10日", "", "1"]]).layout
    told = [(one.column, one.nearest, one.row) for one in found.ignored]
    assert told[0] == ("法定时间", "法定时限", 2)
    assert [column for column, _, _ in told[2:]] == ["经办窗口"]
    assert "13800005678" not in str(told)
    assert "法定时限" in found.ignored[0].advice.fix
    assert found.ignored[2].nearest is None
    assert found.ignored[2].advice.message.startswith("“经办窗口”这一列没有读入")


def test_a_table_without_a_head_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        read_all([["甲", "乙"], ["丙", "丁"]])
    assert refused.value.code == "no-head"


def test_empty_rows_and_the_lines_below_the_table_are_passed_over() -> None:
    found = read([""] * 9, GOOD, ["主要领导签字:", "", "填表人及联系方式:"], ["说明:1.实施主体栏填写部门"])
    assert [row.number for row in found.rows] == [3]
    assert not found.problems


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        ({"实施主体": ""}, "实施主体", "empty"),
        ({"事项名称": " "}, "事项名称", "empty"),
        ({"事项类型": "行政批准"}, "事项类型", "unknown-kind"),
        ({"事项类型": ""}, "事项类型", "unknown-kind"),
        ({"收费依据及标准": ""}, "收费依据及标准", "fee-empty"),
        ({"收费依据及标准": "按规定收取"}, "收费依据及标准", "fee-without-amount"),
        ({"收费依据及标准": "3500-5000元/例"}, "收费依据及标准", "fee-not-one-amount"),
        ({"承诺时限": "5个工作日左右"}, "承诺时限", "limit-not-a-number"),
        ({"法定时限": "若干天"}, "法定时限", "limit-not-a-number"),
        ({"承诺时限": "40个工作日"}, "承诺时限", "promised-above-statutory"),
        ({"承诺时限": "40个工作日", "法定时限": "30日"}, "承诺时限", "promised-above-statutory"),
        ({"提供方式": "其他"}, "备注", "other-without-remark"),
        ({"提供方式": "上门"}, "提供方式", "unknown-provision"),
        ({"事项名称": "最低\u202e生活保障"}, "事项名称", "invisible-characters"),
    ],
)
def test_a_bad_cell_names_row_column_and_rule_and_its_row_stays_out(
    change: dict[str, str], column: str, rule: str
) -> None:
    problem = only_problem(changed(**{"事项名称": "临时救助", **change}))
    assert (problem.row, problem.column, problem.rule) == (3, column, rule)
    assert problem.fix
    assert problem.message.endswith(problem.fix)
    assert "临时救助" in problem.about.replace("\u202e", "") or column in ("事项名称", "实施主体")


def test_the_same_body_and_name_twice_is_a_problem_of_the_second_row() -> None:
    problem = only_problem([*GOOD])
    assert (problem.row, problem.rule) == (3, "row-twice")
    assert "第 2 行" in problem.message


def test_two_rows_without_a_name_are_not_each_others_duplicates() -> None:
    found = read(changed(事项名称=""), changed(事项名称=""))
    assert [(one.row, one.column, one.rule) for one in found.problems] == [
        (2, "事项名称", "empty"),
        (3, "事项名称", "empty"),
    ]


def test_empty_optional_cells_are_one_advice_as_if_the_columns_were_missing() -> None:
    head = ["实施主体", "事项名称", "服务类型", "提供方式"]
    row = read(["甲局", "乙", "", " "], head=head).rows[0]
    assert not row.fields.keys() & {"service_type", "provision"}
    assert [(one.column, one.rule) for one in row.advice] == [("服务类型", "not-given")]
    assert "服务类型、提供方式没有填写" in row.advice[0].message


def test_other_with_a_remark_is_good() -> None:
    found = read(changed(提供方式="其他", 备注="上门服务"))
    assert found.rows[0].fields["provision"] == "其他"


def test_an_empty_cell_says_nothing_and_so_takes_nothing_away() -> None:
    fields = read(changed(法定时限="", 备注="")).rows[0].fields
    assert "remark" not in fields
    assert set(fields["limits"]) == {"promised"}


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("20个工作日", 20, "working_days"),
        ("20 工作日", 20, "working_days"),
        ("自受理之日起15个工作日内", 15, "working_days"),
        ("90日", 90, "calendar_days"),
        ("3天", 3, "calendar_days"),
        ("20", 20, "working_days"),
        ("十五个工作日", 15, "working_days"),
        ("二十日", 20, "calendar_days"),
        ("一百二十日", 120, "calendar_days"),
        ("\uff12\uff10个工作日", 20, "working_days"),
        ("20(工作日)", 20, "working_days"),
        ("20\uff08工作日\uff09", 20, "working_days"),
        ("两个工作日", 2, "working_days"),
        ("一百零五日", 105, "calendar_days"),
        ("二百五十日", 250, "calendar_days"),
        ("当场办结", 0, "working_days"),
    ],
)
def test_limits_as_halls_write_them(text: str, value: int, unit: str) -> None:
    assert cells.limit(text) == Limit.model_validate({"value": value, "unit": unit})


@pytest.mark.parametrize(
    "text", ["5个工作日左右", "5-10个工作日", "尽快", "4000日", "-3日", "1.5日", "三个月", "二百五", "五五日"]
)
def test_a_limit_that_is_no_number_of_days_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        cells.limit(text)


@pytest.mark.parametrize("text", ["2个月", "三个月", "半年", "24小时"])
def test_a_limit_in_months_is_to_be_given_in_days(text: str) -> None:
    with pytest.raises(BadCell) as refused:
        cells.limit(text)
    assert "请折算为天数，如“60日”" in refused.value.message
    assert "左右" not in refused.value.message


def test_no_limit_is_no_limit() -> None:
    assert cells.limit("无") is None


@pytest.mark.parametrize(
    ("text", "fen", "shown", "basis"),
    [
        ("不收费", 0, "不收费", None),
        ("免费。", 0, "不收费", None),
        ("《复函》(鲁价费函〔2016〕42号),3500元/例", 350_000, "3500元/例", "《复函》(鲁价费函〔2016〕42号)"),
        ("12.5元/份", 1250, "12.5元/份", None),
        ("2万元", 2_000_000, "2万元", None),
        ("1.255万元", 1_255_000, "1.255万元", None),
        ("3,500元/例", 350_000, "3,500元/例", None),
        ("3\uff0c500元/例", 350_000, "3,500元/例", None),
        ("3 500元/例", 350_000, "3 500元/例", None),
        ("1,234,567.50元", 123_456_750, "1,234,567.50元", None),
        ("\uff13\uff15\uff10\uff10元\uff0f例", 350_000, "3500元\uff0f例", None),
        ("《收10元办法》第5条,350元/人\uff08次)", 35_000, "350元/人\uff08次)", "《收10元办法》第5条"),
        ("预约挂号费10元/次", 1000, "10元/次", "预约挂号费"),
        ("\u246010元/证", 1000, "10元/证", "\u2460"),
        ("《条例》\uff0c每证收费\uff1a10元", 1000, "10元", "《条例》\uff0c每证收费"),
    ],
)  # fmt: skip
def test_fees_become_whole_fen_with_their_basis(text: str, fen: int, shown: str, basis: str | None) -> None:
    fee = cells.fee(text)["fee"]
    assert (fee.amount_fen, fee.text, fee.basis) == (fen, shown, basis)


@pytest.mark.parametrize(
    "text",
    ["0.125元/字", "3500-5000元", "3500元至5000元", "10、20元", "100元左右", "10元以内", "10元/证以内",
     "100元起", "约100元", "最高100元/例", "首次10元/证\uff0c补办20元/证", "1,23元", "1万5000元", "10元5角",
     "-5元", "〔2016〕42 350元"],
)  # fmt: skip
def test_what_is_not_one_amount_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(BadCell) as refused:
        cells.fee(text)
    assert refused.value.rule == "fee-not-one-amount"
    assert refused.value.fix == "写明一个确定的金额，如“3500元/例”；分档收费的在指南里逐档写明。"


@pytest.mark.parametrize("text", ["1000000000.01元", "2,000,000,000元", "100001万元", "9" * 3000 + "元"])
def test_a_fee_beyond_all_measure_is_refused(text: str) -> None:
    with pytest.raises(BadCell) as refused:
        cells.fee(text)
    assert refused.value.rule == "fee-too-high"


def test_bases_are_split_into_title_and_clause() -> None:
    text = "《社会救助暂行办法》(国务院令第649号)第九条;《山东省条例》\uff1b口头惯例"
    found: list[Any] = cells.basis(text)["basis"]
    assert [(one.title, one.clause) for one in found] == [
        ("《社会救助暂行办法》(国务院令第649号)", "第九条"),
        ("《山东省条例》", None),
        ("口头惯例", None),
    ]


def test_service_targets_are_listed_one_by_one() -> None:
    assert cells.targets("公民、法人\uff0c其他组织") == {"service_targets": ["公民", "法人", "其他组织"]}


def test_a_category_may_be_written_without_its_last_sign() -> None:
    assert cells.category("社会保障") == {"category": "社会保障类"}
