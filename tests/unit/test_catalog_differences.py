"""What two versions differ in: entries are known by name, values are told as people read them."""

from typing import Any

from deploy.local import sample
from services.catalog.documents.differences import Difference, differences
from services.catalog.documents.labels import CODES, FIELDS
from services.catalog.domain.item.record import DraftRecord

GUIDE = DraftRecord.model_validate(sample.guide_item())


def told(**change: Any) -> list[Difference]:
    return differences(GUIDE, DraftRecord.model_validate({**GUIDE.model_dump(exclude_none=True), **change}))


def one(**change: Any) -> tuple[str, str, str | None, str | None]:
    (found,) = told(**change)
    return found.label, found.kind, found.before_text, found.after_text


def test_the_same_record_differs_in_nothing() -> None:
    assert told() == []


def test_values_are_told_in_the_words_of_the_forms() -> None:
    assert one(handling="immediate") == ("办件类型", "changed", "承诺件", "即办件")
    assert one(channels=["window"])[2:] == ("大厅窗口、网上、手机、自助终端、帮办代办", "大厅窗口")
    assert one(secret=True) == ("涉密", "changed", "否", "是")
    assert one(remark=None)[:2] == ("备注", "removed")
    assert one(risk_areas=["ecology"]) == ("风险领域", "added", None, "生态环境保护")


def test_limits_are_told_as_they_are_printed() -> None:
    limits = GUIDE.limits.model_dump(exclude_none=True)
    shorter = {**limits, "promised": {"value": 30, "unit": "working_days"}}
    assert one(limits=shorter) == ("办理时限 · 承诺时限", "changed", "45个工作日", "30个工作日")
    del limits["extension"]
    assert one(limits=limits) == ("办理时限 · 延长时限", "removed", "情况特殊的可延长至90日", None)


def test_a_material_that_moves_is_the_same_material() -> None:
    assert GUIDE.materials is not None
    first, second, *rest = GUIDE.materials
    (found,) = told(materials=[second, first, *rest])
    assert (found.label, found.kind) == ("申请材料 · 顺序", "changed")
    renamed = first.model_copy(update={"name": first.name.replace("结论", " 结论 ")})
    (found,) = told(materials=[renamed, second, *rest])
    assert found.path == f"materials[{renamed.name}].name"


def test_a_text_of_a_list_comes_and_goes_by_itself() -> None:
    flow = [*GUIDE.guide.flow[1:], "送达鉴定书。"]
    found = told(guide={**GUIDE.guide.model_dump(exclude_none=True), "flow": flow})
    assert [(each.label, each.kind) for each in found] == [
        ("服务指南 · 基本流程", "removed"),
        ("服务指南 · 基本流程", "added"),
    ]


def test_what_an_added_material_asks_for_is_told_in_one_line() -> None:
    assert GUIDE.materials is not None
    added = {"name": "居民身份证", "form": "copy", "copies": 2, "basis": {"title": "《办法》"}}
    (found,) = told(materials=[*GUIDE.materials, added])
    assert found.after_text is not None
    for words in ("份数：2", "形式：复印件", "提供方：申请人", "设定依据：名称：《办法》"):
        assert words in found.after_text
    assert "容缺" not in found.after_text


def test_every_field_of_a_record_has_a_name() -> None:
    missing = [name for name in DraftRecord.model_fields if name not in FIELDS and name != "base_code"]
    assert missing == []
    assert all(CODES.values())
