"""What the public and officers read: lists, records, documents, the directory."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from contracts.catalog import DirectoryEntryPublished
from deploy.local import sample
from tests.support.catalog import GUIDE, ITEM, TOWN, Catalog, catalog_with_directory, problem, published
from tests.support.services import Bus
from tests.support.stack import Stack
from tests.support.tokens import Issuer


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


async def test_the_public_sees_what_is_published_and_finds_it_as_people_type(catalog: Catalog) -> None:
    await catalog.publish_guide()
    await catalog.import_table(sample.township_csv(), place=TOWN)
    for words in ("预防接种", "yufangjiezhong", "yfjz", GUIDE):
        found = (await catalog.http.get("/api/catalog/items", params={"q": words})).json()["items"]
        assert [entry["item_code"] for entry in found] == [GUIDE], words
    (entry,) = (await catalog.http.get("/api/catalog/items")).json()["items"]
    assert entry["unit_name"] == "济南市健康教育所"
    assert (entry["fee_text"], entry["promised"]) == ("3500元/例", {"value": 45, "unit": "working_days"})
    assert (await catalog.http.get("/api/catalog/items", params={"place": TOWN})).json()["items"] == []
    assert problem(await catalog.http.get(f"/api/catalog/items/{ITEM}")) == (404, "not-found")
    stranger = catalog.running.issuer.header("editor-b", "editor", place="370105")
    for path in (f"/api/catalog/items/{ITEM}", f"/api/catalog/items/{ITEM}/guide"):
        assert problem(await catalog.http.get(path, headers=stranger)) == (404, "not-found")
        assert (await catalog.http.get(path, headers=catalog.editor)).status_code == 200


async def test_pages_follow_one_another_and_a_forged_cursor_is_refused(catalog: Catalog) -> None:
    await catalog.import_table(sample.township_csv(), place=TOWN)
    query: dict[str, Any] = {"state": "draft", "limit": 25}
    seen: list[str] = []
    while True:
        answer = await catalog.http.get("/api/catalog/items", params=query, headers=catalog.editor)
        page = answer.json()
        seen += [entry["item_code"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 56
    for cursor in ("x", "aXRlbTokbmU", "../"):
        forged = await catalog.http.get("/api/catalog/items", params={"cursor": cursor})
        assert problem(forged) == (400, "bad-cursor")
    assert (await catalog.http.get("/api/catalog/items", params={"limit": 1001})).status_code == 422
    for words in (".*", "(((", "$where"):
        assert (await catalog.http.get("/api/catalog/items", params={"q": words})).json()["items"] == []
    assert problem(await catalog.http.get("/api/catalog/items", params={"q": "a\x00"})) == (422, "invalid")


async def test_guide_map_and_elements_come_from_the_record(catalog: Catalog) -> None:
    await catalog.publish_guide()
    base = f"/api/catalog/items/{GUIDE}"
    guide = await catalog.http.get(f"{base}/guide")
    assert guide.headers["content-type"].startswith("text/html")
    assert "script" not in guide.headers["content-security-policy"]
    assert "自受理之日起45个工作日;情况特殊的可延长至90日。" in guide.text
    drawn = await catalog.http.get(f"{base}/process.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    elements = (await catalog.http.get(f"{base}/elements")).json()
    assert {"element": "法定时限", "value": "45个工作日"} in elements["elements"]
    printed = await catalog.http.get(f"{base}/guide.pdf")
    if printed.status_code == 200:
        assert printed.content.startswith(b"%PDF")
    else:
        assert problem(printed) == (503, "no-chinese-font")


async def test_the_directory_is_public_and_every_entry_is_told(
    stack: Stack, names: str, issuer: Issuer, bus: Bus
) -> None:
    async with catalog_with_directory(stack, names, issuer, told=True) as catalog:
        entries = (await catalog.http.get("/api/catalog/places")).json()["entries"]
        assert {entry["entry_id"] for entry in entries} == {entry["entry_id"] for entry in sample.directory()}
        events = await published(bus, "catalog.places", len(entries))
        told = {envelope.subject: DirectoryEntryPublished.model_validate(value) for envelope, value in events}
        assert told["h-370104-w-01"].place_code == "370104"
        assert told["u-370104101-01"].parent_id == "370104101"
        below = (await catalog.http.get("/api/catalog/places", params={"place": "370105"})).json()["entries"]
        assert {entry["place"][:6] for entry in below} == {"370105"}


async def test_entries_are_altered_with_if_match_and_closed_with_a_reason(catalog: Catalog) -> None:
    path = "/api/catalog/places/h-370104"
    read = await catalog.http.get(path)
    body = {name: read.json()[name] for name in ("kind", "parent_id", "record")}
    body["record"]["phone"] = "0531-12345"
    assert problem(await catalog.http.put(path, json=body, headers=catalog.editor)) == (
        428,
        "if-match-required",
    )
    tag = {**catalog.editor, "If-Match": read.headers["etag"]}
    assert (await catalog.http.put(path, json=body, headers=tag)).json()["revision"] == 2
    assert problem(await catalog.http.put(path, json=body, headers=tag)) == (412, "stale")
    stranger = catalog.running.issuer.header("editor-b", "editor", place="370105")
    assert problem(await catalog.http.put(path, json=body, headers=stranger)) == (404, "not-found")
    closed = await catalog.http.post(f"{path}/closure", json={"reason": "搬迁"}, headers=catalog.editor)
    assert closed.json()["closed"] is True
    listed = (await catalog.http.get("/api/catalog/places")).json()["entries"]
    assert "h-370104" not in {entry["entry_id"] for entry in listed}
