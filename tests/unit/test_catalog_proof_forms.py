"""附件2, 附件3 and 附件4 as tables: heads, units, rules of the 说明 told cell by cell."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.catalog.domain.cleanup import proof_cells
from services.catalog.domain.cleanup.proof_forms import FORMS
from services.catalog.domain.cleanup.proofs_records import ListKind
from services.catalog.domain.tables.forms import Row, RowProblem, read
from services.catalog.domain.tables.layout import Sheet, layout

NEEDED = ["序号", "事项名称", "所需证明、盖章类材料名称", "所需证明、盖章类材料的提供单位",
          "证明、盖章类材料设定依据及条款", "依据设定层级", "清理意见", "清理意见\n的理由",
          "是否可通过部门间信息共享的方式提供", "备注"]  # fmt: skip
ISSUED = ["序号", "证明、盖章类材料名称", "需要本材料的部门(单位)", "证明、盖章类材料用途",
          "证明、盖章类材料设定依据及条款", "依据设定层级", "清理意见", "清理意见的理由",
          "是否可通过部门间信息共享的方式提供", "备注"]  # fmt: skip
UPPER = ["序号", "证照名称", "证照名称", "", "", "", "政府指定培训", "", "", "", "备注"]
LOWER = ["", "", "是否存在相关年检", "年检事项设定依据及条款", "清理意见", "清理意见的理由",
         "是否存在相关政府指定培训", "政府指定培训设定依据及条款", "清理意见", "清理意见的理由"]  # fmt: skip
ABOVE = ["填表单位(盖章): 区民政局              填表日期:2026年11月2日"]
LAW = "《社会救助暂行办法》（国务院令第649号）第十一条"


def read_all(list: ListKind, *lines: Sequence[str]) -> list[Any]:
    found = layout(FORMS[list], [Sheet("", [*enumerate(lines, 1)])])
    return [read(FORMS[list], line) for line in found.lines]


def record(list: ListKind, *lines: Sequence[str]) -> Any:
    row = read_all(list, *lines)[0]
    assert isinstance(row, Row), row
    return proof_cells.record(list, row.fields)


def rules(list: ListKind, *lines: Sequence[str]) -> list[tuple[str, str]]:
    problems = read_all(list, *lines)[0]
    assert not isinstance(problems, Row)
    return [(problem.column, problem.rule) for problem in problems]


def needed(*cells: str) -> list[str]:
    return ["1", "最低生活保障", *cells]


def test_a_row_of_annex_2_belongs_to_the_unit_above_the_table() -> None:
    made = record(
        "needed", ABOVE, NEEDED, needed("收入证明", "单位", LAW, "行政法规", "保留", "核定收入", "是", "注")
    )
    assert (made.unit, made.item_name, made.name, made.issued_by) == (
        "区民政局",
        "最低生活保障",
        "收入证明",
        "单位",
    )
    assert [(one.level, one.clause) for one in made.basis] == [("行政法规", "第十一条")]
    assert (made.opinion.verdict, made.shareable, made.remark) == ("保留", True, "注")


def test_each_table_of_a_file_has_its_own_unit() -> None:
    row = needed("收入证明", "单位", "无", "", "", "", "", "")
    found = read_all("needed", ABOVE, NEEDED, row, ["主要领导签字:"], ["填表单位: 区教育局"], NEEDED, row)
    assert [one.fields["unit"] for one in found] == ["区民政局", "区教育局"]
    sheets = [Sheet(name, [(1, [f"填表单位：{name}"]), (2, NEEDED), (3, row)]) for name in ("甲局", "乙局")]
    lines = layout(FORMS["needed"], [*sheets, Sheet("空", [(1, NEEDED), (2, row)])]).lines
    assert [line.texts["填表单位"] for line in lines] == ["甲局", "乙局", ""]


def test_a_row_that_nobody_has_examined_is_open() -> None:
    made = record("needed", ABOVE, NEEDED, needed("收入证明", "单位", "无", "", "", "", "", ""))
    assert (made.opinion, made.basis, made.shareable) == (None, [], None)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("证明", "单位", "", "", "", "", "", ""), [("证明、盖章类材料设定依据及条款", "basis-empty")]),
        (("证明", "单位", "无", "", "暂留", "等通知", "", ""), [("清理意见", "unknown-opinion")]),
        (("证明", "单位", "无", "", "取消", "", "", ""), [("清理意见的理由", "reason-empty")]),
        (("证明", "单位", "无", "", "", "无依据", "", ""), [("清理意见", "opinion-empty")]),
        (("证明", "单位", "无", "", "取消", "同上", "", ""), [("清理意见的理由", "reason-empty")]),
        (("证明", "单位", "无", "", "保留", "确有需要", "", ""),
         [("是否可通过部门间信息共享的方式提供", "sharing-unanswered")]),
        (("证明", "单位", "无", "", "保留", "确有需要", "或许", ""),
         [("是否可通过部门间信息共享的方式提供", "not-yes-or-no")]),
        (("证明", "单位", "《某须知》", "", "", "", "", ""), [("依据设定层级", "level-missing")]),
        (("证明", "单位", "《某须知》", "国家级", "", "", "", ""), [("依据设定层级", "unknown-level")]),
        (("甲证明；乙证明", "单位", "无", "", "", "", "", ""),
         [("所需证明、盖章类材料名称", "several-in-one-row")]),
        (("", "单位", "无", "", "", "", "", ""), [("所需证明、盖章类材料名称", "empty")]),
        (("证明", "", "无", "", "", "", "", ""), [("所需证明、盖章类材料的提供单位", "empty")]),
        (("证明", "单位", "无", "", "", "", "", "电话13800005678"), [("备注", "personal-number")]),
    ],
)  # fmt: skip
def test_each_rule_of_annex_2_names_its_cell(cells: tuple[str, ...], found: list[tuple[str, str]]) -> None:
    assert rules("needed", ABOVE, NEEDED, needed(*cells)) == found


def test_every_problem_says_what_to_write() -> None:
    line = needed("甲证明、乙证明", "单位", "无", "", "保留", "同上", "", "")
    problems: list[RowProblem] = read_all("needed", ABOVE, NEEDED, line)[0]
    assert len(problems) == 3
    assert all(problem.fix.startswith("请") for problem in problems)


def test_levels_stand_for_one_basis_each_or_for_all() -> None:
    two = f"{LAW}；《某细则》第三条"
    made = record(
        "needed", ABOVE, NEEDED, needed("证明", "单位", two, "行政法规、规范性文件", "", "", "", "")
    )
    assert [one.level for one in made.basis] == ["行政法规", "规范性文件"]
    made = record("needed", ABOVE, NEEDED, needed("证明", "单位", two, "省政府规章", "", "", "", ""))
    assert [one.level for one in made.basis] == ["地方政府规章", "地方政府规章"]


def test_annex_3_lists_the_units_one_by_one() -> None:
    made = record(
        "issued",
        ABOVE,
        ISSUED,
        ["1", "居住证明", "民政局、教育局", "办理低保", "无", "", "取消", "身份证可证明", "", ""],
    )
    assert (made.needed_by, made.purpose, made.verdict) == (["民政局", "教育局"], "办理低保", "取消")
    bad = ["1", "居住证明", "民政局等部门", "办理低保", "无", "", "", "", "", ""]
    assert rules("issued", ABOVE, ISSUED, bad) == [("需要本材料的部门(单位)", "not-one-by-one")]


def test_annex_4_has_two_halves_of_their_own() -> None:
    line = [
        "1",
        "道路运输证",
        "是",
        "《中华人民共和国道路运输条例》第三十条",
        "保留",
        "保障安全",
        "是",
        "无",
        "取消",
        "没有依据",
        "",
    ]
    made = record("inspections", ABOVE, UPPER, LOWER, line)
    assert (made.inspection.opinion.verdict, made.training.opinion.verdict) == ("保留", "取消")
    assert (made.inspection.basis[0].level, made.training.basis) == ("行政法规", [])
    line[2:6], line[9] = ["否", "", "", ""], ""
    assert rules("inspections", ABOVE, UPPER, LOWER, line) == [("培训清理意见的理由", "reason-empty")]


def test_what_does_not_exist_has_no_opinion() -> None:
    line = ["1", "证", "否", "无", "取消", "没有依据", "否", "", "", "", ""]
    assert rules("inspections", ABOVE, UPPER, LOWER, line) == [("是否存在相关年检", "half-contradicts")]
    none = ["1", "证", "否", "", "", "", "否", "", "", "", ""]
    made = record("inspections", ABOVE, UPPER, LOWER, none)
    assert (made.inspection, made.training) == (None, None)


def test_a_kept_training_without_basis_stays_out() -> None:
    line = ["1", "证", "否", "", "", "", "是", "无", "保留", "提高能力", ""]
    assert rules("inspections", ABOVE, UPPER, LOWER, line) == [("培训清理意见", "training-without-basis")]


def test_cycles_and_annual_reports_are_read_where_a_table_has_them() -> None:
    head = ["填表单位", "证照名称", "是否存在相关年检", "年检清理意见", "年检清理意见的理由",
            "原年检周期(月)", "年检周期(月)", "是否改为年度报告公示", "是否存在相关政府指定培训"]  # fmt: skip
    made = record(
        "inspections", head, ["交通局", "道路运输证", "是", "保留", "保障安全", "1年", "24", "否", "否"]
    )
    assert (made.inspection.former_cycle_months, made.inspection.cycle_months) == (12, 24)
    bad = ["交通局", "道路运输证", "是", "保留", "保障安全", "24", "12个月", "否", "否"]
    assert rules("inspections", head, bad)[0][1] == "cycle-not-longer"


def test_a_second_import_keeps_what_only_editors_enter() -> None:
    made = record(
        "needed", ABOVE, NEEDED, needed("收入证明", "单位", LAW, "行政法规", "保留", "核定收入", "是", "")
    )
    terms = {"text": "承诺", "liability": "责任", "supervision": "核查"}
    edited = type(made).model_validate({**made.model_dump(), "commitment": terms})
    row = read_all(
        "needed", ABOVE, NEEDED, needed("收入证明", "单位", "无", "", "取消", "证照可证明", "", "")
    )[0]
    again: Any = proof_cells.record("needed", row.fields, edited)
    assert (again.opinion.verdict, again.commitment.text) == ("取消", "承诺")
