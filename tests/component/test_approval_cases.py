"""Approval on the real broker and database: from an accepted case to its decision."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from contracts import Actor
from contracts.intake import WithdrawalRequested
from contracts.items import ItemStep
from services.approval.main import build
from services.approval.settings import Settings
from tests.support.dossiers import (
    ACCEPTED_AT,
    BEIJING,
    CASE,
    HALL,
    UNIT,
    accepted,
    published,
    with_extension,
    with_gap,
    working_days,
)
from tests.support.eventually import eventually
from tests.support.listening import listening
from tests.support.services import Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

GRANT = {"outcome": "granted", "reason": "符合条件,准予。"}
REFUSE = {"outcome": "refused", "reason": "不符合条件。", "remedies": "可依法申请行政复议或者提起行政诉讼。"}


class Hands:
    """A clock that stands at Wednesday afternoon, two days after acceptance."""

    def __init__(self) -> None:
        self.now = ACCEPTED_AT + timedelta(days=2, hours=5)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def approval(stack: Stack, names: str, issuer: Issuer, clock: Hands) -> AsyncIterator[Running]:
    made = settings(Settings, stack, names)
    async with running(lambda: build(made, clock=clock), issuer) as service:
        yield service


class Desk:
    """An officer at the desk."""

    def __init__(
        self, approval: Running, sub: str, *roles: str, place: str = "370104", **claims: Any
    ) -> None:
        self._client = approval.client
        self._headers = approval.issuer.header(sub, *roles, place=place, **claims)

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self._client.get(f"/api/approval/{path}", params=params, headers=self._headers)

    async def post(self, path: str, body: object, key: str | None = None) -> httpx.Response:
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        return await self._client.post(f"/api/approval/{path}", json=body, headers=headers)

    async def listed(self, **params: Any) -> list[str]:
        return [case["case_no"] for case in (await self.get("cases", **params)).json()["cases"]]

    async def sees(self, *case_nos: str) -> None:
        async def there() -> bool:
            return set(case_nos) <= set(await self.listed())

        await eventually(there, message=f"{case_nos} are not on the work list")


@pytest.fixture
def reviewer(approval: Running) -> Desk:
    return Desk(approval, "reviewer", "reviewer")


async def opened(bus: Bus, reviewer: Desk, **given: Any) -> None:
    """The item is published, the case accepted, and both have arrived."""
    await bus.publish(published())
    await bus.publish(accepted(**given))
    await reviewer.sees(CASE)

    async def item_known() -> bool:
        return bool((await reviewer.get(f"cases/{CASE}")).json()["item_known"])

    await eventually(item_known)


async def told(bus: Bus, type: str) -> list[dict[str, Any]]:
    """The events of a type on approval's topic."""
    return [data for envelope, data in await bus.all("approval.cases") if envelope.type == type]


async def test_an_accepted_case_comes_to_the_work_list_with_its_dates_and_lamp(
    bus: Bus, reviewer: Desk
) -> None:
    await opened(bus, reviewer)

    (row,) = (await reviewer.get("cases")).json()["cases"]
    assert (row["case_no"], row["state"], row["place"]) == (CASE, "open", "370104101")
    assert row["unit"] == {"unit_id": UNIT, "name": "槐南镇人民政府(示例)"}
    assert (row["promised_due"], row["statutory_due"]) == ("2026-12-07", "2026-12-21")
    assert (row["days_left"], row["days_unit"], row["lamp"]) == (8, "working_days", "green")
    assert (row["provisional"], row["statutory_provisional"]) == (False, False)
    assert row["applicant_masked"] == "张*"
    (event,) = await eventually(lambda: told(bus, "dossier-opened"))
    assert event["clock"]["promised_due"] == {"on": "2026-12-07", "provisional": False}


async def test_a_decision_is_stored_told_and_shown_once(bus: Bus, reviewer: Desk) -> None:
    await opened(bus, reviewer)

    answer = await reviewer.post(f"cases/{CASE}/decision", GRANT)

    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["outcome"]) == ("decided", "granted")
    (event,) = await eventually(lambda: told(bus, "case-decided"))
    assert event["decision_no"] == answer.json()["decision_no"]
    assert event["on_time"] == {"promised": True, "statutory": True}
    assert event["actor"]["officer_id"] == "reviewer"
    assert await reviewer.listed() == []
    assert await reviewer.listed(state="decided") == await reviewer.listed(state="all") == [CASE]


