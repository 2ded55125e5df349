"""Cases in every state that the pictures show, filed through the API as the demo accounts would."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

from deploy.local.demo import APPLICANT, FORM, ITEM
from deploy.local.people import Person

#: Seconds in which approval has every dossier, on a busy machine.
PATIENCE = 60.0
COUNTY, TOWN, STREET = "370104", "370104101", "370104003"
HOUSE, INSURANCE, RELIEF, LIVING, AGED = "05-0005", "05-0028", "05-0010", "05-0034", "05-0038"
#: 预防接种异常反应鉴定, the one sample item that can be extended.
APPRAISAL = "20-0005"
REASON = "经审查，材料齐全，符合规定条件，予以批准。"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Life:
    """The numbers of the cases that pictures show."""

    followed: str
    corrected: str
    waiting: str
    dossier: str


def sample_person(name: str, born: date, order: int, phone: str) -> dict[str, str]:
    """A made-up applicant whose citizen number has a right check digit (GB 11643)."""
    first = f"370104{born:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    number = first + "10X98765432"[total % 11]
    return {"name": name, "id_type": "citizen", "id_number": number, "phone": phone}


PEOPLE = [
    sample_person("李建国", date(1968, 3, 12), 13, "13800000011"),
    sample_person("王秀英", date(1955, 7, 2), 24, "13800000012"),
    sample_person("刘志强", date(1979, 11, 23), 35, "13800000013"),
    sample_person("陈淑兰", date(1948, 1, 30), 46, "13800000014"),
    sample_person("杨文博", date(1992, 9, 8), 57, "13800000015"),
    sample_person("周桂芳", date(1961, 5, 17), 68, "13800000016"),
]


async def at_window(clerk: Person, base: str, place: str, who: dict[str, str], later: str = "") -> str:
    """A case taken in at the window with everything on paper; ``later`` follows (容缺)."""
    item = await clerk.get(f"/api/catalog/items/{base}-{place}")
    materials: list[dict[str, Any]] = [{"name": m["name"]} for m in item["record"]["materials"]]
    for material in materials:
        if material["name"] == later:
            material["deferred"] = True
    body = {"item_code": item["item_code"], "place": place, "channel": "window", "applicant": who}
    answer = await clerk.post("/api/intake/cases", {**body, "situation": {}, "materials": materials})
    return str(answer["case_no"])


async def online(citizen: Person, *, complete: bool) -> str:
    """最低生活保障 by the demo citizen; what is not complete is answered with a notice at once."""
    form = ("申请书.pdf", FORM, "application/pdf")
    file = await citizen.call("POST", "/api/intake/files", files={"file": form})
    materials: list[dict[str, Any]] = [
        {"name": "最低生活保障申请书", "file_id": file["file_id"]},
        {"name": "居民身份证", "licence_no": "示例-居民身份证"},
        {"name": "居住地住址证明", "commitment": True},
    ]
    body = {
        "item_code": ITEM,
        "place": TOWN,
        "channel": "web",
        "applicant": APPLICANT,
        "situation": {"household": "general"},
        "materials": materials if complete else materials[:2],
    }
    return str((await citizen.post("/api/intake/cases", body))["case_no"])


async def decide(reviewer: Person, no: str, outcome: str = "granted", reason: str = REASON) -> None:
    body: dict[str, str] = {"outcome": outcome, "reason": reason}
    if outcome == "refused":
        body["remedies"] = "可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
    await reviewer.post(f"/api/approval/cases/{no}/decision", body)


async def opened(supervisor: Person, numbers: list[str]) -> None:
    """Wait until approval has every dossier."""
    async with asyncio.timeout(PATIENCE):
        while True:
            page = await supervisor.get("/api/approval/cases", params={"state": "all", "limit": 1000})
            if set(numbers) <= {case["case_no"] for case in page["cases"]}:
                return
            await asyncio.sleep(0.3)


async def life(url: str, password: str) -> Life:
    """Cases in every state that a picture shows."""
    async with (
        Person(url, "citizen", password) as citizen,
        Person(url, "clerk", password) as clerk,
        Person(url, "reviewer", password) as reviewer,
        Person(url, "supervisor", password) as supervisor,
    ):
        house = await at_window(clerk, HOUSE, TOWN, PEOPLE[0])
        extended = await at_window(clerk, APPRAISAL, COUNTY, PEOPLE[2])
        granted = await at_window(clerk, INSURANCE, STREET, PEOPLE[1])
        await at_window(clerk, INSURANCE, TOWN, PEOPLE[4])
        await at_window(clerk, RELIEF, TOWN, PEOPLE[5], later="二级以上医院诊断书")
        refused = await at_window(clerk, LIVING, STREET, PEOPLE[5])
        await at_window(clerk, AGED, TOWN, PEOPLE[3])
        followed, waiting = await online(citizen, complete=True), await online(citizen, complete=True)
        rated = await online(citizen, complete=True)
        corrected = await online(citizen, complete=False)
        for no in (followed, rated):
            await clerk.post(f"/api/intake/cases/{no}/acceptance")
        await opened(supervisor, [house, extended, granted, refused, followed, rated])
        why = "需要组织第二次专家会诊，按规定延长。"
        await reviewer.post(f"/api/approval/cases/{extended}/extension", {"reason": why})
        await decide(reviewer, granted)
        await decide(reviewer, refused, "refused", "经核查，家庭经济状况不符合补贴条件。")
        for no in (followed, rated):
            await decide(reviewer, no)
            await citizen.until(f"/api/intake/cases/{no}/live", lambda shown: bool(shown["outcome"]))
        grade = {"grade": 5, "reasons": ["speed"], "comment": None, "channel": "web"}
        await citizen.post(f"/api/evaluation/cases/{rated}/rating", grade)
        return Life(followed, corrected, waiting, house)
