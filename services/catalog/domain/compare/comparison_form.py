"""Another place's list as a form: name, materials, time and fee, in the usual wordings (mission C12)."""

from __future__ import annotations

import re
from typing import Any

from services.catalog.domain.tables import cells
from services.catalog.domain.tables.forms import SERIAL, BadCell, Column, Form
from services.catalog.domain.text import same

NAME, MATERIALS, COUNT = "事项名称", "申请材料", "申请材料数"
_LINES = re.compile(r"[;\uff1b\n]+|(?<=[^0-9])(?=[0-9]{1,2}[.、\uff0e][^0-9])")
_COMMAS = re.compile(r"[、,\uff0c]+")
_NUMBER = re.compile(r"^\s*[((\uff08]?[0-9]{1,2}[))\uff09.、\uff0e]?\s*")
_NONE = frozenset(("", "无", "/", "-", "—", "无需材料", "免提交"))


def materials(text: str) -> dict[str, Any]:
    """One on each line, between semicolons or numbered; commas part them only where nothing else does."""
    if not text.strip():
        return {}
    if same(text) in _NONE:
        return {"materials": ()}
    parts = [part for part in _LINES.split(text) if part.strip()]
    if len(parts) == 1:
        parts = _COMMAS.split(parts[0])
    names = [_NUMBER.sub("", part).strip(" 。.;\uff1b\n") for part in parts]
    return {"materials": tuple(dict.fromkeys(name for name in names if name))}


def count(text: str) -> dict[str, Any]:
    """A number of materials where a list gives no names."""
    digits = same(text).removesuffix("份").removesuffix("项").removesuffix("件")
    if not digits:
        return {}
    if not digits.isascii() or not digits.isdigit() or len(digits) > 3:
        raise BadCell("not-a-number", "申请材料数不是数字，", "请填写份数，如“5”。")
    return {"materials_count": int(digits)}


def fee(text: str) -> dict[str, Any]:
    """收费; an empty cell says nothing of another place's fee."""
    return cells.fee(text) if text.strip() else {}


FORM = Form(
    title="对比事项清单",
    identity=(NAME,),
    columns=(
        Column(SERIAL, ("编号", "序列号")),
        Column(NAME, ("服务事项名称", "项目名称", "事项", "许可事项"), required=True, longest=500),
        Column(
            MATERIALS,
            ("材料", "申请材料清单", "所需材料", "提交材料", "申报材料", "材料名称", "办理材料"),
            materials,
            longest=20_000,
        ),
        Column(COUNT, ("材料数", "申报材料数", "材料份数", "材料数量"), count),
        Column("法定时限", ("法定办结时限", "法定期限", "法定办理时限"), cells.statutory, takes_unit=True),
        Column(
            "承诺时限",
            ("承诺办结时限", "承诺期限", "承诺办理时限", "办理时限", "办结时限", "时限"),
            cells.promised,
            takes_unit=True,
        ),
        Column(
            "收费依据及标准", ("收费标准及依据", "收费标准", "收费依据", "是否收费", "收费情况", "收费"), fee
        ),
    ),
)
