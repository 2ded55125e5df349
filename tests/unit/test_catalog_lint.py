"""The lint of a draft: each rule finds what it is for, and the sample records are clean."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.items import ItemMaterial as Proof
from deploy.local import sample
from services.catalog.domain.checks import lint, lint_units
from services.catalog.domain.checks.known import Agreed, Known
from services.catalog.domain.checks.word_lists import Entry, WordLists
from services.catalog.domain.item.process import cycle_in, layers, longest_path
from services.catalog.domain.item.record import DraftRecord, DraftUnit
from services.catalog.domain.text import must_be_sound
from services.runtime.problems import Invalid, TooLarge

GUIDE = DraftRecord.model_validate(sample.guide_item())


def found(change: dict[str, Any], base: DraftRecord = GUIDE) -> dict[str, lint.Finding]:
    record = DraftRecord.model_validate({**base.model_dump(exclude_none=True), **change})
    return {finding.rule: finding for finding in lint.findings(record)}


def material(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, **fields}


def step(name: str, *after: str, days: int = 1) -> dict[str, Any]:
    limit = {"value": days, "unit": "working_days"}
    return {"step": name, "name": name, "role": "reviewer", "limit": limit, "after": list(after)}


def situation(code: str, *options: str) -> dict[str, Any]:
    chosen = [{"option": option, "label": option, "materials": []} for option in options or ("a",)]
    return {"situation": code, "question": "?", "options": chosen}


def test_the_model_guide_has_no_finding() -> None:
    assert lint.findings(GUIDE) == []


@pytest.mark.parametrize("base_code", sorted(sample.item_names()))
def test_the_sample_records_have_no_error(base_code: str) -> None:
    place = "370104101" if base_code.startswith("05") else "370104101201"
    assert lint.errors(DraftRecord.model_validate(sample.item_record(base_code, place))) == []


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (350000, "3,500元/例"),
        (150, "1.5元"),
        (100, "每件1元，最高20元"),
        (500, "按面积计收"),
        (0, "不收费。"),
    ],
)
def test_a_fee_in_words_is_compared_where_it_is_one_plain_amount(fen: int, text: str) -> None:
    assert "fee-text-differs" not in found({"fee": {"amount_fen": fen, "text": text, "basis": "某文"}})


def test_what_is_decided_at_once_takes_no_days() -> None:
    limits = {name: {"value": 5, "unit": "working_days"} for name in ("promised", "statutory")}
    finding = found({"handling": "immediate", "limits": limits})["immediate-takes-days"]
    assert (finding.field, finding.severity, finding.quote) == ("handling", "warning", "5个工作日")


def test_what_a_table_did_not_have_is_found() -> None:
    record = DraftRecord(base_code="05-0001", name="最低生活保障", implementing_body="各乡镇人民政府")
    fields = {finding.field for finding in lint.errors(record)}
    assert fields == {
        "kind", "unit_id", "handling", "limits.statutory", "limits.promised", "fee", "materials", "channels",
    }  # fmt: skip
    warnings = {finding.field for finding in lint.findings(record)} - fields
    assert {"basis", "service_type", "provision", "service_targets", "steps"} <= warnings


def test_a_service_that_cannot_be_applied_for_needs_no_materials_and_steps() -> None:
    record = {"service_type": "主动服务", "materials": [], "steps": [], "channels": []}
    assert "missing" not in found(record)


@pytest.mark.parametrize(
    ("change", "rule", "field", "quote"),
    [
        ({"materials": [material("与鉴定有关的其他材料")]}, "catch-all", "materials.0.name", "其他材料"),
        ({"conditions": ["法律规定的其他条件"]}, "catch-all", "conditions.0", "其他条件"),
        ({"materials": [material("相关的合同")]}, "vague", "materials.0.name", "相关的"),
        ({"materials": [material("身份证等材料")]}, "vague", "materials.0.name", "等材料"),
        ({"materials": [material("居住证明")]}, "proof-without-basis", "materials.0.basis", "居住证明"),
        ({"materials": [material("甲"), material("甲 ")]}, "asked-twice", "materials.1.name", "甲 "),
        ({"fee": {"amount_fen": 100, "text": "1元"}}, "fee-without-basis", "fee.basis", "1元"),
        ({"provision": "其他", "remark": None}, "other-without-remark", "remark", None),
        ({"joint_bodies": [{"name": "县水务局"}]}, "unknown-unit", "joint_bodies.0", "县水务局"),
        ({"steps": [step("a", "b")]}, "unknown-step", "steps.0.after", "b"),
        ({"steps": [step("a"), step("a")]}, "step-twice", "steps.1.step", "a"),
        ({"steps": [step("a", "b"), step("b", "a")]}, "cycle", "steps", None),
        ({"materials": [material("甲", provided_by=["x"])]}, "unknown-party", "materials.0.provided_by", "x"),
        ({"conditions": ["部门认为需要的材料"]}, "catch-all", "conditions.0", "认为需要的材料"),
        ({"materials": [material("营业执照副本"), material("营业执照(复印件)")]},
         "asked-twice", "materials.1.name", "营业执照(复印件)"),
        ({"materials": [material("婚姻状况证明", basis={"title": "《婚姻登记条例》"})]},
         "licence-proves-it", "materials.0.name", "婚姻状况证明"),
        ({"materials": [material("消防设计图", by_commitment=True)], "risk_areas": ["public_safety"]},
         "commitment-on-risk-area", "materials.0.by_commitment", "消防设计图"),
        ({"name": "危险化学品经营许可", "materials": [material("储存场所说明", by_commitment=True)]},
         "commitment-on-risk-area", "materials.0.by_commitment", "储存场所说明"),
        ({"steps": [step("a", days=46)]}, "steps-above-promised", "steps", None),
        ({"limits": {"promised": {"value": 0, "unit": "working_days"},
                     "statutory": {"value": 45, "unit": "working_days"}}},
         "promised-in-no-time", "limits.promised", None),
        ({"limits": {"promised": {"value": 45, "unit": "working_days"},
                     "statutory": {"value": 45, "unit": "working_days"},
                     "extension": {"value": 45, "unit": "working_days"}}},
         "extension-adds-nothing", "limits.extension", "45个工作日"),
        ({"secret": True}, "secret-online", "channels", None),
        ({"main_item": True}, "main-item-with-materials", "materials", None),
        ({"situations": [situation("s"), situation("s")]}, "situation-twice", "situations.1", "s"),
        ({"situations": [situation("s", "a", "a")]}, "option-twice", "situations.0", "a"),
        ({"fee": {"amount_fen": 100, "text": "3500元/例", "basis": "某文"}},
         "fee-text-differs", "fee", "3500元/例"),
        ({"fee": {"amount_fen": 350000, "text": "不收费", "basis": "某文"}},
         "fee-text-differs", "fee", "不收费"),
        ({"online_depth": "full", "channels": ["window"]}, "online-without-channel", "online_depth", None),
        ({"delegated_to": ["town", "370104", "zhen"]}, "unknown-level", "delegated_to.2", "zhen"),
        ({"regulatory_measures": [{"text": "抽查", "unit_id": "u-x"}]},
         "unknown-regulator", "regulatory_measures.0.unit_id", "u-x"),
    ],
)  # fmt: skip
def test_each_rule_names_field_and_quoted_words(
    change: dict[str, Any], rule: str, field: str, quote: str | None
) -> None:
    finding = found(change)[rule]
    assert (finding.field, finding.quote, finding.severity) == (field, quote, "error")
    assert finding.text
    assert finding.source
    assert finding.suggestion


def test_a_promise_above_the_statute_is_an_error() -> None:
    limits = {
        "promised": {"value": 46, "unit": "working_days"},
        "statutory": {"value": 45, "unit": "working_days"},
    }
    assert found({"limits": limits})["promised-above-statutory"].severity == "error"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"materials": [material("其他材料")]}, "catch-all"),
        ({"materials": [material("等材料")]}, "vague"),
        ({"materials": [material("户籍证明", basis={"title": "《办法》"})]}, "licence-proves-it"),
        (
            {"name": "药品经营许可", "materials": [material("平面图", by_commitment=True)]},
            "commitment-on-risk-area",
        ),
    ],
)
def test_these_rules_may_be_waived(change: dict[str, Any], rule: str) -> None:
    finding = found(change)[rule]
    assert finding.waivable
    assert finding.suggestion


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"materials": [material("居住证明")]}, "proof-without-basis"),
        ({"materials": [material("甲"), material("甲")]}, "asked-twice"),
        ({"fee": {"amount_fen": 100, "text": "1元"}}, "fee-without-basis"),
        (
            {
                "risk_areas": ["ecology"],
                "conditions": [],
                "materials": [material("平面图", by_commitment=True)],
            },
            "commitment-on-risk-area",
        ),
    ],
)
def test_these_rules_are_put_right_and_not_explained(change: dict[str, Any], rule: str) -> None:
    assert not found(change)[rule].waivable


def test_a_finding_is_known_again_where_its_text_moves_and_not_where_it_changes() -> None:
    first = found({"conditions": ["法律规定的其他条件"]})["catch-all"]
    moved = found({"conditions": ["年满十六周岁", "法律规定的其他条件"]})["catch-all"]
    other = found({"conditions": ["法规规定的其他条件"]})["catch-all"]
    assert (first.id, first.field) == (moved.id, "conditions.0")
    assert first.id != other.id


def test_a_document_of_another_person_is_no_second_asking() -> None:
    pair = [material("居民身份证(申请人)"), material("居民身份证(代理人)")]
    assert "asked-twice" not in found({"materials": pair})


def test_a_licence_that_is_not_linked_is_a_hint() -> None:
    finding = found({"materials": [material("营业执照")]})["licence-not-linked"]
    assert finding.severity == "warning"
    assert "licence-not-linked" not in found(
        {"materials": [material("营业执照", licence_type="business_licence")]}
    )


def test_steps_side_by_side_count_once_and_stopped_ones_not_at_all() -> None:
    long = [step("a", days=5), step("b", "a", days=40), step("c", "a", days=40)]
    assert "steps-above-promised" not in found({"steps": long})
    stopped = {**step("d", "b", days=30), "stops_clock": True, "stops_clock_basis": "《办法》"}
    assert "steps-above-promised" not in found({"steps": [*long, stopped]})
    assert found({"steps": [*long, step("d", "b")]})["steps-above-promised"].severity == "error"


def test_steps_in_another_unit_than_the_promise_are_estimated_and_only_warned_of() -> None:
    calendar = {**step("a"), "limit": {"value": 90, "unit": "calendar_days"}}
    assert found({"steps": [calendar]})["steps-above-promised"].severity == "warning"
    assert "steps-above-promised" not in found(
        {"steps": [{**calendar, "limit": {"value": 60, "unit": "calendar_days"}}]}
    )


def test_the_words_of_a_place_replace_the_national_ones() -> None:
    own = WordLists(vague=(Entry(phrase="原则上", suggestion="写明例外。"),))
    record = DraftRecord.model_validate(
        {**GUIDE.model_dump(exclude_none=True), "conditions": ["原则上年满十六周岁", "相关的条件"]}
    )
    (finding,) = lint.findings(record, Known(words=own))
    assert (finding.rule, finding.quote, finding.suggestion) == ("vague", "原则上", "写明例外。")


def test_a_proof_that_its_issuer_agreed_to_is_told_and_asks_for_nothing() -> None:
    record = GUIDE.model_copy(update={"materials": [*(GUIDE.materials or []), Proof(name="居住地证明")]})
    agreed = Agreed("37", GUIDE.name, "居住地 证明", "派出所", date(2026, 11, 2))
    (note,) = lint.findings(record, Known(agreed=(agreed,)))
    assert (note.rule, note.severity, note.waivable) == ("proof-kept-by-agreement", "info", False)
    assert "派出所" in note.text
    other = Known(agreed=(replace(agreed, item="别的事项"), replace(agreed, material="收入证明")))
    assert [one.rule for one in lint.errors(record, other)] == ["proof-without-basis"]


def test_who_decides_is_open_and_on_the_line_of_the_place() -> None:
    known = Known(place="3701", units={unit: "3701" for _, unit in lint_units.named(GUIDE)})
    assert lint.findings(GUIDE, known) == []
    closed = replace(known, units={})
    assert {one.rule for one in lint.errors(GUIDE, closed)} == {"unit-not-in-directory"}
    away = replace(known, units=dict.fromkeys(known.units or (), "3702"))
    assert {one.rule for one in lint.errors(GUIDE, away)} == {"unit-elsewhere"}


def test_what_the_standard_above_names_is_not_the_adopting_places_fault() -> None:
    record = GUIDE.model_copy(update={"joint_bodies": [DraftUnit(name="市卫生健康委", unit_id="u-gone")]})
    known = Known(place="3701", units={unit: "3701" for _, unit in lint_units.named(GUIDE)})
    assert [one.field for one in lint.errors(record, known)] == ["joint_bodies.0"]
    assert lint.errors(record, replace(known, handed_down=frozenset({"u-gone"}))) == []


@pytest.mark.parametrize("phrase", ["…材料", "其他…", "其", "其…他…的…材…料"])
def test_a_phrase_has_words_on_both_sides_of_each_gap(phrase: str) -> None:
    with pytest.raises(ValidationError):
        Entry(phrase=phrase)


def test_a_long_chain_of_steps_is_walked() -> None:
    chain = [step("s0"), *(step(f"s{n}", f"s{n - 1}", days=0) for n in range(1, 3000))]
    record = DraftRecord.model_validate({**GUIDE.model_dump(exclude_none=True), "steps": chain[:500]})
    assert cycle_in(record.steps or ()) == []
    with pytest.raises(TooLarge):
        must_be_sound({"steps": chain})


def test_a_blank_text_is_refused_with_its_field() -> None:
    with pytest.raises(Invalid) as refused:
        must_be_sound({"materials": [{"name": " "}]})
    assert (refused.value.code, refused.value.field) == ("blank-text", "materials.0.name")


def test_an_item_without_basis_is_a_task_and_no_obstacle() -> None:
    assert found({"basis": []})["no-basis"].severity == "warning"


def test_a_step_that_stops_the_clock_needs_its_basis() -> None:
    stopping = {**step("a"), "stops_clock": True}
    assert "stop-without-basis" in found({"steps": [stopping]})
    assert "stop-without-basis" not in found({"steps": [{**stopping, "stops_clock_basis": "《办法》第九条"}]})


def test_a_situation_chooses_materials_of_the_record_only() -> None:
    situation = {
        "situation": "s",
        "question": "?",
        "options": [{"option": "a", "label": "甲", "materials": ["没有这份材料"]}],
    }
    assert found({"situations": [situation]})["unknown-material"].quote == "没有这份材料"


def test_steps_stand_in_rows_by_what_they_wait_for() -> None:
    steps = DraftRecord.model_validate(
        {
            **GUIDE.model_dump(exclude_none=True),
            "steps": [
                step("a"),
                step("b", "a", days=3),
                step("c", "a", days=5),
                step("d", "b", "c", days=2),
            ],
        }
    ).steps
    assert steps is not None
    assert [[one.step for one in row] for row in layers(steps)] == [["a"], ["b", "c"], ["d"]]
    assert longest_path(steps) == 1 + 5 + 2
    assert cycle_in(steps) == []
