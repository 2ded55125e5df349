"""What the published lists leave open, as plausible sample terms: limits, materials, steps, result."""

from __future__ import annotations

import csv
import json
from functools import cache
from typing import Any

from deploy.local.sample.lists import FOLDER, VILLAGE_LIST

Record = dict[str, Any]

CHANNELS = ["window", "web", "phone", "kiosk", "agent"]
NO_FEE = {"amount_fen": 0, "text": "不收费"}
DELIVERY_DAYS = 10
"""行政许可法 §44: handed over within 10 (working) days of the decision; here for every 承诺件."""

EXPERTS_BASIS = (
    "《中华人民共和国行政许可法》第四十五条：依法需要检验、检测、检疫、鉴定和专家评审的，"
    "所需时间不计算在规定的期限内，并将所需时间书面告知申请人"
)


def terms() -> dict[str, Record]:
    """Item name → the fields of its item record that do not depend on the place.

    Every entry has `base_code` and `sample: true`; missing for a whole record are name, kind, implementing
    body, unit and accepting place. The caller may change what it gets.
    """
    return {row["name"]: _terms(row) for row in _rows("terms.csv")}


def _terms(row: dict[str, str]) -> Record:
    immediate = row["handling"] == "immediate"
    basis = [_basis(entry) for entry in _listed(row["basis"], ";")]
    record: Record = {
        "base_code": row["base_code"],
        "sample": row["sample"] == "true",
        "category": row["category"],
        "basis": basis,
        "service_targets": _listed(row["service_targets"], ";"),
        "service_type": "依申请服务",
        "provision": row["provision"],
        "conditions": [_condition(row["base_code"])],
        "handling": row["handling"],
        "acceptance": "on_receipt" if immediate else "after_check",
        "acceptor_may_decide": immediate,
        "channels": list(CHANNELS),
        "online_depth": row["online_depth"],
        "limits": {
            "promised": {"value": int(row["promised"]), "unit": row["unit"]},
            "statutory": {"value": int(row["statutory"]), "unit": row["unit"]},
        },
        "fee": dict(NO_FEE),
        "situations": _situations().get(row["base_code"], []),
        "materials": _materials(row, basis),
        "steps": _steps(row),
        "result": _result(row),
    }
    return record


def _condition(base_code: str) -> str:
    where = "本村(社区)" if base_code.startswith(VILLAGE_LIST) else "本乡镇"
    return f"属于本事项的服务对象，户籍地、居住地或者生产经营地在{where}"


def _materials(row: dict[str, str], basis: list[Record]) -> list[Record]:
    form = {"name": row["form"], "copies": 1, "form": "original", "provided_by": ["applicant"]}
    known = {material["key"]: material for material in _rows("materials.csv")}
    return [form, *(_material(known[key], basis) for key in row["materials"].split())]


def _material(row: dict[str, str], item_basis: list[Record]) -> Record:
    material: Record = {
        "name": row["name"],
        "copies": 1,
        "form": row["form"],
        "provided_by": ["applicant"],
        "deferrable": row["deferrable"] == "yes",
        "by_commitment": row["by_commitment"] == "yes",
    }
    if row["licence_type"]:
        material["licence_type"] = row["licence_type"]
    if row["issued_by"]:
        material["issued_by"] = row["issued_by"]
    if row["basis"]:
        material["basis"] = _basis(row["basis"])
    elif row["proof"] == "yes" and item_basis:
        # A proof needs a basis (seed 000 二(二)); the item's own stands for it, marked as an example.
        material["basis"] = {**item_basis[0], "clause": "示例，以实施部门公布的条款为准"}
    return material


def _steps(row: dict[str, str]) -> list[Record]:
    """Steps one after the other whose limits add up to the promised one, without what stops the clock."""
    if row["handling"] == "immediate":
        return [_step("accept", "受理", "clerk", 0), _step("decide", "当场办结", "clerk", 1, ["accept"])]
    steps = [_step("accept", "受理", "clerk", 1)]
    left = int(row["promised"]) - 2
    if row["visit"]:
        name, days = row["visit"].split(":")
        visit = _step("visit", name, "reviewer", int(days), ["accept"])
        kind = "site_inspection" if name.startswith("现场") else "other"
        steps.append({**visit, "special": True, "special_kind": kind})
        left -= int(days)
    if row["experts"]:
        steps.append(_experts(row["experts"], str(steps[-1]["step"])))
    if left:
        steps.append(_step("review", "审查", "reviewer", left, [str(steps[-1]["step"])]))
    steps.append(_step("decide", "决定", "chief", 1, [str(steps[-1]["step"])]))
    return steps


def _experts(entry: str, after: str) -> Record:
    name, days = entry.split(":")
    stopping = {"special": True, "stops_clock": True, "stops_clock_basis": EXPERTS_BASIS}
    stopping |= {"special_kind": "expert_review"}
    return {**_step("experts", name, "reviewer", int(days), [after]), **stopping}


def _step(step: str, name: str, role: str, days: int, after: list[str] | None = None) -> Record:
    limit = {"value": days, "unit": "working_days"}
    return {"step": step, "name": name, "role": role, "limit": limit, "after": after or []}


def _result(row: dict[str, str]) -> Record:
    result: Record = {
        "type_code": row["result_type"],
        "name": row["result"],
        "recipients": [{"kind": "applicant", "name": "申请人"}],
    }
    if row["handling"] == "promised":
        result["deliver_within"] = {"value": DELIVERY_DAYS, "unit": "working_days"}
    return result


def _basis(entry: str) -> Record:
    title, _, level = entry.partition("|")
    return {"title": title, "level": level} if level else {"title": title}


def _listed(text: str, separator: str) -> list[str]:
    return [part for part in text.split(separator) if part]


def _situations() -> dict[str, list[Record]]:
    content: dict[str, list[Record]] = json.loads((FOLDER / "situations.json").read_text("utf-8"))
    return content


@cache
def _rows(file: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as content:
        return tuple(csv.DictReader(content))
