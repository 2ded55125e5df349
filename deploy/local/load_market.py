"""The sample marketplace (中介超市) through the front door: services, agencies, one open selection."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from deploy.local.people import Person

CATALOG = "/api/catalog"
PLACE = "370104"


async def load_market(editor: Person, approver: Person) -> None:
    """Load what is missing; what somebody has changed since is left as it is."""
    sample = json.loads((files("deploy.local.sample") / "market.json").read_text("utf-8"))
    await _services(editor, approver, sample["services"])
    await _agencies(editor, approver, sample["agencies"])
    await _selection(editor)


async def _services(editor: Person, approver: Person, services: dict[str, Any]) -> None:
    path = f"{CATALOG}/agency-services"
    known = {one["service_code"]: one for one in (await editor.get(f"{path}?state=all"))["services"]}
    for code, record in services.items():
        if code not in known:
            await editor.post(path, {"place": PLACE, "service_code": code, "record": record})
        if code not in known or known[code]["state"] == "draft":
            await approver.post(f"{path}/{code}/publication")


async def _agencies(editor: Person, approver: Person, agencies: list[dict[str, Any]]) -> None:
    path = f"{CATALOG}/agencies"
    known = {one["agency_id"]: one for one in (await editor.get(f"{path}?state=all"))["agencies"]}
    for record in agencies:
        agency_id = f"ag-{record['uscc']}"
        if agency_id not in known:
            await editor.post(path, {"place": PLACE, "record": {**record, "sample": True}})
        if agency_id not in known or known[agency_id]["state"] == "pending":
            await approver.post(f"{path}/{agency_id}/admission")


async def _selection(editor: Person) -> None:
    """A sealed bid for the agencies of the demo accounts to enter."""
    path = f"{CATALOG}/selections"
    if (await editor.get(f"{path}?mine=true"))["selections"]:
        return
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=5)
    await editor.post(
        path,
        {
            "service_code": "zj-001",
            "mode": "bid",
            "place": PLACE,
            "entries_until": until.isoformat(),
            "requirements": "示例:社区养老服务中心新建项目可行性研究报告,建筑面积约 3000 平方米。",
            "ceiling_fen": 3_000_000,
            "max_days": 20,
        },
    )
