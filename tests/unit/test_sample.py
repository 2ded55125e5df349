"""The sample data is whole, keeps the rules of the lists, and fits the contracts."""

import csv
import io
import re

import pytest

from contracts.catalog import DirectoryRecord
from contracts.items import ItemRecord
from deploy.local.sample import (
    directory,
    guide_item,
    item_code,
    item_names,
    item_record,
    terms,
    township_csv,
    village_csv,
)

LISTED = sorted(item_names())
PLACES = {"05": ["370104101", "370104102", "370104003", "370105101"], "06": ["370104101201", "370105101201"]}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_lists_have_56_and_14_items() -> None:
    assert (len(rows(township_csv())), len(rows(village_csv()))) == (56, 14)
    assert rows(township_csv())[7]["事项名称"] == "最低生活保障"
    assert item_names()["05-0008"] == "最低生活保障"
    assert item_code("05-0008", "370104101") == "05-0008-370104101"


def test_every_listed_item_has_terms_of_its_own_and_they_are_marked_as_sample() -> None:
    named = [row["事项名称"] for row in (*rows(township_csv()), *rows(village_csv()))]
    assert len(set(named)) == 70
    assert list(terms()) == named
    assert all(entry["sample"] is True for entry in terms().values())
    assert {entry["base_code"]: name for name, entry in terms().items()} == item_names()


def test_every_promise_is_within_the_statute_and_the_steps_within_the_promise() -> None:
    for name, entry in terms().items():
        promised, statutory = entry["limits"]["promised"], entry["limits"]["statutory"]
        assert promised["unit"] == statutory["unit"] == "working_days", name
        assert 1 <= promised["value"] <= statutory["value"], name
        counted = [step for step in entry["steps"] if not step.get("stops_clock")]
        assert sum(step["limit"]["value"] for step in counted) == promised["value"], name


def test_only_the_review_by_experts_of_a_permit_stops_the_clock_and_names_its_law() -> None:
    stopping = [(name, s) for name, entry in terms().items() for s in entry["steps"] if s.get("stops_clock")]
    ((name, step),) = stopping
    assert (name, step["name"]) == (item_names()["05-0001"], "专家评审")
    assert item_record("05-0001", "370104101")["kind"] == "行政许可"
    assert step["special"] is True
    assert step["stops_clock_basis"].startswith("《中华人民共和国行政许可法》第四十五条")


def test_nothing_costs_a_fee_and_every_item_asks_for_two_to_five_materials() -> None:
    for name, entry in terms().items():
        assert entry["fee"] == {"amount_fen": 0, "text": "不收费"}
        asked = [material["name"] for material in entry["materials"]]
        assert 2 <= len(asked) <= 6, name
        assert len(set(asked)) == len(asked), name


def test_no_material_is_a_catch_all_or_vague_and_every_proof_has_a_basis() -> None:
    for name, entry in terms().items():
        for material in entry["materials"]:
            assert not re.search("其他|相关的|相适应|相符合|等材料", material["name"]), name
            assert "证明" not in material["name"] or material["basis"], name


def test_the_answer_about_the_household_chooses_the_school_proof() -> None:
    record = ItemRecord.model_validate(item_record("05-0008", "370104101"))
    named = {material.name for material in record.materials}
    chosen = {name for option in record.situations[0].options for name in option.materials}
    assert chosen == {"子女在校就读证明"}
    assert chosen < named


@pytest.mark.parametrize("base_code", LISTED)
def test_every_item_is_a_record_of_the_contract_at_every_place_of_its_list(base_code: str) -> None:
    for place in PLACES[base_code[:2]]:
        record = ItemRecord.model_validate_json(ItemRecord(**item_record(base_code, place)).model_dump_json())
        assert (record.base_code, record.unit_id, record.sample) == (base_code, f"u-{place}-01", True)


def test_the_directory_is_a_tree_of_records_of_the_contract() -> None:
    seen: set[str] = set()
    for entry in directory():
        DirectoryRecord.model_validate(entry["record"])
        assert entry["entry_id"] not in seen
        assert entry["parent_id"] in seen or entry["entry_id"] == "37"
        if entry["kind"] == "place" and entry["parent_id"]:
            assert entry["entry_id"].startswith(entry["parent_id"])
        seen.add(entry["entry_id"])
    assert {"3701", "370104", "370105", *PLACES["05"], *PLACES["06"]} <= seen


def test_every_hall_and_point_has_windows_and_opening_hours_and_its_place_a_deciding_unit() -> None:
    entries = directory()
    ids = {entry["entry_id"] for entry in entries}
    for hall in (entry for entry in entries if entry["kind"] in ("hall", "point")):
        windows = [entry for entry in entries if entry["parent_id"] == hall["entry_id"]]
        assert [window["record"]["number"] for window in windows][:1] == ["01"]
        assert hall["record"]["opening"]
        assert f"u-{hall['parent_id']}-01" in ids


def test_the_guide_is_complete() -> None:
    record = ItemRecord.model_validate(guide_item("3701"))
    extension = record.limits.extension
    assert (record.limits.promised.value, record.limits.promised.unit) == (45, "working_days")
    assert extension is not None
    assert (extension.value, extension.unit, extension.counted_from) == (90, "calendar_days", "acceptance")
    assert (record.fee.amount_fen, record.fee.text) == (350_000, "3500元/例")
    assert record.result is not None
    assert record.result.deliver_within is not None
    assert (record.result.deliver_within.value, record.result.deliver_within.unit) == (10, "calendar_days")
    assert [recipient.name for recipient in record.result.recipients] == [
        "申请人",
        "济南市卫生行政部门",
        "济南市药品监督管理部门",
    ]


def test_each_material_of_the_guide_names_who_brings_it_and_the_catch_all_clause_is_left_out() -> None:
    record = ItemRecord.model_validate(guide_item())
    parties = {party.party for party in record.parties} | {"applicant"}
    assert len(record.materials) == 5
    assert {party for material in record.materials for party in material.provided_by} == parties
    assert not any("其他" in material.name for material in record.materials)
    assert record.remark is not None
    assert "兜底条款" in record.remark


@pytest.mark.parametrize("place", ["3701", "370104", "370105"])
def test_every_unit_that_the_guide_names_is_in_the_directory(place: str) -> None:
    record = ItemRecord.model_validate(guide_item(place))
    assert record.result is not None
    named = {record.unit_id, *(unit.unit_id for unit in record.regulators)}
    named |= {recipient.unit_id for recipient in record.result.recipients if recipient.unit_id}
    assert named == {f"u-{place}-{number}" for number in ("11", "12", "31")}
    assert named <= {entry["entry_id"] for entry in directory()}


def test_an_unknown_item_or_place_is_refused() -> None:
    with pytest.raises(KeyError):
        item_record("05-0099", "370104101")
    with pytest.raises(KeyError):
        item_record("05-0008", "110101")
    with pytest.raises(KeyError):
        guide_item("370104101")
