"""清理证明 on the real database and broker: rows, files, comparison, circles, figures, published lists."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from contracts.proofs import ProofListPublished
from deploy.local.sample.proofs import BLANK_PAGE, proof_table
from tests.support.catalog import COUNTY, TOWN, Catalog, Headers, catalog_with_directory, problem, published
from tests.support.services import Bus
from tests.support.stack import Stack
from tests.support.tokens import Issuer

ROWS = "/api/catalog/proofs"
LISTS = "/api/catalog/proof-lists"
NEEDED: dict[str, Any] = {
    "unit": "民政局",
    "item_name": "最低生活保障",
    "name": "收入证明",
    "issued_by": "所在单位",
    "basis": [{"title": "《社会救助暂行办法》（国务院令第649号）", "clause": "第十一条"}],
    "opinion": {"verdict": "保留", "reason": "核定家庭收入所必需"},
    "shareable": False,
}
TERMS = {"text": "本人承诺收入属实。", "liability": "撤销决定。", "supervision": "三十日内核查。"}


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


async def enter(
    catalog: Catalog, list: str = "needed", key: str | None = None, **fields: Any
) -> httpx.Response:
    headers = {**catalog.editor, **({"Idempotency-Key": key} if key else {})}
    place = fields.pop("place", COUNTY)
    record = {**(NEEDED if list == "needed" else {}), **fields}
    return await catalog.http.post(f"{ROWS}/{list}", json={"place": place, "record": record}, headers=headers)


async def edit(
    catalog: Catalog, row: dict[str, Any], revision: int | None = None, **fields: Any
) -> httpx.Response:
    headers = {**catalog.editor, "If-Match": f'"{revision or row["revision"]}"'}
    path = f"{ROWS}/{row['list']}/{row['proof_id']}"
    return await catalog.http.put(path, json={"record": {**row["record"], **fields}}, headers=headers)


async def listed(catalog: Catalog, list: str = "needed", **query: Any) -> dict[str, Any]:
    answer = await catalog.http.get(
        f"{ROWS}/{list}", params={"place": COUNTY, **query}, headers=catalog.editor
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def upload(catalog: Catalog, content: bytes = BLANK_PAGE, place: str = COUNTY) -> httpx.Response:
    return await catalog.http.post(
        f"{ROWS}/files",
        params={"place": place},
        files={"file": ("../../张三.pdf", content)},
        headers=catalog.editor,
    )


async def publish(
    catalog: Catalog, list: str = "kept", who: Headers | None = None, seen: str | None = None
) -> httpx.Response:
    who = who or catalog.approver
    if seen is None:
        preview = await catalog.http.get(f"{LISTS}/{COUNTY}/{list}/preview", headers=catalog.approver)
        assert preview.status_code == 200, preview.text
        seen = preview.headers["etag"]
    return await catalog.http.post(f"{LISTS}/{COUNTY}/{list}/publication", headers={**who, "If-Match": seen})


async def import_sample(catalog: Catalog, kind: str, **headers: str) -> dict[str, Any]:
    answer = await catalog.http.post(
        "/api/catalog/imports",
        files={"file": ("table.csv", proof_table(kind))},
        data={"place": COUNTY, "kind": kind},
        headers={**catalog.editor, **headers},
    )
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


# -- rows --------------------------------------------------------------------------------------------------


async def test_a_row_is_entered_edited_and_struck(catalog: Catalog) -> None:
    first = await enter(catalog)
    assert first.status_code == 201, first.text
    row = first.json()
    assert row["record"]["basis"][0]["level"] == "行政法规"
    cut = await edit(catalog, row, opinion={"verdict": "取消", "reason": "身份证可以证明"})
    assert (cut.status_code, cut.json()["revision"]) == (200, 2)
    assert problem(await edit(catalog, row, remark="晚了")) == (412, "stale")
    path = f"{ROWS}/needed/{row['proof_id']}"
    without = await catalog.http.put(path, json={"record": row["record"]}, headers=catalog.editor)
    assert problem(without) == (428, "if-match-required")
    struck = await catalog.http.post(
        f"{path}/striking", json={"reason": "重复录入"}, headers={**catalog.editor, "If-Match": '"2"'}
    )
    assert struck.json()["struck"] == "重复录入"
    assert (await listed(catalog))["entries"] == []
    back = await enter(catalog)
    assert (back.json()["proof_id"], back.json()["struck"]) == (row["proof_id"], None)


async def test_a_row_is_there_once_however_often_it_is_sent(catalog: Catalog) -> None:
    answers = await asyncio.gather(*(enter(catalog, key="k-1") for _ in range(5)))
    assert {answer.json()["proof_id"] for answer in answers} == {answers[0].json()["proof_id"]}
    assert problem(await enter(catalog, key="k-1", remark="别的")) == (422, "idempotency-key-reused")
    assert problem(await enter(catalog, name=" 收入 证明 ")) == (409, "proof-listed")
    other = (await enter(catalog, name="居住证明")).json()
    assert problem(await edit(catalog, other, name="收入证明")) == (409, "proof-listed")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"opinion": {"verdict": "暂留", "reason": "等通知"}}, "invalid", "record.opinion.verdict"),
        ({"opinion": {"verdict": "取消"}}, "invalid", "record.opinion.reason"),
        ({"opinion": {"verdict": "取消", "reason": "同上"}}, "reason-empty", "opinion.reason"),
        ({"shareable": None}, "sharing-unanswered", "shareable"),
        ({"name": "收入证明、居住证明"}, "several-in-one-row", "name"),
        ({"basis": [{"title": "《须知》"}]}, "level-missing", "basis.0.level"),
        ({"remark": "找 13800005678"}, "personal-number", "remark"),
        ({"remark": "零\u200b宽"}, "invisible-characters", "remark"),
        ({"color": "red"}, "invalid", "record.color"),
        ({"name": {"$ne": None}}, "invalid", "record.name"),
        ({"samples": [{"file_id": "pf-" + "0" * 32, "year": 2026}]}, "unknown-file", "samples"),
        ({"commitment": TERMS, "risk_areas": ["ecology"]}, "commitment-on-risk-area", "commitment"),
    ],
)
async def test_a_row_that_breaks_a_rule_is_refused_with_its_field(
    catalog: Catalog, fields: dict[str, Any], code: str, field: str
) -> None:
    answer = await enter(catalog, **fields)
    assert problem(answer) == (422, code)
    assert answer.json()["field"] == field


async def test_rows_are_only_for_those_who_prepare_them_at_their_place(
    catalog: Catalog, issuer: Issuer
) -> None:
    row = (await enter(catalog)).json()
    path = f"{ROWS}/needed/{row['proof_id']}"
    assert (await catalog.http.get(path)).status_code == 401
    citizen = issuer.header("citizen", "citizen", place=COUNTY)
    assert problem(await catalog.http.get(path, headers=citizen)) == (403, "forbidden")
    neighbour = issuer.header("editor-b", "editor", place="370105")
    assert problem(await catalog.http.get(path, headers=neighbour)) == (404, "not-found")
    assert problem(await enter(catalog, place="370105")) == (404, "not-found")
    body = {"place": COUNTY, "record": NEEDED}
    approver = await catalog.http.post(f"{ROWS}/needed", json=body, headers=catalog.approver)
    assert problem(approver) == (403, "forbidden")
    wrong = await catalog.http.get(f"{ROWS}/issued/{row['proof_id']}", headers=catalog.editor)
    assert problem(wrong) == (404, "not-found")


async def test_the_work_table_finds_what_is_to_be_done_page_by_page(catalog: Catalog) -> None:
    await enter(catalog, name="甲证明", basis=[])
    await enter(catalog, name="乙证明", opinion=None, shareable=None)
    await enter(catalog, name="丙证明", opinion={"verdict": "取消", "reason": "身份证可以证明"})
    await enter(catalog, name="丁证明", place=TOWN)
    found = await listed(catalog)
    assert found["counts"] == {
        "all": 4, "open": 1, "kept": 2, "cancelled": 1, "without_basis": 1, "incomplete": 1
    }  # fmt: skip
    assert found["units"] == ["民政局"]
    lacking = await listed(catalog, standing="incomplete")
    assert [one["code"] for one in lacking["entries"][0]["issues"]] == [
        "kept-without-basis", "no-agreement", "no-samples"
    ]  # fmt: skip
    assert [one["record"]["name"] for one in (await listed(catalog, q="乙"))["entries"]] == ["乙证明"]
    names: list[str] = []
    cursor = None
    for _ in range(4):
        page = await listed(catalog, limit=1, **({"cursor": cursor} if cursor else {}))
        names += [one["record"]["name"] for one in page["entries"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert sorted(names) == ["丁证明", "丙证明", "乙证明", "甲证明"]
    query = {"place": COUNTY, "cursor": "Zm9yZ2Vk"}
    forged = await catalog.http.get(f"{ROWS}/needed", params=query, headers=catalog.editor)
    assert problem(forged) == (400, "bad-cursor")


# -- files -------------------------------------------------------------------------------------------------


async def test_agreement_and_sample_on_file_complete_a_kept_proof(catalog: Catalog, issuer: Issuer) -> None:
    row = (await enter(catalog, basis=[])).json()
    file_id = (await upload(catalog)).json()["file_id"]
    assert (await upload(catalog)).json()["file_id"] == file_id, "the same paper is one file"
    agreement = {"unit": "所在单位", "by": "办公室", "on": "2026-11-02", "file_id": file_id}
    sample = {"file_id": file_id, "year": 2026}
    done = await edit(catalog, row, agreement=agreement, samples=[sample])
    assert [one["code"] for one in done.json()["issues"]] == ["kept-without-basis"]
    assert (await listed(catalog, standing="incomplete"))["entries"] == []
    paper = await catalog.http.get(f"{ROWS}/files/{file_id}", headers=catalog.approver)
    assert (paper.content, paper.headers["content-type"]) == (BLANK_PAGE, "application/pdf")
    assert paper.headers["content-disposition"] == f'attachment; filename="{file_id}.pdf"'
    neighbour = issuer.header("editor-b", "editor", place="370105")
    assert problem(await catalog.http.get(f"{ROWS}/files/{file_id}", headers=neighbour)) == (404, "not-found")


async def test_a_sample_serves_for_its_year(catalog: Catalog) -> None:
    row = (await enter(catalog, basis=[])).json()
    file_id = (await upload(catalog)).json()["file_id"]
    agreement = {"unit": "所在单位", "by": "办公室", "on": "2026-11-02", "file_id": file_id}
    await edit(catalog, row, agreement=agreement, samples=[{"file_id": file_id, "year": 2026}])
    assert (await listed(catalog))["counts"]["incomplete"] == 0
    catalog.set_now(catalog.now().replace(year=2027))
    assert (await listed(catalog))["counts"]["incomplete"] == 1


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"<svg/>", b"PK\x03\x04broken"])
async def test_only_papers_are_taken(catalog: Catalog, content: bytes) -> None:
    assert (await upload(catalog, content)).status_code == 415


async def test_an_empty_paper_is_called_empty(catalog: Catalog) -> None:
    assert problem(await upload(catalog, b"")) == (422, "empty-file")


# -- tables ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "rows"), [("proofs-needed", 18), ("proofs-issued", 9), ("inspections", 5)])
async def test_a_table_of_each_annex_goes_in_and_a_second_time_changes_nothing(
    catalog: Catalog, kind: str, rows: int
) -> None:
    first = await import_sample(catalog, kind)
    assert first["problems"] == []
    assert (first["created"], first["updated"], first["unchanged"]) == (rows, 0, 0)
    again = await import_sample(catalog, kind)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, rows)
    assert again["items"] == first["items"]


async def test_a_table_given_back_changes_nothing_when_it_comes_in_again(catalog: Catalog) -> None:
    for kind, rows in (("proofs-needed", 18), ("proofs-issued", 9), ("inspections", 5)):
        await import_sample(catalog, kind)
        query = {"place": COUNTY, "kind": kind, "format": "xlsx"}
        given = await catalog.http.get("/api/catalog/exports", params=query, headers=catalog.approver)
        assert given.status_code == 200, given.text
        again = await catalog.http.post(
            "/api/catalog/imports",
            files={"file": ("again.xlsx", given.content)},
            data={"place": COUNTY, "kind": kind},
            headers=catalog.editor,
        )
        assert again.status_code == 200, again.text
        assert again.json()["problems"] == []
        assert (again.json()["updated"], again.json()["unchanged"]) == (0, rows)


async def test_an_import_keeps_agreement_and_commitment_that_editors_entered(catalog: Catalog) -> None:
    await import_sample(catalog, "proofs-needed")
    row = (await listed(catalog, q="居住地住址证明"))["entries"][0]
    assert (await edit(catalog, row, commitment=TERMS, remark="改过")).status_code == 200
    again = await import_sample(catalog, "proofs-needed")
    assert (again["updated"], again["unchanged"]) == (1, 17)
    after = (await listed(catalog, q="居住地住址证明"))["entries"][0]["record"]
    assert (after["remark"], after["commitment"]["text"]) == ("示例", TERMS["text"])


async def test_bad_rows_of_a_table_are_named_and_the_others_go_in(catalog: Catalog) -> None:
    table = (
        "填表单位（盖章）：区民政局,,,,,,,\n"
        "事项名称,所需证明、盖章类材料名称,提供单位,设定依据及条款,依据设定层级,清理意见,清理意见的理由,是否可通过部门间信息共享的方式提供\n"
        "低保,甲证明,单位,无,,取消,身份证可以证明,\n"
        "低保,乙证明,单位,无,,暂留,等通知,\n"
        "低保,甲证明,单位,无,,取消,重复一行,\n"
        "低保,=HYPERLINK(1),单位,无,,保留,确有需要,或许\n"
    )
    answer = await catalog.http.post(
        "/api/catalog/imports",
        files={"file": ("t.csv", table.encode("gbk"))},
        data={"place": COUNTY, "kind": "proofs-needed"},
        headers=catalog.editor,
    )
    report = answer.json()
    assert report["created"] == 1
    assert [(one["row"], one["rule"]) for one in report["problems"]] == [
        (4, "unknown-opinion"), (5, "row-twice"), (6, "not-yes-or-no")
    ]  # fmt: skip
    assert (await listed(catalog))["units"] == ["区民政局"]
    nobody = "证照名称,是否存在相关年检,是否存在相关政府指定培训\n某证,否,否\n"
    orphan = await catalog.http.post(
        "/api/catalog/imports",
        files={"file": ("t.csv", nobody.encode())},
        data={"place": COUNTY, "kind": "inspections"},
        headers=catalog.editor,
    )
    assert [one["rule"] for one in orphan.json()["problems"]] == ["no-unit"]


# -- what the lists say ------------------------------------------------------------------------------------


async def test_comparison_circles_and_figures_over_the_sample(catalog: Catalog) -> None:
    for kind in ("proofs-needed", "proofs-issued", "inspections"):
        await import_sample(catalog, kind)

    async def get(path: str) -> httpx.Response:
        return await catalog.http.get(f"{ROWS}/{path}", params={"place": COUNTY}, headers=catalog.approver)

    findings = (await get("crosscheck")).json()["findings"]
    by_rule = {(one["rule"], one["name"]): one for one in findings}
    assert ("nobody-issues", "未享受福利分房证明") in by_rule
    assert by_rule["nobody-issues", "居住地住址证明"]["suggestions"][0] == "居住证明"
    assert ("nobody-needs", "居民房屋门牌证明") in by_rule
    found = (await get("circles")).json()
    assert [circle["words"] for circle in found["circles"]] == [
        "居住证明 → 户籍证明 → 居住证明",
        "居住证明 → 房屋租赁备案证明 → 户籍证明 → 居住证明",
    ]
    drawn = await get("circles.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "居住证明 → 户籍证明 → 居住证明" in drawn.text
    figures = (await get("figures")).json()
    assert (figures["needed"]["before"], figures["needed"]["cancelled"], figures["needed"]["open"]) == (
        18,
        7,
        2,
    )
    assert sum(figures["grounds"].values()) == 7
    assert (figures["inspections"]["before"], figures["trainings"]["before"], figures["lengthened"]) == (
        5,
        3,
        1,
    )


async def test_a_cancelled_proof_that_a_live_item_asks_for_is_named(catalog: Catalog) -> None:
    await catalog.draft_guide()
    record = (await catalog.http.get("/api/catalog/items/20-0005-3701", headers=catalog.city_editor)).json()
    materials = record["record"]["materials"]
    asked = {**materials[0], "name": "居住证明", "basis": {"title": "某法", "clause": "一"}}
    await catalog.edit_guide(materials=[*materials, asked])
    assert (await catalog.act("review")).status_code == 200
    assert (await catalog.act("publish")).status_code == 200
    row = {
        **NEEDED, "item_name": "预防接种异常反应鉴定", "name": "居住证明",
        "opinion": {"verdict": "取消", "reason": "身份证可以证明"},
    }  # fmt: skip
    body = {"place": "3701", "record": row}
    entered = await catalog.http.post(f"{ROWS}/needed", json=body, headers=catalog.city_editor)
    assert entered.status_code == 201, entered.text
    answer = await catalog.http.get(
        f"{ROWS}/crosscheck", params={"place": "3701"}, headers=catalog.city_editor
    )
    found = [one for one in answer.json()["findings"] if one["rule"] == "cancelled-still-asked"]
    assert [(one["name"], one["item_code"]) for one in found] == [("居住证明", "20-0005-3701")]


# -- publishing --------------------------------------------------------------------------------------------


async def test_a_list_is_published_by_another_person_and_read_by_everybody(
    catalog: Catalog, bus: Bus
) -> None:
    row = (await enter(catalog, commitment=TERMS)).json()
    assert problem(await publish(catalog, who=catalog.editor)) == (403, "forbidden")
    first = await publish(catalog)
    assert (first.status_code, first.json()["edition"]) == (200, 1)
    assert problem(await publish(catalog)) == (409, "list-unchanged")
    assert (await publish(catalog, "by_commitment")).json()["edition"] == 1
    read = (await catalog.http.get(LISTS, params={"place": TOWN})).json()["lists"]
    assert [(one["place"], one["list"], one["place_name"]) for one in read] == [
        (COUNTY, "by_commitment", "槐荫区"), (COUNTY, "kept", "槐荫区")
    ]  # fmt: skip
    told = await published(bus, "catalog.proof-lists", 2)
    events = {envelope.subject: ProofListPublished.model_validate(value) for envelope, value in told}
    assert events[f"{COUNTY}:kept"].record.entries[0].commitment_text is None
    entry = events[f"{COUNTY}:by_commitment"].record.entries[0]
    assert (entry.commitment_text, entry.commitment_version) == (TERMS["text"], f"{row['proof_id']}/1")


async def test_what_was_published_stays_readable(catalog: Catalog) -> None:
    row = (await enter(catalog)).json()
    for number, name in ((1, "收入证明"), (2, "收入情况证明"), (3, "家庭收入证明")):
        assert (await publish(catalog)).json()["edition"] == number
        row = (await edit(catalog, row, name="家庭收入证明" if number > 1 else "收入情况证明")).json()
        read = (await catalog.http.get(f"{LISTS}/{COUNTY}/kept/editions/{number}")).json()
        assert ([one["material"] for one in read["entries"]], read["newest"]) == ([name], number)
    for number, name in ((1, "收入证明"), (2, "收入情况证明")):
        read = (await catalog.http.get(f"{LISTS}/{COUNTY}/kept/editions/{number}")).json()
        assert (read["edition"], [one["material"] for one in read["entries"]]) == (number, [name])
        assert (read["newest"], [one["edition"] for one in read["earlier"]]) == (3, [2, 1])
    (newest,) = (await catalog.http.get(LISTS, params={"place": TOWN})).json()["lists"]
    assert (newest["edition"], [one["edition"] for one in newest["earlier"]]) == (3, [2, 1])
    for path in (f"{COUNTY}/kept/editions/4", f"{COUNTY}/by_commitment/editions/1"):
        assert problem(await catalog.http.get(f"{LISTS}/{path}")) == (404, "not-found")


async def test_of_two_who_replace_an_edition_at_once_one_is_refused(catalog: Catalog) -> None:
    row = (await enter(catalog)).json()
    await publish(catalog)
    await edit(catalog, row, remark="核对")
    await enter(catalog, name="居住证明")
    answers = await asyncio.gather(publish(catalog), publish(catalog))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (newest,) = (await catalog.http.get(LISTS, params={"place": COUNTY})).json()["lists"]
    assert (newest["edition"], [one["edition"] for one in newest["earlier"]]) == (2, [1])


async def test_an_editor_who_is_also_approver_cannot_publish_the_own_list(
    catalog: Catalog, issuer: Issuer
) -> None:
    await enter(catalog)
    both = issuer.header("editor", "catalog-approver", place=COUNTY, unit="u-370104-07")
    assert problem(await publish(catalog, who=both)) == (403, "own-list")


async def test_what_lacks_its_agreement_or_changed_since_is_not_published(catalog: Catalog) -> None:
    row = (await enter(catalog, basis=[])).json()
    assert problem(await publish(catalog)) == (409, "proofs-blocked")
    preview = await catalog.http.get(f"{LISTS}/{COUNTY}/kept/preview", headers=catalog.approver)
    assert [one["code"] for one in preview.json()["blocked"]] == ["no-agreement", "no-samples"]
    assert (await edit(catalog, row, basis=NEEDED["basis"])).status_code == 200
    assert problem(await publish(catalog, seen=preview.headers["etag"])) == (412, "stale")
    assert (await publish(catalog)).status_code == 200
    unseen = await catalog.http.post(f"{LISTS}/{COUNTY}/kept/publication", headers=catalog.approver)
    assert problem(unseen) == (428, "if-match-required")


async def test_two_approvers_at_once_publish_one_edition(catalog: Catalog) -> None:
    await enter(catalog)
    answers = await asyncio.gather(publish(catalog), publish(catalog))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
