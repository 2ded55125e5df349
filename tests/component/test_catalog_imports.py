"""Importing tables on the real database: expansion, codes, bad rows, repeats."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.local import sample
from tests.support.catalog import (
    COUNTY,
    GUIDE,
    ITEM,
    TOWN,
    Catalog,
    catalog_with_directory,
    problem,
)
from tests.support.stack import Stack
from tests.support.tokens import Issuer


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


async def test_a_list_is_expanded_over_the_towns_and_a_second_import_changes_nothing(
    catalog: Catalog,
) -> None:
    first = (await catalog.import_table(sample.township_csv())).json()
    assert (first["created"], first["updated"], first["unchanged"]) == (2 * 56, 0, 0)
    assert first["problems"] == []
    assert {ITEM, "05-0056-370104102"} <= set(first["items"])
    second = (await catalog.import_table(sample.township_csv())).json()
    assert (second["created"], second["updated"], second["unchanged"]) == (0, 0, 2 * 56)
    assert second["import_id"] == first["import_id"]
    assert second["items"] == first["items"]


async def test_the_same_item_has_the_same_code_in_every_place(catalog: Catalog) -> None:
    await catalog.import_table(sample.township_csv())
    street = "实施主体,事项名称,事项类型\n各街道办事处,最低生活保障,行政给付\n各街道办事处,新事项,公共服务\n"
    answer = (await catalog.import_table(street.encode())).json()
    assert answer["items"] == ["05-0008-370104003", "05-0057-370104003"]
    villages = (await catalog.import_table(sample.village_csv())).json()
    assert villages["items"][0] == "06-0001-370104101201"


async def test_a_broken_row_is_named_and_the_others_go_in(catalog: Catalog) -> None:
    table = (
        "公共服务事项目录,,,,\n"
        "事项名称,实施主体,承诺时限,法定时限,收费依据及标准\n"
        "甲,各乡镇人民政府,10个工作日,20个工作日,不收费\n"
        "乙,各乡镇人民政府,30个工作日,20个工作日,不收费\n"
        "丙,各乡镇人民政府,5个工作日左右,20个工作日,\n"
    )
    answer = (await catalog.import_table(table.encode("gbk"), place=TOWN)).json()
    assert answer["items"] == ["05-0001-370104101"]
    assert [(one["row"], one["column"], one["rule"]) for one in answer["problems"]] == [
        (4, "承诺时限", "promised-above-statutory"),
        (5, "承诺时限", "limit-not-a-number"),
        (5, "收费依据及标准", "fee-empty"),
    ]
    draft = (await catalog.http.get("/api/catalog/items/05-0001-370104101", headers=catalog.editor)).json()
    assert draft["record"]["limits"]["promised"] == {"value": 10, "unit": "working_days"}
    assert draft["record"]["unit_id"] == "u-370104101-01"


async def test_an_import_over_a_live_item_makes_a_draft_beside_it(catalog: Catalog) -> None:
    await catalog.publish_guide()
    table = (
        "实施主体,事项名称,承诺时限,法定时限\n济南市健康教育所,预防接种异常反应鉴定,40个工作日,45个工作日\n"
    )
    answer = await catalog.http.post(
        "/api/catalog/imports",
        files={"file": ("table.csv", table.encode())},
        data={"place": "3701", "kind": "items"},
        headers=catalog.city_editor,
    )
    assert (answer.json()["updated"], answer.json()["items"]) == (1, [GUIDE])
    live = (await catalog.http.get(f"/api/catalog/items/{GUIDE}")).json()
    assert live["record"]["limits"]["promised"]["value"] == 45
    draft = await catalog.http.get(
        f"/api/catalog/items/{GUIDE}", params={"version": "draft"}, headers=catalog.city_editor
    )
    assert draft.json()["record"]["limits"]["promised"]["value"] == 40
    assert draft.json()["record"]["fee"]["amount_fen"] == 350_000, "what the table does not have stays"


async def test_imports_refuse_what_is_not_theirs_or_no_table(catalog: Catalog) -> None:
    assert problem(await catalog.import_table(sample.township_csv(), place="370105")) == (404, "not-found")
    assert problem(await catalog.import_table(b"MZ\x00\x01")) == (415, "not-a-table")
    assert problem(await catalog.import_table("甲,乙\n".encode())) == (422, "no-head")
    unknown = await catalog.import_table(sample.township_csv(), place="370104999")
    assert problem(unknown) == (422, "unknown-place")
    approver = await catalog.import_table(sample.township_csv(), **catalog.approver)
    assert problem(approver) == (403, "forbidden")
    proofs = await catalog.http.post(
        "/api/catalog/imports",
        files={"file": ("t.csv", b"x")},
        data={"place": COUNTY, "kind": "inspections"},
        headers=catalog.editor,
    )
    assert problem(proofs) == (422, "kind-not-available")


async def test_an_import_repeated_with_its_key_gets_the_same_answer(catalog: Catalog) -> None:
    key = {"Idempotency-Key": "import-1"}
    first = await catalog.import_table(sample.village_csv(), **key)
    again = await catalog.import_table(sample.village_csv(), **key)
    assert first.json() == again.json()
    assert first.json()["created"] == 14
    other = await catalog.import_table(sample.township_csv(), **key)
    assert problem(other) == (422, "idempotency-key-reused")


async def test_two_imports_of_one_table_at_once_make_each_item_once(catalog: Catalog) -> None:
    answers = await asyncio.gather(*(catalog.import_table(sample.village_csv()) for _ in range(3)))
    reports = [answer.json() for answer in answers]
    assert [report["items"] for report in reports] == [reports[0]["items"]] * 3
    listed = await catalog.http.get(
        "/api/catalog/items", params={"state": "draft", "limit": 1000}, headers=catalog.editor
    )
    assert [entry["item_code"] for entry in listed.json()["items"]] == sorted(reports[0]["items"])


async def test_a_code_that_an_editor_gave_is_the_items_code_everywhere(catalog: Catalog) -> None:
    await catalog.draft_guide()
    table = "实施主体,事项名称\n槐荫区卫生行政部门,预防接种异常反应鉴定\n"
    assert (await catalog.import_table(table.encode())).json()["items"] == ["20-0005-370104"]
    other = await catalog.http.post(
        "/api/catalog/items",
        json={"place": "3701", "record": {**sample.guide_item(), "name": "另一事项"}},
        headers=catalog.city_editor,
    )
    assert problem(other) == (409, "base-code-taken")


async def test_two_bodies_of_one_place_with_an_item_of_one_name_have_two_codes(catalog: Catalog) -> None:
    table = "序号,实施主体,事项名称\n1,甲局,信息咨询\n2,乙局,信息咨询\n"
    first = (await catalog.import_table(table.encode())).json()
    assert len(set(first["items"])) == 2
    again = (await catalog.import_table(table.encode())).json()
    assert (again["items"], again["unchanged"]) == (first["items"], 2)
