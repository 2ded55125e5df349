"""Joint review, waivers, word lists, tasks, diffs, 主项 and 涉密 on the real database and broker."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from contracts.catalog import ItemPublished
from deploy.local import sample
from deploy.local.sample.proofs import BLANK_PAGE
from tests.support.catalog import (
    COUNTY,
    GUIDE,
    ITEM,
    TOWN,
    Catalog,
    Headers,
    catalog_with_directory,
    problem,
    published,
)
from tests.support.services import Bus
from tests.support.stack import Stack
from tests.support.tokens import Issuer

GOVERNMENT, ESTABLISHMENT, JUSTICE = "u-3701-01", "u-3701-02", "u-3701-05"
CATCH_ALL = {"name": "与预防接种异常反应鉴定有关的其他材料"}


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


def approver(catalog: Catalog, name: str, unit: str, place: str = "3701") -> Headers:
    return catalog.running.issuer.header(name, "catalog-approver", place=place, unit=unit)


async def get(catalog: Catalog, path: str, who: Headers | None = None, /, **query: Any) -> httpx.Response:
    return await catalog.http.get(f"/api/catalog/{path}", headers=who or {}, params=query)


async def ask_for_more(catalog: Catalog, place: str = "3701", **rule: Any) -> httpx.Response:
    body = {"units": [ESTABLISHMENT, JUSTICE], "approving_unit": GOVERNMENT, **rule}
    path = f"/api/catalog/review-rules/{place}"
    return await catalog.http.put(path, json=body, headers=catalog.city_approver)


async def test_a_draft_is_signed_by_each_unit_and_approved_before_it_is_published(
    catalog: Catalog, bus: Bus
) -> None:
    assert (await ask_for_more(catalog)).status_code == 200
    await catalog.draft_guide()
    li, wang = approver(catalog, "li", ESTABLISHMENT), approver(catalog, "wang", JUSTICE)
    assert problem(await catalog.act("review", who=li)) == (409, "not-submitted")
    assert problem(await catalog.act("submission", who=li)) == (403, "forbidden")
    sent = await catalog.act("submission", who=catalog.city_editor, note="请尽快会签")
    assert (sent.json()["state"], sent.json()["waits_for"]) == ("in_review", [ESTABLISHMENT, JUSTICE])

    (waiting,) = (await get(catalog, "reviews", li)).json()["reviews"]
    assert (waiting["item_code"], waiting["act"], waiting["note"]) == (GUIDE, "sign", "请尽快会签")
    assert (await get(catalog, "reviews", catalog.city_approver)).json()["reviews"] == []
    stranger = approver(catalog, "zhou", "u-3701-11")
    assert problem(await catalog.act("review", who=stranger)) == (403, "not-a-signer")
    assert (await catalog.act("review", who=wang)).json()["waits_for"] == [ESTABLISHMENT]
    assert problem(await catalog.act("approval")) == (409, "not-signed")
    assert problem(await catalog.act("publish")) == (409, "not-reviewed")
    assert (await catalog.act("review", who=li)).json()["state"] == "signed"
    (waiting,) = (await get(catalog, "reviews", catalog.city_approver)).json()["reviews"]
    assert (waiting["act"], [one["by"] for one in waiting["signed"]]) == ("approve", ["wang", "li"])
    assert problem(await catalog.act("approval", who=wang)) == (403, "not-the-approving-unit")
    assert (await catalog.act("approval")).json()["state"] == "approved"
    assert (await get(catalog, "reviews", catalog.city_approver)).json()["reviews"] == []
    assert (await catalog.act("publish", who=catalog.city_editor)).json()["version"] == 1

    ((_, value),) = await published(bus, "catalog.items", 1)
    event = ItemPublished.model_validate(value)
    assert (event.signed_by, event.approved_by) == ([JUSTICE, ESTABLISHMENT], GOVERNMENT)
    (version,) = (await get(catalog, f"items/{GUIDE}/versions", catalog.city_editor)).json()["versions"]
    assert ([one["by"] for one in version["signatures"]], version["approval"]["by"]) == (
        ["wang", "li"],
        "approver-city",
    )
    (public,) = (await get(catalog, f"items/{GUIDE}/versions")).json()["versions"]
    assert (public["approved_by"], "signatures" in public) == (GOVERNMENT, False)


async def test_an_edit_or_a_return_sends_the_draft_back_to_the_start(catalog: Catalog) -> None:
    await ask_for_more(catalog)
    await catalog.draft_guide()
    li = approver(catalog, "li", ESTABLISHMENT)
    await catalog.act("submission", who=catalog.city_editor)
    await catalog.act("review", who=li)
    back = await catalog.act("review", who=li, outcome="sent_back", reason="依据不全")
    assert back.json()["state"] == "draft"
    draft = (await get(catalog, f"items/{GUIDE}", catalog.city_editor, version="draft")).json()
    assert (draft["returned"], draft["submission"], draft["signatures"]) == ("依据不全", None, [])
    await catalog.act("submission", who=catalog.city_editor)
    await catalog.act("review", who=li)
    await catalog.edit_guide(remark="会签以后又改")
    assert problem(await catalog.act("review", who=li)) == (409, "not-submitted")
    listed = (await get(catalog, "items", catalog.city_editor, state="draft")).json()["items"]
    assert [entry["draft_state"] for entry in listed] == ["draft"]


async def test_where_one_signature_is_enough_what_was_sent_in_is_in_the_inbox(catalog: Catalog) -> None:
    await catalog.draft_guide()
    assert (await get(catalog, "reviews", catalog.city_approver)).json()["reviews"] == []
    await catalog.act("submission", who=catalog.city_editor)
    (waiting,) = (await get(catalog, "reviews", catalog.city_approver)).json()["reviews"]
    assert waiting["item_code"] == GUIDE
    in_review = await get(catalog, "items", catalog.city_editor, state="in_review")
    assert [entry["item_code"] for entry in in_review.json()["items"]] == [GUIDE]
    assert (await catalog.act("review")).json()["state"] == "approved"
    assert (await get(catalog, "reviews", catalog.city_approver)).json()["reviews"] == []


async def test_a_review_rule_is_inherited_versioned_and_never_an_editors(catalog: Catalog) -> None:
    path = "/api/catalog/review-rules/3701"
    assert problem(await catalog.http.put(path, json={"units": []}, headers=catalog.city_editor)) == (
        403,
        "forbidden",
    )
    assert problem(await ask_for_more(catalog, units=["u-nowhere"])) == (422, "unknown-unit")
    assert problem(await ask_for_more(catalog, units=["u-370104-02"])) == (422, "unknown-unit")
    assert problem(await ask_for_more(catalog, units=[JUSTICE, JUSTICE])) == (422, "unit-twice")
    begins = (catalog.now() + timedelta(days=3)).isoformat()
    first = await ask_for_more(catalog, effective_from=begins)
    assert (first.json()["units"], first.json()["version"], first.headers["etag"]) == ([], 0, '"1"')
    assert problem(await ask_for_more(catalog)) == (428, "if-match-required")
    catalog.set_now(catalog.now() + timedelta(days=3))
    held = (await get(catalog, f"review-rules/{TOWN}", catalog.editor)).json()
    assert (held["units"], held["inherited_from"], held["revision"]) == ([ESTABLISHMENT, JUSTICE], "3701", 0)
    single = await catalog.http.put(
        path, json={"units": []}, headers={**catalog.city_approver, "If-Match": '"1"'}
    )
    assert (single.json()["version"], len(single.json()["versions"])) == (2, 2)
    assert problem(
        await catalog.http.put(path, json={"units": []}, headers={**catalog.city_approver, "If-Match": '"1"'})
    ) == (412, "stale")


async def test_a_clause_may_stand_with_a_reason_and_a_name(catalog: Catalog) -> None:
    record = {**sample.guide_item(), "materials": [*sample.guide_item()["materials"], CATCH_ALL]}
    body = {"place": "3701", "record": record}
    assert (
        await catalog.http.post("/api/catalog/items", json=body, headers=catalog.city_editor)
    ).status_code == 201
    refused = await catalog.act("review")
    assert problem(refused) == (409, "open-errors")
    (finding,) = (await get(catalog, f"items/{GUIDE}/findings", catalog.city_editor)).json()
    assert (finding["id"], finding["quote"]) == (refused.json()["findings"][0]["id"], "其他材料")
    assert (finding["waivable"], finding["waived"]) == (True, None)
    assert finding["suggestion"] and "槐荫" in finding["source"]
    waiver = {"finding": finding["id"], "reason": "范本第五条（六）原文如此"}
    assert problem(await catalog.act("waivers", **waiver)) == (403, "forbidden")
    assert (await catalog.act("waivers", who=catalog.city_editor, finding=finding["id"])).status_code == 422
    assert (await catalog.act("waivers", who=catalog.city_editor, **waiver)).status_code == 200
    (finding,) = (await get(catalog, f"items/{GUIDE}/findings", catalog.city_editor)).json()
    assert (finding["waived"]["by"], finding["waived"]["reason"]) == ("editor-city", waiver["reason"])
    assert (await catalog.act("review")).json()["state"] == "approved"
    gone = await catalog.http.delete(
        f"/api/catalog/items/{GUIDE}/waivers/{finding['id']}", headers=catalog.city_editor
    )
    assert gone.json()["state"] == "draft"
    await catalog.act("waivers", who=catalog.city_editor, **waiver)
    await catalog.act("review")
    assert (await catalog.act("publish")).json()["version"] == 1
    (version,) = (await get(catalog, f"items/{GUIDE}/versions", catalog.city_editor)).json()["versions"]
    assert [one["reason"] for one in version["waivers"]] == [waiver["reason"]]


async def test_a_place_keeps_its_own_words(catalog: Catalog) -> None:
    await catalog.draft_guide()
    lists = (await get(catalog, "word-lists", catalog.city_editor, place="3701")).json()["lists"]
    assert [(one["name"], one["built_in"]) for one in lists] == [
        ("catch-all", True), ("vague", True), ("risk-areas", True), ("licences", True),
    ]  # fmt: skip
    path = "/api/catalog/word-lists/vague/3701"
    own = {"entries": [{"phrase": "有争议", "suggestion": "写明对哪一项有争议。"}]}
    put = await catalog.http.put(path, json=own, headers=catalog.city_editor)
    assert (put.json()["version"], put.json()["inherited_from"]) == (1, None)
    (finding, *_) = (await get(catalog, f"items/{GUIDE}/findings", catalog.city_editor)).json()
    assert (finding["rule"], finding["quote"], finding["suggestion"]) == (
        "vague", "有争议", "写明对哪一项有争议。",
    )  # fmt: skip
    assert problem(await catalog.act("review")) == (409, "open-errors")
    below = (await get(catalog, f"word-lists/vague/{COUNTY}", catalog.editor)).json()
    assert (below["inherited_from"], below["entries"][0]["phrase"]) == ("3701", "有争议")
    bad = {"entries": [{"phrase": "身份证明"}]}
    refused = await catalog.http.put(
        "/api/catalog/word-lists/licences/3701", json=bad, headers=catalog.city_editor
    )
    assert (problem(refused), refused.json()["field"]) == ((422, "entry-misfit"), "entries.0.licence_type")
    regex = await catalog.http.put(path, json={"entries": [{"phrase": "…"}]}, headers=catalog.city_editor)
    assert regex.status_code == 422
    assert problem(await catalog.http.put(path, json=own, headers=catalog.editor)) == (404, "not-found")


async def test_an_item_without_basis_is_published_and_stays_a_task(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await catalog.edit_guide(basis=[])
    await catalog.act("review")
    assert (await catalog.act("publish")).json()["version"] == 1
    (task,) = (await get(catalog, "tasks", catalog.city_editor, place="3701")).json()["tasks"]
    assert (task["item_code"], task["rule"], task["state"]) == (GUIDE, "no-basis", "published")
    assert problem(await get(catalog, "tasks", catalog.editor, place="3701")) == (404, "not-found")
    await catalog.edit_guide(remark="依据已补")
    await catalog.act("review")
    await catalog.act("publish")
    assert (await get(catalog, "tasks", catalog.city_editor)).json()["tasks"] == []


async def test_tasks_and_reviews_are_read_page_by_page(catalog: Catalog) -> None:
    await catalog.import_table(sample.township_csv(), place=TOWN)
    first = (await get(catalog, "tasks", catalog.editor, limit=40)).json()
    rest = (await get(catalog, "tasks", catalog.editor, limit=40, cursor=first["next_cursor"])).json()
    codes = [task["item_code"] for task in (*first["tasks"], *rest["tasks"])]
    assert (len(codes), len(set(codes)), rest["next_cursor"]) == (56, 56, None)
    assert problem(await get(catalog, "tasks", catalog.editor, cursor="AAAA")) == (400, "bad-cursor")
    assert problem(await get(catalog, "reviews", catalog.approver, cursor="A" * 40)) == (400, "bad-cursor")


async def test_what_changed_is_told_by_material_and_step(catalog: Catalog) -> None:
    await catalog.publish_guide()
    record = sample.guide_item()
    first, *others = record["materials"]
    await catalog.edit_guide(
        materials=[{**first, "copies": 2}, *others[1:], {"name": "居民身份证", "licence_type": "id_card"}],
        steps=[{**record["steps"][0], "limit": {"value": 2, "unit": "working_days"}}, *record["steps"][1:]],
        conditions=[],
    )
    body = (
        await get(catalog, f"items/{GUIDE}/diff", catalog.city_editor, **{"from": 1, "to": "draft"})
    ).json()
    told = {(one["label"], one["kind"], one["before_text"], one["after_text"]) for one in body["changes"]}
    assert (f"申请材料“{first['name']}” · 份数", "changed", "1", "2") in told
    assert ("办理环节“受理” · 最长时间", "changed", "1个工作日", "2个工作日") in told
    assert {(one["label"], one["kind"]) for one in body["changes"]} == {
        (f"申请材料“{first['name']}” · 份数", "changed"),
        (f"申请材料“{others[0]['name']}”", "removed"),
        ("申请材料“居民身份证”", "added"),
        ("办理环节“受理” · 最长时间", "changed"),
        ("办理条件", "removed"),
    }
    hidden = await get(catalog, f"items/{GUIDE}/diff", **{"from": 1, "to": "draft"})
    assert problem(hidden) == (404, "not-found")
    same = (await get(catalog, f"items/{GUIDE}/diff", **{"from": 1, "to": 1})).json()
    assert same["changes"] == []
    assert (await get(catalog, f"items/{GUIDE}/diff", **{"from": 1, "to": "latest"})).status_code == 422


async def test_versions_say_from_when_to_when_each_held(catalog: Catalog) -> None:
    await catalog.publish_guide()
    start = catalog.now()
    catalog.set_now(start + timedelta(hours=5))
    await catalog.edit_guide(remark="更正")
    await catalog.act("review")
    assert (await catalog.act("publish", change="new")).status_code == 422
    assert (await catalog.act("publish", change="corrected")).json()["version"] == 2
    catalog.set_now(start + timedelta(days=2))
    await catalog.act("withdraw", reason="依据废止")
    catalog.set_now(start + timedelta(days=9))
    await catalog.edit_guide(remark="恢复")
    await catalog.act("review")
    await catalog.act("publish")
    found = (await get(catalog, f"items/{GUIDE}/versions")).json()["versions"]
    assert [(one["number"], one["state"], one["ended_by"], one["change"]) for one in found] == [
        (3, "in_force", None, "revised"),
        (2, "withdrawn", "withdrawn", "corrected"),
        (1, "superseded", "superseded", "new"),
    ]
    assert found[2]["ended_at"] == found[1]["effective_from"]


async def test_a_handling_item_stands_below_a_main_item_that_is_not_applied_for(catalog: Catalog) -> None:
    async def create(code: str, **fields: Any) -> httpx.Response:
        record = {**sample.guide_item(), "base_code": code, "name": f"事项{code}", **fields}
        return await catalog.http.post(
            "/api/catalog/items", json={"place": "3701", "record": record}, headers=catalog.city_editor
        )

    assert problem(await create("20-0101", parent_code="20-0100")) == (422, "unknown-parent")
    main = {"main_item": True, "materials": [], "situations": [], "steps": []}
    assert (await create("20-0100", **main)).status_code == 201
    assert (await create("20-0101", parent_code="20-0100")).status_code == 201
    assert problem(await create("20-0102", parent_code="20-0101")) == (422, "not-a-main-item")

    async def edit(code: str, **fields: Any) -> httpx.Response:
        path = f"/api/catalog/items/{code}-3701"
        tag = (await catalog.http.get(path, headers=catalog.city_editor)).headers["etag"]
        record = {**sample.guide_item(), "base_code": code, "name": f"事项{code}", **fields}
        headers = {**catalog.city_editor, "If-Match": tag}
        return await catalog.http.put(f"{path}/draft", json=record, headers=headers)

    assert problem(await edit("20-0100")) == (409, "has-handling-items")
    assert (await edit("20-0101", **main, parent_code="20-0100")).status_code == 200
    assert problem(await edit("20-0100", **main, parent_code="20-0101")) == (422, "parent-cycle")
    assert (await edit("20-0101", parent_code="20-0100")).status_code == 200
    for code in ("20-0100", "20-0101"):
        assert (await catalog.act("review", f"{code}-3701")).status_code == 200
        assert (await catalog.act("publish", f"{code}-3701")).status_code == 200
    listed = (await get(catalog, "items")).json()["items"]
    assert [entry["item_code"] for entry in listed] == ["20-0101-3701"]
    of_main = (await get(catalog, "items", parent="20-0100", place="3701")).json()["items"]
    assert [entry["parent_code"] for entry in of_main] == ["20-0100"]
    ended = await catalog.act("withdraw", "20-0100-3701", reason="合并")
    assert problem(ended) == (409, "has-handling-items")


async def test_a_unit_that_is_not_in_the_directory_is_pointed_at(catalog: Catalog) -> None:
    await catalog.draft_guide()
    assert (await get(catalog, f"items/{GUIDE}/findings", catalog.city_editor)).json() == []
    await catalog.edit_guide(unit_id="u-3701-99", regulators=[{"unit_id": "u-0", "name": "某局"}])
    found = (await get(catalog, f"items/{GUIDE}/findings", catalog.city_editor)).json()
    assert [(one["field"], one["rule"], one["severity"]) for one in found] == [
        ("unit_id", "unit-not-in-directory", "error"),
        ("regulators.0", "unit-not-in-directory", "error"),
    ]
    (line,) = (await get(catalog, "items", catalog.city_editor, state="draft", findings="true")).json()[
        "items"
    ]
    assert line["findings"] == {"errors": 2, "warnings": 0}
    refused = await catalog.act("submission", who=catalog.city_editor)
    assert problem(refused) == (409, "open-errors")
    assert [one["waivable"] for one in refused.json()["findings"]] == [False, False]


async def close(catalog: Catalog, unit: str) -> None:
    operator = catalog.running.issuer.header("operator", "operator", place="37")
    path = f"/api/catalog/places/{unit}/closure"
    answer = await catalog.http.post(path, json={"reason": "机构改革"}, headers=operator)
    assert answer.status_code == 200, answer.text


async def test_a_unit_that_closes_after_the_signature_is_found_when_it_is_published(catalog: Catalog) -> None:
    await catalog.draft_guide()
    assert (await catalog.act("review")).status_code == 200
    await close(catalog, sample.guide_item()["unit_id"])
    alone = await catalog.act("publish")
    assert problem(alone) == (409, "open-errors")
    assert {one["rule"] for one in alone.json()["findings"]} == {"unit-not-in-directory"}
    together = await catalog.http.post(
        "/api/catalog/publications", json={"item_codes": [GUIDE]}, headers=catalog.city_approver
    )
    assert [one["code"] for one in together.json()["refused"]] == ["open-errors"]


async def test_a_proof_that_is_kept_by_agreement_is_no_error_of_its_item(catalog: Catalog) -> None:
    await catalog.draft_guide()
    asked = [*sample.guide_item()["materials"], {"name": "居住地证明", "copies": 1}]
    await catalog.edit_guide(materials=asked)
    (found,) = (await get(catalog, f"items/{GUIDE}/findings", catalog.city_editor)).json()
    assert (found["rule"], found["severity"]) == ("proof-without-basis", "error")
    assert problem(await catalog.act("review")) == (409, "open-errors")

    files = {"file": ("agreement.pdf", BLANK_PAGE)}
    path, editor = "/api/catalog/proofs", catalog.city_editor
    uploaded = await catalog.http.post(f"{path}/files", params={"place": "3701"}, files=files, headers=editor)
    file_id = uploaded.json()["file_id"]
    record = {
        "unit": "卫生健康委员会",
        "item_name": sample.guide_item()["name"],
        "name": "居住地证明",
        "issued_by": "居住地派出所",
        "opinion": {"verdict": "保留", "reason": "确定鉴定管辖所必需"},
        "shareable": False,
        "agreement": {"unit": "居住地派出所", "by": "户籍科", "on": "2026-11-02", "file_id": file_id},
        "samples": [{"file_id": file_id, "year": 2026}],
    }
    entered = await catalog.http.post(
        f"{path}/needed", json={"place": "3701", "record": record}, headers=editor
    )
    assert entered.status_code == 201, entered.text
    (found,) = (await get(catalog, f"items/{GUIDE}/findings", editor)).json()
    assert (found["rule"], found["severity"]) == ("proof-kept-by-agreement", "info")
    assert "居住地派出所" in found["text"]
    (line,) = (await get(catalog, "items", editor, state="draft", findings="true")).json()["items"]
    assert line["findings"] == {"errors": 0, "warnings": 0}
    assert (await catalog.act("review")).status_code == 200

    catalog.set_now(catalog.now() + timedelta(days=60))  # the sample was of last year
    assert problem(await catalog.act("publish")) == (409, "open-errors")


async def test_a_unit_of_another_place_does_not_decide(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await catalog.edit_guide(unit_id="u-370104-01")  # below the city
    assert (await get(catalog, f"items/{GUIDE}/findings", catalog.city_editor)).json() == []
    guide = {**sample.guide_item("370105"), "unit_id": "u-370104-01"}
    body = {"place": "370105", "record": guide}
    made = await catalog.http.post("/api/catalog/items", json=body, headers=catalog.city_editor)
    assert made.status_code == 201, made.text
    code = made.json()["item_code"]
    (found,) = (await get(catalog, f"items/{code}/findings", catalog.city_editor)).json()
    assert (found["field"], found["rule"], found["severity"]) == ("unit_id", "unit-elsewhere", "error")
    assert problem(await catalog.act("review", code)) == (409, "open-errors")


async def test_what_shares_a_code_shares_its_name(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await catalog.edit_guide(name="预防接种异常反应鉴定（市级）")
    await catalog.edit_guide(name="预防接种异常反应鉴定")
    county = {"place": COUNTY, "record": sample.guide_item(COUNTY)}
    made = await catalog.http.post("/api/catalog/items", json=county, headers=catalog.editor)
    assert made.status_code == 201
    tag = (await get(catalog, f"items/{GUIDE}", catalog.city_editor)).headers["etag"]
    renamed = await catalog.http.put(
        f"/api/catalog/items/{GUIDE}/draft",
        json={**sample.guide_item(), "name": "接种鉴定"},
        headers={**catalog.city_editor, "If-Match": tag},
    )
    assert problem(renamed) == (409, "name-shared")


async def test_a_secret_item_is_shown_to_the_officers_of_the_place_alone(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await catalog.edit_guide(secret=True)
    assert problem(await catalog.act("review")) == (409, "open-errors")
    await catalog.edit_guide(secret=True, channels=["window"], online_depth="none")
    await catalog.act("review")
    assert (await catalog.act("publish")).status_code == 200
    assert (await get(catalog, "items", place="3701")).json()["items"] == []
    assert (await get(catalog, "items", q="预防接种")).json()["items"] == []
    for part in ("", "/versions", "/guide", "/guide.pdf", "/process.svg", "/elements"):
        path = f"items/{GUIDE}{part}"
        assert problem(await get(catalog, path)) == (404, "not-found"), part
        assert problem(await get(catalog, path, catalog.editor)) == (404, "not-found"), part
    assert problem(await get(catalog, f"items/{GUIDE}", version=1)) == (404, "not-found")
    citizen = catalog.running.issuer.header("citizen", "applicant", place="3701", person_ref="a1." + "0" * 16)
    assert problem(await get(catalog, f"items/{GUIDE}", citizen)) == (404, "not-found")
    clerk = catalog.running.issuer.header("clerk", "clerk", place="3701")
    assert (await get(catalog, f"items/{GUIDE}/guide", clerk)).status_code == 200
    assert [one["secret"] for one in (await get(catalog, "items", clerk)).json()["items"]] == [True]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"remark": "\u202e改"}, "invisible-characters"),
        ({"conditions": [" "]}, "blank-text"),
        ({"service_targets": ["居民"] * 501}, "too-many-entries"),
        ({"limits": {"promised": {"value": -1, "unit": "working_days"}}}, "invalid"),
        ({"limits": {"promised": {"value": 5, "unit": "hours"}}}, "invalid"),
        ({"risk_areas": ["everything"]}, "invalid"),
    ],
)  # fmt: skip
async def test_what_no_record_may_hold_is_refused_at_once(
    catalog: Catalog, change: dict[str, Any], code: str
) -> None:
    body = {"place": "3701", "record": {**sample.guide_item(), **change}}
    answer = await catalog.http.post("/api/catalog/items", json=body, headers=catalog.city_editor)
    assert answer.status_code in (413, 422)
    assert answer.json()["code"] == code


async def test_two_units_that_sign_at_once_both_count(catalog: Catalog) -> None:

    await ask_for_more(catalog)
    await catalog.draft_guide()
    await catalog.act("submission", who=catalog.city_editor)
    people = [approver(catalog, "li", ESTABLISHMENT), approver(catalog, "wang", JUSTICE)]
    answers = await asyncio.gather(*(catalog.act("review", who=who) for who in people for _ in range(2)))
    assert {answer.status_code for answer in answers} == {200}
    draft = (await get(catalog, f"items/{GUIDE}", catalog.city_editor, version="draft")).json()
    assert sorted(one["by"] for one in draft["signatures"]) == ["li", "wang"]


async def test_findings_of_an_imported_row_are_listed_with_what_to_write(catalog: Catalog) -> None:
    await catalog.import_table(sample.township_csv(), place=TOWN)
    found = (await get(catalog, f"items/{ITEM}/findings", catalog.editor)).json()
    assert {"limits.promised", "fee", "materials"} <= {one["field"] for one in found}
    assert all(one["id"] and one["source"] for one in found)
    city = await get(catalog, f"items/{ITEM}/findings", catalog.city_editor)
    assert city.json() == found
