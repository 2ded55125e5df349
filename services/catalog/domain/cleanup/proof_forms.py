"""附件2, 附件3 and 附件4 as forms: their columns, with the rules of their 说明 between the cells of a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from services.catalog.domain.cleanup import proof_cells
from services.catalog.domain.cleanup.proof_cells import record
from services.catalog.domain.cleanup.proofs_records import ListKind
from services.catalog.domain.cleanup.proofs_rules import Fault, faults
from services.catalog.domain.tables.forms import SERIAL, BadCell, Column, Form

UNIT, REMARK = "填表单位", "备注"
BASIS, LEVEL = "证明、盖章类材料设定依据及条款", "依据设定层级"
OPINION, REASON = "清理意见", "清理意见的理由"
SHARED = "是否可通过部门间信息共享的方式提供"
YEARLY, TRAINING = ("年检", "证照年检", "年检事项", "证照名称"), ("政府指定培训", "指定培训")
#: Rows of a table name no agreement and no sample, so no rule looks at the day.
_NO_DAY = date(2000, 1, 1)
_yearly, _training = partial(proof_cells.under, "inspection"), partial(proof_cells.under, "training")


def _ruled(list: ListKind) -> Any:
    """Rules between the cells: those of :mod:`proofs_rules`, told by the form's own columns."""

    def between(texts: Mapping[str, str], fields: Mapping[str, Any]) -> Iterator[BadCell]:
        halves = [("", fields)] if list != "inspections" else [
            ("年检", fields.get("inspection", {})), ("培训", fields.get("training", {}))
        ]  # fmt: skip
        bad = [found for prefix, half in halves for found in _whole(prefix, half)]
        if not bad:
            row = record(list, {"unit": "-", **fields})
            bad = [_told(list, one) for one in faults(row, _NO_DAY)]
        yield from bad

    return between


def _told(list: ListKind, fault: Fault) -> BadCell:
    """A rule as the report tells it: what is wrong, and what to write instead."""
    at = max(fault.zh.find("请"), 0)
    return BadCell(fault.rule, fault.zh[:at], fault.zh[at:], _column(list, fault.column))


def _whole(prefix: str, half: Mapping[str, Any]) -> Iterator[BadCell]:
    """清理意见 and its reason belong together; what does not exist has neither."""
    if half.get("exists") is False and ("verdict" in half or half.get("basis")):
        wrong = "填写为不存在，却有依据或者清理意见，"
        yield BadCell("half-contradicts", wrong, "请核对是否存在。", f"是否存在相关{_LONG[prefix]}")
        return
    if "verdict" in half and "reason" not in half:
        yield BadCell("reason-empty", "有清理意见而没有理由，", "请填写充分理由。", f"{prefix}{REASON}")
    if "reason" in half and "verdict" not in half:
        wrong = "有理由而没有清理意见，"
        yield BadCell("opinion-empty", wrong, "请填写“保留”或者“取消”。", f"{prefix}{OPINION}")


_LONG = {"年检": "年检", "培训": "政府指定培训"}


def _column(list: ListKind, column: str) -> str:
    """The column of this form that a rule's column is."""
    form = FORMS[list]
    if list == "inspections":
        half, _, rest = column.partition("·")
        column = {"清理意见的理由": f"{half[-2:]}{REASON}", "清理意见": f"{half[-2:]}{OPINION}"}.get(
            rest, column
        )
    elif list == "issued":
        column = column.removeprefix("所需")
    return column if any(one.name == column for one in form.columns) else form.identity[-1]


# -- forms -------------------------------------------------------------------------------------------------

_UNIT = Column(
    UNIT,
    ("部门(单位)", "部门", "单位", "单位名称", "实施主体", "责任单位", "填报单位"),
    proof_cells.named("unit"),
    longest=500,
)
_REMARK = Column(REMARK, ("说明",), proof_cells.named("remark"), longest=2000)
_ABOUT_THE_PROOF = (
    Column(BASIS, ("设定依据及条款", "设定依据", "依据及条款"), proof_cells.basis, longest=20_000),
    Column(LEVEL, ("设定层级", "依据层级"), proof_cells.level),
    Column(OPINION, (), proof_cells.verdict, required=False),
    Column(REASON, ("理由", "清理理由"), proof_cells.reason, longest=2000),
    Column(
        SHARED,
        (
            "是否可以通过部门间信息共享提供",
            "是否可通过部门间信息共享提供",
            "是否可通过信息共享提供",
            "是否可信息共享",
            "是否可共享",
        ),
        proof_cells.yes("shareable"),
    ),
    _REMARK,
)

