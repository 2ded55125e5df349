"""One cell of 附件2–4 and what it says, and the record that the cells of a row make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts.items import Basis
from services.catalog.domain.cleanup.proofs_bases import LEVELS, level_written, with_level
from services.catalog.domain.cleanup.proofs_records import (
    RECORDS,
    Inspection,
    InspectionHalf,
    ListKind,
    Opinion,
    ProofRecord,
    TrainingHalf,
)
from services.catalog.domain.tables import cells
from services.catalog.domain.tables.forms import BadCell, one_of, plain
from services.catalog.domain.text import same

_NOTHING = frozenset(("", "无", "/", "-", "—", "――"))
_BETWEEN = re.compile(r"[、,;，；\n]+")
_YES = frozenset(("是", "可", "可以", "能", "能够", "存在", "有", "√"))
_NO = frozenset(("否", "不可", "不可以", "不能", "不存在", "没有", "×", "无"))


# -- cells -------------------------------------------------------------------------------------------------


def named(field: str) -> Any:
    return lambda text: {field: plain(text)} if text.strip() else {}


def basis(text: str) -> dict[str, Any]:
    """说明 4: 如无依据填写“无”."""
    if not text.strip():
        raise BadCell("basis-empty", "设定依据及条款为空，", "没有依据的填写“无”。")
    return {"basis": cells.basis(text).get("basis", [])}


def level(text: str) -> dict[str, Any]:
    found = []
    for part in _BETWEEN.split(text):
        if same(part) in _NOTHING:
            continue
        level = level_written(part)
        if level is None:
            wrong = f"“{part.strip()}”不在规定的取值之内，"
            raise BadCell("unknown-level", wrong, f"应填写：{'、'.join(LEVELS)}。")
        found.append(level)
    return {"levels": found}


def verdict(text: str) -> dict[str, Any]:
    """说明 5: “保留”或“取消”; an empty cell is a row still to be examined."""
    if not text.strip():
        return {}
    bare = same(text).removeprefix("建议").removeprefix("予以").removesuffix("。")
    return {"verdict": one_of(bare, ("保留", "取消"), "unknown-opinion")}


def reason(text: str) -> dict[str, Any]:
    return {"reason": text.strip()} if text.strip() else {}


def yes(field: str) -> Any:
    def read(text: str) -> dict[str, Any]:
        bare = same(text).rstrip("。")
        if not bare:
            return {}
        if bare not in _YES | _NO:
            raise BadCell("not-yes-or-no", "不是“是”或者“否”，", "请填写“是”或者“否”，说明写在备注里。")
        return {field: bare in _YES}

    return read


def needed_by(text: str) -> dict[str, Any]:
    """附件3 说明 2: 逐一列出."""
    if same(text) in _NOTHING:
        return {"needed_by": []}
    return {"needed_by": [part.strip() for part in _BETWEEN.split(text) if part.strip()]}


def months(field: str) -> Any:
    def read(text: str) -> dict[str, Any]:
        bare = same(text)
        if bare in _NOTHING:
            return {}
        found = re.fullmatch(r"(?P<n>[0-9]{1,3})(?:个)?(?P<unit>月|年)?", bare)
        months = int(found["n"]) * (12 if found["unit"] == "年" else 1) if found else 0
        if not 1 <= months <= 240:
            raise BadCell("not-months", "周期不是确定的月数，", "请填写月数，如“24”“24个月”“2年”。")
        return {field: months}

    return read


def under(half: str, read: Any) -> Any:
    def wrapped(text: str) -> dict[str, Any]:
        given = read(text)
        return {half: given} if given else {}

    return wrapped


def half_basis(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    return {"basis": cells.basis(text).get("basis", [])}


# -- rows --------------------------------------------------------------------------------------------------


def record(list: ListKind, fields: Mapping[str, Any], before: ProofRecord | None = None) -> ProofRecord:
    """The record of a row; what the table does not have stays as it was ``before``."""
    given = {name: value for name, value in fields.items() if name not in ("levels", "verdict", "reason")}
    given.update(_opinion(fields))
    if "basis" in given:
        given["basis"] = _with_levels(given["basis"], fields.get("levels", ()))
    if list == "inspections":
        given = {**given, **_halves(fields, before if isinstance(before, Inspection) else None)}
    if before is not None:
        return before.model_copy(update=given)
    return RECORDS[list].model_validate(given)


def _opinion(fields: Mapping[str, Any]) -> dict[str, Any]:
    if "verdict" not in fields:
        return {}
    return {"opinion": Opinion(verdict=fields["verdict"], reason=fields["reason"])}


def _with_levels(basis: list[Basis], levels: Any) -> list[Basis]:
    """One level for each basis, or one for all of them."""
    if len(levels) not in (0, 1, len(basis)):
        levels = ()
    return [with_level(one, (levels[at] if len(levels) > 1 else levels[0]) if levels else None)
            for at, one in enumerate(basis)]  # fmt: skip


def _halves(fields: Mapping[str, Any], before: Inspection | None) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, kind in (("inspection", InspectionHalf), ("training", TrainingHalf)):
        half = fields.get(name)
        if half is None:
            continue
        if not half.get("exists", True):
            made[name] = None
            continue
        given = {key: value for key, value in half.items() if key not in ("exists", "verdict", "reason")}
        given.update(_opinion(half))
        if "basis" in half:
            given["basis"] = _with_levels(half["basis"], ())
        present = getattr(before, name) if before else None
        made[name] = present.model_copy(update=given) if present else kind.model_validate(given)
    return made
