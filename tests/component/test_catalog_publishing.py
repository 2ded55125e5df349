"""Sign-off, publication, versions and withdrawal on the real database and broker."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from contracts.catalog import ItemPublished, ItemWithdrawn
from contracts.items import ItemRecord
from deploy.local import sample
from tests.support.catalog import GUIDE, ITEM, TOWN, Catalog, catalog_with_directory, problem, published
from tests.support.services import Bus
from tests.support.stack import Stack
from tests.support.tokens import Issuer

SUCCESSOR = "20-0006-3701"


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


async def test_an_item_is_published_with_its_whole_record_after_a_second_person_signed(
    catalog: Catalog, bus: Bus
) -> None:
    await catalog.draft_guide()
    assert problem(await catalog.act("publish")) == (409, "not-reviewed")
    assert problem(await catalog.act("review", who=catalog.city_editor)) == (403, "forbidden")
    assert problem(await catalog.act("review", who=catalog.approver)) == (404, "not-found")
    assert (await catalog.act("review")).json()["state"] == "approved"
    assert (await catalog.act("publish")).json()["version"] == 1
    assert problem(await catalog.act("publish")) == (409, "no-draft")

    ((envelope, value),) = await published(bus, "catalog.items", 1)
    event = ItemPublished.model_validate(value)
    assert (envelope.subject, envelope.sequence, envelope.placecode) == (GUIDE, 1, "3701")
    assert event.record == ItemRecord.model_validate(sample.guide_item())
    assert event.record_sha256 == event.record.digest()
    assert (event.signed_by, event.approved_by) == (["u-3701-01"], "u-3701-01")
    read = (await catalog.http.get(f"/api/catalog/items/{GUIDE}")).json()
    assert (read["version"], read["state"], read["record"]["name"]) == (1, "in_force", "预防接种异常反应鉴定")


async def test_who_edited_with_both_roles_still_cannot_sign(catalog: Catalog) -> None:
    both = catalog.running.issuer.header("both", "editor", "catalog-approver", place="3701")
    body = {"place": "3701", "record": sample.guide_item()}
    assert (await catalog.http.post("/api/catalog/items", json=body, headers=both)).status_code == 201
    assert problem(await catalog.act("review", who=both)) == (403, "own-draft")


async def test_open_errors_of_the_lint_are_listed_and_forbid_publishing(catalog: Catalog) -> None:
    await catalog.import_table(sample.township_csv(), place=TOWN)
    findings = (await catalog.http.get(f"/api/catalog/items/{ITEM}/findings", headers=catalog.editor)).json()
    assert {"field", "rule", "text", "source"} <= findings[0].keys()
    assert {"limits.promised", "fee", "materials"} <= {finding["field"] for finding in findings}
    await catalog.act("review", ITEM, catalog.approver)
    refused = await catalog.act("publish", ITEM, catalog.approver)
    assert problem(refused) == (409, "open-errors")
    assert refused.json()["findings"]


async def test_a_first_version_does_not_take_effect_in_the_past(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await catalog.act("review")
    for days, expected in ((900, (422, "effective-from-too-early")), (2, (422, "effective-from-too-early"))):
        begins = (catalog.now() - timedelta(days=days)).isoformat()
        assert problem(await catalog.act("publish", effective_from=begins)) == expected
    assert (await catalog.act("publish")).json()["version"] == 1


async def test_edits_need_the_revision_that_was_read(catalog: Catalog) -> None:
    await catalog.draft_guide()
    path, record = f"/api/catalog/items/{GUIDE}/draft", {**sample.guide_item(), "remark": "改"}
    read = await catalog.http.get(f"/api/catalog/items/{GUIDE}", headers=catalog.city_editor)
    tag = {**catalog.city_editor, "If-Match": read.headers["etag"]}
    assert problem(await catalog.http.put(path, json=record, headers=catalog.city_editor)) == (
        428,
        "if-match-required",
    )
    assert (await catalog.http.put(path, json=record, headers=tag)).status_code == 200
    late = await catalog.http.put(path, json={**record, "remark": "晚"}, headers=tag)
    assert problem(late) == (412, "stale")
    unknown = await catalog.http.put(path, json={**record, "colour": "red"}, headers=tag)
    assert (unknown.status_code, unknown.json()["field"]) == (422, "colour")
    other = await catalog.http.put(path, json={**record, "base_code": "20-0006"}, headers=tag)
    assert problem(other) == (422, "base-code-changed")


async def test_old_versions_stay_readable_and_each_instant_has_its_version(
    catalog: Catalog, bus: Bus
) -> None:
    await catalog.publish_guide()
    for number in (2, 3):
        catalog.set_now(catalog.now() + timedelta(hours=1))
        await catalog.edit_guide(remark=f"第{number}版")
        await catalog.act("review")
        assert (await catalog.act("publish")).json()["version"] == number
    begins = catalog.now() + timedelta(days=2)
    await catalog.edit_guide(remark="第4版")
    await catalog.act("review")
    for odd in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", begins.date().isoformat()):
        assert problem(await catalog.act("publish", effective_from=odd)) == (422, "invalid")
    await catalog.act("publish", effective_from=begins.isoformat())

    async def read(**query: Any) -> dict[str, Any]:
        answer = await catalog.http.get(f"/api/catalog/items/{GUIDE}", params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    assert ((await read())["version"], (await read())["state"]) == (3, "in_force")
    assert (await read(version=4))["state"] == "published"
    for number in (1, 2):
        old = await read(version=number)
        assert (old["version"], old["state"]) == (number, "superseded")
    assert (await read(version=2))["record"]["remark"] == "第2版"
    catalog.set_now(begins)
    assert (await read())["version"] == 4
    missing = await catalog.http.get(f"/api/catalog/items/{GUIDE}", params={"version": 9})
    assert problem(missing) == (404, "not-found")
    guide = await catalog.http.get(f"/api/catalog/items/{GUIDE}/guide", params={"version": 2})
    assert "旧版本" in guide.text

    events = [ItemPublished.model_validate(value) for _, value in await published(bus, "catalog.items", 4)]
    assert [(event.version, event.supersedes) for event in events] == [(1, None), (2, 1), (3, 2), (4, 3)]
    assert events[3].in_force is not None
    assert events[3].in_force.version == 3


async def _publish_successor(catalog: Catalog) -> str:
    record = {**sample.guide_item(), "base_code": SUCCESSOR.removesuffix("-3701"), "name": "接种异常反应鉴定"}
    made = await catalog.http.post(
        "/api/catalog/items", json={"place": "3701", "record": record}, headers=catalog.city_editor
    )
    assert made.status_code == 201, made.text
    for act in ("review", "publish"):
        assert (await catalog.act(act, SUCCESSOR)).status_code == 200
    return SUCCESSOR


async def test_a_withdrawal_ends_the_item_for_the_public_with_a_reason(catalog: Catalog, bus: Bus) -> None:
    await catalog.publish_guide()
    successor = await _publish_successor(catalog)
    assert (await catalog.act("withdraw")).status_code == 422
    ended = await catalog.act("withdraw", reason="依据废止", replaced_by=successor)
    assert (ended.status_code, ended.json()["state"]) == (200, "withdrawn")
    assert problem(await catalog.act("withdraw", reason="再次")) == (409, "already-withdrawn")
    events = await published(bus, "catalog.items", 3)  # of two items, in any order
    ((envelope, value),) = [one for one in events if "effective_to" in one[1]]
    event = ItemWithdrawn.model_validate(value)
    assert (envelope.sequence, event.reason, event.replaced_by) == (2, "依据废止", successor)
    listed = (await catalog.http.get("/api/catalog/items")).json()["items"]
    assert [entry["item_code"] for entry in listed] == [successor]
    read = (await catalog.http.get(f"/api/catalog/items/{GUIDE}")).json()
    assert (read["state"], read["withdrawn"]["reason"]) == ("withdrawn", "依据废止")


async def test_only_another_published_item_takes_over(catalog: Catalog) -> None:
    await catalog.publish_guide()
    await catalog.import_table(sample.township_csv(), place=TOWN)
    for odd in ("nope", GUIDE, ITEM):
        refused = await catalog.act("withdraw", reason="依据废止", replaced_by=odd)
        assert problem(refused) == (422, "no-such-successor")
        assert refused.json()["field"] == "replaced_by"
    successor = await _publish_successor(catalog)
    ends = (catalog.now() + timedelta(days=1)).isoformat()
    assert (await catalog.act("withdraw", successor, reason="合并", effective_to=ends)).status_code == 200
    later = (catalog.now() + timedelta(days=2)).isoformat()
    refused = await catalog.act("withdraw", reason="依据废止", replaced_by=successor, effective_to=later)
    assert problem(refused) == (422, "no-such-successor")


async def test_an_item_ends_now_or_later_and_is_in_force_until_then(catalog: Catalog) -> None:
    await catalog.publish_guide()
    refused = await catalog.act("withdraw", reason="依据废止", effective_to="2020-01-01T00:00:00+08:00")
    assert problem(refused) == (422, "effective-to-in-the-past")
    assert refused.json()["field"] == "effective_to"
    ends = catalog.now() + timedelta(days=2)
    told = await catalog.act("withdraw", reason="依据废止", effective_to=ends.isoformat())
    assert (told.status_code, told.json()["state"]) == (200, "published")
    read = (await catalog.http.get(f"/api/catalog/items/{GUIDE}")).json()
    assert (read["state"], read["withdrawn"]["replaced_by"]) == ("in_force", None)
    catalog.set_now(ends)
    assert (await catalog.http.get(f"/api/catalog/items/{GUIDE}")).json()["state"] == "withdrawn"


async def test_many_are_edited_signed_and_published_at_once_and_the_refused_are_named(
    catalog: Catalog,
) -> None:
    await catalog.import_table(sample.village_csv())
    listed = await catalog.http.get(
        "/api/catalog/items", params={"state": "draft", "limit": 1000}, headers=catalog.editor
    )
    entries = listed.json()["items"]
    edits = [
        {
            "item_code": entry["item_code"],
            "revision": entry["revision"],
            "record": sample.item_record(*entry["item_code"].rsplit("-", 1)),
        }
        for entry in entries[1:]
    ]
    done = await catalog.http.post("/api/catalog/drafts", json={"drafts": edits}, headers=catalog.editor)
    assert len(done.json()["done"]) == 13
    codes = {"item_codes": [entry["item_code"] for entry in entries] + ["99-9999-370104"]}
    reviews = (await catalog.http.post("/api/catalog/reviews", json=codes, headers=catalog.approver)).json()
    assert len(reviews["done"]) == 13
    assert {one["code"] for one in reviews["refused"]} == {"open-errors", "not-found"}
    answer = (
        await catalog.http.post("/api/catalog/publications", json=codes, headers=catalog.approver)
    ).json()
    assert len(answer["done"]) == 13
    assert {one["code"] for one in answer["refused"]} == {"open-errors", "not-found"}


async def test_of_two_who_publish_at_once_one_is_refused(catalog: Catalog, bus: Bus) -> None:
    await catalog.draft_guide()
    await catalog.act("review")
    answers = await asyncio.gather(*(catalog.act("publish") for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await published(bus, "catalog.items", 1)) == 1


async def test_a_repeated_act_with_its_key_is_done_once(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await catalog.act("review")
    key = {**catalog.city_approver, "Idempotency-Key": "publish-1"}
    first, again = [await catalog.act("publish", who=key) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert problem(await catalog.act("publish", who=key, effective_from="2026-12-01T00:00:00+08:00")) == (
        422,
        "idempotency-key-reused",
    )


async def test_a_draft_given_back_must_be_signed_anew(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await catalog.act("review")
    assert (await catalog.act("review", outcome="sent_back")).status_code == 422
    assert (await catalog.act("review", outcome="sent_back", reason="依据不全")).json()["state"] == "draft"
    assert problem(await catalog.act("publish")) == (409, "not-reviewed")