NEEDED = Form(
    title="部门（单位）需要的证明、盖章类材料目录",
    identity=(UNIT, "事项名称", "所需证明、盖章类材料名称"),
    between=_ruled("needed"),
    filled_by=UNIT,
    columns=(
        Column(SERIAL, ("编号",)),
        _UNIT,
        Column("事项名称", ("办理事项", "事项"), proof_cells.named("item_name"), required=True, longest=500),
        Column(
            "所需证明、盖章类材料名称",
            ("所需证明材料名称", "证明、盖章类材料名称", "证明材料名称", "证明名称", "所需证明名称"),
            proof_cells.named("name"),
            required=True,
            longest=500,
        ),
        Column(
            "所需证明、盖章类材料的提供单位",
            ("证明、盖章类材料的提供单位", "提供单位", "出具单位", "证明出具单位"),
            proof_cells.named("issued_by"),
            required=True,
            longest=500,
        ),
        *_ABOUT_THE_PROOF,
    ),
)  # fmt: skip

ISSUED = Form(
    title="部门（单位）提供的证明、盖章类材料目录",
    identity=(UNIT, "证明、盖章类材料名称"),
    between=_ruled("issued"),
    filled_by=UNIT,
    columns=(
        Column(SERIAL, ("编号",)),
        _UNIT,
        Column(
            "证明、盖章类材料名称",
            ("证明材料名称", "证明名称", "提供的证明、盖章类材料名称"),
            proof_cells.named("name"),
            required=True,
            longest=500,
        ),
        Column(
            "需要本材料的部门(单位)",
            ("需要本材料的部门", "需要本材料的单位", "需要部门(单位)", "使用部门"),
            proof_cells.needed_by,
            longest=10_000,
        ),
        Column(
            "证明、盖章类材料用途",
            ("证明材料用途", "材料用途", "用途"),
            proof_cells.named("purpose"),
            required=True,
            longest=2000,
        ),
        *_ABOUT_THE_PROOF,
    ),
)

INSPECTIONS = Form(
    title="年检事项及政府指定培训目录",
    identity=(UNIT, "证照名称"),
    between=_ruled("inspections"),
    filled_by=UNIT,
    columns=(
        Column(SERIAL, ("编号",)),
        _UNIT,
        Column("证照名称", (), proof_cells.named("name"), required=True, longest=500),
        Column(
            "是否存在相关年检", ("是否存在年检",), _yearly(proof_cells.yes("exists")),
            required=True, under=YEARLY,
        ),
        Column(
            "年检事项设定依据及条款", ("年检设定依据及条款", "设定依据及条款"),
            _yearly(proof_cells.half_basis), under=YEARLY, longest=20_000,
        ),
        Column("年检清理意见", (OPINION,), _yearly(proof_cells.verdict), under=YEARLY),
        Column("年检清理意见的理由", (REASON,), _yearly(proof_cells.reason), under=YEARLY, longest=2000),
        # What 二(三)1(2) and (3) ask for and the form has no column for; read where a table has it.
        Column(
            "年检周期(月)", ("年检周期", "检验周期", "延长后周期(月)"),
            _yearly(proof_cells.months("cycle_months")),
        ),
        Column(
            "原年检周期(月)", ("原周期(月)", "原周期", "原检验周期"),
            _yearly(proof_cells.months("former_cycle_months")),
        ),
        Column(
            "是否改为年度报告公示", ("是否改为年报", "年度报告"),
            _yearly(proof_cells.yes("annual_report")),
        ),
        Column(
            "是否存在相关政府指定培训", ("是否存在政府指定培训", "是否存在相关培训"),
            _training(proof_cells.yes("exists")), required=True, under=TRAINING,
        ),
        Column(
            "政府指定培训设定依据及条款", ("培训设定依据及条款", "设定依据及条款"),
            _training(proof_cells.half_basis), under=TRAINING, longest=20_000,
        ),
        Column("培训清理意见", (OPINION,), _training(proof_cells.verdict), under=TRAINING),
        Column("培训清理意见的理由", (REASON,), _training(proof_cells.reason), under=TRAINING, longest=2000),
        _REMARK,
    ),
)  # fmt: skip

FORMS: dict[ListKind, Form] = {"needed": NEEDED, "issued": ISSUED, "inspections": INSPECTIONS}
