"""The lint of a draft: each rule finds what it is for, and the sample records are clean."""

from typing import Any

import pytest

from deploy.local import sample
from services.catalog.domain import lint
from services.catalog.domain.process import cycle_in, layers, longest_path
from services.catalog.domain.record import DraftRecord

GUIDE = DraftRecord.model_validate(sample.guide_item())


def found(change: dict[str, Any], base: DraftRecord = GUIDE) -> dict[str, lint.Finding]:
    record = DraftRecord.model_validate({**base.model_dump(exclude_none=True), **change})
    return {finding.rule: finding for finding in lint.findings(record)}


def material(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, **fields}


def step(name: str, *after: str, days: int = 1) -> dict[str, Any]:
    limit = {"value": days, "unit": "working_days"}
    return {"step": name, "name": name, "role": "reviewer", "limit": limit, "after": list(after)}


def test_the_model_guide_has_no_finding() -> None:
    assert lint.findings(GUIDE) == []


@pytest.mark.parametrize("base_code", sorted(sample.item_names()))
def test_the_sample_records_have_no_error(base_code: str) -> None:
    place = "370104101" if base_code.startswith("05") else "370104101201"
    assert lint.errors(DraftRecord.model_validate(sample.item_record(base_code, place))) == []


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
    ],
)  # fmt: skip
def test_each_rule_names_field_and_quoted_words(
    change: dict[str, Any], rule: str, field: str, quote: str | None
) -> None:
    finding = found(change)[rule]
    assert (finding.field, finding.quote, finding.severity) == (field, quote, "error")
    assert finding.text
    assert finding.source


def test_a_promise_above_the_statute_is_an_error() -> None:
    limits = {
        "promised": {"value": 46, "unit": "working_days"},
        "statutory": {"value": 45, "unit": "working_days"},
    }
    assert found({"limits": limits})["promised-above-statutory"].severity == "error"


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
