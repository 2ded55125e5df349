"""Filing an application: what is answered, what is stored, what goes out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.intake.store.items import Items
from services.runtime.idempotency import IdempotencyKey
from services.runtime.problems import Unavailable
from services.runtime.records import Records
from tests.support import intake as sample
from tests.support.eventually import eventually
from tests.support.intake import (
    case_events,
    citizen,
    clerk,
    knows,
    official,
    submit,
    submit_online,
)
from tests.support.services import Bus, Running
from tests.support.stack import Stack
from tests.support.tokens import Issuer


@pytest.fixture
async def intake(stack: Stack, names: str, bus: Bus, issuer: Issuer) -> AsyncIterator[Running]:
    async with sample.at_work(stack, names, bus, issuer) as service:
        yield service


async def test_a_complete_application_at_the_window_is_accepted_with_its_dates(
    intake: Running, bus: Bus
) -> None:
    answer = await submit(intake)
    assert answer.status_code == 201
    body = answer.json()
    assert body["state"] == "accepted" and body["missing"] == []
    assert body["promised_due"] < body["statutory_due"]
    ((type, data),) = await case_events(bus)
    assert type == "case-accepted"
    assert data["case_no"] == body["case_no"] and data["place_code"] == sample.PLACE
    assert data["item"]["version"] == 1 and data["unit"]["name"] == "吴家堡街道办事处"
    assert data["applicant"]["name_masked"] == "张*" and data["applicant"]["phone_masked"] == "138****5678"
    assert data["actor"] == {
        "role": "clerk",
        "officer_id": "o-370104101-0003",
        "unit_id": "u-370104101-01",
        "hall_id": "h-370104101",
        "window_id": "w-02",
        "channel": "window",
    }
    assert [m["source"] for m in data["materials"]] == ["file", "licence", "commitment"]
    assert [c["replaces"] for c in data["commitments"]] == [sample.ADDRESS]
    assert data["clock"]["promised_due"]["on"] == body["promised_due"]


async def test_everything_missing_is_named_in_one_notice(intake: Running, bus: Bus) -> None:
    answer = await submit(intake, situation={"household": "school_child"}, materials=[])
    body = answer.json()
    assert body["state"] == "correction_requested"
    assert [m["name"] for m in body["missing"]] == [
        sample.APPLICATION_FORM,
        sample.ID_CARD,
        sample.ADDRESS,
        sample.SCHOOL,
    ]
    assert body["promised_due"] is None
    ((type, data),) = await case_events(bus)
    assert type == "correction-requested" and data["notice_count"] == 1 and data["fault"] is False


async def test_deferral_and_commitment_only_where_the_item_allows_them(intake: Running) -> None:
    materials = [
        {"name": sample.APPLICATION_FORM, "deferred": True},
        {"name": sample.ID_CARD, "commitment": True},
        {"name": sample.ADDRESS, "commitment": True},
        {"name": sample.SCHOOL, "deferred": True},
    ]
    body = (await submit(intake, situation={"household": "school_child"}, materials=materials)).json()
    assert [m["name"] for m in body["missing"]] == [sample.APPLICATION_FORM, sample.ID_CARD]


async def test_a_web_application_waits_for_a_clerk_unless_accepted_on_receipt(
    intake: Running, bus: Bus
) -> None:
    assert (await submit_online(intake)).json()["state"] == "received"
    await bus.publish(sample.published(base_code="05-0009", name="高龄津贴", acceptance="on_receipt"))
    code = f"05-0009-{sample.PLACE}"
    await eventually(lambda: knows(intake, code))
    assert (await submit_online(intake, item_code=code)).json()["state"] == "accepted"


async def test_the_same_key_gives_the_same_case_even_when_the_item_has_ended_since(
    intake: Running, bus: Bus
) -> None:
    first = await submit(intake, key="k-1")
    await bus.publish(
        sample.withdrawn(datetime.now(UTC) - timedelta(seconds=1), replaced_by="05-0010-370104101")
    )

    async def ended() -> bool:
        return (await submit(intake)).status_code == 409

    await eventually(ended)
    again = await submit(intake, key="k-1")
    assert (again.status_code, again.json()) == (201, first.json())
    other = await submit(intake, key="k-1", applicant=sample.applicant(name="李四"))
    assert other.status_code in (409, 422)


async def test_the_same_key_with_another_body_is_refused(intake: Running) -> None:
    await submit(intake, key="k-2")
    other = await submit(intake, key="k-2", applicant=sample.applicant(name="李四"))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert await intake.service.database["cases"].count_documents({}) == 1


async def test_a_database_that_is_away_is_not_asked_twice(
    intake: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[IdempotencyKey] = []

    async def away(*_: Any) -> Any:
        raise Unavailable()

    async def created_with(_: Any, key: IdempotencyKey) -> None:
        asked.append(key)

    monkeypatch.setattr(Items, "get", away)
    monkeypatch.setattr(Records, "created_with", created_with)
    answer = await submit(intake, key="while-away")
    assert (answer.status_code, asked) == (503, [])
    assert int(answer.headers["retry-after"]) > 0


async def test_an_ended_item_names_its_successor(intake: Running, bus: Bus) -> None:
    await bus.publish(
        sample.withdrawn(datetime.now(UTC) - timedelta(seconds=1), replaced_by="05-0010-370104101")
    )

    async def refused() -> httpx.Response | None:
        answer = await submit(intake)
        return answer if answer.status_code == 409 else None

    answer = await eventually(refused)
    assert answer
    body = answer.json()
    assert body["code"] == "item-withdrawn" and body["replaced_by"] == "05-0010-370104101"


async def test_a_version_counts_from_its_instant_and_the_highest_wins(intake: Running, bus: Bus) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await bus.publish(sample.published(version=2, since=tomorrow, name="最低生活保障(新)"))
    await bus.publish(sample.published(version=3, name="最低生活保障(更正)"))
    await eventually(lambda: knows(intake, sample.ITEM_CODE, 3))

    async def third() -> bool:
        case_no = (await submit(intake)).json()["case_no"]
        found = await intake.service.database["cases"].find_one({"_id": case_no})
        return bool(found["item"]["version"] == 3)

    await eventually(third)


def wrong_check_digit() -> str:
    right = sample.citizen_number()
    return right[:-1] + ("1" if right[-1] != "1" else "2")


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"item_code": "99-9999-370104101"}, "item_code", "unknown-item"),
    ({"place": "370104102"}, "place", "wrong-place"),
    (
        {"applicant": sample.applicant(id_number=wrong_check_digit())},
        "applicant.id_number",
        "check-digit",
    ),
    (
        {"applicant": sample.applicant(id_number=sample.citizen_number(born="19900230"))},
        "applicant.id_number",
        "birth-date",
    ),
    ({"applicant": sample.applicant(name="张\u200b三")}, "applicant.name", "name-characters"),
    ({"applicant": sample.applicant(phone="12345")}, "applicant.phone", "phone"),
    ({"situation": {}}, "situation.household", "situation"),
    ({"materials": [{"name": "别的材料"}]}, "materials.0.name", "unknown-material"),
    (
        {"materials": [{"name": sample.ID_CARD, "file_id": "f-" + "0" * 32}]},
        "materials.0.file_id",
        "unknown-file",
    ),
    (
        {"materials": [{"name": sample.ID_CARD, "deferred": True, "commitment": True}]},
        "materials.0",
        "one-way",
    ),
    ({"parties": [{"role": "nobody", **sample.applicant()}]}, "parties.0.role", "unknown-role"),
]
UNKNOWN: list[dict[str, Any]] = [
    {"state": "accepted"},
    {"applicant": {**sample.applicant(), "id_number": {"$ne": None}}},
    {"applicant": {**sample.applicant(), "credit": 1}},
    {"channel": "pigeon"},
]


async def test_bad_input_is_refused_by_field_and_nothing_is_stored(intake: Running) -> None:
    for given, field, code in BAD:
        answer = await submit(intake, **given)
        body = answer.json()
        assert (answer.status_code, body.get("field"), body["code"]) == (422, field, code)
    for given in UNKNOWN:
        assert (await submit(intake, **given)).status_code == 422
    for collection in ("cases", "persons"):
        assert await intake.service.database[collection].count_documents({}) == 0


async def test_who_may_file_on_which_channel(intake: Running) -> None:
    assert (await intake.client.post("/api/intake/cases", json=sample.application())).status_code == 401
    assert (await submit(intake, citizen(intake))).status_code == 403
    assert (await submit(intake, clerk(intake, place="370105"))).status_code == 404
    assert (await submit(intake, official(intake, "supervisor"))).status_code == 403


async def test_what_is_done_without_application_cannot_be_applied_for(intake: Running, bus: Bus) -> None:
    await bus.publish(sample.published(base_code="05-0011", service_type="主动服务"))
    code = f"05-0011-{sample.PLACE}"
    await eventually(lambda: knows(intake, code))
    answer = await submit(intake, item_code=code)
    assert (answer.status_code, answer.json()["code"]) == (422, "not-applied-for")


async def test_parties_of_the_item_are_told_what_they_must_bring(intake: Running, bus: Bus) -> None:
    school = {
        "role": "school",
        "name": "实验小学",
        "id_type": "uscc",
        "id_number": "91350100M000100Y43",
        "phone": "0531-85061150",
    }
    child = {"role": "concerned", "name": "张小小", "id_type": "provisional"}
    answer = await submit(intake, situation={"household": "school_child"}, parties=[school, child])
    (missing,) = answer.json()["missing"]
    assert missing["name"] == sample.SCHOOL and "就读学校" in missing["remedy"]
    ((_, data),) = await case_events(bus)
    assert missing["party_ref"] == data["missing"][0]["party_ref"] != data["applicant"]["applicant_ref"]
    assert len(data["concerned_refs"]) == 1
