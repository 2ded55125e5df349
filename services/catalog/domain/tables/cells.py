"""One cell of 附件1 and what it says; an unusable one is refused with what to write instead."""

from __future__ import annotations

import re
import unicodedata
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
    r"(?:自受理之日起|受理后|受理之日起)?(?P<n>[0-9]+|[零一二两三四五六七八九十百]+)个?"
    r"(?P<unit>工作日|工作天|自然日|日历日|日|天)?(?:内|以内)?(?:办结)?"
)
_UNIT_ASIDE = re.compile(r"\((工作日|工作天|自然日|日历日|日|天)\)")
_NO_DAYS = re.compile(r"(?:[0-9.]+|[零一二两三四五六七八九十百半]+)个?半?(?:月|年|周|星期|季度|小时|分钟)")
_VAGUE = re.compile(r"左右|以上|若干|大约|约|余|多")
#: Up to 999. Neither 二百五 (250 or 205) nor 五五 is one.
_CHINESE = re.compile(
    r"(?=.)(?:(?P<hundreds>[一二两三四五六七八九]?)百(?=$|零|.?十))?"
    r"(?:零?(?P<tens>[一二三四五六七八九]?)十(?P<ones>[一二三四五六七八九]?)|零?(?P<alone>[一二两三四五六七八九]))?"
)
_FREE = frozenset(("不收费", "免费", "不收取", "无收费"))
#: A number as far as it goes, with what may part thousands; `_NUMBER` says whether it is one.
_AMOUNT = re.compile(r"(?<![0-9.])(?P<n>[0-9](?:[0-9., ]*[0-9])?)\s*(?P<wan>万)?元")
_NUMBER = re.compile(
    r"(?P<whole>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,3}(?: [0-9]{3}){1,4})(?:\.(?P<part>[0-9]+))?"
)
_PER = re.compile(r"\s*/\s*[^,;。\s]+|每[^,;。\s]+")
#: What makes an amount one end of a range, a part of another number, or a bound: before it and after it.
_LEFT_OPEN = re.compile(
    r"[0-9]\s*[万千百亿元]?\s*[-\u2010-\u2015\u2212~\u301c\u223c至到或、/'\u2019*\u00d7+]\s*$"
    r"|[十百千万亿]\s*$|(?:^|[,;。:\s])[-\u2212]\s*$|(?<!预)约\s*(?:人民币)?$"
    r"|(?:最高(?!人民)|最低|最多|最少|至多|至少|不超过|不高于|不低于|上限|下限)[^,;。》]*$"
)
_RIGHT_OPEN = re.compile(
    r"\s*(?:[0-9]|[-\u2010-\u2015\u2212~\u301c\u223c至到或]\s*[0-9])"
    r"|(?:\s*/[^,;。\s(]*?|每[^,;。\s(]*?)?\s*[(]?(?:左右|以内|以下|以上|上下|不等|起步?|封顶)(?=$|[,;。()\s/每])"
)
#: A separator right after these marks parts two numbers rather than thousands: 〔2016〕42 350元, 第5,500元.
_NUMBERED = "第〕]〉)"
_QUOTED_TITLE = re.compile(r"《[^》]*》")
#: 元; what is above it is a slip of the keyboard.
HIGHEST_FEE = 1_000_000_000
_TITLE = re.compile(
    r"(?P<title>[^《]*《[^》]+》(?:\s*[(\uff08〔][^)\uff09]*[)\uff09〕])*)\s*(?P<clause>.*)", re.DOTALL
)
#: Marks between the parts of a cell, half and full width.
_SEMICOLONS = r"[;\uff1b\n]+"
_COMMAS = r"[、,;\uff0c\uff1b\n]+"
_BETWEEN = " ,;:。\uff0c\uff1b\uff1a\n\t"
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


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
    folded = _folded(text)
    bare = _QUOTED_TITLE.sub(lambda title: "《" * len(title[0]), folded)
    amounts = list(_AMOUNT.finditer(bare))
    if not amounts:
        raise BadCell(
            "fee-without-amount",
            "没有写明收费标准：",
            "写明金额和单位，如“3500元/例”；不收费的填写“不收费”。",
        )
    found = amounts[0]
    if len(amounts) > 1 or _LEFT_OPEN.search(bare[: found.start()]) or _RIGHT_OPEN.match(bare, found.end()):
        raise _no_one_amount()
    per = _PER.match(bare, found.end())
    end = per.end() if per else found.end()
    return {
        "fee": Fee(
            amount_fen=_fen(found),
            text=f"{folded[found.start() : found.end()]}{text[found.end() : end]}".strip(),
            basis=(text[: found.start()] + text[end:]).strip(_BETWEEN) or None,
        )
    }


