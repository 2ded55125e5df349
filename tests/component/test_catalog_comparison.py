"""Lists of other places over HTTP: read in, matched, compared, downloaded (mission C12)."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from deploy.local import sample
from tests.support.catalog import COUNTY, Catalog, catalog_with_directory, problem
from tests.support.stack import Stack
from tests.support.tokens import Issuer

LIST = (
    "事项名称,申请材料,承诺时限,收费\n"
    "最低生活保障,申请书,5个工作日,不收费\n"
    "特困人员救助供养,申请书;身份证,20个自然日,\n"
    "殡葬补贴,申请书,大约三天,不收费\n"
)


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        for base_code in ("05-0008", "05-0009"):
            record = {**sample.item_record(base_code, "370104101"), "unit_id": "u-370104-01"}
            body = {"place": COUNTY, "record": record}
            made = await started.http.post("/api/catalog/items", json=body, headers=started.editor)
            code = made.json()["item_code"]
            for act in ("review", "publish"):
                assert (await started.act(act, code, started.approver)).status_code == 200
        yield started


async def read_in(catalog: Catalog, content: bytes = LIST.encode(), **given: str) -> httpx.Response:
    form = {"place": COUNTY, "source": "杭州市", "as_of": "2026-09-30", **given}
    files = {"file": ("杭州.csv", content)}
    path = "/api/catalog/comparisons/sets"
    return await catalog.http.post(path, data=form, files=files, headers=catalog.editor)


async def get(catalog: Catalog, path: str = "", **query: str) -> dict[str, Any]:
    answer = await catalog.http.get(
        f"/api/catalog/comparisons{path}", params={"place": COUNTY, **query}, headers=catalog.editor
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_list_is_compared_after_its_names_were_matched(catalog: Catalog) -> None:
    made = await read_in(catalog)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["rows"], body["problems"]) == (2, 1)
    assert body["problems_found"][0]["rule"] == "limit-not-a-number"
    ((number, base_code),) = [(one["number"], one["suggested"][0]["base_code"]) for one in body["candidates"]]
    assert base_code == "05-0009"

    first = await get(catalog)
    assert [one["base_code"] for one in first["items"]] == ["05-0008"]
    (item,) = first["items"]
    assert item["others"][0]["source"] == "杭州市（2026）"
    own = sample.item_record("05-0008", "370104101")
    assert item["cuts"]["materials"] == len(own["materials"]) - 1
    assert item["cuts"]["promised"] == {"value": 5, "unit": "working_days"}
    assert item["leads"] == {"materials": False, "time": False, "fee": True}
    assert first["leads"]["time"] == {"count": 0, "of": 1, "rate": 0.0}

    path = f"/api/catalog/comparisons/sets/{body['set_id']}/rows/{number}/match"
    said = await catalog.http.post(path, json={"base_code": base_code}, headers=catalog.editor)
    assert said.json()["confirmed"] == 1
    assert {one["base_code"] for one in (await get(catalog))["items"]} == {"05-0008", "05-0009"}
    assert (await get(catalog, f"/sets/{body['set_id']}"))["candidates"] == []
    # It never becomes items.
    listed = await catalog.http.get(
        "/api/catalog/items", params={"place": COUNTY, "state": "all"}, headers=catalog.editor
    )
    assert len(listed.json()["items"]) == 2


async def test_the_workbook_has_the_table_and_what_to_cut(catalog: Catalog) -> None:
    await read_in(catalog)
    answer = await catalog.http.get(
        "/api/catalog/comparisons/file", params={"place": COUNTY}, headers=catalog.editor
    )
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    texts = [str(cell) for row in rows for cell in row]
    assert "杭州市（2026）" in texts
    assert any("时限压缩" in text and "5个工作日" in text for text in texts)


async def test_what_is_refused(catalog: Catalog) -> None:
    assert problem(await read_in(catalog, place="370105")) == (404, "not-found")
    assert (await read_in(catalog, as_of="昨天")).status_code == 422
    assert problem(await read_in(catalog, b"\x7fELF\x00")) == (415, "not-a-table")
    assert (await read_in(catalog, "序号,数量\n1,2\n".encode())).status_code == 422
    row = await read_in(catalog, "事项名称,承诺时限\n殡葬补贴,大约三天\n".encode())
    assert problem(row) == (422, "no-rows")
    assert "第 2 行“承诺时限”" in row.json()["title"]
    assert row.json()["problems_found"][0]["rule"] == "limit-not-a-number"
    assert problem(await read_in(catalog, "事项名称,承诺时限\n".encode())) == (422, "no-rows")
    assert problem(await read_in(catalog, b" \n")) == (422, "empty-file")
    made = (await read_in(catalog)).json()
    missing = f"/api/catalog/comparisons/sets/{made['set_id']}/rows/99/match"
    answer = await catalog.http.post(missing, json={"base_code": "05-0008"}, headers=catalog.editor)
    assert problem(answer) == (404, "not-found")
    clerk = catalog.running.issuer.header("c", "clerk", place=COUNTY)
    listed = await catalog.http.get("/api/catalog/comparisons", params={"place": COUNTY}, headers=clerk)
    assert problem(listed) == (403, "forbidden")


async def test_the_same_list_again_is_the_same_set_and_a_closed_one_is_compared_no_more(
    catalog: Catalog,
) -> None:
    first, again = await read_in(catalog), await read_in(catalog)
    assert first.json()["set_id"] == again.json()["set_id"]
    assert len((await get(catalog, "/sets"))["sets"]) == 1
    path = f"/api/catalog/comparisons/sets/{first.json()['set_id']}"
    assert (await catalog.http.delete(path, headers=catalog.editor)).status_code == 200
    assert (await get(catalog, "/sets"))["sets"] == []
    assert (await get(catalog))["items"] == []


async def test_other_places_of_the_catalog_are_compared_with_by_their_code(catalog: Catalog) -> None:
    other = catalog.running.issuer.header("editor-b", "editor", place="370105")
    approver = catalog.running.issuer.header("approver-b", "catalog-approver", place="370105")
    record = sample.item_record("05-0008", "370105101")
    record |= {"unit_id": "u-370105-01", "materials": record["materials"][:1]}
    record["situations"] = []
    body = {"place": "370105", "record": record}
    made = await catalog.http.post("/api/catalog/items", json=body, headers=other)
    for act in ("review", "publish"):
        answer = await catalog.act(act, made.json()["item_code"], approver)
        assert answer.status_code == 200, answer.text
    (item,) = (await get(catalog))["items"]
    assert (item["others"][0]["source"], item["others"][0]["count"]) == ("天桥区", 1)
    assert "materials" in item["others"][0]["best"]
