"""What intake, approval, evaluation and notify make of adoption and offers, through the broker (C9, C10)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.approval.main import build as build_approval
from services.approval.settings import Settings as ApprovalSettings
from services.evaluation.main import build as build_evaluation
from services.evaluation.settings import Settings as EvaluationSettings
from services.notify.main import build as build_notify
from services.notify.settings import Settings as NotifySettings
from tests.support import happenings as h
from tests.support import intake as sample
from tests.support.catalog import problem
from tests.support.eventually import eventually
from tests.support.services import Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

TOWN, VILLAGE, COUNTY = "370104101", "370104101201", "370104"
HALL = "h-370104101"
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def adopted(version: int = 1, **given: Any) -> Any:
    record = sample.record()
    fields = {
        "version": version,
        "record": record.model_dump(mode="json", exclude_none=True),
        "record_sha256": record.digest(),
        "effective_from": "2026-01-05T00:00:00+08:00",
        **given,
    }
    return h.happened("item-adopted", "allowance-by-a-town", **fields)


def filed(version: int = 2, **given: Any) -> Any:
    """A material less than the standard."""
    record = sample.record()
    left = [one for one in record.materials if one.name != sample.ADDRESS]
    less = record.model_copy(update={"materials": left})
    fields = {
        "version": version,
        "record": less.model_dump(mode="json", exclude_none=True),
        "record_sha256": less.digest(),
        "effective_from": "2026-02-05T00:00:00+08:00",
        "reductions": {"dropped_materials": [sample.ADDRESS], "promised": None, "steps": []},
        **given,
    }
    return h.happened("local-reduction-filed", "shorter-and-one-material-less", **fields)


def at_the_hall(type: str, example: str, item: str = sample.ITEM_CODE, **given: Any) -> Any:
    return h.happened(type, example, **{"hall_id": HALL, "item_code": item, "place_code": TOWN, **given})


async def test_an_adopted_and_reduced_item_is_applied_for_under_its_newest_version(
    stack: Stack, names: str, bus: Bus, issuer: Issuer
) -> None:
    async with sample.at_work(stack, names, bus, issuer) as intake:
        await bus.publish(adopted(version=2))
        await eventually(lambda: sample.knows(intake, sample.ITEM_CODE, 2))
        without = [one for one in sample.complete() if one["name"] != sample.ADDRESS]
        answer = await sample.submit(intake, materials=without)
        assert [one["name"] for one in answer.json()["missing"]] == [sample.ADDRESS]
        await bus.publish(filed(version=3))
        await eventually(lambda: sample.knows(intake, sample.ITEM_CODE, 3))

        async def accepted() -> bool:
            given = await sample.submit(intake, materials=without)
            return given.status_code == 201 and given.json()["state"] == "accepted"

        assert await eventually(accepted)


async def test_a_window_refuses_what_is_on_its_negative_list_and_says_where_to_go(
    stack: Stack, names: str, bus: Bus, issuer: Issuer
) -> None:
    async with sample.at_work(stack, names, bus, issuer) as intake:
        assert (await sample.submit(intake)).status_code == 201
        await bus.publish(at_the_hall("item-excluded", "needs-a-test-track"))

        async def refused() -> Any:
            answer = await sample.submit(intake)
            return answer if answer.status_code == 409 else None

        answer = await eventually(refused)
        assert problem(answer) == (409, "not-in-this-hall")
        assert (answer.json()["reason"], "检验检测中心" in answer.json()["title"]) == ("场地限制", True)
        # Another hall and the web are not concerned.
        elsewhere = sample.clerk(intake, hall="h-370104")
        assert (await sample.submit(intake, elsewhere)).status_code == 201
        assert (await sample.submit_online(intake)).status_code == 201
        await bus.publish(at_the_hall("item-exclusion-lifted", "new-premises"))

        async def taken() -> bool:
            return (await sample.submit(intake)).status_code == 201

        assert await eventually(taken)


async def test_approval_keeps_adopted_and_reduced_versions(
    stack: Stack, names: str, bus: Bus, issuer: Issuer
) -> None:
    def service() -> Any:
        return build_approval(settings(ApprovalSettings, stack, names))

    async with running(service, issuer) as approval:
        await bus.publish(adopted())
        await bus.publish(filed())

        async def kept() -> bool:
            found = await approval.service.database["items"].find({}, {"_id": 1}).to_list(None)
            return len(found) == 2

        assert await eventually(kept)


async def test_the_unit_that_a_reduction_is_filed_with_finds_it_in_its_inbox(
    stack: Stack, names: str, bus: Bus, issuer: Issuer
) -> None:
    async with running(lambda: build_notify(settings(NotifySettings, stack, names)), issuer) as notify:
        await bus.publish(filed())

        async def inbox(unit: str, **how: str) -> list[dict[str, Any]]:
            header = issuer.header("a", "catalog-approver", place=COUNTY, unit=unit)
            answer = await notify.client.get("/api/notify/inbox", headers={**header, **how})
            found: list[dict[str, Any]] = answer.json()["notices"]
            return found

        (notice,) = await eventually(lambda: inbox("u-370104-01"))
        assert notice["event"] == "local-reduction-filed"
        assert "BA-05-0008-370104101-2" in notice["text"]
        assert sample.ADDRESS in notice["text"]
        (english,) = await inbox("u-370104-01", **{"Accept-Language": "en"})
        assert "no longer asks for" in english["text"]
        assert await inbox("u-370104-07") == []


async def evaluated(evaluation: Running, path: str, **query: str) -> dict[str, Any]:
    header = evaluation.issuer.header("s", "supervisor", place=COUNTY)
    answer = await evaluation.client.get(f"/api/evaluation/{path}", params=query, headers=header)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def place(code: str, level: str) -> Any:
    return h.happened(
        "directory-entry-published",
        "place",
        entry_id=code,
        place_code=code,
        kind="place",
        parent_id=None,
        record={"name": code, "level": level},
    )


def standard(base_code: str, secret: bool = False) -> Any:
    """Of the county, handed down to its towns."""
    return sample.published(
        place=COUNTY, base_code=base_code, name=f"事项{base_code}", delegated_to=["town"], secret=secret
    )


async def test_adoption_and_offer_rates_leave_secret_items_out(
    stack: Stack, names: str, bus: Bus, issuer: Issuer
) -> None:
    def service() -> Any:
        return build_evaluation(settings(EvaluationSettings, stack, names), clock=lambda: NOW)

    async with running(service, issuer) as evaluation:
        for code, level in ((COUNTY, "county"), (TOWN, "town"), ("370104102", "town")):
            await bus.publish(place(code, level))
        hall = {"entry_id": HALL, "place_code": TOWN, "kind": "hall", "parent_id": TOWN}
        await bus.publish(
            h.happened("directory-entry-published", "hall", **hall, record={"name": "便民服务中心"})
        )
        for base_code, secret in (("05-0008", False), ("05-0009", False), ("05-0010", True)):
            await bus.publish(standard(base_code, secret))
        await bus.publish(adopted())
        await bus.publish(at_the_hall("item-offered", "comprehensive-window"))

        async def counted() -> Any:
            found = await evaluated(evaluation, "item-figures")
            return found if (found["adoption"]["count"], found["offering"]["count"]) == (1, 1) else None

        found = await eventually(counted)
        assert (found["adoption"]["of"], found["adoption"]["goal"]) == (4, 1.0)
        assert {one["key"]: one["rate"] for one in found["adoption"]["places"]} == {
            TOWN: 0.5,
            "370104102": 0.0,
        }
        assert [(one["key"], one["rate"]) for one in found["offering"]["halls"]] == [(HALL, 1.0)]
        ended = {"place_code": TOWN, "effective_to": "2026-11-01T00:00:00+08:00"}
        await bus.publish(h.happened("item-withdrawn", "abolished", item_code=sample.ITEM_CODE, **ended))

        async def gone() -> bool:
            return bool((await evaluated(evaluation, "item-figures"))["adoption"]["count"] == 0)

        assert await eventually(gone)


async def test_decisions_that_no_hall_accepted_are_found(
    stack: Stack, names: str, bus: Bus, issuer: Issuer
) -> None:
    def service() -> Any:
        return build_evaluation(settings(EvaluationSettings, stack, names), clock=lambda: NOW)

    offered = {"item_code": "05-0008-370104", "hall_id": "h-370104", "place_code": COUNTY}
    item = {"item_code": "05-0008-370104", "name": "最低生活保障"}
    cases: dict[str, dict[str, Any]] = {
        "in-the-hall": {"channel": "window", "hall_id": "h-370104"},
        "outside": {"channel": "window", "hall_id": None},
        "online": {"channel": "web", "hall_id": None},
    }
    async with running(service, issuer) as evaluation:
        await bus.publish(h.happened("item-offered", "comprehensive-window", **offered))
        for number, (name, how) in enumerate(cases.items()):
            case_no = f"370104-20261123-{number}{name[:3].upper()}"
            await bus.publish(h.accepted(case_no, at="2026-11-23T09:00:00+08:00", item=item, **how))
            decided = {"at": "2026-11-24T09:00:00+08:00", "item": item, "hall_id": how["hall_id"]}
            await bus.publish(h.decided(case_no, **decided))
        never = {"at": "2026-11-24T10:00:00+08:00", "item": item, "hall_id": None}
        await bus.publish(h.decided("370104-20261123-9NEVER", **never))

        async def found() -> Any:
            listed = await evaluated(evaluation, "hall-bypasses")
            return listed["cases"] if len(listed["cases"]) >= 2 else None

        cases_found = {one["case_no"]: one["why"] for one in await eventually(found)}
        assert cases_found == {
            "370104-20261123-1OUT": "outside_the_hall",
            "370104-20261123-9NEVER": "never_accepted",
        }
        first = await evaluated(evaluation, "hall-bypasses", limit="1")
        rest = await evaluated(evaluation, "hall-bypasses", cursor=first["next_cursor"])
        assert [len(first["cases"]), len(rest["cases"])] == [1, 1]
        early = await evaluated(evaluation, "hall-bypasses", **{"from": "2026-11-01", "to": "2026-11-20"})
        assert early["cases"] == []
