"""Other places' lists, what is the same item there, and what to cut to be lowest."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts import Actor
from contracts.blocks import Limit
from services.catalog.domain.compare import comparison_sets
from services.catalog.domain.compare.comparison import Comparison, Terms, lead_shares
from services.catalog.domain.compare.comparison_form import FORM
from services.catalog.domain.compare.comparison_sets import ComparisonSet, PeerItem
from services.catalog.domain.likeness import is_asked, normal, suggestions
from services.catalog.domain.tables import forms
from services.catalog.domain.tables.layout import Sheet, layout
from services.runtime.problems import Invalid, NotFound

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
EDITOR = Actor(role="editor", officer_id="e")


def days(value: int, unit: str = "working_days") -> Limit:
    return Limit.model_validate({"value": value, "unit": unit})


def read(*lines: list[str]) -> tuple[list[PeerItem], list[forms.RowProblem]]:
    sheet = Sheet("", list(enumerate(lines, 1)))
    rows, problems = [], []
    for line in layout(FORM, [sheet]).lines:
        found = forms.read(FORM, line)
        if isinstance(found, list):
            problems.extend(found)
        else:
            rows.append(comparison_sets.peer_item(found))
    return rows, problems


def terms(source: str, materials: tuple[str, ...] | None, promised: Limit | None, fee: int | None) -> Terms:
    count = None if materials is None else len(materials)
    return Terms(source, "事项", materials, count, promised, fee, None if fee is None else "元")


def test_a_list_is_read_in_the_usual_wordings_and_what_it_does_not_say_stays_open() -> None:
    rows, problems = read(
        ["某市行政许可事项清单", "", "", ""],
        ["事项名称", "申报材料", "办结时限(工作日)", "收费标准"],
        ["林木采伐许可证核发", "1.申请书\n2.身份证复印件；3.权属证明", "7", "不收费"],
        ["最低生活保障", "申请书、身份证、收入证明", "20个自然日", ""],
        ["残疾人证办理", "", "", "10元/证"],
        ["再生育审核", "申请书", "大约五天", "不收费"],
    )
    first, second, third = rows
    assert first.materials == ("申请书", "身份证复印件", "权属证明")
    assert (first.promised, first.fee_fen) == (days(7), 0)
    assert second.promised == days(20, "calendar_days")
    assert (second.asks, second.fee_fen) == (3, None)
    assert (third.materials, third.promised, third.fee_fen) == (None, None, 1000)
    assert [(one.row, one.rule) for one in problems] == [(6, "limit-not-a-number")]


def test_a_list_may_give_numbers_of_materials_alone() -> None:
    rows, problems = read(["事项名称", "申请材料数"], ["甲事项", "5份"], ["乙事项", "若干"])
    assert [row.asks for row in rows] == [5]
    assert [one.rule for one in problems] == ["not-a-number"]


def a_set(*names: str, known: ComparisonSet | None = None) -> ComparisonSet:
    rows = [PeerItem(number, name) for number, name in enumerate(names, 2)]
    change = comparison_sets.imported(
        known, "370104", "杭州市", date(2026, 9, 30), rows, [], actor=EDITOR, now=NOW
    )
    assert change is not None
    return change.state


def test_equal_names_match_by_themselves_and_others_when_an_editor_says_so() -> None:
    own = {normal("林木采伐许可证核发(限200棵以下)"): "05-0004", normal("最低生活保障"): "05-0008"}
    made = a_set("林木采伐许可证核发", "最低生活保障 ")
    assert made.matched(own) == {"05-0008": made.rows[1]}
    said = comparison_sets.decide(made, 2, "05-0004", "confirmed", by="e", actor=EDITOR, now=NOW).state
    assert said.matched(own)["05-0004"].name == "林木采伐许可证核发"
    no = comparison_sets.decide(said, 3, "05-0008", "rejected", by="e", actor=EDITOR, now=NOW).state
    assert set(no.matched(own)) == {"05-0004"}
    with pytest.raises(NotFound):
        comparison_sets.decide(made, 99, "05-0004", "confirmed", by="e", actor=EDITOR, now=NOW)


def test_reading_a_list_in_again_keeps_what_was_said_of_its_rows() -> None:
    made = a_set("林木采伐许可证核发", "最低生活保障")
    said = comparison_sets.decide(made, 2, "05-0004", "confirmed", by="e", actor=EDITOR, now=NOW).state
    again = a_set("新事项", "林木采伐许可证核发", known=said)
    assert [(one.number, one.base_code) for one in again.matches] == [(3, "05-0004")]
    assert again.set_id == made.set_id
    rows = list(again.rows)
    same = comparison_sets.imported(
        again, "370104", "杭州市", date(2026, 9, 30), rows, [], actor=EDITOR, now=NOW
    )
    assert same is None
    with pytest.raises(Invalid):
        comparison_sets.imported(None, "370104", "杭州市", date(2026, 9, 30), [], [], actor=EDITOR, now=NOW)


def test_names_that_are_alike_are_suggested() -> None:
    known = {"05-0004": normal("林木采伐许可证核发(限200棵以下)"), "05-0008": normal("最低生活保障")}
    (best, *_) = suggestions("林木采伐许可证核发", known)
    assert best[0] == "05-0004"
    assert suggestions("殡葬服务", known) == []


def test_materials_are_the_same_under_a_longer_or_shorter_name() -> None:
    theirs = ["居民身份证(正反面)复印件", "营业执照"]
    assert is_asked("居民身份证", theirs)
    assert is_asked("企业营业执照副本", theirs)
    assert not is_asked("居住地住址证明", theirs)


def test_the_best_of_all_and_what_to_cut_to_ask_no_more() -> None:
    own = terms("本区", ("申请书", "身份证", "住址证明", "收入证明"), days(20), 350000)
    hangzhou = terms("杭州市", ("申请书", "身份证复印件"), days(14, "calendar_days"), 200000)
    suzhou = terms("苏州市", ("申请表", "身份证", "收入证明"), days(12), None)
    found = Comparison("1", own, (hangzhou, suzhou))
    assert (found.best(lambda one: one.count), found.best(lambda one: one.fee_fen)) == (2, 200000)
    assert found.leads(lambda one: one.count) is False
    cuts = found.cuts()
    assert cuts.materials == 2
    # Nobody asks for the first, one of two for the second.
    assert [one.name for one in cuts.candidates if one.cut] == ["住址证明", "收入证明"]
    # 14 calendar days are ten working days.
    assert (cuts.promised, cuts.days) == (days(10), 10)
    assert cuts.fee_fen == 150000


def test_who_leads_has_nothing_to_cut_and_what_nobody_says_is_not_judged() -> None:
    own = terms("本区", ("申请书",), days(0), 0)
    leading = Comparison("1", own, (terms("杭州市", ("申请书", "身份证"), days(1), None),))
    cuts = leading.cuts()
    assert (cuts.materials, cuts.promised, cuts.fee_fen) == (0, None, 0)
    silent = Comparison("2", own, (terms("杭州市", None, None, None),))
    shares: dict[str, Any] = lead_shares([leading, silent])
    assert shares == {"materials": (1, 1), "time": (1, 1), "fee": (0, 0)}
