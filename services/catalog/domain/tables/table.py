"""附件1 公共服务事项目录 as a form, with 事项类型 and 适用范围, which the published lists add (C1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.catalog.domain.item.record import exceeds
from services.catalog.domain.tables import cells
from services.catalog.domain.tables.forms import SERIAL, TO_FILL, BadCell, Column, Form
from services.catalog.domain.text import same

BODY, NAME = "实施主体", "事项名称"
#: Left empty they are as good as a column that the file does not have: the lint of the draft asks for them.
OPTIONAL = ("服务类型", "提供方式")


def _between(texts: Mapping[str, str], fields: Mapping[str, Any]) -> Iterator[BadCell]:
    """Rules between the columns of a row (design §7; 附件1 说明 8)."""
    limits = fields.get("limits", {})
    promised, statutory = limits.get("promised"), limits.get("statutory")
    if promised and statutory and exceeds(promised, statutory):
        wrong = "承诺时限长于法定时限，"
        yield BadCell("promised-above-statutory", wrong, "请缩短承诺时限或者核对法定时限。", "承诺时限")
    if fields.get("provision") == "其他" and not texts.get("备注", "").strip():
        wrong = "提供方式为“其他”而备注为空，"
        yield BadCell("other-without-remark", wrong, "请在备注中说明具体方式。", "备注")


def _advice(texts: Mapping[str, str], fields: Mapping[str, Any]) -> Iterator[BadCell]:
    """填写收费事项的相关依据及收费标准 (附件1 说明 6): the draft is kept, the lint forbids publishing it."""
    for name, text in texts.items():
        if same(text) == TO_FILL:
            yield BadCell("to-fill", f"{name}还没有填写；已作为草稿导入，发布前", "请补充。", name)
    if empty := [name for name in OPTIONAL if name in texts and not same(texts[name])]:
        yield BadCell(
            "not-given", f"{'、'.join(empty)}没有填写；已作为草稿导入，发布前", "请补充。", empty[0]
        )
    fee = fields.get("fee")
    if fee and fee.amount_fen > 0 and not fee.basis:
        wrong = "只写了收费标准，没有收费依据；已作为草稿导入，发布前"
        yield BadCell(
            "fee-without-basis", wrong, "请补写依据，如“《…办法》（文号），3500元/例”。", "收费依据及标准"
        )


FORM = Form(
    title="公共服务事项目录",
    identity=(BODY, NAME),
    between=_between,
    advice=_advice,
    columns=(
        Column(SERIAL, ("编号", "序列号", "No.")),
        Column(
            BODY,
            ("实施机构", "实施单位", "实施部门", "责任部门", "责任单位", "承办单位"),
            required=True,
            longest=500,
        ),
        Column(
            NAME,
            ("服务事项名称", "公共服务事项名称", "项目名称", "事项", "服务事项"),
            required=True,
            longest=500,
        ),
        Column("事项类型", ("权力类型", "类型"), cells.kind),
        Column("事项类别", ("类别", "服务类别"), cells.category),
        Column(
            "实施依据及条款", ("实施依据", "设定依据", "办理依据", "法律依据"), cells.basis, longest=20_000
        ),
        Column("服务对象", ("办理对象",), cells.targets),
        Column("共同实施部门", ("共同实施单位", "联办部门", "联办单位"), cells.joint_bodies),
        Column(
            "收费依据及标准", ("收费标准及依据", "收费标准", "收费依据", "是否收费", "收费情况"), cells.fee
        ),
        Column("法定时限", ("法定办结时限", "法定期限", "法定办理时限"), cells.statutory, takes_unit=True),
        Column(
            "承诺时限",
            ("承诺办结时限", "承诺期限", "承诺办理时限", "办理时限"),
            cells.promised,
            takes_unit=True,
        ),
        Column("服务类型", (), cells.service_type),
        Column("提供方式", ("服务提供方式",), cells.provision),
        Column("适用范围", ("实施范围",), cells.scope),
        Column("备注", ("说明",), cells.remark),
    ),
)