def _fen(found: re.Match[str]) -> int:
    """The amount in fen; BadCell where the number is none that stands for one amount."""
    number = _NUMBER.fullmatch(found["n"])
    if number is None:
        digits = re.sub(r"[^0-9]", "", found["n"])
        raise _too_high() if found["n"] == digits else _no_one_amount()
    before = found.string[: found.start()].rstrip()
    if not number["whole"].isdigit() and before.endswith(tuple(_NUMBERED)):
        raise _no_one_amount()
    part, places = number["part"] or "", 6 if found["wan"] else 2
    if len(part) > places:
        raise _no_one_amount()
    whole = re.sub(r"[, ]", "", number["whole"])
    fen = int(whole + part.ljust(places, "0"))
    if fen > HIGHEST_FEE * 100:
        raise _too_high()
    return fen


def _no_one_amount() -> BadCell:
    wrong = "收费标准不是一个确定的金额（金额精确到分，不能写幅度、“左右”“以内”，一格只写一个金额）："
    return BadCell(
        "fee-not-one-amount", wrong, "写明一个确定的金额，如“3500元/例”；分档收费的在指南里逐档写明。"
    )


def _too_high() -> BadCell:
    return BadCell("fee-too-high", "收费标准超过 10 亿元，", "请核对金额和单位，如“3500元/例”。")


def _folded(text: str) -> str:
    """Full-width signs and odd blanks as the usual ones, each in its place."""
    return "".join(
        unicodedata.normalize("NFKC", sign)
        if "\uff01" <= sign <= "\uff5e"
        else " "
        if unicodedata.category(sign) == "Zs"
        else sign
        for sign in text
    )


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
    found = _LIMIT.fullmatch(_UNIT_ASIDE.sub(r"\1", plain))
    days = _number(found["n"]) if found else None
    if found is None or days is None:
        raise _no_days(plain)
    if days > LONGEST_LIMIT:
        raise BadCell("limit-too-long", f"时限超过 {LONGEST_LIMIT} 天，", "请核对数字和单位。")
    working = found["unit"] in (None, "工作日", "工作天")
    return Limit(value=days, unit="working_days" if working else "calendar_days")


def service_type(text: str) -> dict[str, Any]:
    """服务类型 (附件1 说明 7); empty is left to the lint of the draft."""
    if not text.strip():
        return {}
    return {"service_type": one_of(text, get_args(ServiceType), "unknown-service-type")}


def provision(text: str) -> dict[str, Any]:
    """提供方式 (附件1 说明 8); empty is left to the lint of the draft."""
    if not text.strip():
        return {}
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


def _no_days(plain: str) -> BadCell:
    if _NO_DAYS.search(plain):
        wrong = "时限不是按天数写的，"
        return BadCell(
            "limit-not-a-number", wrong, "请折算为天数，如“60日”“20个工作日”；当天办完的写“当场办结”。"
        )
    vague = "（不能写“左右”“以上”“若干”）" if _VAGUE.search(plain) else ""
    return BadCell(
        "limit-not-a-number",
        f"时限不是确定的天数{vague}，",
        "请填写天数和单位，如“20个工作日”“90日”“当场办结”。",
    )


def _number(text: str) -> int | None:
    """15, 十五, 一百二十, 一百零五: up to 999 in signs. None where it is no number."""
    if text.isdigit():
        return int(text)
    found = _CHINESE.fullmatch(text)
    if found is None:
        return None
    ones = _DIGITS.get(found["ones"] or found["alone"] or "", 0)
    tens = 0 if found["tens"] is None else _DIGITS.get(found["tens"], 1)
    hundreds = 0 if found["hundreds"] is None else _DIGITS.get(found["hundreds"], 1)
    return hundreds * 100 + tens * 10 + ones
