"""Sample of levels: what a county hands down, who has taken it over, halls, a list to compare with."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from deploy.local import sample
from deploy.local.people import Person, Refused
from deploy.local.sample.lists import FOLDER

CATALOG, COUNTY = "/api/catalog", "370104"
#: What a second run finds done already.
_DONE = frozenset(("already-adopted", "item-exists", "already-excluded", "on-negative-list", "no-proposal"))


async def load_levels(editor: Person, approver: Person) -> None:
    """Load what is missing; a second run changes nothing."""
    plan: dict[str, Any] = json.loads((FOLDER / "levels.json").read_text("utf-8"))
    for given in plan["handed_down"]:
        await _hand_down(editor, approver, given)
    for place, codes in plan["adopted"].items():
        body = {"place": place, "item_codes": [f"{code}-{COUNTY}" for code in codes]}
        await approver.post(f"{CATALOG}/adoptions", body)
    for hall, offered in plan["offered"].items():
        codes = [f"{code}-{hall[2:]}" for code in offered["items"]]
        body = {"hall_id": hall, "theme": offered["theme"], "item_codes": codes}
        await editor.post(f"{CATALOG}/offers", body)
    for hall, entry in plan["excluded"].items():
        await _exclude(editor, approver, hall, f"{entry['item']}-{hall[2:]}", entry["handled_at"])
    await _compare(editor, plan["compared"])


async def _hand_down(editor: Person, approver: Person, given: dict[str, Any]) -> None:
    code = f"{given['base_code']}-{COUNTY}"
    listed = await editor.get(
        f"{CATALOG}/items", params={"q": code, "state": "all", "place": COUNTY, "limit": 10}
    )
    if any(entry["item_code"] == code and entry["version"] for entry in listed["items"]):
        return
    await _unless_done(editor.post(f"{CATALOG}/items", {"place": COUNTY, "record": _record(given)}))
    for act in ("reviews", "publications"):
        await approver.post(f"{CATALOG}/{act}", {"item_codes": [code]})


def _record(given: dict[str, Any]) -> dict[str, Any]:
    """The terms of a listed item under another name, marked as a sample."""
    record = sample.item_record(given["like"], f"{COUNTY}101")
    form, *others = record["materials"]
    renamed = {**form, "name": f"{given['name']}申请表"}
    return {
        **record,
        "base_code": given["base_code"],
        "name": given["name"],
        "kind": given["kind"],
        "origin": "委托下放",
        "implementing_body": "槐荫区人民政府",
        "unit_id": f"u-{COUNTY}-01",
        "delegated_to": given["to"],
        "accepting_places": [],
        "materials": [renamed, *others],
    }


async def _exclude(editor: Person, approver: Person, hall: str, item: str, handled_at: str) -> None:
    path = f"{CATALOG}/offers/{hall}/{item}"
    body = {"reason": "场地限制", "handled_at": handled_at}
    if await _unless_done(editor.call("PUT", f"{path}/exclusion", json=body)):
        await _unless_done(approver.post(f"{path}/review", {"outcome": "approved"}))


async def _unless_done(call: Any) -> bool:
    """Whether the call was taken; False where an earlier run has done it."""
    try:
        await call
    except Refused as refused:
        if refused.code not in _DONE:
            raise
        return False
    return True


async def _compare(editor: Person, given: dict[str, Any]) -> None:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("事项名称", "申请材料", "承诺时限", "收费"))
    table.writerows(given["rows"])
    form = {"place": COUNTY, "source": given["source"], "as_of": given["as_of"]}
    files = {"file": ("compared.csv", text.getvalue().encode(), "text/csv")}
    await editor.call("POST", f"{CATALOG}/comparisons/sets", data=form, files=files)
