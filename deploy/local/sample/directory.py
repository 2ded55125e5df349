"""The sample directory, and whole item records for a place of it."""

from __future__ import annotations

import json
from typing import Any

from deploy.local.sample.lists import FOLDER, listed
from deploy.local.sample.terms import terms

Record = dict[str, Any]

GUIDE_PLACE = "3701"


def directory() -> list[Record]:
    """Entries `{entry_id, kind, parent_id, record}`, parents before children.

    Ids: the code of a place; `u-<place>-<number>` a unit (…-01 the government, street office or committee
    that decides); `h-<place>` a hall (the city's is h-3701-01); `p-<place>` a service point;
    `<hall>-w-<number>` a window.
    """
    entries: list[Record] = json.loads((FOLDER / "directory.json").read_text("utf-8"))
    return entries


def item_record(base_code: str, place: str) -> Record:
    """The whole sample record of a listed item as `place` implements it. KeyError: no such item or place."""
    row = listed()[base_code]
    unit_id = f"u-{place}-01"
    if unit_id not in _by_id():
        raise KeyError(f"the sample directory has no unit {unit_id}")
    return {
        **terms()[row["事项名称"]],
        "name": row["事项名称"],
        "kind": row["事项类型"],
        "origin": "公共服务" if row["事项类型"] in ("公共服务", "便民服务") else "法定",
        "implementing_body": row["实施主体"],
        "unit_id": unit_id,
        "accepting_places": [_accepting_place(place)],
    }


def guide_item(place: str = GUIDE_PLACE) -> Record:
    """The item record 预防接种异常反应鉴定 (seed 000 附件5), base code 20-0005.

    The source is the city's (3701). For a county of the directory its own units stand in for the city's, so
    that the officials of that county can handle it. KeyError: the directory has no such units there.
    """
    record: Record = json.loads((FOLDER / "vaccination-appraisal.json").read_text("utf-8"))
    if place == GUIDE_PLACE:
        return record
    record["unit_id"] = _moved(record["unit_id"], place)["entry_id"]
    for named in (*record["regulators"], *record["result"]["recipients"]):
        if "unit_id" in named:
            unit = _moved(named["unit_id"], place)
            named.update(unit_id=unit["entry_id"], name=unit["record"]["name"])
    return record


def _moved(unit_id: str, place: str) -> Record:
    return _by_id()[unit_id.replace(f"u-{GUIDE_PLACE}-", f"u-{place}-")]


def _accepting_place(place: str) -> Record:
    offices = [
        entry for entry in _by_id().values() if entry["parent_id"] == place and "opening" in entry["record"]
    ]
    office = offices[0]["record"]
    return {"name": office["name"], "address": office["address"]}


def _by_id() -> dict[str, Record]:
    return {entry["entry_id"]: entry for entry in directory()}
