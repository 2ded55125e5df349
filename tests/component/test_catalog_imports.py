"""Importing tables on the real database: expansion, codes, bad rows, repeats."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.local import sample
from services.catalog import sheets
from services.catalog.domain.tables.imports import HOLD
from services.catalog.handlers import item_rows
from services.runtime.problems import Unavailable
from tests.support.catalog import (
    COUNTY,
    GUIDE,
    ITEM,
    TOWN,
    Catalog,
    catalog_with_directory,
    problem,
)
from tests.support.eventually import eventually
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


async def test_an_import_does_not_take_back_a_review_unseen(catalog: Catalog) -> None:
    await catalog.draft_guide()
    assert (await catalog.act("review")).json()["state"] == "approved"
    table = (
        "实施主体,事项名称,承诺时限,法定时限\n济南市健康教育所,预防接种异常反应鉴定,40个工作日,45个工作日\n"
    )
    report = (await catalog.import_table(table.encode(), place="3701", **catalog.city_editor)).json()
    (found,) = report["problems"]
    assert (found["row"], found["rule"]) == (2, "not-stored")
    assert "正在审签" in str(found)
    kept = await catalog.http.get(f"/api/catalog/items/{GUIDE}", headers=catalog.city_editor)
    assert kept.json()["draft_state"] == "approved"


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
    assert problem(proofs) == (422, "no-head")
    assert problem(await post(catalog, b"x", kind="licences")) == (422, "invalid")


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


def many(rows: int, bad: int = 0) -> bytes:
    lines = [
        f"{n},区民政局,事项{n},公共服务,{'5个工作日左右' if n <= bad else '5个工作日'}"
        for n in range(1, rows + 1)
    ]
    return ("序号,实施主体,事项名称,事项类型,承诺时限\n" + "\n".join(lines)).encode()


async def post(catalog: Catalog, content: bytes, **form: str) -> Any:
    name, headers = form.pop("name", "table.csv"), {}
    if form.pop("prefer", None):
        headers["Prefer"] = "respond-async"
    return await catalog.http.post(
        "/api/catalog/imports",
        files={"file": (name, content)},
        data={"place": COUNTY, "kind": "items", **form},
        headers={**catalog.editor, **headers},
    )


async def report(catalog: Catalog, import_id: str) -> Any:
    return (await catalog.http.get(f"/api/catalog/imports/{import_id}", headers=catalog.editor)).json()


async def test_an_import_in_the_background_tells_its_progress_and_its_report(catalog: Catalog) -> None:
    begun = await post(catalog, many(600, bad=2), prefer="respond-async", name="../../目录.csv")
    assert begun.status_code == 202
    assert begun.headers["location"] == f"/api/catalog/imports/{begun.json()['import_id']}"
    assert begun.json()["rows_total"] == 600

    async def done() -> Any:
        found = await report(catalog, begun.json()["import_id"])
        assert found["rows_done"] <= found["rows_total"]
        return found if found["state"] == "done" else None

    found = await eventually(done)
    assert (found["created"], found["rows_done"], found["problems_total"]) == (598, 600, 2)
    assert found["file_name"] == "目录.csv"
    assert len(found["items"]) == len(set(found["items"])) == 598
    assert "收费依据及标准" in found["columns_missing"]
    fix = "请填写天数和单位，如“20个工作日”“90日”“当场办结”。"
    assert found["problems"][0] == {
        "row": 2,
        "column": "承诺时限",
        "rule": "limit-not-a-number",
        "message": f"时限不是确定的天数（不能写“左右”“以上”“若干”），{fix}",
        "fix": fix,
        "found": "5个工作日左右",
        "about": "区民政局 · 事项1",
        "sheet": "",
    }
    listed = await catalog.http.get("/api/catalog/imports", params={"place": COUNTY}, headers=catalog.editor)
    assert [job["import_id"] for job in listed.json()["imports"]] == [found["import_id"]]


class Killed(Unavailable):
    pass


async def test_an_import_whose_worker_died_goes_on_at_its_chunk_and_doubles_nothing(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = item_rows.ItemRows.put
    calls: list[int] = []

    async def dies(self: item_rows.ItemRows, rows: Any) -> Any:
        calls.append(len(rows))
        if len(calls) == 2:  # in the middle of the second chunk: half of it is stored
            await whole(self, rows[: len(rows) // 2])
            raise Killed
        return await whole(self, rows)

    monkeypatch.setattr(item_rows.ItemRows, "put", dies)
    assert (await post(catalog, many(600))).status_code == 503
    (job,) = (
        await catalog.http.get("/api/catalog/imports", params={"place": COUNTY}, headers=catalog.editor)
    ).json()["imports"]
    assert (job["state"], job["rows_done"], job["created"]) == ("running", 250, 250)
    # Nobody takes it while the one that died may still be at it; then a sweep does.
    catalog.set_now(catalog.now() + HOLD)

    async def done() -> Any:
        found = await report(catalog, job["import_id"])
        return found if found["state"] == "done" else None

    found = await eventually(done)
    assert (found["created"], found["unchanged"], found["updated"]) == (600, 0, 0)
    assert len(set(found["items"])) == 600
    assert calls == [250, 250, 250, 100]
    again = (await post(catalog, many(600))).json()
    assert (again["import_id"], again["run"], again["unchanged"]) == (job["import_id"], 2, 600)


async def test_a_row_that_cannot_be_stored_is_named_and_the_others_go_in(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = item_rows.ItemRows._create

    async def overflows(self: item_rows.ItemRows, target: item_rows.Target, base_code: str) -> Any:
        if target.name == "事项2":
            raise OverflowError("MongoDB can only handle up to 8-byte ints")
        return await create(self, target, base_code)

    monkeypatch.setattr(item_rows.ItemRows, "_create", overflows)
    found = (await post(catalog, many(5))).json()
    assert (found["state"], found["rows_done"], found["created"], found["unchanged"]) == ("done", 5, 4, 0)
    assert [(one["row"], one["rule"]) for one in found["problems"]] == [(3, "not-stored")]
    assert "事项2" in found["problems"][0]["about"]


async def test_a_row_of_several_places_names_those_where_it_could_not_be_stored(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = item_rows.ItemRows._create
    failing = {"槐西镇(示例)": OverflowError("too large")}
    towns = "实施主体,事项名称\n各乡镇人民政府,最低生活保障\n".encode()

    async def overflows(self: item_rows.ItemRows, target: item_rows.Target, base_code: str) -> Any:
        if error := failing.get(target.place.record.name):
            raise error
        return await create(self, target, base_code)

    monkeypatch.setattr(item_rows.ItemRows, "_create", overflows)
    found = (await post(catalog, towns)).json()
    assert (found["state"], found["rows_done"], found["created"]) == ("done", 1, 1)
    (problem_found,) = found["problems"]
    assert problem_found["rule"] == "not-stored"
    assert "在槐西镇(示例)没有能够保存" in problem_found["message"]
    assert "其余 1 处已经保存" in problem_found["message"]
    assert [item.rpartition("-")[2] for item in found["items"]] == [TOWN]
    failing.clear()
    again = (await post(catalog, towns)).json()
    assert (again["created"], again["unchanged"], again["problems"]) == (1, 1, [])


async def test_a_job_that_cannot_go_on_is_over(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(self: item_rows.ItemRows, rows: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(item_rows.ItemRows, "check", breaks)
    assert (await post(catalog, many(5))).status_code == 500
    (job,) = (
        await catalog.http.get("/api/catalog/imports", params={"place": COUNTY}, headers=catalog.editor)
    ).json()["imports"]
    assert job["state"] == "failed"


async def test_columns_that_were_not_read_are_told(catalog: Catalog) -> None:
    content = "实施主体,事项名称,法定时间,经办窗口\n区民政局,甲,20日,1号\n"
    found = (await post(catalog, content.encode())).json()
    assert (found["created"], found["problems"]) == (1, [])
    assert found["columns_ignored"] == [
        {"column": "法定时间", "nearest": "法定时限"},
        {"column": "经办窗口", "nearest": None},
    ]
    assert [(one["row"], one["column"], one["rule"]) for one in found["advice"]] == [
        (1, "法定时间", "column-not-read"),
        (1, "经办窗口", "column-not-read"),
    ]


async def test_whole_or_none_leaves_all_out_for_one_bad_row(catalog: Catalog) -> None:
    refused = (await post(catalog, many(600, bad=1), mode="whole-or-none")).json()
    assert (refused["state"], refused["created"], refused["items"]) == ("done", 0, [])
    assert [one["row"] for one in refused["problems"]] == [2]
    taken = (await post(catalog, many(600), mode="whole-or-none")).json()
    assert (taken["created"], taken["problems"]) == (600, [])


async def test_a_check_changes_nothing(catalog: Catalog) -> None:
    checked = (await post(catalog, many(3, bad=1), mode="check")).json()
    assert (checked["created"], checked["rows_done"], len(checked["problems"])) == (0, 3, 1)
    listed = await catalog.http.get("/api/catalog/items", params={"state": "draft"}, headers=catalog.editor)
    assert listed.json()["items"] == []


async def test_a_fee_without_basis_goes_in_as_a_draft_that_cannot_be_published(catalog: Catalog) -> None:
    content = "实施主体,事项名称,收费依据及标准\n区民政局,甲,10元/证\n"
    found = (await post(catalog, content.encode())).json()
    assert (found["created"], found["problems"]) == (1, [])
    assert [(one["row"], one["column"], one["rule"]) for one in found["advice"]] == [
        (2, "收费依据及标准", "fee-without-basis")
    ]
    findings = await catalog.http.get(
        f"/api/catalog/items/{found['items'][0]}/findings", headers=catalog.editor
    )
    assert "fee-without-basis" in {one["rule"] for one in findings.json()}


@pytest.mark.parametrize("format", ["xlsx", "docx", "csv"])
async def test_a_report_is_a_table_to_pass_on(catalog: Catalog, format: str) -> None:
    content = "实施主体,事项名称,备注\n区民政局,甲,'\n区民政局,=甲,无\n区民政局,=甲,无\n"
    found = (await post(catalog, content.encode())).json()
    answer = await catalog.http.get(
        f"/api/catalog/imports/{found['import_id']}/report", params={"format": format}, headers=catalog.editor
    )
    (sheet,) = sheets.read(answer.content)
    rows = [list(cells) for _, cells in sheet.rows]
    head = next(at for at, cells in enumerate(rows) if "行号" in cells)
    assert rows[head][1:4] == ["行号", "列", "哪一项"]
    assert rows[head + 1][1:3] == ["4", "事项名称"]
    assert rows[head + 1][4] == "=甲"
    assert b"'=" in answer.content or format != "csv"
    assert rows[head + 1][6] == "请保留一行。"


async def test_reports_of_another_county_are_not_to_be_seen(catalog: Catalog, issuer: Issuer) -> None:
    found = (await post(catalog, many(1))).json()
    other = issuer.header("editor-b", "editor", place="370105")
    for path in ("", "/report"):
        answer = await catalog.http.get(f"/api/catalog/imports/{found['import_id']}{path}", headers=other)
        assert problem(answer) == (404, "not-found")
    answer = await catalog.http.get("/api/catalog/imports", params={"place": COUNTY}, headers=other)
    assert problem(answer) == (404, "not-found")


async def test_a_list_of_imports_is_read_page_by_page(catalog: Catalog) -> None:
    for number in range(1, 4):
        await post(catalog, many(number))
    first = await catalog.http.get("/api/catalog/imports", params={"limit": 2}, headers=catalog.editor)
    second = await catalog.http.get(
        "/api/catalog/imports",
        params={"limit": 2, "cursor": first.json()["next_cursor"]},
        headers=catalog.editor,
    )
    rows = [job["rows_total"] for page in (first, second) for job in page.json()["imports"]]
    assert sorted(rows) == [1, 2, 3]
    assert second.json()["next_cursor"] is None
