"""One cell of 附件1 and what it says; an unusable one is refused with what to write instead."""

from __future__ import annotations

import re
from typing import Any, get_args

from contracts.blocks import ItemKind, Limit
from contracts.items import Basis, Fee, ItemCategory, Provision, ServiceType
from services.catalog.domain.item.record import DraftUnit
from services.catalog.domain.tables.forms import BadCell, one_of
from services.catalog.domain.text import same

LONGEST_LIMIT = 3660
_NONE = frozenset(("", "无", "/", "-", "—", "――", "无法定时限", "未规定"))
_AT_ONCE = frozenset(("即办", "即时", "即时办结", "当场", "当场办结", "当场办理", "立即办理", "随到随办"))
_LIMIT = re.compile(
    r"(?:自受理之日起|受理后|受理之日起)?(?P<n>[0-9]+|[一二三四五六七八九十百]+)个?"
    r"(?P<unit>工作日|工作天|自然日|日历日|日|天)?(?:内|以内)?(?:办结)?"
)
_FREE = frozenset(("不收费", "免费", "不收取", "无收费"))
_AMOUNT = re.compile(
    r"(?P<n>[0-9]+(?:\.[0-9]{1,2})?)\s*(?P<wan>万)?元(?:\s*[/\uff0f]\s*[^,;。\uff0c\uff1b\s]+|每[^,;。\uff0c\uff1b\s]+)?"
)
_TITLE = re.compile(
    r"(?P<title>[^《]*《[^》]+》(?:\s*[(\uff08〔][^)\uff09]*[)\uff09〕])*)\s*(?P<clause>.*)", re.DOTALL
)
#: Marks between the parts of a cell, half and full width.
_SEMICOLONS = r"[;\uff1b\n]+"
_COMMAS = r"[、,;\uff0c\uff1b\n]+"
_BETWEEN = " ,;:。\uff0c\uff1b\uff1a\n\t"
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def kind(text: str) -> dict[str, Any]:
    """事项类型."""
    return {"kind": one_of(text, get_args(ItemKind), "unknown-kind")}


def category(text: str) -> dict[str, Any]:
    """事项类别: one of the sixteen (附件1 说明 3); empty is left to the lint of the draft."""
    if same(text) in _NONE:
        return {}
    wanted = text if text.strip().endswith("类") else f"{text.strip()}类"
    return {"category": one_of(wanted, get_args(ItemCategory), "unknown-category")}


def basis(text: str) -> dict[str, Any]:
    """实施依据及条款 (附件1 说明 4): one on each line or between semicolons."""
    if same(text) in _NONE:
        return {}
    return {"basis": [_one_basis(part) for part in _parts(text, _SEMICOLONS)]}


def targets(text: str) -> dict[str, Any]:
    """服务对象 (附件1 说明 5): 有多类服务对象的,应依次列明."""
    return {"service_targets": _parts(text, _COMMAS)} if same(text) not in _NONE else {}


def joint_bodies(text: str) -> dict[str, Any]:
    """共同实施部门; their ids are looked up in the directory afterwards."""
    if same(text) in _NONE:
        return {}
    return {"joint_bodies": [DraftUnit(name=name) for name in _parts(text, _COMMAS)]}


def fee(text: str) -> dict[str, Any]:
    """收费依据及标准 (附件1 说明 6): basis and standard, or 不收费; never empty."""
    plain = same(text).rstrip("。.")
    if not plain:
        raise BadCell("fee-empty", "收费依据及标准不能为空：", "不收费的填写“不收费”，收费的填写依据和标准。")
    if plain in _FREE or plain in _NONE:
        return {"fee": Fee(amount_fen=0, text="不收费")}
    found = _AMOUNT.search(text)
    if found is None:
        raise BadCell(
            "fee-without-amount",
            "没有写明收费标准：",
            "写明金额和单位，如“3500元/例”；不收费的填写“不收费”。",
        )
    whole, _, part = found["n"].partition(".")
    fen = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    before = (text[: found.start()] + text[found.end() :]).strip(_BETWEEN)
    return {
        "fee": Fee(
            amount_fen=fen * (10_000 if found["wan"] else 1), text=found[0].strip(), basis=before or None
        )
    }


def statutory(text: str) -> dict[str, Any]:
    """法定时限."""
    found = limit(text)
    return {"limits": {"statutory": found}} if found is not None else {}


def promised(text: str) -> dict[str, Any]:
    """承诺时限; 当场办结 makes it a 即办件."""
    found = limit(text)
    if found is None:
        return {}
    return {"limits": {"promised": found}, "handling": "immediate" if found.value == 0 else "promised"}


def limit(text: str) -> Limit | None:
    """A time limit; a number alone is working days (行政许可法 §82). None where there is none."""
    plain = same(text)
    if plain in _NONE:
        return None
    if plain in _AT_ONCE:
        return Limit(value=0, unit="working_days")
    found = _LIMIT.fullmatch(plain)
    if found is None:
        raise BadCell(
            "limit-not-a-number",
            "时限不是确定的天数（不能写“左右”“以上”“若干”），",
            "请填写天数和单位，如“20个工作日”“90日”“当场办结”。",
        )
    days = int(found["n"]) if found["n"].isdigit() else _chinese_number(found["n"])
    if days > LONGEST_LIMIT:
        raise BadCell("limit-too-long", f"时限超过 {LONGEST_LIMIT} 天，", "请核对数字和单位。")
    working = found["unit"] in (None, "工作日", "工作天")
    return Limit(value=days, unit="working_days" if working else "calendar_days")


def service_type(text: str) -> dict[str, Any]:
    """服务类型 (附件1 说明 7)."""
    return {"service_type": one_of(text, get_args(ServiceType), "unknown-service-type")}


def provision(text: str) -> dict[str, Any]:
    """提供方式 (附件1 说明 8)."""
    return {"provision": one_of(text, get_args(Provision), "unknown-provision")}


def scope(text: str) -> dict[str, Any]:
    """适用范围 (mission C1)."""
    return {"scope": text.strip()} if same(text) not in _NONE else {}


def remark(text: str) -> dict[str, Any]:
    """备注."""
    return {"remark": text.strip()} if text.strip() else {}


def _parts(text: str, between: str) -> list[str]:
    return [part.strip() for part in re.split(between, text) if part.strip()]


def _one_basis(text: str) -> Basis:
    found = _TITLE.fullmatch(text)
    if found is None:
        return Basis(title=text)
    return Basis(title=found["title"].strip(), clause=found["clause"].strip(_BETWEEN) or None)


def _chinese_number(text: str) -> int:
    """十五, 二十, 一百二十: up to 999, as limits are written."""
    total, digit = 0, 0
    for sign in text:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit
