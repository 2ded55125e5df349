"""Lists of reach, documents of an item and the item list, over the API on the real database."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.support import model_guide
from tests.support.catalog import COUNTY, GUIDE, Catalog, catalog_with_directory, problem
from tests.support.eventually import eventually
from tests.support.packages import BIRTH, CARD, INSURANCE, ONLY_CHILD, TOWN, publish_items
from tests.support.stack import Stack
from tests.support.tokens import Issuer

VILLAGE_ITEM = "06-0001-370104101201"
REACH = "/api/catalog/reach"
#: 涉密: at the window only (seed 000 二(五)3).
SECRET: dict[str, Any] = {"secret": True, "channels": ["window"], "online_depth": "none"}


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


async def figures(catalog: Catalog, place: str = COUNTY) -> dict[str, Any]:
    found: dict[str, Any] = (await catalog.http.get(REACH, params={"place": place})).json()
    return found


async def on(catalog: Catalog, name: str, **query: Any) -> list[str]:
    answer = await catalog.http.get(f"{REACH}/items", params={"list": name, "place": COUNTY, **query})
    assert answer.status_code == 200, answer.text
    return [item["item_code"] for item in answer.json()["items"]]


async def test_the_lists_are_counted_and_listed_from_what_is_in_force(catalog: Catalog) -> None:
    await publish_items(catalog, BIRTH, INSURANCE)  # 全程网办
    await publish_items(catalog, CARD)  # 可办
    await publish_items(catalog, VILLAGE_ITEM, online_depth="none")
    found = await figures(catalog)
    assert {name: count["items"] for name, count in found["lists"].items()} == {
        "no_visit": 2, "one_visit": 2, "apply": 3, "full": 2, "pre_review": 3,
    }  # fmt: skip
    assert (found["items"], found["lists"]["apply"]["share"]) == (4, 0.75)
    (village,) = found["targets"]
    assert (village["list"], village["of"], village["met"]) == ("apply", 1, False)
    assert [(row["place"], row["items"]) for row in found["places"]] == [(TOWN, 3), ("370104101201", 1)]
    assert await on(catalog, "full") == [INSURANCE, BIRTH]
    assert await on(catalog, "one_visit") == [CARD, VILLAGE_ITEM]
    assert await on(catalog, "apply", kind="行政许可") == []

    page = (await catalog.http.get(f"{REACH}/items", params={"list": "apply", "limit": 2})).json()
    rest = await on(catalog, "apply", cursor=page["next_cursor"])
    assert [item["item_code"] for item in page["items"]] + rest == [INSURANCE, CARD, BIRTH]
    for wrong in ({"list": "best"}, {"list": "full", "place": "x"}, {"list": "full", "cursor": "abc"}, {}):
        assert (await catalog.http.get(f"{REACH}/items", params=wrong)).status_code in (400, 422), wrong


async def test_a_new_version_moves_an_item_and_what_does_not_count_is_left_out(catalog: Catalog) -> None:
    await publish_items(catalog, BIRTH, INSURANCE, CARD, ONLY_CHILD)
    catalog.set_now(catalog.now() + timedelta(hours=1))
    await publish_items(catalog, CARD, visits=0)
    await publish_items(catalog, BIRTH, **SECRET)
    await publish_items(catalog, INSURANCE, service_type="主动服务")
    await catalog.act("withdraw", ONLY_CHILD, catalog.approver, reason="依据废止")
    assert await on(catalog, "no_visit") == [CARD]
    assert (await figures(catalog))["items"] == 1


# -- documents ------------------------------------------------------------------------------------------


async def publish_whole_model(catalog: Catalog) -> None:
    """The model guide with its catch-all clause, kept with a reason as the lint demands."""
    body = {"place": "3701", "record": model_guide.record()}
    assert (
        await catalog.http.post("/api/catalog/items", json=body, headers=catalog.city_editor)
    ).status_code == 201
    path = f"/api/catalog/items/{GUIDE}"
    found = (await catalog.http.get(f"{path}/findings", headers=catalog.city_editor)).json()
    catch_all = [one for one in found if one["rule"] == "catch-all"]
    assert catch_all
    for one in catch_all:
        waiver = {"finding": one["id"], "reason": "范本原文即有此条，照录"}
        answer = await catalog.http.post(f"{path}/waivers", json=waiver, headers=catalog.city_editor)
        assert answer.status_code == 200, answer.text
    for act in ("review", "publish"):
        answer = await catalog.act(act)
        assert answer.status_code == 200, answer.text


async def test_the_model_guide_is_served_with_nothing_missing(catalog: Catalog) -> None:
    await publish_whole_model(catalog)
    page = (await catalog.http.get(f"/api/catalog/items/{GUIDE}/guide")).text
    at = 0
    for title, lines in model_guide.sections().items():
        for text in (title, *lines):
            found = page.find(model_guide.dialled(text), at)
            assert found >= at, f"{title}: {text}"
            at = found


async def test_documents_of_an_item_and_who_may_read_them(catalog: Catalog) -> None:
    await catalog.publish_guide()
    base = f"/api/catalog/items/{GUIDE}"
    for name, words in (
        ("acceptance-list", "收件要求"), ("element-table", "环节要素"), ("guide", "咨询方式"),
    ):  # fmt: skip
        answer = await catalog.http.get(f"{base}/{name}")
        assert (answer.status_code, words in answer.text) == (200, True), name
        assert "script" not in answer.headers["content-security-policy"]
    assert (await catalog.http.get(f"{base}/handbook")).status_code == 401
    issuer = catalog.running.issuer
    citizen = issuer.header("citizen", "citizen")
    assert problem(await catalog.http.get(f"{base}/handbook", headers=citizen)) == (403, "forbidden")
    for reviewer in ("3701", "370104"):
        staff = issuer.header(f"reviewer-{reviewer}", "reviewer", place=reviewer)
        read = await catalog.http.get(f"{base}/handbook", headers=staff)
        assert (read.status_code, "内部使用" in read.text) == (200, True), reviewer
    elsewhere = issuer.header("reviewer-x", "reviewer", place="3702")
    assert (await catalog.http.get(f"{base}/handbook", headers=elsewhere)).status_code == 404


async def test_every_document_of_an_old_version_stays_readable(catalog: Catalog) -> None:
    await catalog.publish_guide()
    catalog.set_now(catalog.now() + timedelta(hours=1))
    await catalog.edit_guide(conditions=["新的条件"])
    for act in ("review", "publish"):
        assert (await catalog.act(act)).status_code == 200
    base = f"/api/catalog/items/{GUIDE}"
    for name in ("guide", "element-table", "acceptance-list"):
        old = (await catalog.http.get(f"{base}/{name}", params={"version": 1})).text
        assert "旧版本" in old and "新的条件" not in old, name
    table = (await catalog.http.get(f"{base}/elements", params={"version": 1})).json()
    assert (table["version"], table["state"]) == (1, "superseded")
    assert (await catalog.http.get(f"{base}/process.svg", params={"version": 1})).status_code == 200
    for name in ("guide", "guide.pdf", "process.svg", "elements", "acceptance-list.pdf"):
        assert (await catalog.http.get(f"{base}/{name}", params={"version": 9})).status_code == 404, name


async def test_what_is_secret_has_no_public_document(catalog: Catalog) -> None:
    await publish_items(catalog, BIRTH)
    await publish_items(catalog, BIRTH, **SECRET)
    for name in ("guide", "guide.pdf", "process.svg", "elements", "element-table", "acceptance-list"):
        for version in ({}, {"version": 1}):
            answer = await catalog.http.get(f"/api/catalog/items/{BIRTH}/{name}", params=version)
            assert answer.status_code == 404, (name, version)
    assert BIRTH not in (await catalog.http.get("/api/catalog/item-list", params={"place": TOWN})).text


async def test_a_secret_item_ends_the_package_that_had_it(catalog: Catalog) -> None:
    await publish_items(catalog, BIRTH, INSURANCE)
    parts = [{"item_code": BIRTH}, {"item_code": INSURANCE}]
    draft = {"name": "生育一件事", "life_event": "新生儿出生", "parts": parts}
    made = await catalog.http.post(
        "/api/catalog/packages", json={"place": TOWN, "draft": draft}, headers=catalog.editor
    )
    path = f"/api/catalog/packages/{made.json()['package_code']}"
    for act in ("review", "publish"):
        assert (
            await catalog.http.post(f"{path}/{act}", json={}, headers=catalog.approver)
        ).status_code == 200
    guide = await catalog.http.get(f"{path}/guide")
    assert "一套材料" in guide.text
    assert (await catalog.http.get(f"{path}/process.svg")).headers["content-type"].startswith("image/svg+xml")
    await publish_items(catalog, BIRTH, **SECRET)

    async def ended() -> bool:
        return bool((await catalog.http.get(path)).json()["state"] == "withdrawn")

    await eventually(ended)


async def test_the_item_list_of_a_place_is_printed(catalog: Catalog) -> None:
    await publish_items(catalog, BIRTH, VILLAGE_ITEM)
    listed = (await catalog.http.get("/api/catalog/item-list", params={"place": TOWN})).text
    assert "槐南镇" in listed and "生育登记服务" in listed and "共1项" in listed
    assert (await catalog.http.get("/api/catalog/item-list", params={"place": "999999"})).status_code == 404
    assert (await catalog.http.get("/api/catalog/item-list")).status_code == 422
