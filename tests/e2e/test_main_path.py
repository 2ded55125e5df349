"""Journeys over HTTP under the one address, as clerks, citizens, approvers and supervisors make them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from deploy.local.people import Person, Refused
from services.runtime.clock import BEIJING
from tests.support.eventually import eventually
from tests.support.product import Product

ITEM = "05-0008-370104101"
PROMISED = 20
APPLICANT = {
    "name": "欧阳·娜娜",
    "id_type": "citizen",
    "id_number": "11010519491231002X",
    "phone": "+86 138 0000 5678",
}
COMPLETE = [
    {"name": "最低生活保障申请书", "licence_no": "示例-1"},
    {"name": "居民身份证", "licence_no": "示例-2"},
    {"name": "居住地住址证明", "commitment": True},
]


def application(**given: Any) -> dict[str, Any]:
    """A complete application at the window."""
    usual = {
        "item_code": ITEM,
        "place": "370104101",
        "channel": "window",
        "applicant": APPLICANT,
        "situation": {"household": "general"},
        "materials": COMPLETE,
    }
    return {**usual, **given}


@pytest.fixture
def anybody(running_product: Product) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=running_product.url, trust_env=False, timeout=30)


async def refused(call: Any) -> int:
    """The status with which a call is refused."""
    with pytest.raises(Refused) as caught:
        await call
    return caught.value.status


async def test_make_run_prints_the_whole_way_of_a_sample_case(running_product: Product) -> None:
    steps = ("办件编号", "受理", "办件已进入审批工作台", "作出决定", "已发出", "评价")
    at = [running_product.output.find(step) for step in steps]
    assert -1 not in at
    assert at == sorted(at)


async def test_a_window_case_from_acceptance_to_rating(
    running_product: Product, anybody: httpx.AsyncClient
) -> None:
    async with (
        running_product.person("clerk") as clerk,
        running_product.person("reviewer") as reviewer,
        running_product.person("supervisor") as supervisor,
    ):
        accepted = await clerk.post("/api/intake/cases", application())
        assert accepted["state"] == "accepted"
        assert accepted["missing"] == []
        case_no = accepted["case_no"]

        today = datetime.now(BEIJING).date().isoformat()
        due = (
            await anybody.get(
                "/api/approval/due-date",
                params={"accepted_on": today, "limit": PROMISED, "unit": "working_days", "place": "370104"},
            )
        ).json()
        assert accepted["promised_due"] == due["due_on"]
        assert due["days"]

        async def on_the_work_list() -> Any:
            shown = await reviewer.get("/api/approval/cases", params={"state": "open", "limit": 1000})
            return next((case for case in shown["cases"] if case["case_no"] == case_no), None)

        listed = await eventually(on_the_work_list)
        assert "欧阳" not in str(listed) or "*" in listed["applicant_masked"]

        dossier = f"/api/approval/cases/{case_no}"
        decision = {"outcome": "granted", "reason": "符合条件,予以批准。"}
        assert await refused(clerk.post(f"{dossier}/decision", decision)) == 403
        key = {"Idempotency-Key": str(uuid.uuid4())}
        await eventually(lambda: _decided(reviewer, dossier, decision, key))
        await reviewer.post(f"{dossier}/decision", decision, headers=key)
        assert await refused(reviewer.post(f"{dossier}/decision", decision)) == 409

        async def shown() -> Any:
            params = {"case_no": case_no, "id_tail": "002X"}
            answer = await anybody.get("/api/intake/progress", params=params)
            return answer.json() if answer.json().get("state") == "decided" else None

        progress = await eventually(shown)
        told_of = [entry["event"] for entry in progress["timeline"]]
        assert told_of[0] == "case-accepted"
        assert "case-decided" in told_of
        wrong = await anybody.get("/api/intake/progress", params={"case_no": case_no, "id_tail": "0000"})
        assert wrong.status_code == 404

        async def told() -> Any:
            notices = await clerk.get(f"/api/notify/cases/{case_no}/notices")
            sent = {(n["event"], n["channel"]) for n in notices if n["state"] in ("sent", "delivered")}
            return ("case-accepted", "sms") in sent and ("case-decided", "sms") in sent

        await eventually(told)
        texts = [m for m in await running_product.messages() if case_no in m["text"]]
        assert {m["to"] for m in texts} == {"13800005678"}
        assert len(texts) == len({m["text"] for m in texts})

        figures = await supervisor.get("/api/evaluation/figures", params={"place": "370104"})
        assert figures["totals"]["decided"] >= 1


async def _decided(reviewer: Person, dossier: str, decision: dict[str, str], key: dict[str, str]) -> bool:
    try:
        await reviewer.post(f"{dossier}/decision", decision, headers=key)
    except Refused as refusal:
        # The dossier, or the item's version, may still be on its way to approval.
        if refusal.status == 404 or refusal.code == "item-version-unknown":
            return False
        raise
    return True


PERMIT = {
    "item_code": "05-0001-370104101",
    "situation": {},
    "materials": [
        {"name": name}
        for name in (
            "乡村建设申请书",
            "居民身份证",
            "建设项目批准文件",
            "拟建位置平面图",
            "村民会议或者村民代表会议决议",
            "建设工程设计图",
        )
    ],
}


async def test_a_review_by_experts_stops_the_clock_and_the_case_is_decided_after_it(
    running_product: Product,
) -> None:
    async with running_product.person("clerk") as clerk, running_product.person("reviewer") as reviewer:
        accepted = await clerk.post("/api/intake/cases", application(**PERMIT))
        assert (accepted["state"], accepted["missing"]) == ("accepted", [])
        case_no, promised = accepted["case_no"], accepted["promised_due"]
        dossier = f"/api/approval/cases/{case_no}"
        until = (datetime.now(BEIJING).date() + timedelta(days=14)).isoformat()
        pause = {"step": "experts", "planned_end": until}
        stopped = await eventually(lambda: _done(reviewer, f"{dossier}/pause", pause))
        assert stopped["state"] == "paused"
        assert stopped["clock"]["promised_due"]["on"] > promised
        shown = await reviewer.get(dossier)
        assert [(step["name"], step["state"]) for step in shown["steps"] if step["stops_clock"]] == [
            ("专家评审", "stopped")
        ]
        paper = {
            (m["source"], m["form"] in ("original", "copy"), m.get("file_id")) for m in shown["materials"]
        }
        assert paper == {("file", True, None)}
        decision = {"outcome": "granted", "reason": "经专家评审，符合规划，准予。"}
        assert await refused(reviewer.post(f"{dossier}/decision", decision)) == 409

        resumed = await reviewer.post(f"{dossier}/resume")
        assert resumed["state"] == "open"
        assert resumed["clock"]["promised_due"]["on"] == promised
        await reviewer.post(f"{dossier}/decision", decision)

        async def told() -> bool:
            notices = await clerk.get(f"/api/notify/cases/{case_no}/notices")
            sent = {n["event"] for n in notices if n["state"] in ("sent", "delivered")}
            return {"case-accepted", "clock-stopped", "clock-resumed", "case-decided"} <= sent

        await eventually(told)
        texts = "".join(m["text"] for m in await running_product.messages() if case_no in m["text"])
        assert "暂停计时" in texts and "恢复计时" in texts


async def _done(person: Person, path: str, body: dict[str, Any]) -> Any:
    """The answer, once the dossier and the item's version have reached approval."""
    try:
        return await person.post(path, body)
    except Refused as refusal:
        if refusal.status == 404 or refusal.code == "item-version-unknown":
            return None
        raise


