"""What an editor is told while a draft is being written, on the real database and broker."""

from collections.abc import AsyncIterator

import httpx
import pytest

from deploy.local import sample
from tests.support.catalog import GUIDE, Catalog, catalog_with_directory, problem
from tests.support.stack import Stack
from tests.support.tokens import Issuer

FINDINGS = f"/api/catalog/items/{GUIDE}/findings"


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


async def test_a_record_is_checked_as_it_is_typed_and_nothing_is_kept(catalog: Catalog) -> None:
    await catalog.draft_guide()
    typed = {**sample.guide_item(), "conditions": ["其他相关材料"]}
    found = (await catalog.http.post(FINDINGS, json=typed, headers=catalog.city_editor)).json()
    assert {"catch-all", "vague"} & {one["rule"] for one in found if one["field"] == "conditions.0"}

    stored = (await catalog.http.get(FINDINGS, headers=catalog.city_editor)).json()
    assert [one for one in stored if one["field"] == "conditions.0"] == []
    draft = await catalog.http.get(f"/api/catalog/items/{GUIDE}", headers=catalog.city_editor)
    assert draft.headers["etag"] == '"1"'


async def test_a_waiver_of_the_draft_holds_for_the_same_words_as_they_are_typed(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await catalog.edit_guide(conditions=["其他条件"])
    (waivable,) = [
        one
        for one in (await catalog.http.get(FINDINGS, headers=catalog.city_editor)).json()
        if one["rule"] == "catch-all"
    ]
    body = {"finding": waivable["id"], "reason": "法律原文如此规定"}
    answer = await catalog.http.post(
        f"/api/catalog/items/{GUIDE}/waivers", json=body, headers=catalog.city_editor
    )
    assert answer.status_code == 200, answer.text

    same = {**sample.guide_item(), "conditions": ["对结论有争议", "其他条件"]}
    moved = (await catalog.http.post(FINDINGS, json=same, headers=catalog.city_editor)).json()
    (held,) = [one for one in moved if one["rule"] == "catch-all"]
    assert (held["field"], held["waived"]["reason"]) == ("conditions.1", "法律原文如此规定")


async def test_only_an_editor_of_the_place_asks_what_is_wrong_with_a_record(catalog: Catalog) -> None:
    await catalog.draft_guide()
    for who, refused in ((catalog.city_approver, (403, "forbidden")), (catalog.editor, (404, "not-found"))):
        answer = await catalog.http.post(FINDINGS, json=sample.guide_item(), headers=who)
        assert problem(answer) == refused
    unknown = {**sample.guide_item(), "colour": "red"}
    answer = await catalog.http.post(FINDINGS, json=unknown, headers=catalog.city_editor)
    assert problem(answer) == (422, "invalid")


async def test_the_work_table_counts_the_open_findings_of_drafts_alone(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await catalog.edit_guide(conditions=["其他条件"])

    async def entry(**query: str) -> dict[str, object]:
        answer = await catalog.http.get("/api/catalog/items", params=query, headers=catalog.city_editor)
        found: dict[str, object] = next(one for one in answer.json()["items"] if one["item_code"] == GUIDE)
        return found

    counted = await entry(state="all", findings="true")
    assert counted["findings"]["errors"] == 1  # type: ignore[index]
    assert counted["edited_at"]
    assert counted["draft_state"] == "draft"
    assert "findings" not in await entry(state="all")

    await catalog.edit_guide()
    await catalog.act("review")
    await catalog.act("publish")
    assert (await entry(state="all", findings="true"))["findings"] is None


@pytest.mark.parametrize("code", ["d/e@f", "b:c", "事项", "L" * 51])
async def test_a_code_that_is_no_address_is_refused(catalog: Catalog, code: str) -> None:
    record = {**sample.guide_item(), "base_code": code}
    answer = await catalog.http.post(
        "/api/catalog/items", json={"place": "3701", "record": record}, headers=catalog.city_editor
    )
    assert problem(answer) == (422, "invalid")
    assert "事项编码" in answer.json()["errors"][0]["zh"]


async def test_an_item_that_is_there_is_named_and_the_new_code_stays_free(catalog: Catalog) -> None:
    await catalog.draft_guide()

    async def created(**fields: str) -> httpx.Response:
        record = {**sample.guide_item(), **fields}
        return await catalog.http.post(
            "/api/catalog/items", json={"place": "3701", "record": record}, headers=catalog.city_editor
        )

    refused = await created(base_code="20-7777")
    assert problem(refused) == (409, "item-exists")
    assert GUIDE in refused.text
    assert (await created(base_code="20-7777", name="另一事项")).status_code == 201


async def test_a_sum_beyond_sense_is_refused_by_name(catalog: Catalog) -> None:
    await catalog.draft_guide()
    fee = {**sample.guide_item()["fee"], "amount_fen": 9223372036854775807}
    answer = await catalog.http.post(
        FINDINGS, json={**sample.guide_item(), "fee": fee}, headers=catalog.city_editor
    )
    assert problem(answer) == (422, "number-too-large")
    assert answer.json()["field"] == "fee.amount_fen"