async def test_a_second_decision_is_refused_but_the_same_key_gets_the_same_answer(
    bus: Bus, reviewer: Desk
) -> None:
    await opened(bus, reviewer)

    first = await reviewer.post(f"cases/{CASE}/decision", GRANT, key="once")
    again = await reviewer.post(f"cases/{CASE}/decision", GRANT, key="once")
    other_body = await reviewer.post(f"cases/{CASE}/decision", REFUSE, key="once")
    second = await reviewer.post(f"cases/{CASE}/decision", REFUSE)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert (other_body.status_code, other_body.json()["code"]) == (422, "idempotency-key-reused")
    assert (second.status_code, second.json()["code"]) == (409, "already-decided")
    assert len(await eventually(lambda: told(bus, "case-decided"))) == 1


async def test_of_two_officers_who_decide_at_once_one_is_refused(
    approval: Running, bus: Bus, reviewer: Desk
) -> None:
    await opened(bus, reviewer)
    chief = Desk(approval, "chief", "chief")

    answers = await asyncio.gather(
        reviewer.post(f"cases/{CASE}/decision", GRANT), chief.post(f"cases/{CASE}/decision", REFUSE)
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_until_the_items_version_has_come_the_decision_waits(bus: Bus, reviewer: Desk) -> None:
    await bus.publish(accepted())
    await reviewer.sees(CASE)

    refused = await reviewer.post(f"cases/{CASE}/decision", GRANT)
    assert (refused.status_code, refused.json()["code"]) == (409, "item-version-unknown")

    await bus.publish(published())

    async def decided() -> bool:
        return (await reviewer.post(f"cases/{CASE}/decision", GRANT)).status_code == 200

    await eventually(decided)


async def test_another_countys_officer_finds_nothing(approval: Running, bus: Bus, reviewer: Desk) -> None:
    await opened(bus, reviewer)
    stranger = Desk(approval, "reviewer-b", "reviewer", place="370105")

    assert await stranger.listed() == []
    for answer in (
        await stranger.get(f"cases/{CASE}"),
        await stranger.get(f"cases/{CASE}/history"),
        await stranger.post(f"cases/{CASE}/decision", GRANT),
        await stranger.get("cases", place="370104"),
    ):
        assert answer.status_code == 404


async def test_a_citizen_has_no_work_list_and_finds_no_dossier(
    approval: Running, bus: Bus, reviewer: Desk
) -> None:
    await opened(bus, reviewer)
    citizen = Desk(approval, "citizen", "citizen")

    assert (await citizen.get("cases")).status_code == 403
    assert (await citizen.get(f"cases/{CASE}")).status_code == 404
    assert (await citizen.post(f"cases/{CASE}/decision", GRANT)).status_code == 404


async def test_the_clerk_who_accepted_sees_it_and_may_not_decide(
    approval: Running, bus: Bus, reviewer: Desk
) -> None:
    await opened(bus, reviewer)
    clerk = Desk(approval, "clerk", "clerk", hall=HALL)

    assert (await clerk.get(f"cases/{CASE}")).status_code == 200
    assert (await clerk.post(f"cases/{CASE}/decision", GRANT)).status_code == 403
    same_person = Desk(approval, "clerk", "reviewer")
    refused = await same_person.post(f"cases/{CASE}/decision", GRANT)
    assert (refused.status_code, refused.json()["code"]) == (403, "acceptor-may-not-decide")


async def test_a_supervisor_reads_and_does_not_act(approval: Running, bus: Bus, reviewer: Desk) -> None:
    await opened(bus, reviewer)
    supervisor = Desk(approval, "supervisor", "supervisor")

    assert await supervisor.listed() == [CASE]
    assert (await supervisor.post(f"cases/{CASE}/decision", GRANT)).status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"outcome": "refused", "reason": "不符合条件。"}, 422, "remedies-missing"),
        ({"outcome": "granted", "reason": "符合\u202e条件"}, 422, "invalid"),
        ({"outcome": "granted", "reason": "电话13812345678"}, 422, "personal-data-in-text"),
        ({"outcome": "granted"}, 422, "invalid"),
        ({"outcome": "maybe", "reason": "好"}, 422, "invalid"),
        ({**GRANT, "status": "decided"}, 422, "invalid"),
        ({"outcome": {"$ne": None}, "reason": "好"}, 422, "invalid"),
    ],
)
async def test_a_decision_that_breaks_a_rule_changes_nothing(
    bus: Bus, reviewer: Desk, body: dict[str, Any], status: int, code: str
) -> None:
    await opened(bus, reviewer)

    answer = await reviewer.post(f"cases/{CASE}/decision", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "13812345678" not in answer.text
    assert (await reviewer.get(f"cases/{CASE}")).json()["state"] == "open"


async def test_an_open_gap_blocks_granting(bus: Bus, reviewer: Desk) -> None:
    await opened(bus, reviewer, **with_gap())

    answer = await reviewer.post(f"cases/{CASE}/decision", GRANT)

    assert (answer.status_code, answer.json()["code"]) == (409, "open-gaps")
    assert answer.json()["missing"] == ["子女在校就读证明"]


async def test_a_special_step_stops_the_clock_and_its_end_starts_it_again(
    bus: Bus, reviewer: Desk, clock: Hands
) -> None:
    await opened(bus, reviewer)

    stopped = await reviewer.post(f"cases/{CASE}/pause", {"step": "inspect", "planned_end": "2026-12-02"})
    assert stopped.json()["clock"]["promised_due"]["on"] == "2026-12-14"
    assert await reviewer.listed(state="paused") == [CASE]
    refused = await reviewer.post(f"cases/{CASE}/decision", GRANT)
    assert (refused.status_code, refused.json()["code"]) == (409, "clock-stopped")
    clock.now += timedelta(days=2)
    running_again = await reviewer.post(f"cases/{CASE}/resume", {})

    assert running_again.json()["state"] == "open"
    assert running_again.json()["clock"]["promised_due"]["on"] == "2026-12-09"
    (begun,) = await eventually(lambda: told(bus, "clock-stopped"))
    (ended,) = await eventually(lambda: told(bus, "clock-resumed"))
    assert begun["pause"]["from"] == "2026-11-25" and ended["pause"]["until"] == "2026-11-27"


async def test_a_limit_is_extended_once_with_the_reason(bus: Bus, reviewer: Desk) -> None:
    await opened(bus, reviewer, **with_extension())

    answer = await reviewer.post(f"cases/{CASE}/extension", {"reason": "情况特殊,需补充检验。"})
    again = await reviewer.post(f"cases/{CASE}/extension", {"reason": "再次"})

    assert answer.json()["clock"]["promised_due"] == {"on": "2027-02-21", "provisional": False}
    assert (again.status_code, again.json()["code"]) == (409, "already-extended")
    (event,) = await eventually(lambda: told(bus, "deadline-extended"))
    assert event["limit"] == {"value": 90, "unit": "calendar_days"}
    assert event["previous"]["promised_due"]["provisional"] is True


async def test_a_withdrawal_ends_the_case_and_after_the_decision_it_is_refused(
    bus: Bus, reviewer: Desk
) -> None:
    await opened(bus, reviewer)
    facts = accepted()
    shared = {
        name: getattr(facts, name) for name in ("case_no", "item", "applicant", "submitter_ref", "unit")
    }
    request = WithdrawalRequested(
        place_code=facts.place_code,
        at=ACCEPTED_AT,
        actor=Actor(role="citizen"),
        reason="wrong_item",
        **shared,
    )
    await bus.publish(request)

    await eventually(lambda: told(bus, "case-withdrawn"))
    assert await reviewer.listed(state="closed") == [CASE]
    refused = await reviewer.post(f"cases/{CASE}/decision", GRANT)
    assert (refused.status_code, refused.json()["code"]) == (409, "case-ended")


async def test_the_same_event_twice_opens_one_dossier(bus: Bus, reviewer: Desk) -> None:
    event = accepted()
    await bus.publish(event, sequence=1)
    await bus.publish(event, sequence=1)
    await bus.publish(accepted("370104-20261123-9ABCDEF2"))
    await reviewer.sees(CASE, "370104-20261123-9ABCDEF2")

    assert len(await eventually(lambda: told(bus, "dossier-opened"))) == 2
    history = (await reviewer.get(f"cases/{CASE}/history")).json()
    assert [entry["type"] for entry in history["entries"]] == ["opened"]


async def test_the_history_is_chained_and_tampering_shows(
    approval: Running, bus: Bus, reviewer: Desk
) -> None:
    await opened(bus, reviewer)
    await reviewer.post(f"cases/{CASE}/decision", GRANT)

    whole = (await reviewer.get(f"cases/{CASE}/history")).json()
    assert whole["verified"] is True
    assert [entry["type"] for entry in whole["entries"]] == ["opened", "decided"]
    assert whole["entries"][1]["actor"]["officer_id"] == "reviewer"

    await approval.service.database["dossiers"].update_one(
        {"_id": CASE}, {"$set": {"history.1.actor.officer_id": "somebody else"}}
    )
    changed = (await reviewer.get(f"cases/{CASE}/history")).json()
    assert changed["verified"] is False and "2" in changed["fault"]


async def test_a_work_list_is_sorted_by_due_date_filtered_and_paged(bus: Bus, reviewer: Desk) -> None:
    numbers = [f"370104-20261123-CASE{n}" for n in range(5)]
    for n, case_no in enumerate(numbers):
        # The later in the list, the earlier accepted; the last two on one day.
        at = ACCEPTED_AT - timedelta(days=(0, 4, 5, 6, 6)[n])
        await bus.publish(accepted(case_no, at=at, unit={"unit_id": f"u-{n % 2}", "name": "单位"}))
    await reviewer.sees(*numbers)
    order = [numbers[3], numbers[4], numbers[2], numbers[1], numbers[0]]

    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await reviewer.get("cases", limit=2, **cursor)).json()
        seen += [case["case_no"] for case in page["cases"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert seen == order
    assert await reviewer.listed(unit="u-1") == [numbers[3], numbers[1]]
    assert await reviewer.listed(due_before="2026-12-07") == order[:4]
    assert await reviewer.listed(place="370104101") == order


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"limit": 0}, 422),
        ({"limit": 1001}, 422),
        ({"cursor": "bm90IG91cnM"}, 400),
        ({"cursor": "%%%"}, 400),
        ({"state": "gone"}, 422),
        ({"due_before": "tomorrow"}, 422),
        ({"place": "$ne"}, 422),
    ],
)
async def test_a_work_list_asked_for_wrongly_says_so(
    reviewer: Desk, params: dict[str, Any], status: int
) -> None:
    assert (await reviewer.get("cases", **params)).status_code == status


