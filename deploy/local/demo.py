"""The sample case of `make run`: from the application to the rating, each step printed with its time."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any

from deploy.local.load_sample import load
from deploy.local.people import Person, Refused
from deploy.local.problems import StackError

ITEM = "05-0008-370104101"
#: A sample applicant; the citizen number has a right check digit and belongs to the demo account `citizen`.
APPLICANT = {
    "name": "张晓梅",
    "id_type": "citizen",
    "id_number": "370104199003078723",
    "phone": "13800000001",
    "email": "zhang@example.com",
}
#: One empty page.
FORM = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


class Timeline:
    """Prints what happened, when, and how long after the step before."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def show(self, who: str, what: str) -> None:
        """One line."""
        now = time.perf_counter()
        took, self._last = now - self._last, now
        at = f"{datetime.now().astimezone():%H:%M:%S.%f}"[:-3]
        print(f"    {at}  +{took * 1000:6.0f} ms  {who}：{what}", flush=True)


async def run(portal_url: str, password: str) -> None:
    """Load the sample catalog where it is missing, then take one case the whole way."""
    await load(portal_url, password)
    print("  示例办件 sample case", flush=True)
    async with (
        Person(portal_url, "citizen", password) as citizen,
        Person(portal_url, "clerk", password) as clerk,
        Person(portal_url, "reviewer", password) as reviewer,
        Person(portal_url, "supervisor", password) as supervisor,
    ):
        await _whole_way(citizen, clerk, reviewer, supervisor)


async def _whole_way(citizen: Person, clerk: Person, reviewer: Person, supervisor: Person) -> None:
    line = Timeline()
    item = await citizen.get(f"/api/catalog/items/{ITEM}")
    form = ("申请书.pdf", FORM, "application/pdf")
    file = await citizen.call("POST", "/api/intake/files", files={"file": form})
    line.show("申请人", f"读办事指南「{item['record']['name']}」，上传申请书")
    submitted = await citizen.post("/api/intake/cases", _application(item, file["file_id"]))
    case_no = submitted["case_no"]
    line.show("申请人", f"网上申请，办件编号 {case_no}")

    case = f"/api/intake/cases/{case_no}"
    accepted = await clerk.post(f"{case}/acceptance")
    line.show("窗口", f"受理，承诺 {accepted['promised_due']} 前办结")

    dossier = f"/api/approval/cases/{case_no}"
    await citizen.until(f"{case}/live", lambda shown: _has(shown, "dossier-opened"))
    line.show("审批", "办件已进入审批工作台")
    decision = {"outcome": "granted", "reason": "经审查，符合最低生活保障条件，予以批准。"}
    await _decide(reviewer, dossier, decision)
    line.show("审批", "作出决定：准予")
    await citizen.until(f"{case}/live", lambda shown: shown["state"] in ("decided", "closed"))
    line.show("申请人", "在手机上看到办理结果")
    await supervisor.until("/api/notify/live", lambda shown: _told(shown, case_no))
    notices = await citizen.get(f"/api/notify/cases/{case_no}/notices")
    told = "、".join(f"{n['event']}/{n['channel']}" for n in notices if n["state"] in ("sent", "delivered"))
    line.show("通知", f"已发出 {told}")
    rating = {"grade": 5, "reasons": [], "comment": "", "channel": "web"}
    await citizen.post(f"/api/evaluation/cases/{case_no}/rating", rating)
    line.show("申请人", "评价：非常满意（5）")


async def _decide(reviewer: Person, dossier: str, decision: dict[str, str]) -> None:
    """Decide; the item was published a moment ago and may still be on its way to approval."""
    for _ in range(100):
        try:
            await reviewer.post(f"{dossier}/decision", decision)
            return
        except Refused as refusal:
            if refusal.code != "item-version-unknown":
                raise
        await asyncio.sleep(0.3)
    raise StackError("事项版本没有送达审批端 the item's version did not reach approval")


def _application(item: dict[str, Any], file_id: str) -> dict[str, Any]:
    return {
        "item_code": item["item_code"],
        "place": item["place"],
        "channel": "web",
        "applicant": APPLICANT,
        "situation": {"household": "general"},
        "materials": [
            {"name": "最低生活保障申请书", "file_id": file_id},
            {"name": "居民身份证", "licence_no": "示例-居民身份证"},
            {"name": "居住地住址证明", "commitment": True},
        ],
    }


def _has(shown: dict[str, Any], event: str) -> bool:
    return any(entry["event"] == event for entry in shown["timeline"])


def _told(shown: dict[str, Any], case_no: str) -> bool:
    data = shown["data"]
    told = (shown["type"], data.get("case_no"), data.get("event_type"))
    return told == ("notice-sent", case_no, "case-decided")
