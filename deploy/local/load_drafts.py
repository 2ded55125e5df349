"""Two sample drafts beside what is in force: one that waits for its review, one to be put right."""

from __future__ import annotations

from typing import Any

from deploy.local.people import Person

CATALOG = "/api/catalog"
#: 临时救助给付 of one town, now with one visit alone; 居民养老保险信息变更 of the other, with a catch-all.
IN_REVIEW, IN_WORK = "05-0010-370104101", "05-0025-370104102"


async def load_drafts(editor: Person) -> None:
    """Draft both where nobody has touched the items yet."""
    if (present := await _untouched(editor, IN_REVIEW)) is not None:
        await _put_in(editor, present, {**present["record"], "visits": 1})
        await editor.post(f"{CATALOG}/items/{IN_REVIEW}/submission", {"note": "核定为只跑一次（示例）"})
    if (present := await _untouched(editor, IN_WORK)) is not None:
        record = present["record"]
        conditions = [*record["conditions"], "法律、法规规定的其他条件"]
        await _put_in(editor, present, {**record, "conditions": conditions})


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