@pytest.mark.parametrize("desks", [["open"], ["open", "decided", "closed"]])
async def test_a_list_of_many_dossiers_is_read_by_its_index(
    approval: Running, bus: Bus, reviewer: Desk, desks: list[str]
) -> None:
    await opened(bus, reviewer)
    wanted = {"areas": "370104", "desk": {"$in": desks}}
    listed = approval.service.database["dossiers"].find(wanted).sort([("due", 1), ("_id", 1)]).limit(100)

    stages = str((await listed.explain())["queryPlanner"]["winningPlan"])

    assert "by_place" in stages and "'SORT'" not in stages and "COLLSCAN" not in stages


async def test_the_own_unit_is_the_default_of_a_reviewer_who_has_one(
    approval: Running, bus: Bus, reviewer: Desk
) -> None:
    await opened(bus, reviewer)

    assert await Desk(approval, "r1", "reviewer", unit=UNIT).listed() == [CASE]
    other = Desk(approval, "r2", "reviewer", unit="u-370104-07")
    assert await other.listed() == []
    refused = await other.post(f"cases/{CASE}/decision", GRANT)
    assert (refused.status_code, refused.json()["code"]) == (403, "other-unit")


async def test_the_dossier_shows_materials_steps_clock_and_history(bus: Bus, reviewer: Desk) -> None:
    await opened(bus, reviewer, **with_extension())

    shown = (await reviewer.get(f"cases/{CASE}")).json()

    assert [material["name"] for material in shown["materials"]] == ["申请书"]
    assert [step["step"] for step in shown["steps"]] == ["accept", "inspect", "decide"]
    assert ItemStep.model_validate(shown["steps"][1], extra="ignore").limit == working_days(15)
    assert shown["clock"]["days_used"] == 2
    assert shown["limits"]["extension"]["value"] == 90
    assert [line["type"] for line in shown["history"]] == ["opened"]
    assert shown["accepted_at"] == ACCEPTED_AT.astimezone(BEIJING).isoformat()


async def test_without_a_token_nothing_is_shown(approval: Running) -> None:
    assert (await approval.client.get("/api/approval/cases")).status_code == 401


async def test_the_live_line_shows_what_changes_under_the_own_place(
    approval: Running, bus: Bus, reviewer: Desk, issuer: Issuer
) -> None:
    await opened(bus, reviewer)
    headers = issuer.header("supervisor", "supervisor", place="370104")
    async with (
        listening(approval.service.app()) as address,
        httpx.AsyncClient(base_url=address) as client,
        client.stream("GET", "/api/approval/live", headers=headers) as answer,
    ):
        lines = answer.aiter_lines()
        await _until(lines, "event: ready")
        await reviewer.post(f"cases/{CASE}/decision", GRANT)
        shown = await _until(lines, 'data: {"case_no"')

    assert CASE in shown and '"state":"decided"' in shown


async def _until(lines: AsyncIterator[str], start: str) -> str:
    async with asyncio.timeout(20):
        async for line in lines:
            if line.startswith(start):
                return line
    raise AssertionError("the line ended")
