"""What is done to a case that is there: by the window, the applicant, approval, notify, and time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
import uvicorn

from contracts import Actor, EventData
from contracts.approval import CaseDecided, CaseWithdrawn, DossierOpened, OnTime
from contracts.intake import CaseAccepted
from contracts.notify import NoticeSent
from deploy.local.ports import free_ports
from services.intake.api import progress
from tests.support import intake as sample
from tests.support.eventually import eventually
from tests.support.intake import case_events, citizen, clerk, official, submit, submit_online
from tests.support.services import Bus, Running
from tests.support.stack import Stack
from tests.support.tokens import Issuer


@pytest.fixture
async def intake(stack: Stack, names: str, bus: Bus, issuer: Issuer) -> AsyncIterator[Running]:
    async with sample.at_work(stack, names, bus, issuer) as service:
        yield service


async def act(
    service: Running, case_no: str, what: str, header: dict[str, str] | None = None, **body: Any
) -> tuple[int, dict[str, Any]]:
    answer = await service.client.post(
        f"/api/intake/cases/{case_no}/{what}", json=body, headers=header or clerk(service)
    )
    return answer.status_code, answer.json()


async def seen(service: Running, case_no: str, header: dict[str, str] | None = None) -> dict[str, Any]:
    answer = await service.client.get(f"/api/intake/cases/{case_no}", headers=header or clerk(service))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def as_decided(accepted: CaseAccepted, **given: Any) -> list[EventData]:
    """What approval publishes of the case until the decision."""
    base = accepted.model_dump(
        include={"case_no", "place_code", "item", "applicant", "submitter_ref", "unit", "clock"}
    )
    chief = Actor(role="chief", officer_id="o-chief", unit_id="u-370104101-01")
    opened = DossierOpened(**base, at=accepted.at, actor=Actor(role="system"), steps=[], joint_units=[])
    decided = CaseDecided(
        **{
            **base,
            "at": accepted.at + timedelta(seconds=5),
            "actor": chief,
            "outcome": "granted",
            "decision_no": "济槐低保〔2026〕17号",
            "reason": "符合条件",
            "legal_basis": "《社会救助暂行办法》",
            "accepted_at": accepted.at,
            "pauses": [],
            "days_used": 0,
            "on_time": OnTime(promised=True, statutory=True),
            "recipients": [],
            "regulators": [],
            "commitments": [],
            **given,
        },
    )
    return [opened, decided]


async def accepted_case(service: Running, bus: Bus) -> CaseAccepted:
    await submit(service)
    ((_, data),) = await case_events(bus)
    return CaseAccepted.decode(orjson.dumps(data))


async def test_a_web_application_with_a_defect_is_corrected_and_accepted(intake: Running, bus: Bus) -> None:
    case_no = (await submit_online(intake)).json()["case_no"]
    missing = [{"name": sample.ID_CARD, "problem": "复印件不清晰", "remedy": "请重新提交清晰的复印件"}]
    status, body = await act(intake, case_no, "correction", missing=missing)
    assert (status, body["state"], [m["name"] for m in body["missing"]]) == (
        200,
        "correction_requested",
        [sample.ID_CARD],
    )
    assert (await act(intake, case_no, "acceptance"))[0] == 409
    given = [{"name": sample.ID_CARD, "licence_no": sample.citizen_number()}]
    status, body = await act(intake, case_no, "materials", citizen(intake), materials=given)
    assert (status, body["state"], body["missing"]) == (200, "received", [])
    status, body = await act(intake, case_no, "acceptance")
    assert (status, body["state"]) == (200, "accepted") and body["promised_due"]
    assert (await act(intake, case_no, "acceptance"))[0] == 409
    assert [type for type, _ in await case_events(bus, 4)] == [
        "case-received",
        "correction-requested",
        "materials-supplemented",
        "case-accepted",
    ]
    timeline = (await seen(intake, case_no))["timeline"]
    assert [line["event"] for line in timeline][-1] == "case-accepted" and "受理" in timeline[-1]["text"]
    assert await intake.service.database["cases"].find_one({"_id": case_no, "state": "accepted"})


async def test_a_supplement_in_part_goes_on_waiting(intake: Running) -> None:
    case_no = (await submit(intake, materials=[])).json()["case_no"]
    given = [{"name": sample.APPLICATION_FORM}]
    status, body = await act(intake, case_no, "materials", materials=given)
    assert (status, body["state"]) == (200, "correction_requested")
    assert [m["name"] for m in body["missing"]] == [sample.ID_CARD, sample.ADDRESS]


async def test_a_second_notice_on_what_was_visible_before_is_a_fault(intake: Running, bus: Bus) -> None:
    case_no = (await submit(intake, materials=sample.complete()[:2])).json()["case_no"]
    await act(intake, case_no, "materials", materials=[{"name": sample.ADDRESS, "commitment": True}])
    await act(intake, case_no, "correction", missing=[{"name": sample.ID_CARD, "problem": "已过期"}])
    found = await case_events(bus, 3)
    assert [data["fault"] for type, data in found if type == "correction-requested"] == [False, True]


async def test_refusal_names_remedies_and_is_free_of_personal_data(intake: Running) -> None:
    case_no = (await submit_online(intake)).json()["case_no"]
    remedies = "可在六十日内申请行政复议"
    for reason in ("张小明不符合条件", f"号码{sample.citizen_number()}不符", "请联系13812345678"):
        status, body = await act(intake, case_no, "refusal", reason=reason, remedies=remedies)
        assert (status, body["code"]) == (422, "personal-data-in-text")
    assert (await act(intake, case_no, "refusal", reason="不属于本机关职权"))[0] == 422
    status, body = await act(intake, case_no, "refusal", reason="不属于本机关职权", remedies=remedies)
    assert (status, body["state"]) == (200, "not_accepted")
    shown = await seen(intake, case_no, citizen(intake))
    assert (shown["reason"], shown["remedies"]) == ("不属于本机关职权", remedies)


async def test_a_correction_names_no_person_in_any_field_however_it_is_written(intake: Running) -> None:
    other = {**sample.applicant(name="钱代办", id_number=sample.citizen_number(12)), "role": "submitter"}
    case_no = (await submit_online(intake, parties=[other])).json()["case_no"]
    number = sample.citizen_number()
    for field, text in (
        ("name", f"张小明{number}的证件"),
        ("problem", f"号码{number[:6]} {number[6:14]} {number[14:]}不符"),
        ("problem", "请联系１３８１２３４５６７８"),
        ("remedy", "请钱代办重新提交"),
    ):
        missing = {"name": sample.ID_CARD, "problem": "看不清", field: text}
        status, body = await act(intake, case_no, "correction", missing=[missing])
        assert (status, body["code"], body["field"]) == (422, "personal-data-in-text", f"missing.0.{field}")
    missing = {"name": sample.ID_CARD, "problem": "看\u202e不清\x00"}
    assert (await act(intake, case_no, "correction", missing=[missing]))[0] == 422
    assert (await seen(intake, case_no))["state"] == "received"


async def test_a_correction_is_addressed_to_people_of_the_application_only(intake: Running) -> None:
    case_no = (await submit_online(intake)).json()["case_no"]
    missing = {"name": sample.ID_CARD, "problem": "看不清", "party_ref": "a1." + "0" * 32}
    status, body = await act(intake, case_no, "correction", missing=[missing])
    assert (status, body["code"], body["field"]) == (422, "unknown-party", "missing.0.party_ref")
    own = (await intake.service.database["cases"].find_one({"_id": case_no}))["applicant"]["ref"]
    status, body = await act(intake, case_no, "correction", missing=[{**missing, "party_ref": own}])
    assert (status, body["state"]) == (200, "correction_requested")


async def test_withdrawal_before_and_after_acceptance(intake: Running, bus: Bus) -> None:
    early = (await submit_online(intake)).json()["case_no"]
    assert (await act(intake, early, "withdrawal", citizen(intake), reason="我是张小明,不办了"))[1][
        "state"
    ] == "withdrawn"
    late = (await submit(intake)).json()["case_no"]
    assert (await act(intake, late, "withdrawal", reason="wrong_item"))[1]["state"] == "withdrawal_requested"
    found = dict(await case_events(bus, 4))
    assert found["application-withdrawn"]["reason"] == "other"
    assert found["withdrawal-requested"]["reason"] == "wrong_item"
    accepted = CaseAccepted.decode(orjson.dumps(found["case-accepted"]))
    opened, _ = as_decided(accepted)
    await bus.publish(opened)
    fields = opened.model_dump(exclude={"steps", "joint_units"})
    await bus.publish(CaseWithdrawn(**fields))

    async def gone() -> bool:
        return bool((await seen(intake, late))["state"] == "withdrawn")

    await eventually(gone)


async def test_approvals_facts_and_notices_reach_the_applicant(intake: Running, bus: Bus) -> None:
    accepted = await accepted_case(intake, bus)
    later = accepted.clock.promised_due.on + timedelta(days=30)
    due = accepted.clock.promised_due.model_copy(update={"on": later})
    moved = accepted.clock.model_copy(update={"promised_due": due})
    for event in as_decided(accepted, clock=moved):
        await bus.publish(event)
    sent = NoticeSent(
        place_code=accepted.place_code,
        at=accepted.at + timedelta(seconds=1),
        actor=Actor(role="system"),
        notice_id="n-1",
        case_no=accepted.case_no,
        event_id="e-1",
        event_type="case-accepted",
        delivery=1,
        recipient_ref=accepted.applicant.applicant_ref,
        recipient_kind="applicant",
        channel="sms",
        template="case-accepted",
        template_version=1,
        attempt=1,
    )
    await bus.publish(sent)

    async def told() -> dict[str, Any] | None:
        shown = await seen(intake, accepted.case_no)
        return shown if len(shown["timeline"]) == 4 else None

    shown = await eventually(told)
    assert shown and (shown["state"], shown["outcome"]) == ("decided", "granted")
    assert [line["event"] for line in shown["timeline"]] == [
        "case-accepted",
        "dossier-opened",
        "notice-sent",
        "case-decided",
    ]
    assert shown["promised_due"] == later.isoformat()
    assert (await act(intake, accepted.case_no, "withdrawal"))[0] == 409


async def test_a_late_fact_changes_no_end_state(intake: Running, bus: Bus) -> None:
    accepted = await accepted_case(intake, bus)
    _, decided = as_decided(accepted)
    await bus.publish(decided)
    fields = decided.model_dump(
        include={"case_no", "place_code", "item", "applicant", "submitter_ref", "unit"}
    )
    late = CaseWithdrawn(**fields, clock=accepted.clock, at=accepted.at, actor=Actor(role="system"))
    await bus.publish(late)

    async def noted() -> bool:
        shown = await seen(intake, accepted.case_no)
        return shown["state"] == "decided" and len(shown["timeline"]) == 3

    await eventually(noted)


async def test_who_sees_a_case(intake: Running) -> None:
    case_no = (await submit(intake)).json()["case_no"]
    found = await intake.service.database["cases"].find_one({"_id": case_no})
    ref = found["applicant"]["ref"]
    path = f"/api/intake/cases/{case_no}"
    expected = [
        (clerk(intake), 200),
        (citizen(intake, ref, "another-account"), 200),
        (official(intake, "reviewer"), 200),
        (official(intake, "supervisor", "3701"), 200),
        (citizen(intake, "a1.0123456789abcdef"), 404),
        (clerk(intake, place="370105"), 404),
        (intake.issuer.header("n", "service"), 404),
    ]
    for header, status in expected:
        assert (await intake.client.get(path, headers=header)).status_code == status
    assert (await intake.client.get(path)).status_code == 401
    assert (await act(intake, case_no, "acceptance", official(intake, "reviewer")))[0] == 403
    assert (await act(intake, case_no, "acceptance", clerk(intake, place="370105")))[0] == 404


async def test_lists_are_paged_and_hold_what_the_caller_may_see(intake: Running) -> None:
    mine = {(await submit_online(intake)).json()["case_no"] for _ in range(3)}
    others = (await submit(intake)).json()["case_no"]

    async def page(header: dict[str, str], **query: Any) -> tuple[int, dict[str, Any]]:
        answer = await intake.client.get("/api/intake/cases", params=query, headers=header)
        return answer.status_code, answer.json()

    _, first = await page(citizen(intake), limit=2)
    _, second = await page(citizen(intake), limit=2, cursor=first["next_cursor"])
    assert {c["case_no"] for c in first["cases"] + second["cases"]} == mine
    assert second["next_cursor"] is None
    _, everything = await page(clerk(intake))
    assert {c["case_no"] for c in everything["cases"]} == {*mine, others}
    _, accepted = await page(clerk(intake), state="accepted", hall="h-370104101")
    assert [c["case_no"] for c in accepted["cases"]] == [others]
    assert (await page(clerk(intake, place="370105")))[1]["cases"] == []
    assert (await page(clerk(intake), place="370105"))[1]["cases"] == []
    for forged in ("forged!", "ffffffffffff.A"):
        assert (await page(clerk(intake), cursor=forged))[0] == 400
    for limit in (0, -1, 1_000_000_000):
        assert (await page(clerk(intake), limit=limit))[0] == 422
    assert (await page(clerk(intake), state="open"))[0] == 422


async def test_public_progress_takes_the_last_four_and_few_guesses(intake: Running) -> None:
    case_no = (await submit(intake)).json()["case_no"]

    async def ask(case_no: str, tail: str) -> tuple[int, Any]:
        answer = await intake.client.get("/api/intake/progress", params={"case_no": case_no, "id_tail": tail})
        return answer.status_code, answer.json()

    right = sample.citizen_number()[-4:]
    status, body = await ask(case_no, right.lower())
    assert (status, body["state"]) == (200, "accepted") and "applicant" not in body
    wrong = await ask(case_no, "0000")
    assert wrong == await ask("370104-20261122-22222222", "0000") and wrong[0] == 404
    for _ in range(4):
        await ask(case_no, "0000")
    status, body = await ask(case_no, right)
    assert (status, body["code"]) == (429, "too-many-tries") and body["retry_after"] > 0
    assert (await ask(case_no, "12"))[0] == 422


@contextlib.asynccontextmanager
async def over_tcp(service: Running) -> AsyncIterator[httpx.AsyncClient]:
    """A client over a real connection: a stream that does not end needs one."""
    (port,) = free_ports(1)
    config = uvicorn.Config(service.service.app(), port=port, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            yield client
    finally:
        server.should_exit = True
        await task


async def test_the_live_view_shows_each_change(intake: Running) -> None:
    case_no = (await submit_online(intake)).json()["case_no"]
    path = f"/api/intake/cases/{case_no}/live"
    tail = {"id_tail": sample.citizen_number()[-4:]}
    assert (await intake.client.get(path)).status_code == 401
    assert (await intake.client.get(path, params={"id_tail": "0000"})).status_code == 404
    other = citizen(intake, sub="someone-else")
    assert (await intake.client.get(path, headers=other)).status_code == 404
    async with over_tcp(intake) as client, client.stream("GET", path, params=tail) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = (orjson.loads(line[5:]) async for line in answer.aiter_lines() if line.startswith("data:"))
        assert (await anext(lines))["state"] == "received"
        await act(intake, case_no, "acceptance")
        assert (await anext(lines))["state"] == "accepted"


async def test_papers_are_printed_for_every_state(intake: Running) -> None:
    accepted = (await submit(intake)).json()
    lacking = (await submit(intake, materials=[])).json()
    received = (await submit_online(intake)).json()
    for answer, title in (
        (accepted, "受理通知书"),
        (lacking, "补正材料一次性告知书"),
        (received, "收件凭证"),
    ):
        page = await intake.client.get(answer["receipt_url"], headers=clerk(intake))
        assert page.status_code == 200 and f"<h1>{title}</h1>" in page.text
        assert "<svg" in page.text and answer["case_no"] in page.text
        assert sample.citizen_number()[-4:] not in page.text.replace(answer["case_no"], "")
        assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_days_pass(stack: Stack, names: str, bus: Bus, issuer: Issuer) -> None:
    now = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    days = 0

    def clock() -> datetime:
        return now + timedelta(days=days)

    async with sample.at_work(stack, names, bus, issuer, clock=clock, sweep_seconds=0.1) as intake:
        waiting = (await submit_online(intake)).json()["case_no"]
        lacking = (await submit(intake, materials=[])).json()["case_no"]
        assert (await seen(intake, waiting))["answer_due"] == date(2026, 3, 9).isoformat()
        days = 8

        async def deemed() -> bool:
            return bool((await seen(intake, waiting))["state"] == "accepted")

        await eventually(deemed)
        assert (await seen(intake, lacking))["state"] == "correction_requested"
        days = 40

        async def lapsed() -> bool:
            return bool((await seen(intake, lacking))["state"] == "lapsed")

        await eventually(lapsed)
        found = dict(await case_events(bus, 4))
        assert found["case-accepted"]["deemed"] is True
        assert found["case-accepted"]["at"] == "2026-03-02T10:00:00+08:00"


async def test_a_live_line_lasts_no_longer_than_a_token(
    intake: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_no = (await submit_online(intake)).json()["case_no"]
    monkeypatch.setattr(progress, "LINE_LIFE", 0.05)
    line = intake.client.get(f"/api/intake/cases/{case_no}/live", headers=clerk(intake))
    answer = await asyncio.wait_for(line, 30)
    assert answer.status_code == 200 and '"state":"received"' in answer.text