async def test_everything_missing_is_named_at_once(running_product: Product) -> None:
    async with running_product.person("clerk") as clerk:
        answer = await clerk.post(
            "/api/intake/cases", application(situation={"household": "school_child"}, materials=[])
        )
        assert answer["state"] == "correction_requested"
        named = {missing["name"] for missing in answer["missing"]}
        assert named == {"最低生活保障申请书", "居民身份证", "居住地住址证明", "子女在校就读证明"}


async def test_a_citizen_sees_the_own_case_alone_and_rates_it_once_after_its_end(
    running_product: Product,
) -> None:
    own = {**APPLICANT, "id_number": "370104199003078723", "name": "张晓梅", "phone": "13800000001"}
    async with (
        running_product.person("citizen") as citizen,
        running_product.person("citizen-b") as other,
        running_product.person("clerk") as clerk,
        running_product.person("reviewer") as reviewer,
    ):
        submitted = await citizen.post("/api/intake/cases", application(channel="web", applicant=own))
        case_no = submitted["case_no"]
        assert submitted["state"] == "received"
        rating = {"grade": 4, "reasons": [], "comment": "很快", "channel": "web"}
        path = f"/api/evaluation/cases/{case_no}/rating"
        await clerk.post(f"/api/intake/cases/{case_no}/acceptance")

        async def known_but_open() -> bool:
            return await refused(citizen.post(path, rating)) == 409

        await eventually(known_but_open)
        assert await refused(other.get(f"/api/intake/cases/{case_no}")) == 404
        assert await refused(other.post(path, rating)) == 404

        dossier = f"/api/approval/cases/{case_no}"
        decision = {"outcome": "refused", "reason": "收入超过标准。", "remedies": "60 日内可申请行政复议。"}
        await eventually(lambda: _decided(reviewer, dossier, decision, {}))

        async def rated() -> bool:
            try:
                await citizen.post(path, rating)
            except Refused:
                return False
            return True

        await eventually(rated)
        assert await refused(citizen.post(path, {**rating, "grade": 1})) == 409


