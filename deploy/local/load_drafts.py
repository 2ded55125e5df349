"""Sample drafts beside what is in force: two that wait for their reviews, one to be put right."""

from __future__ import annotations

from typing import Any

from deploy.local.people import Person

CATALOG = "/api/catalog"
#: 临时救助给付 of one town, now with one visit alone; 居民养老保险信息变更 of the other, with a catch-all.
IN_REVIEW, IN_WORK = "05-0010-370104101", "05-0025-370104102"
#: The town where three units sign and its government approves (会签、批准, seed 001 三(一)2), and 临时救助
#: there, sent to them.
JOINT_PLACE, IN_JOINT_REVIEW = "370104102", "05-0010-370104102"
JOINT_RULE = {
    "units": ["u-370104-02", "u-370104-05", "u-370104-07"],
    "approving_unit": "u-370104102-01",
}


async def load_drafts(editor: Person, approver: Person) -> None:
    """Set the rule where the place has none; draft where nobody has touched the items yet."""
    await _set_rule(approver)
    for code in (IN_REVIEW, IN_JOINT_REVIEW):
        if (present := await _untouched(editor, code)) is not None:
            await _put_in(editor, present, {**present["record"], "visits": 1})
            await editor.post(f"{CATALOG}/items/{code}/submission", {"note": "核定为只跑一次（示例）"})
    if (present := await _untouched(editor, IN_WORK)) is not None:
        record = present["record"]
        conditions = [*record["conditions"], "法律、法规规定的其他条件"]
        await _put_in(editor, present, {**record, "conditions": conditions})


async def _set_rule(approver: Person) -> None:
    path = f"{CATALOG}/review-rules/{JOINT_PLACE}"
    if not (await approver.get(path))["versions"]:
        await approver.call("PUT", path, json=JOINT_RULE)


async def _untouched(editor: Person, item_code: str) -> dict[str, Any] | None:
    """An item in its first version with no draft beside it; with the revision that an edit names."""
    listed = await editor.get(f"{CATALOG}/items", params={"state": "all", "q": item_code, "limit": 5})
    for entry in listed["items"]:
        if entry["item_code"] == item_code and entry["version"] == 1 and entry["draft_state"] is None:
            shown: dict[str, Any] = await editor.get(f"{CATALOG}/items/{item_code}")
            return {**shown, "revision": entry["revision"]}
    return None


async def _put_in(editor: Person, present: dict[str, Any], record: dict[str, Any]) -> None:
    edit = {"item_code": present["item_code"], "revision": present["revision"], "record": record}
    await editor.post(f"{CATALOG}/drafts", {"drafts": [edit]})
