"""Packages 一件事 on the real database and broker: composed, reviewed, published, ended with an item."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from contracts.packages import PackagePublished, PackageWithdrawn
from tests.support.catalog import Catalog, catalog_with_directory, problem, published
from tests.support.eventually import eventually
from tests.support.happenings import happened
from tests.support.packages import BIRTH, CARD, INSURANCE, ONLY_CHILD, TOWN, newborn, publish_items
from tests.support.services import Bus
from tests.support.stack import Stack
from tests.support.tokens import Issuer

PACKAGES = "/api/catalog/packages"


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        await publish_items(started, BIRTH, INSURANCE, CARD, ONLY_CHILD)
        yield started


async def composed(catalog: Catalog, **fields: Any) -> tuple[str, dict[str, Any]]:
    answer = await catalog.http.post(
        PACKAGES, json={"place": TOWN, "draft": newborn(**fields)}, headers=catalog.editor
    )
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body["package_code"], body


async def act(catalog: Catalog, code: str, act: str, who: dict[str, str] | None = None, **body: Any) -> Any:
    return await catalog.http.post(f"{PACKAGES}/{code}/{act}", json=body, headers=who or catalog.approver)


async def in_force(catalog: Catalog, **fields: Any) -> str:
    code, _ = await composed(catalog, **fields)
    assert (await act(catalog, code, "review")).json()["state"] == "approved"
    answer = await act(catalog, code, "publish")
    assert answer.status_code == 200, answer.text
    return code


async def read(catalog: Catalog, code: str, **query: Any) -> httpx.Response:
    return await catalog.http.get(f"{PACKAGES}/{code}", params=query)


async def test_a_package_is_composed_reviewed_by_another_and_published_whole(
    catalog: Catalog, bus: Bus
) -> None:
    code, draft = await composed(catalog)
    assert code == f"P-0001-{TOWN}"
    assert [part["version"] for part in draft["content"]["parts"]] == [1, 1, 1, 1]
    assert draft["rows"] == [[BIRTH, INSURANCE], [CARD, ONLY_CHILD]]
    names = [material["name"] for material in draft["record"]["materials"]]
    assert names.count("居民身份证") == 1
    assert len(names) == len(set(names))
    assert (await read(catalog, code)).status_code == 404, "a draft is not public"

    assert problem(await act(catalog, code, "publish")) == (409, "not-reviewed")
    assert problem(await act(catalog, code, "review", catalog.editor)) == (403, "forbidden")
    assert (await act(catalog, code, "review")).json()["state"] == "approved"
    assert (await act(catalog, code, "publish")).json() | {"effective_from": 0} == {
        "package_code": code, "place": TOWN, "version": 1, "effective_from": 0, "state": "in_force",
        "revision": 3,
    }  # fmt: skip
    ((envelope, value),) = await published(bus, "catalog.packages", 1)
    event = PackagePublished.model_validate(value)
    assert (envelope.subject, envelope.sequence, envelope.placecode) == (code, 1, TOWN)
    assert event.record_sha256 == event.record.digest()
    assert event.record.promised.working_days == 11
    shown = (await read(catalog, code)).json()
    assert (shown["state"], shown["version"], shown["record"]["name"]) == ("in_force", 1, "新生儿一件事")
    listed = (await catalog.http.get(PACKAGES, params={"q": "xse", "place": TOWN})).json()["packages"]
    assert [(line["package_code"], line["parts"]) for line in listed] == [(code, 4)]
    elsewhere = (await catalog.http.get(PACKAGES, params={"place": "370105"})).json()["packages"]
    assert elsewhere == []


async def test_the_plan_follows_the_answers_and_says_where_each_part_is_done(catalog: Catalog) -> None:
    code = await in_force(catalog)

    async def plan(*answers: str) -> httpx.Response:
        return await catalog.http.get(f"{PACKAGES}/{code}/plan", params=[("answer", one) for one in answers])

    whole, cut = (await plan()).json(), (await plan("only_child:no")).json()
    assert [part["item_code"] for part in whole["parts"]] == [BIRTH, INSURANCE, CARD, ONLY_CHILD]
    assert [part["item_code"] for part in cut["parts"]] == [BIRTH, INSURANCE, CARD]
    assert len(cut["materials"]) < len(whole["materials"])
    assert all(part["accepting_places"] and part["unit_name"] for part in cut["parts"])
    for wrong in ("only_child:maybe", "only_child", ":", "x:y"):
        assert problem(await plan(wrong)) == (422, "unknown-answer")


async def test_a_preview_keeps_nothing_and_names_what_is_wrong(catalog: Catalog) -> None:
    body = {"place": TOWN, "draft": newborn(parts=[{"item_code": BIRTH}, {"item_code": "99-1-370104101"}])}
    answer = await catalog.http.post(f"{PACKAGES}/preview", json=body, headers=catalog.editor)
    found = answer.json()
    assert found["record"] is None
    assert {"unknown-item", "unknown-part"} <= {finding["rule"] for finding in found["findings"]}
    state = {"state": "all"}
    listed = await catalog.http.get(PACKAGES, params=state, headers=catalog.editor)
    assert listed.json()["packages"] == []
    assert (await catalog.http.get(PACKAGES, params=state)).status_code == 401
    assert (await catalog.http.post(f"{PACKAGES}/preview", json=body)).status_code == 401
    far = catalog.running.issuer.header("editor-b", "editor", place="370105")
    assert (await catalog.http.post(f"{PACKAGES}/preview", json=body, headers=far)).status_code == 404


@pytest.mark.parametrize(
    "draft",
    [
        {"name": ""},
        {"name": "很" * 61},
        {"parts": [{"item_code": "含汉字"}]},
        {"parts": [{"item_code": BIRTH, "version": 0}]},
        {"parts": [{"item_code": BIRTH}] * 41},
        {"colour": "red"},
        {"subject": "dog"},
        {"summary": "看不见\u200b的字"},
        {"questions": [{"question": "q", "text": "问", "options": []}]},
    ],
)
async def test_what_cannot_be_a_package_is_refused(catalog: Catalog, draft: dict[str, Any]) -> None:
    body = {"place": TOWN, "draft": newborn(**draft)}
    answer = await catalog.http.post(PACKAGES, json=body, headers=catalog.editor)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"]


async def test_errors_forbid_publishing_and_are_listed(catalog: Catalog) -> None:
    cycle = [{"item_code": BIRTH, "after": [CARD]}, {"item_code": CARD, "after": [BIRTH]}]
    code, draft = await composed(catalog, parts=cycle, questions=[])
    assert draft["record"] is None
    for one in ("review", "publish"):
        refused = await act(catalog, code, one)
        assert problem(refused) == (409, "open-errors")
        assert [finding["rule"] for finding in refused.json()["findings"]] == ["cycle"]
    back = await act(catalog, code, "review", outcome="sent_back", reason="互为前置")
    assert (back.status_code, back.json()["state"]) == (200, "draft")


async def test_edits_need_the_revision_that_was_read_and_take_back_the_signature(catalog: Catalog) -> None:
    code, draft = await composed(catalog)
    await act(catalog, code, "review")
    path = f"{PACKAGES}/{code}/draft"
    changed = {**draft["content"], "name": "新生儿出生一件事"}
    assert problem(await catalog.http.put(path, json=changed, headers=catalog.editor)) == (
        428, "if-match-required",
    )  # fmt: skip
    tag = {**catalog.editor, "If-Match": '"2"'}
    edited = await catalog.http.put(path, json=changed, headers=tag)
    assert (edited.status_code, edited.json()["state"]) == (200, "draft")
    assert problem(await catalog.http.put(path, json=draft["content"], headers=tag)) == (412, "stale")
    assert problem(await act(catalog, code, "publish")) == (409, "not-reviewed")
    assert (await act(catalog, code, "review", outcome="sent_back")).status_code == 422
    back = await act(catalog, code, "review", outcome="sent_back", reason="名称不规范")
    assert back.json()["state"] == "draft"


async def test_a_repeated_creation_with_its_key_makes_one_package(catalog: Catalog) -> None:
    body = {"place": TOWN, "draft": newborn()}
    key = {**catalog.editor, "Idempotency-Key": "p-1"}
    first, again = [await catalog.http.post(PACKAGES, json=body, headers=key) for _ in range(2)]
    assert first.json()["package_code"] == again.json()["package_code"]
    other, _ = await composed(catalog)
    assert other == f"P-0002-{TOWN}"


async def test_a_withdrawn_item_ends_the_packages_that_contain_it(catalog: Catalog, bus: Bus) -> None:
    code = await in_force(catalog)
    kept = await in_force(catalog, name="医保一件事", parts=[{"item_code": BIRTH}, {"item_code": INSURANCE}],
                          questions=[])  # fmt: skip
    assert (await catalog.act("withdraw", CARD, catalog.approver, reason="依据废止")).status_code == 200

    async def ended() -> bool:
        return bool((await read(catalog, code)).json()["state"] == "withdrawn")

    await eventually(ended)
    withdrawn = (await read(catalog, code)).json()["withdrawn"]
    assert withdrawn["item_code"] == CARD
    assert "社保卡申领及发放" in withdrawn["reason"]
    events = [value for envelope, value in await published(bus, "catalog.packages", 3)
              if envelope.type == "package-withdrawn"]  # fmt: skip
    assert [PackageWithdrawn.model_validate(value).item_code for value in events] == [CARD]
    listed = (await catalog.http.get(PACKAGES)).json()["packages"]
    assert [line["package_code"] for line in listed] == [kept]

    again = await catalog.http.post(
        PACKAGES, json={"place": TOWN, "draft": newborn()}, headers=catalog.editor
    )
    texts = [f["text"] for f in again.json()["findings"] if f["rule"] == "item-withdrawn"]
    assert texts and "社保卡申领及发放" in texts[0]
    renamed = again.json()["package_code"]
    await act(catalog, renamed, "review")
    assert problem(await act(catalog, renamed, "publish")) == (409, "open-errors")


async def test_an_item_withdrawn_while_the_package_was_published_ends_it(catalog: Catalog, bus: Bus) -> None:
    """The package's own event is asked, too: the item's may have come a moment too early."""
    code = await in_force(catalog)
    early = happened("package-published", "newborn", package_code=code, place_code=TOWN)
    assert CARD in {part.item_code for part in early.record.parts}
    collection = catalog.running.service.database["items"]
    ending = {"at": catalog.now(), "effective_to": catalog.now(), "reason": "依据废止", "replaced_by": None}
    await collection.update_one({"_id": CARD}, {"$set": {"withdrawn": ending}})
    await bus.publish(early, sequence=2)

    async def ended() -> bool:
        return bool((await read(catalog, code)).json()["state"] == "withdrawn")

    await eventually(ended)


async def test_a_superseded_part_is_told_and_renewed_through_review(catalog: Catalog) -> None:
    code = await in_force(catalog)
    await publish_items(catalog, CARD, remark="第二版")
    staff = await catalog.http.get(f"{PACKAGES}/{code}", headers=catalog.editor)
    items = staff.json()["items"]
    assert [one for one, held in items.items() if held["stale"]] == [CARD]
    renewed = await act(catalog, code, "renew", catalog.editor)
    assert [part["version"] for part in renewed.json()["content"]["parts"]] == [1, 1, 2, 1]
    assert problem(await act(catalog, code, "renew", catalog.editor)) == (409, "nothing-to-renew")
    assert (await read(catalog, code)).json()["version"] == 1, "the public still reads the first"
    catalog.set_now(catalog.now() + timedelta(hours=1))
    await act(catalog, code, "review")
    assert (await act(catalog, code, "publish")).json()["version"] == 2
    old = (await read(catalog, code, version=1)).json()
    assert (old["state"], old["record"]["parts"][2]["version"]) == ("superseded", 1)
    assert problem(await read(catalog, code, version=9)) == (404, "not-found")
    assert (await catalog.http.get(f"{PACKAGES}/{code}/plan", params={"version": 1})).status_code == 200


async def test_by_hand_it_ends_once_with_a_reason(catalog: Catalog) -> None:
    code = await in_force(catalog)
    assert (await act(catalog, code, "withdraw")).status_code == 422
    assert problem(await act(catalog, code, "withdraw", catalog.editor, reason="不再办理")) == (
        403,
        "forbidden",
    )
    assert (await act(catalog, code, "withdraw", reason="合并到其他一件事")).json()["state"] == "withdrawn"
    assert problem(await act(catalog, code, "withdraw", reason="再次")) == (409, "already-withdrawn")
