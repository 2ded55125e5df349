"""中介超市 on the real database and broker: admission, a draw from opening to rating, and who may do what."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from contracts.marketplace import AgencyAdmitted, AgencySelected, EntriesClosed, SelectionOpened
from services.catalog.domain.marketplace.draws import bid_digest
from tests.support import marketplace as m
from tests.support.catalog import Catalog, Headers, catalog_with_directory, problem, published
from tests.support.eventually import eventually
from tests.support.services import Bus
from tests.support.stack import Stack
from tests.support.tokens import Issuer

BASE = "/api/catalog"
NONCE = "cd" * 16


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    """A running catalog with the list of services published."""
    async with catalog_with_directory(stack, names, issuer) as made:
        body = {"place": m.PLACE, "service_code": m.SERVICE, "record": m.service_body()}
        assert (
            await made.http.post(f"{BASE}/agency-services", json=body, headers=made.editor)
        ).status_code == 201
        path = f"{BASE}/agency-services/{m.SERVICE}/publication"
        assert (await made.http.post(path, headers=made.approver)).status_code == 200
        yield made


class Market:
    """The people of the marketplace."""

    def __init__(self, catalog: Catalog, issuer: Issuer) -> None:
        self.catalog, self._issuer = catalog, issuer
        self.citizen = issuer.header("citizen", "citizen", place=m.PLACE, person_ref="a1.7c0e5b1f2d9a4e63")
        self.supervisor = issuer.header("supervisor", "supervisor", place=m.PLACE)

    def agency(self, letter: str) -> Headers:
        return self._issuer.header(f"agency-{letter}", "agency", place=m.PLACE, unit=f"ag-{m.uscc(letter)}")

    async def post(self, path: str, who: Headers, **body: Any) -> Any:
        return await self.catalog.http.post(f"{BASE}/{path}", json=body, headers=who)

    async def get(self, path: str, who: Headers | None = None) -> Any:
        answer = await self.catalog.http.get(f"{BASE}/{path}", headers=who or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def admitted(self, *letters: str, **changes: Any) -> None:
        for letter in letters:
            record = m.record_body(letter, **changes)
            entered = await self.post("agencies", self.agency(letter), place=m.PLACE, record=record)
            assert entered.status_code == 201, entered.text
            done = await self.post(f"agencies/ag-{m.uscc(letter)}/admission", self.catalog.approver)
            assert done.status_code == 200, done.text

    async def opened(self, mode: str = "draw", who: Headers | None = None, **terms: Any) -> dict[str, Any]:
        body = {
            "service_code": m.SERVICE,
            "mode": mode,
            "place": m.PLACE,
            "entries_until": (self.catalog.now() + timedelta(days=3)).isoformat(),
            "requirements": "新建养老服务中心，建筑面积约 3000 平方米。",
            **terms,
        }
        answer = await self.post("selections", who or self.citizen, **body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def enter(self, selection_id: str, letter: str, **given: Any) -> Any:
        body = {"no_relation": True, "salt": f"{ord(letter):02x}" * 16, **given}
        return await self.post(f"selections/{selection_id}/entries", self.agency(letter), **body)

    async def later(self, selection_id: str, *states: str, **time: int) -> dict[str, Any]:
        self.catalog.set_now(self.catalog.now() + timedelta(**time))

        async def reached() -> dict[str, Any] | None:
            found: dict[str, Any] = await self.get(f"selections/{selection_id}")
            return found if found["state"] in states else None

        found: dict[str, Any] | None = await eventually(reached)
        assert found
        return found


@pytest.fixture
def market(catalog: Catalog, issuer: Issuer) -> Market:
    return Market(catalog, issuer)


async def test_a_draw_goes_from_opening_to_rating_and_anybody_computes_it_again(
    market: Market, bus: Bus
) -> None:
    await market.admitted("A", "B", "C")
    opened = await market.opened()
    path = f"selections/{opened['selection_id']}"
    for letter in "CAB":
        assert (await market.enter(opened["selection_id"], letter)).status_code == 201
    # Before the closing nobody sees who has entered, and the seed is nowhere to be read.
    public = await market.get(path)
    assert (public["entries"], public["entry_count"], public["seed"]) == ([], 3, None)
    stored = await market.catalog.running.service.database["selections"].find_one({})
    assert stored
    assert stored["seed"] is None
    ended = await market.later(opened["selection_id"], "selected", days=3)

    shown = await market.get(f"{path}/verification")
    assert hashlib.sha256(bytes.fromhex(shown["seed"])).hexdigest() == opened["seed_commitment"]
    digest = hashlib.sha256(shown["list_text"].encode()).hexdigest()

    def score(agency: str) -> str:
        message = f"{shown['selection_id']}|{digest}||{agency}".encode()
        return hmac.new(bytes.fromhex(shown["seed"]), message, hashlib.sha256).hexdigest()

    order = sorted((one["agency_id"] for one in shown["entries"]), key=score)
    assert [one["agency_id"] for one in shown["ranking"]] == order
    assert ended["winner"]["agency_id"] == order[0]

    assert problem(await market.post(f"{path}/fulfilment", market.agency("A"), rating=5)) == (
        403,
        "not-yours",
    )
    assert (await market.post(f"{path}/fulfilment", market.citizen, rating=4)).json()["state"] == "fulfilled"
    winner = await market.get(f"agencies/{order[0]}")
    assert (winner["jobs"], winner["done"], winner["rating"]) == (1, 1, 4.0)
    compared = await market.get(f"agencies/comparison?service={m.SERVICE}&place={m.PLACE}&by=jobs")
    assert compared["agencies"][0]["agency_id"] == order[0]

    told = [value for _, value in await published(bus, "catalog.selections", 3)]
    opening, closing, selected = told
    assert SelectionOpened.model_validate(opening).invited == sorted([m.A, m.B, m.C])
    assert EntriesClosed.model_validate(closing).entries_sha256 == digest
    assert AgencySelected.model_validate(selected).seed == shown["seed"]
    assert "养老" not in str(told)
    assert await market.catalog.running.service.database["selections"].count_documents({}) == 1


async def test_a_sealed_bid_is_revealed_and_the_lowest_wins(market: Market) -> None:
    await market.admitted("A", "B", "C")
    unit = market.catalog.editor
    opened = await market.opened("bid", who=unit, ceiling_fen=3_000_000, answer_hours=2)
    number = opened["selection_id"]
    for letter, price in (("A", 2_500_000), ("B", 1_900_000), ("C", 1_000_000)):
        agency_id = f"ag-{m.uscc(letter)}"
        seal = bid_digest(number, agency_id, price, NONCE)
        assert (await market.enter(number, letter, salt=None, bid_sha256=seal)).status_code == 201
    await market.later(number, "revealing", days=3)
    answers = f"selections/{number}/answers"
    wrong = await market.post(answers, market.agency("A"), price_fen=2_400_000, nonce=NONCE)
    assert problem(wrong) == (422, "seal-broken")
    for letter, price in (("A", 2_500_000), ("B", 1_900_000)):
        done = await market.post(answers, market.agency(letter), price_fen=price, nonce=NONCE)
        assert done.status_code == 200, done.text
    hidden = await market.get(f"selections/{number}")
    assert {one["price_fen"] for one in hidden["entries"]} == {None}
    # C does not reveal and is out, though it was cheapest.
    ended = await market.later(number, "selected", hours=2)
    assert (ended["winner"]["agency_id"], ended["price_fen"]) == (m.B, 1_900_000)


async def test_an_applicant_compares_closes_early_and_chooses(market: Market) -> None:
    await market.admitted("A", "B")
    opened = await market.opened("comparison", case_no="370104-20261123-7K3M9QX4")
    path = f"selections/{opened['selection_id']}"
    for letter, price in (("A", 900), ("B", 800)):
        given = {"price_fen": price, "days": 5, "salt": None}
        assert (await market.enter(opened["selection_id"], letter, **given)).status_code == 201
    assert problem(await market.post(f"{path}/closing", market.catalog.editor)) == (403, "not-yours")
    closed = await market.post(f"{path}/closing", market.citizen)
    assert sorted(closed.json()["may_choose"]) == sorted([m.A, m.B])
    choice = {"agency_id": m.A, "reason": "电话 13800005678 联系过"}
    assert problem(await market.post(f"{path}/choice", market.citizen, **choice)) == (422, "personal-number")
    choice["reason"] = "答复快，资质更高"
    assert (await market.post(f"{path}/choice", market.citizen, **choice)).json()["winner"][
        "agency_id"
    ] == m.A
    mine = [await market.get("selections?mine=true", who) for who in (market.citizen, market.supervisor)]
    assert [len(one["selections"]) for one in mine] == [1, 0]
    public = await market.get(path)
    assert (public["reason"], public["case_no"]) == (None, None)
    assert (await market.get(path, market.citizen))["reason"] == "答复快，资质更高"


async def test_a_draw_with_inquiry_asks_those_drawn(market: Market, bus: Bus) -> None:
    await market.admitted("A", "B", "C")
    opened = await market.opened("draw_with_inquiry", asked=2, witnessed=True)
    number = opened["selection_id"]
    for letter in "ABC":
        await market.enter(number, letter)
    await market.later(number, "witnessing", days=3)
    by_agency = await market.post(f"selections/{number}/witness", market.agency("A"), number="042917")
    assert by_agency.status_code == 403
    seen = await market.post(f"selections/{number}/witness", market.supervisor, number="042917")
    assert seen.status_code == 200, seen.text
    quoting = await market.later(number, "quoting")
    letters = {f"ag-{m.uscc(letter)}": letter for letter in "ABC"}
    for place, agency_id in enumerate(quoting["asked"]):
        done = await market.post(
            f"selections/{number}/answers", market.agency(letters[agency_id]), price_fen=900 - place
        )
        assert done.status_code == 200, done.text
    ended = await market.later(number, "selected")
    assert (ended["winner"]["agency_id"], ended["price_fen"]) == (quoting["asked"][1], 899)
    types = [envelope.type for envelope, _ in await published(bus, "catalog.selections", 4)]
    assert types == ["selection-opened", "entries-closed", "agencies-drawn", "agency-selected"]


async def test_too_few_reopen_once_and_then_end(market: Market, bus: Bus) -> None:
    await market.admitted("A")
    opened = await market.opened()
    number = opened["selection_id"]
    await market.enter(number, "A")
    market.catalog.set_now(market.catalog.now() + timedelta(days=3))

    async def again() -> bool:
        return bool((await market.get(f"selections/{number}"))["round"] == 2)

    await eventually(again)
    ended = await market.later(number, "cancelled", days=4)
    assert ended["reason"] == "有效报名 1 家，不足 2 家"
    types = [envelope.type for envelope, _ in await published(bus, "catalog.selections", 3)]
    assert types == ["selection-opened", "selection-opened", "selection-cancelled"]


async def test_a_barred_and_a_lapsed_agency_cannot_enter_and_lose_their_place_at_the_closing(
    market: Market,
) -> None:
    await market.admitted("A", "B", "C")
    soon = (market.catalog.now() + timedelta(days=1)).date()
    await market.admitted("D", qualifications=[m.certificate(valid_to=soon)])
    opened = await market.opened(min_grade="B", if_too_few="cancel", related=[m.C])
    number = opened["selection_id"]
    for letter in "ABD":
        assert (await market.enter(number, letter)).status_code == 201
    assert problem(await market.enter(number, "A")) == (409, "already-entered")
    assert problem(await market.enter(number, "C")) == (403, "related")
    assert problem(await market.enter(number, "E")) == (403, "not-eligible")
    reason = {"reason": "出具虚假报告。", "until": "2027-11-23"}
    barred = await market.post(f"agencies/{m.B}/blacklisting", market.catalog.approver, **reason)
    assert barred.status_code == 200, barred.text
    public = await market.get("agencies?state=blacklisted")
    assert [one["agency_id"] for one in public["agencies"]] == [m.B]
    assert problem(await market.enter((await market.opened())["selection_id"], "B")) == (403, "not-eligible")
    ended = await market.later(number, "cancelled", days=3)
    why = {one["agency_id"]: one["reason"] for one in ended["excluded"]}
    assert why == {m.B: "在黑名单期内", m.D: "资质不在有效期内"}
    assert problem(await market.enter(number, "A")) == (409, "entries-over")


async def test_what_is_entered_wrongly_is_named(market: Market) -> None:
    async def enter(who: Headers, place: str = m.PLACE, **changes: Any) -> tuple[int, str]:
        record = {**m.record_body("A"), **changes}
        return problem(await market.post("agencies", who, place=place, record=record))

    editor = market.catalog.editor
    assert await enter(editor, uscc="91370104MA3A1T2U40") == (422, "credit-code")
    assert await enter(market.agency("B")) == (403, "another-agency")
    assert await enter(editor, phone="13800005678") == (422, "office-phone")
    assert (await enter(editor, unknown=1))[0] == 422
    assert (await enter(editor, place="370105"))[0] == 404
    assert (await enter(market.citizen))[0] == 403
    await market.admitted("A")
    assert await enter(editor) == (409, "agency-exists")
    assert problem(await market.post(f"agencies/{m.A}/admission", market.catalog.approver)) == (
        409,
        "no-draft",
    )
    edit = f"{BASE}/agencies/{m.A}/draft"
    no_tag = await market.catalog.http.put(edit, json=m.record_body("A"), headers=market.agency("A"))
    assert problem(no_tag) == (428, "if-match-required")
    stale = {**market.agency("A"), "If-Match": '"1"'}
    assert problem(await market.catalog.http.put(edit, json=m.record_body("A"), headers=stale)) == (
        412,
        "stale",
    )


async def test_what_is_opened_wrongly_is_named(market: Market) -> None:
    async def refused(who: Headers | None = None, **terms: Any) -> tuple[int, str]:
        body = {
            "service_code": m.SERVICE,
            "mode": "draw",
            "place": m.PLACE,
            "entries_until": (market.catalog.now() + timedelta(days=3)).isoformat(),
            "requirements": "可研报告一份。",
            **terms,
        }
        return problem(await market.post("selections", who or market.citizen, **body))

    assert await refused(service_code="zj-999") == (422, "unknown-service")
    assert await refused(entries_until="2026-11-23T09:00:00+08:00") == (422, "selection-terms")
    assert await refused(requirements="联系人 13800005678") == (422, "personal-number")
    assert (await refused(entries_until="2026-11-24T09:00:00"))[0] == 422
    assert (await refused(mode="lottery"))[0] == 422
    assert (await refused(who=market.agency("A")))[0] == 403
    assert (await refused(who=market.catalog.editor, place="370105"))[0] == 404
    assert (await market.catalog.http.post(f"{BASE}/selections", json={})).status_code == 401
    for _ in range(5):
        await market.opened()
    assert await refused() == (409, "too-many-open")


async def test_a_repeated_opening_is_one_selection_with_one_seed(market: Market) -> None:
    key = {**market.citizen, "Idempotency-Key": "open-1"}
    first, again = [await market.opened(who=key) for _ in range(2)]
    assert first["selection_id"] == again["selection_id"]
    assert first["seed_commitment"] == again["seed_commitment"]


async def test_the_list_of_services_is_published_by_another_and_cut_with_a_reason(
    market: Market, bus: Bus
) -> None:
    listed = await market.get(f"agency-services?place={m.PLACE}101")
    assert [one["service_code"] for one in listed["services"]] == [m.SERVICE]
    code = f"agency-services/{m.SERVICE}"
    read = await market.catalog.http.get(f"{BASE}/{code}")
    dearer = m.service_body(standard_limit={"value": 10, "unit": "working_days"})
    edited = await market.catalog.http.put(
        f"{BASE}/{code}/draft",
        json=dearer,
        headers={**market.catalog.editor, "If-Match": read.headers["etag"]},
    )
    assert edited.status_code == 200, edited.text
    assert (await market.get(code))["record"]["standard_limit"]["value"] == 20
    own = await market.post(f"{code}/publication", market.catalog.editor)
    assert own.status_code == 403
    assert (await market.post(f"{code}/publication", market.catalog.approver)).status_code == 200
    assert (await market.get(code))["record"]["standard_limit"]["value"] == 10
    await market.admitted("A")
    cut = await market.post(f"{code}/cut", market.catalog.approver, reason="无法定依据，予以清理")
    assert cut.json()["state"] == "cut"
    assert (await market.get("agency-services"))["services"] == []
    ((_, admitted),) = await published(bus, "catalog.agencies", 1)
    assert AgencyAdmitted.model_validate(admitted).services == [m.SERVICE]
