"""惠企政策 over HTTP and the broker: from the draft to the payment, files sent by events."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support import happenings as h
from tests.support.catalog import COUNTY, Catalog, catalog_with_directory, problem
from tests.support.eventually import eventually
from tests.support.search import documents
from tests.support.services import Bus
from tests.support.stack import Stack
from tests.support.tokens import Issuer

POLICIES, PROPOSALS = "/api/catalog/policies", "/api/catalog/proposals"
CODE, REF = "hq-2026-001", "a1.5f1c0a9be3d27746"
ITEM = "05-0008-370110101"


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        await started.running.service.database["items"].insert_many(list(documents(70, 70)))
        yield started


def record(**given: Any) -> dict[str, Any]:
    return {
        "name": "小微企业创新券补助",
        "basis": [{"title": "槐荫区惠企政策清单（示例）"}],
        "benefit": "一次性补助1万元",
        "amount": {"kind": "fixed", "fixed_fen": 1_000_000},
        "item_code": ITEM,
        "without_application": True,
        "conditions": [
            {"feature": "size", "operator": "in", "values": ["micro", "small"], "text": "小型、微型企业"},
            {"feature": "place_code", "operator": "under", "values": ["370104"], "text": "在本区登记"},
        ],
        "valid_from": "2026-11-01",
        **given,
    }


async def draft(catalog: Catalog, code: str = CODE, **given: Any) -> httpx.Response:
    body = {"place": COUNTY, "policy_code": code, "record": record(**given)}
    return await catalog.http.post(POLICIES, json=body, headers=catalog.editor)


async def in_force(catalog: Catalog, code: str = CODE, **given: Any) -> None:
    answer = await draft(catalog, code, **given)
    assert answer.status_code == 201, answer.text
    answer = await catalog.http.post(f"{POLICIES}/{code}/publication", headers=catalog.approver)
    assert answer.status_code == 200, answer.text


def chief(catalog: Catalog, place: str = COUNTY) -> dict[str, str]:
    return catalog.running.issuer.header("chief", "chief", place=place)


def file(number: int = 0, **features: Any) -> Any:
    """The file of an enterprise."""
    ref = f"a1.{number:016x}" if number else REF
    return h.happened("enterprise-file-updated", "all-features", applicant_ref=ref, features=features)


async def proposals(catalog: Catalog, count: int, **query: Any) -> list[dict[str, Any]]:
    async def there() -> list[dict[str, Any]] | None:
        answer = await catalog.http.get(PROPOSALS, params=query, headers=chief(catalog))
        found: list[dict[str, Any]] = answer.json()["proposals"]
        return found if len(found) == count else None

    found: list[dict[str, Any]] | None = await eventually(there)
    assert found is not None
    return found


async def test_a_policy_is_published_by_a_second_person_and_read_by_everybody(
    catalog: Catalog, bus: Bus
) -> None:
    made = await draft(catalog)
    assert made.status_code == 201
    assert (await catalog.http.get(POLICIES)).json()["policies"] == []
    assert problem(await catalog.http.get(f"{POLICIES}/{CODE}")) == (404, "not-found")
    own = await catalog.http.post(f"{POLICIES}/{CODE}/publication", headers=catalog.editor)
    assert own.status_code == 403
    tag = {**catalog.editor, "If-Match": made.headers["etag"]}
    edited = await catalog.http.put(f"{POLICIES}/{CODE}/draft", json=record(benefit="2万元"), headers=tag)
    assert edited.status_code == 200
    assert problem(await catalog.http.put(f"{POLICIES}/{CODE}/draft", json=record(), headers=tag)) == (
        412,
        "stale",
    )
    done = await catalog.http.post(f"{POLICIES}/{CODE}/publication", headers=catalog.approver)
    assert (done.status_code, done.json()["state"]) == (200, "published")
    (listed,) = (await catalog.http.get(POLICIES, params={"place": "370104101"})).json()["policies"]
    assert listed["record"]["benefit"] == "2万元" and "draft" not in listed
    assert (await catalog.http.get(POLICIES, params={"place": "370105"})).json()["policies"] == []
    read = (await catalog.http.get(f"{POLICIES}/{CODE}")).json()
    assert read["item_name"] == "最低生活保障"
    ended = await catalog.http.post(
        f"{POLICIES}/{CODE}/withdrawal", json={"reason": "资金用完"}, headers=catalog.approver
    )
    assert ended.json()["state"] == "withdrawn"
    assert (await catalog.http.get(POLICIES)).json()["policies"] == []
    events = await eventually(lambda: _all(bus, "catalog.policies", 2))
    assert [envelope.type for envelope, _ in events] == ["policy-published", "policy-withdrawn"]


async def _all(bus: Bus, topic: str, count: int) -> list[Any] | None:
    found = await bus.all(topic)
    return found if len(found) >= count else None


async def test_bad_policies_are_answered_with_what_to_do(catalog: Catalog) -> None:
    assert problem(await draft(catalog, item_code="05-9999-370104")) == (422, "unknown-item")
    nonsense = [{"feature": "size", "operator": "under", "values": ["small"], "text": "小型"}]
    assert problem(await draft(catalog, conditions=nonsense)) == (422, "bad-condition")
    assert problem(await draft(catalog, conditions=[])) == (422, "no-condition")
    assert problem(await draft(catalog, amount={"kind": "fixed"})) == (422, "bad-amount")
    assert problem(await draft(catalog, name="政策\u200b")) == (422, "invisible-characters")
    for bad in ({"turnover": 1}, {"valid_from": "明天"}, {"consent_days": 0}, {"conditions": {"$ne": None}}):
        assert (await draft(catalog, **bad)).status_code == 422, bad
    assert (await draft(catalog)).status_code == 201
    assert problem(await draft(catalog)) == (409, "policy-exists")
    stranger = catalog.running.issuer.header("editor-b", "editor", place="370105")
    body = {"place": COUNTY, "policy_code": "hq-2", "record": record()}
    assert problem(await catalog.http.post(POLICIES, json=body, headers=stranger)) == (404, "not-found")


async def test_it_is_tried_against_the_known_files_before_it_is_published(catalog: Catalog, bus: Bus) -> None:
    for number, size in enumerate(("micro", "small", "large"), 1):
        await bus.publish(file(number, size=size))
    await bus.publish(
        h.happened(
            "enterprise-file-updated",
            "all-features",
            applicant_ref="a1.00000000000000ff",
            place_code="370105101",
        )
    )
    files = catalog.running.service.database["enterprise_files"]
    await eventually(lambda: _count(files, 4))
    body = {"place": COUNTY, "conditions": record()["conditions"]}
    answer = await catalog.http.post(f"{POLICIES}/preview", json=body, headers=catalog.editor)
    assert answer.json() == {
        "matching": 2,
        "known": 3,
        "conditions": [
            {"condition": "小型、微型企业", "meeting": 2},
            {"condition": "在本区登记", "meeting": 3},
        ],
    }
    assert (await catalog.http.post(f"{POLICIES}/preview", json=body)).status_code == 401


async def _count(collection: Any, count: int) -> bool:
    return bool(await collection.count_documents({}) == count)


async def test_a_new_policy_is_compared_with_all_files_once(catalog: Catalog, bus: Bus) -> None:
    for number in range(1, 8):
        await bus.publish(file(number, size="small" if number < 5 else "large"))
    files = catalog.running.service.database["enterprise_files"]
    await eventually(lambda: _count(files, 7))
    await in_force(catalog)
    found = await proposals(catalog, 4)
    assert {one["applicant_ref"] for one in found} == {f"a1.{n:016x}" for n in range(1, 5)}
    first = found[0]
    assert first["matched"][0] == {"condition": "小型、微型企业", "reason": "企业规模：小型"}
    assert (first["state"], first["expected_fen"]) == ("proposed", 1_000_000)
    # The same file again, and a change of the policy: nothing is proposed twice.
    await bus.publish(file(1, size="micro"))
    read = await catalog.http.get(f"{POLICIES}/{CODE}", headers=catalog.editor)
    tag = {**catalog.editor, "If-Match": read.headers["etag"]}
    changed = await catalog.http.put(f"{POLICIES}/{CODE}/draft", json=record(benefit="2万元"), headers=tag)
    assert changed.status_code == 200, changed.text
    assert (
        await catalog.http.post(f"{POLICIES}/{CODE}/publication", headers=catalog.approver)
    ).status_code == 200
    await bus.publish(file(9, size="small"))
    found = await proposals(catalog, 5)
    assert len({one["proposal_id"] for one in found}) == 5
    events = await eventually(lambda: _all(bus, "catalog.proposals", 5))
    assert all(value["matched"] for _, value in events)


async def test_a_new_file_is_compared_with_all_policies(catalog: Catalog, bus: Bus) -> None:
    await in_force(catalog)
    await in_force(catalog, "hq-2026-002", without_application=False)
    await in_force(catalog, "hq-2026-003", valid_from="2027-06-01")
    await bus.publish(file(size="small"))
    (one,) = await proposals(catalog, 1)
    assert one["policy_code"] == CODE
    await bus.publish(file(77, size="large"))
    files = catalog.running.service.database["enterprise_files"]
    await eventually(lambda: _count(files, 2))
    await proposals(catalog, 1)


async def consented(catalog: Catalog, bus: Bus) -> dict[str, Any]:
    """A proposal that was consented to."""
    await in_force(catalog)
    await bus.publish(file(size="small"))
    (one,) = await proposals(catalog, 1)
    told = {"proposal_id": one["proposal_id"], "applicant_ref": REF, "at": catalog.now().isoformat()}
    await bus.publish(h.happened("proposal-consented", "online", **told))
    (one,) = await proposals(catalog, 1, state="consented")
    return one


async def test_a_consent_leads_to_the_payment_and_the_payment_is_told(catalog: Catalog, bus: Bus) -> None:
    one = await consented(catalog, bus)
    path = f"{PROPOSALS}/{one['proposal_id']}/payment"
    body = {"amount_fen": 1_000_000, "paid_on": "2026-11-23"}
    assert problem(await catalog.http.post(path, json=body, headers=chief(catalog, "370105"))) == (
        404,
        "not-found",
    )
    assert (await catalog.http.post(path, json=body, headers=catalog.editor)).status_code == 403
    for bad in ({"amount_fen": 0}, {"amount_fen": -5}, {"paid_on": "2026-12-24"}, {"paid_on": "2026-11-01"}):
        answer = await catalog.http.post(path, json={**body, **bad}, headers=chief(catalog))
        assert answer.status_code == 422, bad
    key = {**chief(catalog), "Idempotency-Key": "pay-1"}
    for _ in range(2):
        paid = await catalog.http.post(path, json=body, headers=key)
        assert (paid.status_code, paid.json()["state"]) == (200, "paid")
    assert problem(await catalog.http.post(path, json=body, headers=chief(catalog))) == (409, "not-consented")
    events = await eventually(lambda: _all(bus, "catalog.proposals", 2))
    assert [envelope.type for envelope, _ in events] == ["benefit-proposed", "benefit-paid"]
    assert events[1][1]["amount_fen"] == 1_000_000


async def test_who_is_not_paid_in_time_stands_on_a_list(catalog: Catalog, bus: Bus) -> None:
    one = await consented(catalog, bus)
    assert one["pay_by"] == "2026-12-23" and not one["overdue"]
    none = await catalog.http.get(PROPOSALS, params={"overdue": "true"}, headers=chief(catalog))
    assert none.json()["proposals"] == []
    catalog.set_now(catalog.now() + timedelta(days=31))
    (late,) = await proposals(catalog, 1, overdue="true")
    assert late["proposal_id"] == one["proposal_id"] and late["overdue"]
    answer = await catalog.http.get(PROPOSALS, headers=chief(catalog))
    assert answer.json()["overdue"] == 1
    assert answer.json()["counts"] == {"consented": {"count": 1, "amount_fen": 0}}


async def test_what_is_declined_or_not_answered_ends(catalog: Catalog, bus: Bus) -> None:
    await in_force(catalog)
    for number in (1, 2):
        await bus.publish(file(number, size="small"))
    first, second = await proposals(catalog, 2)
    told = {name: first[name] for name in ("proposal_id", "applicant_ref")}
    await bus.publish(h.happened("proposal-declined", "not-wanted", **told))
    (declined,) = await proposals(catalog, 1, state="declined")
    assert declined["decline_reason"] == "not_wanted"
    catalog.set_now(datetime(2026, 12, 24, 1, tzinfo=UTC))
    (lapsed,) = await proposals(catalog, 1, state="lapsed")
    assert lapsed["proposal_id"] == second["proposal_id"]
    # Said before the last day was over, it counts though it comes in late.
    said = {"proposal_id": second["proposal_id"], "applicant_ref": second["applicant_ref"]}
    await bus.publish(h.happened("proposal-consented", "online", at="2026-12-20T10:00:00+08:00", **said))
    await proposals(catalog, 1, state="consented")


async def test_an_answer_that_comes_before_its_proposal_waits(catalog: Catalog, bus: Bus) -> None:
    await bus.publish(h.happened("proposal-consented", "online", proposal_id="bp-" + "0" * 24))
    parked = catalog.running.service.database["parked"]
    row = await eventually(lambda: parked.find_one({"outcome": "not_yet"}))
    assert "not known yet" in row["reason"]
