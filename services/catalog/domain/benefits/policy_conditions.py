"""Conditions of a policy as data, and how an enterprise's file meets them (mission C14; seed 001 三(三)4:
"通过政策和企业的'大数据'比对匹配对象")."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.applicants import EnterpriseFeatures
from contracts.base import PLACE_DIGITS, Block
from contracts.policies import Condition, Feature, Match, Operator
from services.runtime.problems import Invalid

#: Which operators make sense for which feature.
OPERATORS: dict[Feature, tuple[Operator, ...]] = {
    "industry": ("in", "not_in"),
    "size": ("in", "not_in"),
    "place_code": ("under",),
    "registered_on": ("on_or_after", "on_or_before"),
    "licence_types": ("has", "has_not"),
}
_INDUSTRY = re.compile(r"[A-Ta-t]\d{0,4}", re.ASCII)
SIZES = {"micro": "微型", "small": "小型", "medium": "中型", "large": "大型"}
#: The feature in words, for the reason that is shown to the enterprise.
WORDS: dict[Feature, str] = {
    "industry": "行业代码",
    "size": "企业规模",
    "place_code": "登记地",
    "registered_on": "成立日期",
    "licence_types": "持有证照",
}


@dataclass(frozen=True, slots=True)
class File:
    """What the catalog knows of an enterprise: its features, and nobody's name."""

    applicant_ref: str
    place: str
    features: EnterpriseFeatures
    phone_masked: str | None = None


class Tally(Block):
    """How many of the known enterprises meet one condition, whatever the others say."""

    condition: str
    meeting: int


def must_make_sense(conditions: Sequence[Condition]) -> None:
    """Refuse a condition that no file could ever be compared with, naming it."""
    if not conditions:
        raise Invalid(
            "请至少写一个条件；没有条件的政策会推送给所有企业。",
            "Give at least one condition; without one every enterprise would be meant.",
            code="no-condition",
            field="record.conditions",
        )
    for number, one in enumerate(conditions):
        if wrong := _fault(one):
            zh, en = wrong
            field = f"record.conditions.{number}"
            raise Invalid(f"第 {number + 1} 个条件：{zh}", en, code="bad-condition", field=field)


def _fault(one: Condition) -> tuple[str, str] | None:
    if one.operator not in OPERATORS[one.feature]:
        allowed = ", ".join(OPERATORS[one.feature])
        return f"“{WORDS[one.feature]}”不能这样比较。", f"{one.feature} takes {allowed}."
    if one.feature == "size" and not set(one.values) <= SIZES.keys():
        return "企业规模应为微型、小型、中型或大型。", f"Sizes are {', '.join(SIZES)}."
    if one.feature == "place_code" and not all(
        value.isascii() and value.isdigit() and len(value) in PLACE_DIGITS for value in one.values
    ):
        return "登记地应为行政区划代码。", "Place codes have 2, 4, 6, 9 or 12 digits."
    if one.feature == "industry" and not all(map(_INDUSTRY.fullmatch, one.values)):
        return "行业应为 GB/T 4754 的代码，如 C 或 C1392。", "Industries are codes of GB/T 4754, e.g. C1392."
    if one.feature == "registered_on" and not (len(one.values) == 1 and _day(one.values[0])):
        return "成立日期应为一个日期，如 2021-01-01。", "A date such as 2021-01-01."
    return None


def matched(conditions: Sequence[Condition], file: File) -> tuple[Match, ...] | None:
    """Why the file meets all conditions, or None where it misses one. What is unknown meets nothing."""
    reasons = [reason(one, file.features) for one in conditions]
    if not all(reasons):
        return None
    return tuple(
        Match(condition=one.text, reason=found or "") for one, found in zip(conditions, reasons, strict=True)
    )


def reason(one: Condition, features: EnterpriseFeatures) -> str | None:
    """What in the file meets a condition, in words; None where nothing does."""
    found = _MEETS[one.feature](one, features)
    return f"{WORDS[one.feature]}：{found}" if found else None


def _industry(one: Condition, features: EnterpriseFeatures) -> str | None:
    code = features.industry
    if code is None:
        return None
    inside = any(code.upper().startswith(value.upper()) for value in one.values)
    return code if inside == (one.operator == "in") else None


def _size(one: Condition, features: EnterpriseFeatures) -> str | None:
    if features.size is None:
        return None
    return SIZES[features.size] if (features.size in one.values) == (one.operator == "in") else None


def _place(one: Condition, features: EnterpriseFeatures) -> str | None:
    code = features.place_code
    return code if code and any(code.startswith(value) for value in one.values) else None


def _registered(one: Condition, features: EnterpriseFeatures) -> str | None:
    on, bound = features.registered_on, _day(one.values[0])
    if on is None or bound is None:
        return None
    met = on >= bound if one.operator == "on_or_after" else on <= bound
    return on.isoformat() if met else None


def _licences(one: Condition, features: EnterpriseFeatures) -> str | None:
    held = sorted(set(features.licence_types) & set(one.values))
    if one.operator == "has":
        return "、".join(held) or None
    return None if held else f"没有 {'、'.join(one.values)}"


_MEETS: dict[Feature, Callable[[Condition, EnterpriseFeatures], str | None]] = {
    "industry": _industry,
    "size": _size,
    "place_code": _place,
    "registered_on": _registered,
    "licence_types": _licences,
}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
