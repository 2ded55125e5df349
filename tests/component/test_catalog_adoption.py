"""Levels over HTTP and the broker: handed down, adopted, reduced, renewed, recalled, counted (mission C9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from contracts.adoption import ItemAdopted, LocalReductionFiled
from contracts.catalog import ItemPublished, ItemWithdrawn
from deploy.local import sample
from tests.support.catalog import COUNTY, TOWN, Catalog, catalog_with_directory, problem, published
from tests.support.eventually import eventually
from tests.support.services import Bus
from tests.support.stack import Stack
from tests.support.tokens import Issuer

SECOND_TOWN, STREET, VILLAGE = "370104102", "370104003", "370104101201"
BASE, CODE = "05-0008", "05-0008-370104"
OWN = f"{BASE}-{TOWN}"


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


def standard(base_code: str = BASE, to: str = "town", **fields: Any) -> dict[str, Any]:
    """A standard of the county that its towns, or villages, are to take over."""
    record = sample.item_record(base_code, TOWN if to == "town" else VILLAGE)
    handed_down = {"unit_id": "u-370104-01", "delegated_to": [to], "origin": "委托下放"}
    return {**record, "accepting_places": [], **handed_down, **fields}


async def hand_down(catalog: Catalog, record: dict[str, Any] | None = None) -> str:
    record = record or standard()
    body = {"place": COUNTY, "record": record}
    answer = await catalog.http.post("/api/catalog/items", json=body, headers=catalog.editor)
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["item_code"]
    await publish(catalog, code)
    return code


async def publish(catalog: Catalog, code: str, **body: Any) -> httpx.Response:
    assert (await catalog.act("review", code, catalog.approver)).status_code == 200
    answer = await catalog.act("publish", code, catalog.approver, **body)
    assert answer.status_code == 200, answer.text
    return answer


async def revise(catalog: Catalog, code: str, record: dict[str, Any]) -> None:
    await edit(catalog, code, record)
    await publish(catalog, code)


async def edit(catalog: Catalog, code: str, record: dict[str, Any]) -> httpx.Response:
    present = await catalog.http.get(f"/api/catalog/items/{code}", headers=catalog.editor)
    return await catalog.http.put(
        f"/api/catalog/items/{code}/draft",
        json=record,
        headers={**catalog.editor, "If-Match": present.headers["etag"]},
    )


async def adopt(
    catalog: Catalog, place: str = TOWN, code: str = CODE, who: dict[str, str] | None = None, **body: Any
) -> httpx.Response:
    path = f"/api/catalog/items/{code}/adoption"
    return await catalog.http.post(path, json={"place": place, **body}, headers=who or catalog.approver)


async def reduce(catalog: Catalog, code: str = OWN, **asked: Any) -> httpx.Response:
    path = f"/api/catalog/items/{code}/reductions"
    present = await catalog.http.get(path, headers=catalog.editor)
    headers = {**catalog.editor, "If-Match": present.headers["etag"]}
    return await catalog.http.put(path, json=asked, headers=headers)


async def get(catalog: Catalog, path: str, **query: Any) -> dict[str, Any]:
    answer = await catalog.http.get(f"/api/catalog/{path}", params=query, headers=catalog.editor)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def told(bus: Bus, count: int) -> list[tuple[Any, dict[str, Any]]]:
    return await published(bus, "catalog.items", count)


async def test_a_town_takes_over_what_the_county_hands_down(catalog: Catalog, bus: Bus) -> None:
    await hand_down(catalog)
    (row,) = (await get(catalog, "adoptable", place=TOWN))["items"]
    assert (row["item_code"], row["state"], row["from_place"]) == (CODE, "waiting", COUNTY)
    assert (await get(catalog, "adoptable", place=VILLAGE))["items"] == []

    answer = await adopt(catalog)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["item_code"], answer.json()["version"]) == (OWN, 1)
    found = {envelope.type: (envelope, value) for envelope, value in await told(bus, 2)}
    envelope, value = found["item-adopted"]
    event = ItemAdopted.model_validate(value)
    assert (envelope.subject, envelope.sequence, envelope.placecode) == (OWN, 1, TOWN)
    assert (event.base_version, event.level, event.unit.unit_id) == (1, "town", f"u-{TOWN}-01")
    assert event.record_sha256 == event.record.digest()
    assert event.signed_by == ["u-370104-01"]

    assert (await get(catalog, f"items/{OWN}"))["state"] == "in_force"
    (row,) = (await get(catalog, "adoptable", place=TOWN, state="adopted"))["items"]
    assert row["own"]["item_code"] == OWN


async def test_who_may_adopt_and_what_is_refused(catalog: Catalog) -> None:
    await hand_down(catalog)
    assert problem(await adopt(catalog, who=catalog.editor)) == (403, "forbidden")
    other = catalog.running.issuer.header("other", "catalog-approver", place="370105")
    assert problem(await adopt(catalog, who=other)) == (404, "not-found")
    assert problem(await adopt(catalog, place=VILLAGE)) == (409, "not-handed-down")
    assert problem(await adopt(catalog, place="370104999")) == (422, "unknown-place")
    assert problem(await adopt(catalog, code="99-0001-370104")) == (404, "not-found")
    assert problem(await adopt(catalog, unit_id="u-370104-01")) == (422, "unknown-unit")
    key = {**catalog.approver, "Idempotency-Key": "adopt-1"}
    first, again = await adopt(catalog, who=key), await adopt(catalog, who=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert problem(await adopt(catalog)) == (409, "already-adopted")


async def test_many_are_adopted_at_once_and_the_refused_are_named(catalog: Catalog) -> None:
    codes = [await hand_down(catalog, standard(f"05-00{number:02}")) for number in (8, 9, 10)]
    body = {"place": SECOND_TOWN, "item_codes": [*codes, "05-9999-370104"]}
    answer = await catalog.http.post("/api/catalog/adoptions", json=body, headers=catalog.approver)
    assert answer.json()["done"] == codes
    assert [one["code"] for one in answer.json()["refused"]] == ["not-found"]


async def test_a_place_may_only_ask_less_and_what_it_asks_less_of_is_filed(
    catalog: Catalog, bus: Bus
) -> None:
    await hand_down(catalog)
    await adopt(catalog)
    record = (await get(catalog, f"items/{OWN}"))["record"]
    more = {**record, "materials": [*record["materials"], {"name": "户口簿复印件"}]}
    refused = await edit(catalog, OWN, more)
    assert problem(refused) == (422, "material-added")
    assert refused.json()["field"] == f"materials.{len(record['materials'])}"
    assert record["materials"][0]["name"] in refused.json()["standard"]
    longer = await reduce(catalog, promised={"value": 99, "unit": "working_days"})
    assert problem(longer) == (422, "time-added")
    promised = record["limits"]["promised"]["value"]
    assert longer.json()["standard"] == f"{promised}个工作日"
    assert problem(await reduce(catalog, dropped_materials=["没有这份"])) == (422, "unknown-material")

    shorter = {"value": promised - 5, "unit": "working_days"}
    name = record["materials"][-1]["name"]
    longest = max(record["steps"], key=lambda step: int(step["limit"]["value"]))
    days = {**longest["limit"], "value": longest["limit"]["value"] - 5}
    steps = [{"step": longest["step"], "limit": days}]
    drafted = await reduce(catalog, promised=shorter, dropped_materials=[name], steps=steps)
    assert drafted.status_code == 200, drafted.text
    assert drafted.json()["drafted"]["dropped_materials"] == [name]
    assert drafted.json()["reductions"] == {"dropped_materials": [], "steps": []}
    await publish(catalog, OWN)
    found = [v for e, v in await told(bus, 3) if e.type == "local-reduction-filed"]
    event = LocalReductionFiled.model_validate(found[0])
    assert (event.version, event.filing_no) == (2, f"BA-{OWN}-2")
    assert event.filed_with.unit_id == "u-370104-01"
    assert event.reductions.dropped_materials == [name]
    assert name not in [material.name for material in event.record.materials]

    assert (await reduce(catalog)).status_code == 200
    await publish(catalog, OWN)
    filings = (await get(catalog, f"items/{OWN}/reductions"))["filings"]
    assert [filing["filing_no"] for filing in filings] == [f"BA-{OWN}-2", f"BA-{OWN}-3"]
    last = [v for e, v in await told(bus, 4) if e.type == "local-reduction-filed"][-1]
    assert LocalReductionFiled.model_validate(last).reductions.promised is None


async def test_the_unit_above_reads_what_the_places_below_it_have_filed(
    catalog: Catalog, issuer: Issuer
) -> None:
    await hand_down(catalog)
    begun = catalog.now()
    for place in (TOWN, SECOND_TOWN):
        await adopt(catalog, place)
    record = (await get(catalog, f"items/{OWN}"))["record"]
    promised, material = record["limits"]["promised"], record["materials"][-1]["name"]
    day = {"value": 0, "unit": promised["unit"]}
    steps = [{"step": step["step"], "limit": day} for step in record["steps"]]
    await reduce(catalog, promised=day, steps=steps)
    await catalog.act("submission", OWN, catalog.editor, note="即来即办")
    await publish(catalog, OWN)
    catalog.set_now(begun + timedelta(days=3))
    await reduce(catalog, f"{BASE}-{SECOND_TOWN}", dropped_materials=[material])
    await publish(catalog, f"{BASE}-{SECOND_TOWN}")
    catalog.set_now(begun + timedelta(days=6))
    await reduce(catalog)
    await publish(catalog, OWN)

    async def filed(**query: Any) -> list[str]:
        found = await get(catalog, "filings", **{"place": COUNTY, **query})
        return [one["filing_no"] for one in found["filings"]]

    first, other, last = f"BA-{OWN}-2", f"BA-{BASE}-{SECOND_TOWN}-2", f"BA-{OWN}-3"
    assert await filed() == [last, other, first]
    assert await filed(place=SECOND_TOWN) == [other]
    assert await filed(item=OWN) == [last, first]
    assert await filed(item="生活保障") == await filed(item=BASE) == [last, other, first]
    assert await filed(item="没有这个事项") == []
    kinds = {"time": [first], "steps": [first], "materials": [other], "fee": [], "taken_back": [last]}
    assert {kind: await filed(kind=kind) for kind in kinds} == kinds
    assert await filed(**{"from": "2026-11-24"}) == [last, other]
    assert await filed(until="2026-11-23") == [first]

    page = await get(catalog, "filings", place=COUNTY, limit=2)
    rest = await get(catalog, "filings", place=COUNTY, limit=2, cursor=page["next_cursor"])
    (oldest,) = rest["filings"]
    assert (oldest["filing_no"], rest["next_cursor"]) == (first, None)
    assert (oldest["standard"]["promised"], oldest["reductions"]["promised"]) == (promised, day)
    assert (oldest["place_name"], oldest["by"], oldest["note"]) == ("槐南镇(示例)", "approver", "即来即办")
    assert oldest["approved_by"] == oldest["filed_with"]

    query = {"place": COUNTY, "format": "csv"}
    table = await catalog.http.get("/api/catalog/filings/file", params=query, headers=catalog.editor)
    lines = table.content.decode("utf-8-sig")
    assert f"不再要求：{material}" in lines
    assert "减为当场办结" in lines
    assert "全部收回，按标准执行" in lines
    neighbour = issuer.header("other", "editor", place="370105")
    for path in ("filings", "filings/file"):
        refused = await catalog.http.get(f"/api/catalog/{path}", params=query, headers=neighbour)
        assert problem(refused) == (404, "not-found")
    query = {"place": COUNTY, "cursor": "x"}
    forged = await catalog.http.get("/api/catalog/filings", params=query, headers=catalog.editor)
    assert problem(forged) == (400, "bad-cursor")


async def test_a_table_may_only_ask_less_as_well(catalog: Catalog) -> None:
    await hand_down(catalog)
    await adopt(catalog)
    record = (await get(catalog, f"items/{OWN}"))["record"]
    promised = record["limits"]["promised"]["value"]

    def row(days: int, fee: str) -> bytes:
        head = "事项名称,实施主体,承诺时限,收费依据及标准"
        return f"{head}\n{record['name']},{record['implementing_body']},{days}个工作日,{fee}\n".encode()

    more = (await catalog.import_table(row(promised + 2, "《某办法》，100元/件"), place=TOWN)).json()
    assert [(one["column"], one["rule"]) for one in more["problems"]] == [
        ("承诺时限", "time-added"),
        ("收费依据及标准", "fee-raised"),
    ]
    assert f"{promised}个工作日" in more["problems"][0]["message"]
    assert (more["updated"], more["unchanged"]) == (0, 0)
    same = (await catalog.import_table(row(promised, "不收费"), place=TOWN)).json()
    assert (same["problems"], same["unchanged"]) == ([], 1)
    less = (await catalog.import_table(row(promised - 1, "不收费"), place=TOWN)).json()
    assert (less["problems"], less["updated"]) == ([], 1)
    await adopt(catalog, SECOND_TOWN)
    both = (await catalog.import_table(row(promised + 2, "不收费"))).json()
    (told_once,) = both["problems"]
    assert "槐南镇(示例)、槐西镇(示例)认领的事项" in told_once["message"]


async def test_a_revised_standard_renews_the_drafts_below_and_keeps_their_reductions(
    catalog: Catalog, bus: Bus
) -> None:
    await hand_down(catalog)
    await adopt(catalog)
    await adopt(catalog, place=SECOND_TOWN)
    record = standard()
    name = record["materials"][-1]["name"]
    await reduce(catalog, dropped_materials=[name])
    await publish(catalog, OWN)
    await revise(catalog, CODE, standard(conditions=["户籍在本区"]))

    async def renewed() -> Any:
        rows = (await get(catalog, "adoptable", place=TOWN, state="revised"))["items"]
        return rows[0] if rows else None

    row = await eventually(renewed)
    assert (row["own"]["base_version"], row["own"]["next_version"]) == (1, 2)
    draft = await get(catalog, f"items/{OWN}", version="draft")
    assert draft["record"]["conditions"] == ["户籍在本区"]
    assert name not in [material["name"] for material in draft["record"]["materials"]]
    await publish(catalog, OWN)
    events = [
        ItemPublished.model_validate(value)
        for envelope, value in await told(bus, 6)
        if envelope.type == "item-published" and envelope.subject == OWN
    ]
    assert [(one.change, one.base_version) for one in events] == [("standard_revised", 2)]
    assert events[0].reductions is not None
    assert events[0].reductions.dropped_materials == [name]
    assert (await get(catalog, "adoptable", place=TOWN, state="revised"))["items"] == []


async def test_what_is_recalled_or_withdrawn_above_ends_below(catalog: Catalog, bus: Bus) -> None:
    await hand_down(catalog)
    await adopt(catalog)
    village = await hand_down(catalog, standard("06-0001", to="village"))
    assert (await adopt(catalog, place=VILLAGE, code=village)).status_code == 201
    await revise(catalog, CODE, standard(delegated_to=[]))
    assert (await catalog.act("withdraw", village, catalog.approver, reason="依据废止")).status_code == 200

    async def ended() -> Any:
        states = [(await get(catalog, f"items/{code}"))["state"] for code in (OWN, f"06-0001-{VILLAGE}")]
        return states == ["withdrawn", "withdrawn"]

    await eventually(ended)
    reasons = {
        value["item_code"]: ItemWithdrawn.model_validate(value).reason
        for envelope, value in await told(bus, 8)
        if envelope.type == "item-withdrawn"
    }
    assert reasons[OWN] == "上级不再委托下放该事项。"
    assert "依据废止" in reasons[f"06-0001-{VILLAGE}"]


async def test_what_is_given_back_is_a_gap_again_and_can_be_adopted_anew(catalog: Catalog) -> None:
    await hand_down(catalog)
    await adopt(catalog)
    assert (await catalog.act("withdraw", OWN, catalog.approver, reason="人手不足")).status_code == 200
    (row,) = (await get(catalog, "adoptable", place=TOWN))["items"]
    assert (row["state"], row["own"]["end_reason"]) == ("given_back", "人手不足")
    again = await adopt(catalog)
    assert (again.status_code, again.json()["version"]) == (201, 2)
    assert (await get(catalog, f"items/{OWN}"))["state"] == "in_force"


async def test_the_adoption_rate_of_each_place_names_what_is_missing(catalog: Catalog) -> None:
    codes = [await hand_down(catalog, standard(f"05-00{number:02}")) for number in (8, 9)]
    secret = standard("05-0010")
    materials = [{**one, "by_commitment": False} for one in secret["materials"]]
    offline = {"channels": ["window"], "online_depth": "none", "materials": materials}
    await hand_down(catalog, {**secret, **offline, "secret": True})
    for code in codes:
        await adopt(catalog, code=code)
    await adopt(catalog, place=SECOND_TOWN, code=codes[0])
    found = await get(catalog, "adoption-rates", place=COUNTY)
    rates = {one["place"]: one for one in found["places"]}
    assert (rates[TOWN]["delegated"], rates[TOWN]["adopted"], rates[TOWN]["rate"]) == (2, 2, 1.0)
    assert rates[SECOND_TOWN]["rate"] == 0.5
    assert [gap["item_code"] for gap in rates[SECOND_TOWN]["gaps"]] == [codes[1]]
    assert rates[STREET]["adopted"] == 0
    assert found["levels"] == [{"level": "town", "delegated": 6, "adopted": 3, "rate": 0.5}]
    citizen = catalog.running.issuer.header("c", "applicant", place=COUNTY)
    refused = await catalog.http.get("/api/catalog/adoption-rates", params={"place": COUNTY}, headers=citizen)
    assert refused.status_code in (403, 404)


async def test_pages_of_what_is_handed_down(catalog: Catalog) -> None:
    for number in (8, 9, 10):
        await hand_down(catalog, standard(f"05-00{number:02}"))
    first = await get(catalog, "adoptable", place=TOWN, limit=2)
    second = await get(catalog, "adoptable", place=TOWN, limit=2, cursor=first["next_cursor"])
    codes = [row["base_code"] for row in first["items"] + second["items"]]
    assert (codes, second["next_cursor"]) == (["05-0008", "05-0009", "05-0010"], None)
    forged = await catalog.http.get(
        "/api/catalog/adoptable", params={"place": TOWN, "cursor": "x"}, headers=catalog.editor
    )
    assert problem(forged) == (400, "bad-cursor")
