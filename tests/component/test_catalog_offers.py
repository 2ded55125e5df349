"""Items in halls and the negative list over HTTP and the broker (mission C10)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from contracts.offers import ItemExcluded, ItemOffered
from deploy.local import sample
from tests.support.catalog import COUNTY, Catalog, catalog_with_directory, problem, published
from tests.support.services import Bus
from tests.support.stack import Stack
from tests.support.tokens import Issuer

HALL, ITEM = "h-370104", "05-0008-370104"
ELSEWHERE = {"reason": "场地限制", "handled_at": "槐荫区检验检测中心（经十路2号）"}


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        for number in (8, 9, 10):
            await publish(started, f"05-00{number:02}")
        yield started


async def publish(catalog: Catalog, base_code: str, **fields: Any) -> str:
    record = {**sample.item_record(base_code, "370104101"), "unit_id": "u-370104-01", **fields}
    body = {"place": COUNTY, "record": record}
    answer = await catalog.http.post("/api/catalog/items", json=body, headers=catalog.editor)
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["item_code"]
    for act in ("review", "publish"):
        assert (await catalog.act(act, code, catalog.approver)).status_code == 200
    return code


async def offer(catalog: Catalog, item: str = ITEM, theme: str = "社保", hall: str = HALL) -> httpx.Response:
    path = f"/api/catalog/offers/{hall}/{item}"
    return await catalog.http.put(path, json={"theme": theme}, headers=catalog.editor)


async def exclude(catalog: Catalog, item: str = ITEM, **given: Any) -> httpx.Response:
    path = f"/api/catalog/offers/{HALL}/{item}/exclusion"
    return await catalog.http.put(path, json={**ELSEWHERE, **given}, headers=catalog.editor)


async def review(
    catalog: Catalog, item: str = ITEM, who: dict[str, str] | None = None, **given: Any
) -> httpx.Response:
    path = f"/api/catalog/offers/{HALL}/{item}/review"
    return await catalog.http.post(path, json=given, headers=who or catalog.approver)


async def get(catalog: Catalog, path: str, **query: Any) -> dict[str, Any]:
    answer = await catalog.http.get(f"/api/catalog/{path}", params=query, headers=catalog.editor)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_hall_list_is_public_and_says_at_which_windows(catalog: Catalog, bus: Bus) -> None:
    assert (await offer(catalog)).status_code == 200
    assert (await offer(catalog)).status_code == 200  # the same again changes nothing
    assert (await offer(catalog, "05-0009-370104", theme="一门式")).status_code == 200
    answer = await catalog.http.get(f"/api/catalog/halls/{HALL}/items")
    themes = {one["theme"]: one["items"] for one in answer.json()["themes"]}
    assert [window["name"] for window in themes["社保"][0]["windows"]] == ["社保综合窗口"]
    assert [item["item_code"] for item in themes["一门式"]] == ["05-0009-370104"]
    events = await published(bus, "catalog.offers", 2)
    first = next(value for envelope, value in events if envelope.subject == f"{HALL}:{ITEM}")
    assert ItemOffered.model_validate(first).theme == "社保"
    assert len(events) == 2


async def test_what_cannot_be_offered_is_refused_with_what_to_do(catalog: Catalog) -> None:
    assert problem(await offer(catalog, theme="公安")) == (422, "unknown-theme")
    assert problem(await offer(catalog, hall="h-none")) == (422, "unknown-hall")
    assert problem(await offer(catalog, hall="h-370105")) == (404, "not-found")
    assert problem(await offer(catalog, "99-0001-370104")) == (404, "not-found")
    wide = catalog.running.issuer.header("w", "editor", place="3701")
    path = f"/api/catalog/offers/h-370105/{ITEM}"
    other = await catalog.http.put(path, json={"theme": "社保"}, headers=wide)
    assert problem(other) == (422, "other-place")
    unknown = await catalog.http.put(
        f"/api/catalog/offers/{HALL}/{ITEM}", json={"theme": "社保", "colour": 1}, headers=catalog.editor
    )
    assert (unknown.status_code, unknown.json()["field"]) == (422, "colour")
    clerk = catalog.running.issuer.header("c", "clerk", place=COUNTY)
    refused = await catalog.http.put(
        f"/api/catalog/offers/{HALL}/{ITEM}", json={"theme": "社保"}, headers=clerk
    )
    assert problem(refused) == (403, "forbidden")


async def test_the_negative_list_takes_two_reasons_and_two_people(catalog: Catalog, bus: Bus) -> None:
    await offer(catalog)
    assert (await exclude(catalog, reason="窗口人手不足")).status_code == 422
    assert problem(await exclude(catalog, reason="国家秘密")) == (422, "not-secret")
    assert (await exclude(catalog, handled_at=" ")).status_code == 422
    assert (await exclude(catalog)).status_code == 200
    assert [one["item_code"] for one in (await get(catalog, "offers", state="proposed"))["offers"]] == [ITEM]
    assert problem(await review(catalog, who=catalog.editor)) == (403, "forbidden")
    both = catalog.running.issuer.header("editor", "catalog-approver", place=COUNTY)
    assert problem(await review(catalog, who=both)) == (403, "own-proposal")
    assert (await review(catalog, outcome="sent_back")).status_code == 422
    assert (await review(catalog)).status_code == 200
    assert problem(await review(catalog)) == (409, "no-proposal")
    assert problem(await offer(catalog)) == (409, "on-negative-list")

    events = {envelope.type: value for envelope, value in await published(bus, "catalog.offers", 3)}
    assert set(events) == {"item-offered", "item-offer-ended", "item-excluded"}
    excluded = ItemExcluded.model_validate(events["item-excluded"])
    assert (excluded.approved_by, excluded.handled_at) == ("u-370104-01", ELSEWHERE["handled_at"])
    listed = (await catalog.http.get(f"/api/catalog/halls/{HALL}/items")).json()
    assert listed["themes"] == []
    assert [(one["item_code"], one["reason"]) for one in listed["excluded"]] == [(ITEM, "场地限制")]

    path = f"/api/catalog/offers/{HALL}/{ITEM}/lifting"
    assert (await catalog.http.post(path, json={}, headers=catalog.editor)).status_code == 200
    assert (await review(catalog)).status_code == 200
    assert (await offer(catalog)).status_code == 200


async def test_many_at_once_and_the_rate_of_the_hall(catalog: Catalog) -> None:
    record = sample.item_record("05-0011", "370104101")
    materials = [{**one, "by_commitment": False} for one in record["materials"]]
    offline = {"channels": ["window"], "online_depth": "none", "materials": materials}
    secret = await publish(catalog, "05-0011", secret=True, **offline)
    codes = ["05-0008-370104", "05-0009-370104", "99-1-370104"]
    body = {"hall_id": HALL, "theme": "一门式", "item_codes": codes}
    answer = await catalog.http.post("/api/catalog/offers", json=body, headers=catalog.editor)
    assert answer.json()["done"] == codes[:2]
    assert [one["code"] for one in answer.json()["refused"]] == ["not-found"]
    rates = {one["hall_id"]: one for one in (await get(catalog, "offer-rates", place=COUNTY))["halls"]}
    assert (rates[HALL]["items"], rates[HALL]["offered"]) == (3, 2)
    assert [gap["item_code"] for gap in rates[HALL]["gaps"]] == ["05-0010-370104"]
    assert rates["h-370104101"]["rate"] is None
    assert secret not in [gap["item_code"] for gap in rates[HALL]["gaps"]]
    ends = {"hall_id": HALL, "item_codes": ["05-0008-370104"], "reason": "事项划转"}
    ended = await catalog.http.post("/api/catalog/offers/endings", json=ends, headers=catalog.editor)
    assert ended.json()["done"] == ["05-0008-370104"]
    path = f"/api/catalog/offers/{HALL}/05-0009-370104"
    single = await catalog.http.delete(path, params={"reason": "事项划转"}, headers=catalog.editor)
    assert single.json()["offered"] is False


async def test_a_withdrawn_item_is_on_no_list_of_the_hall(catalog: Catalog) -> None:
    await offer(catalog)
    assert (await catalog.act("withdraw", ITEM, catalog.approver, reason="依据废止")).status_code == 200
    assert (await catalog.http.get(f"/api/catalog/halls/{HALL}/items")).json()["themes"] == []
    assert problem(await offer(catalog)) == (409, "item-not-in-force")
    window = await catalog.http.get("/api/catalog/halls/h-370104-w-01/items")
    assert problem(window) == (404, "not-found")


async def test_pages_of_offers(catalog: Catalog) -> None:
    for number in (8, 9, 10):
        await offer(catalog, f"05-00{number:02}-370104")
    first = await get(catalog, "offers", limit=2)
    second = await get(catalog, "offers", limit=2, cursor=first["next_cursor"])
    assert [len(page["offers"]) for page in (first, second)] == [2, 1]
    assert second["next_cursor"] is None