async def test_what_is_not_allowed_is_refused_and_stores_nothing(
    running_product: Product, anybody: httpx.AsyncClient
) -> None:
    async with (
        running_product.person("clerk") as clerk,
        running_product.person("clerk-b") as elsewhere,
        running_product.person("editor") as editor,
    ):
        submit = "/api/intake/cases"
        assert (await anybody.post(submit, json=application())).status_code == 401
        assert await refused(elsewhere.post(submit, application())) == 404
        assert await refused(editor.post(submit, application())) == 403
        wrong = [
            application(applicant={**APPLICANT, "id_number": "110105194912310021"}),
            application(applicant={**APPLICANT, "id_number": "110105199002300028"}),
            application(applicant={**APPLICANT, "id_type": "uscc", "id_number": "91350100M000100Y4I"}),
            application(applicant={**APPLICANT, "phone": "1380000567"}),
            application(applicant={**APPLICANT, "name": "张\u202e三"}),
            application(place="370104102"),
            application(state="accepted"),
            application(situation={"household": "castle"}),
        ]
        assert [await refused(clerk.post(submit, body)) for body in wrong] == [422] * len(wrong)
        assert await refused(clerk.post(submit, application(item_code="99-9999-370104101"))) in (404, 422)

        key = {"Idempotency-Key": str(uuid.uuid4())}
        first = await clerk.post(submit, application(), headers=key)
        again = await clerk.post(submit, application(), headers=key)
        assert first["case_no"] == again["case_no"]
        assert await refused(clerk.post(submit, application(channel="agent"), headers=key)) == 422
        assert await refused(elsewhere.get(f"/api/approval/cases/{first['case_no']}")) == 404


async def test_a_county_reads_the_model_guide_with_nothing_missing(anybody: httpx.AsyncClient) -> None:
    item = (await anybody.get("/api/catalog/items/20-0005-3701")).json()
    assert item["record"]["fee"]["text"] == "3500元/例"
    guide = (await anybody.get("/api/catalog/items/20-0005-3701/guide")).text
    for part in (
        "预防接种异常反应鉴定",
        "卫生部令第60号",
        "济南市健康教育所",
        "师范路50号",
        "调查诊断结论",
        "病历资料",
        "储存温度记录",
        "鲁价费函〔2016〕42号",
        "3500元/例",
        "45个工作日",
        "90",
        "0531",
    ):
        assert part in guide, part


async def test_a_broken_row_is_named_and_the_others_come_in(running_product: Product) -> None:
    name = f"测试事项{uuid.uuid4().hex[:6]}"
    table = (
        "公共服务事项目录\n"
        "序号,实施主体,事项名称,事项类型,法定时限,承诺时限,收费依据及标准\n"
        f"1,槐荫区民政局,{name}甲,公共服务,20个工作日,10个工作日,不收费\n"
        f"2,槐荫区民政局,{name}乙,公共服务,10个工作日,20个工作日,不收费\n"
        f"3,槐荫区民政局,{name}丙,公共服务,20个工作日,大约一周,不收费\n"
    ).encode("gbk")
    async with running_product.person("editor") as editor:

        async def load() -> Any:
            return await editor.call(
                "POST",
                "/api/catalog/imports",
                files={"file": ("事项.csv", table, "text/csv")},
                data={"place": "370104", "kind": "items"},
            )

        report = await load()
        assert report["created"] == 1
        assert sorted({problem["row"] for problem in report["problems"]}) == [4, 5]
        assert {problem["column"] for problem in report["problems"]} == {"承诺时限"}
        assert (await load())["unchanged"] == 1


async def test_the_live_line_shows_supervisors_what_happens_under_their_prefix(
    running_product: Product,
) -> None:
    async with running_product.person("supervisor") as supervisor, running_product.person("clerk") as clerk:
        case = await clerk.post("/api/intake/cases", application())
        shown = await supervisor.until(
            "/api/notify/live", lambda event: event["subject"] == case["case_no"], within=30
        )
        assert shown["place_code"].startswith("370104")
        assert "11010519491231002X" not in str(shown)
