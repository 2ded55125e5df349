"""Search over HTTP: fresh at once on every replica, within place, state and secrecy, page by page."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from contracts import to_headers
from contracts.intake import CaseAccepted
from services.catalog.main import build
from services.catalog.settings import Settings
from tests.contract.examples import example
from tests.support.catalog import GUIDE, TOWN, Catalog, catalog_with_directory, problem
from tests.support.eventually import eventually
from tests.support.search import documents
from tests.support.services import Bus, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

SYNONYMS = "/api/catalog/synonyms"


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


async def find(http: httpx.AsyncClient, q: str, **query: Any) -> dict[str, Any]:
    headers = query.pop("headers", None)
    answer = await http.get("/api/catalog/items", params={"q": q, **query}, headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_what_was_published_is_found_at_once_on_every_replica(
    catalog: Catalog, stack: Stack, names: str, issuer: Issuer
) -> None:
    async with running(
        lambda: build(settings(Settings, stack, names), clock=catalog.now), issuer, "serve"
    ) as other:
        assert (await find(other.client, "预防接种"))["items"] == []
        await catalog.publish_guide()
        for http in (catalog.http, other.client):
            for typed in (
                "预防接种",
                "yufangjiezhong",
                "yfjz",
                "打疫苗反应",
                "yufang接种",
                GUIDE,
                GUIDE.upper(),
            ):
                found = await find(http, typed)
                assert [entry["item_code"] for entry in found["items"]] == [GUIDE], typed
        (entry,) = (await find(other.client, "鉴定"))["items"]
        assert entry["matched"]["why"] == "name"
        assert entry["matched"]["ranges"] == [[8, 10]]
        assert (await catalog.act("withdraw", reason="不再办理")).status_code == 200
        assert (await find(other.client, "预防接种"))["items"] == []


async def test_what_a_machine_with_a_slow_clock_wrote_is_found_soon(catalog: Catalog) -> None:
    await catalog.publish_guide()
    assert (await find(catalog.http, "预防接种"))["items"]
    written = {
        "published.0.record.name": "疫苗反应的认定",
        "touched": datetime.now(UTC) - timedelta(seconds=20),
    }
    items = catalog.running.service.database["items"]
    await items.update_one({"_id": GUIDE}, {"$set": written, "$inc": {"version": 1}})

    async def found() -> bool:
        return bool((await find(catalog.http, "疫苗反应的认定"))["items"])

    await eventually(found, within=30)


async def test_drafts_are_found_by_those_who_prepare_them_alone(catalog: Catalog) -> None:
    await catalog.draft_guide()
    assert (await find(catalog.http, "预防接种"))["items"] == []
    found = await find(catalog.http, "预防接种", state="draft", headers=catalog.city_editor)
    assert [entry["item_code"] for entry in found["items"]] == [GUIDE]
    refused = await catalog.http.get("/api/catalog/items", params={"q": "预防", "state": "draft"})
    assert problem(refused) == (401, "unauthenticated")
    stranger = catalog.running.issuer.header("editor-b", "editor", place="370105")
    assert (await find(catalog.http, "预防接种", state="draft", headers=stranger))["items"] == []


async def test_secret_items_are_not_found_by_the_public(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await catalog.edit_guide(secret=True, channels=["window"], online_depth="none")
    for act in ("review", "publish"):
        answer = await catalog.act(act)
        assert answer.status_code == 200, answer.text
    assert (await find(catalog.http, "预防接种"))["items"] == []
    suggested = await catalog.http.get("/api/catalog/suggestions", params={"q": "预防接种"})
    assert [one for one in suggested.json()["suggestions"] if one.get("item_code")] == []


async def thousands(catalog: Catalog, count: int = 3000) -> None:
    rows = list(documents(count, 1000))
    await catalog.running.service.database["items"].insert_many(rows, ordered=False)


async def test_among_thousands_the_right_one_is_first_and_pages_have_no_gap(catalog: Catalog) -> None:
    await thousands(catalog)
    for typed in ("最低生活保障", "低保", "dibao", "zdshbz", "zuidi生活", "怎么申请低保"):
        found = await find(catalog.http, typed)
        assert found["items"][0]["name"] == "最低生活保障", typed
        assert "did_you_mean" not in found
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 120}
    while True:
        page = await find(catalog.http, "登记", **query)
        seen += [entry["item_code"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    items = catalog.running.service.database["items"]
    registrations = await items.count_documents({"published.record.name": {"$regex": "登记"}})
    assert len(seen) == len(set(seen)) == registrations
    town = await find(catalog.http, "登记", place="370110101", limit=1000)
    assert town["items"] and {entry["place"] for entry in town["items"]} == {"370110101"}
    other = await find(catalog.http, "登记", kind="行政许可")
    assert other["items"] == []


async def test_a_slip_is_asked_about_and_nothing_found_names_what_is_near(catalog: Catalog) -> None:
    await thousands(catalog)
    found = await find(catalog.http, "zuidishenhuobaozhang")
    assert found["did_you_mean"] == "最低生活保障"
    assert found["items"][0]["matched"]["why"] == "sound"
    assert (await find(catalog.http, "底保"))["did_you_mean"] == "低保"
    nothing = await find(catalog.http, "残疾人坐公交车免费吗")
    assert nothing["items"] == [] and nothing["next_cursor"] is None
    assert any("残疾人" in entry["name"] for entry in nothing["near"])
    for typed in (".*", "(((", "$where", "\\", "q" * 100, "\u202e", "𠮷"):
        assert (await find(catalog.http, typed))["items"] == [], typed
    for cursor in ("x", "aXRlbTokbmU", "../"):
        forged = await catalog.http.get("/api/catalog/items", params={"q": "登记", "cursor": cursor})
        assert problem(forged) == (400, "bad-cursor")
    assert (await catalog.http.get("/api/catalog/items", params={"q": "登" * 101})).status_code == 422


async def test_names_and_everyday_words_are_suggested_while_somebody_types(catalog: Catalog) -> None:
    await thousands(catalog)

    async def suggested(q: str, **query: Any) -> list[dict[str, Any]]:
        answer = await catalog.http.get("/api/catalog/suggestions", params={"q": q, **query})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["suggestions"]
        assert len(found) <= 10
        return found

    texts = [one["text"] for one in await suggested("zuid")]
    assert texts[0] == "最低生活保障"
    words = {one["text"]: one["terms"] for one in await suggested("低保")}
    assert "最低生活保障" in words and words["低保金"] == ["最低生活保障"]
    (one, *_) = await suggested("最低", place="370110101")
    assert one["item_code"] == "05-0008-370110101"
    assert await suggested("  ") == []
    assert (await catalog.http.get("/api/catalog/suggestions")).status_code == 422


async def test_an_editor_keeps_everyday_words_and_the_place_below_has_them(catalog: Catalog) -> None:
    await thousands(catalog, 1000)
    words = {"words": [{"word": "泉城养老", "terms": ["居民养老保险"]}, {"word": "低保", "terms": []}]}
    query = {"place": "370110"}
    editor = catalog.running.issuer.header("editor-10", "editor", place="370110")
    city = await catalog.http.get(SYNONYMS, params={"place": "3701"}, headers=catalog.city_editor)
    assert city.json()["revision"] == 0 and "etag" not in city.headers
    assert problem(await catalog.http.put(SYNONYMS, params=query, json=words)) == (401, "unauthenticated")
    made = await catalog.http.put(SYNONYMS, params=query, json=words, headers=editor)
    assert (made.status_code, made.json()["revision"]) == (200, 1)
    assert (await find(catalog.http, "泉城养老", place="370110"))["items"]
    assert (await find(catalog.http, "泉城养老", place="370110101"))["items"]
    assert not (await find(catalog.http, "泉城养老", place="370111"))["items"]
    names = [entry["name"] for entry in (await find(catalog.http, "低保", place="370110"))["items"]]
    assert names and "最低生活保障" not in names
    held = await catalog.http.get(SYNONYMS, params={"place": "370110101"}, headers=editor)
    by_word = {one["word"]: one for one in held.json()["in_force"]}
    assert by_word["泉城养老"]["place"] == "370110" and by_word["低保"]["terms"] == []
    assert by_word["五保"]["place"] == "00" and by_word["上户口"]["unknown"] == ["出生登记", "户口登记"]


async def test_a_list_of_words_is_edited_as_it_was_read(catalog: Catalog) -> None:
    query, words = {"place": TOWN}, {"words": [{"word": "泉城养老", "terms": ["居民养老保险"]}]}
    editor = catalog.editor
    made = await catalog.http.put(SYNONYMS, params=query, json=words, headers=editor)
    assert problem(await catalog.http.put(SYNONYMS, params=query, json=words, headers=editor)) == (
        428,
        "if-match-required",
    )
    tag = {**editor, "If-Match": made.headers["etag"]}
    changed = await catalog.http.put(SYNONYMS, params=query, json={"words": []}, headers=tag)
    assert changed.json()["revision"] == 2
    assert problem(await catalog.http.put(SYNONYMS, params=query, json=words, headers=tag)) == (412, "stale")
    twice = {"words": [{"word": "低保", "terms": ["一"]}, {"word": "低 保", "terms": ["二"]}]}
    tag = {**editor, "If-Match": changed.headers["etag"]}
    assert problem(await catalog.http.put(SYNONYMS, params=query, json=twice, headers=tag)) == (
        422,
        "word-twice",
    )
    for bad in (
        {"words": [{"word": "低\u200b保", "terms": []}]},
        {"words": [], "place": "37"},
        {"words": "低保"},
    ):
        answer = await catalog.http.put(SYNONYMS, params=query, json=bad, headers=tag)
        assert answer.status_code == 422, bad
    stranger = catalog.running.issuer.header("editor-b", "editor", place="370105")
    for method, body in (("GET", None), ("PUT", words)):
        answer = await catalog.http.request(method, SYNONYMS, params=query, headers=stranger, json=body)
        assert problem(answer) == (404, "not-found")
    told = await catalog.http.get(f"{SYNONYMS}/history", params=query, headers=editor)
    assert [one["act"] for one in told.json()["history"]] == ["listed", "altered"]
    assert told.json()["history"][1]["removed"] == ["泉城养老"]


async def test_applications_are_counted_once_and_put_the_more_used_item_first(
    catalog: Catalog, bus: Bus, stack: Stack, names: str, issuer: Issuer
) -> None:
    await thousands(catalog, 1000)
    second = (await find(catalog.http, "登记"))["items"][1]["item_code"]
    accepted = example("case-accepted", "at-a-window-with-gap-and-commitment").data
    base_code = second.rsplit("-", 1)[0]
    accepted["item"] = {**accepted["item"], "base_code": base_code}
    event = CaseAccepted.model_validate(accepted)
    envelope = await bus.publish(event)
    await bus.send(event.topic, envelope.subject, event.encode(), to_headers(envelope))
    uses = catalog.running.service.database["uses"]

    async def counted() -> bool:
        return bool(await uses.count_documents({"base_code": base_code}))

    await eventually(counted)
    assert await uses.count_documents({}) == 1
