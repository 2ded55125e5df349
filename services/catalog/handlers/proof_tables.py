"""附件2, 附件3 and 附件4 of a place given back as tables; an import of them changes nothing (mission C2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from contracts.items import Basis
from services.catalog.app import App
from services.catalog.domain.cleanup import proof_forms as forms
from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_records import (
    Inspection,
    InspectionHalf,
    IssuedProof,
    ListKind,
    NeededProof,
    Opinion,
    TrainingHalf,
)
from services.catalog.domain.entries import Entry
from services.catalog.domain.tables.forms import SERIAL
from services.catalog.exports import Printed
from services.catalog.handlers.exporters import Body, Exporter

Texts = Mapping[str, str]
_ABOUT = (
    Printed(forms.BASIS, 14),
    Printed(forms.LEVEL, 5),
    Printed(forms.OPINION, 4),
    Printed(forms.REASON, 9),
    Printed(forms.SHARED, 7),
    Printed(forms.REMARK, 6),
)
NEEDED = (
    Printed(SERIAL, 2.5),
    Printed(forms.UNIT, 7),
    Printed("事项名称", 8),
    Printed("所需证明、盖章类材料名称", 8),
    Printed("所需证明、盖章类材料的提供单位", 8),
    *_ABOUT,
)
ISSUED = (
    Printed(SERIAL, 2.5),
    Printed(forms.UNIT, 7),
    Printed("证明、盖章类材料名称", 8),
    Printed("需要本材料的部门(单位)", 8),
    Printed("证明、盖章类材料用途", 8),
    *_ABOUT,
)
_YEARLY, _TRAINING = "年检事项", "政府指定培训"
INSPECTIONS = (
    Printed(SERIAL, 2.5),
    Printed(forms.UNIT, 7),
    Printed("证照名称", 7),
    Printed("是否存在相关年检", 4, _YEARLY),
    Printed("年检事项设定依据及条款", 10, _YEARLY),
    Printed(forms.OPINION, 4, _YEARLY),
    Printed(forms.REASON, 7, _YEARLY),
    Printed("原年检周期(月)", 3, _YEARLY),
    Printed("年检周期(月)", 3, _YEARLY),
    Printed("是否改为年度报告公示", 4, _YEARLY),
    Printed("是否存在相关政府指定培训", 4, _TRAINING),
    Printed("政府指定培训设定依据及条款", 10, _TRAINING),
    Printed(forms.OPINION, 4, _TRAINING),
    Printed(forms.REASON, 7, _TRAINING),
    Printed(forms.REMARK, 5),
)


async def _body(list: ListKind, cells: Callable[[Any], Sequence[str]], app: App, at: Entry) -> Body:
    rows = await app.store.proofs.of_place(at.entry_id, list)
    rows.sort(key=lambda row: (row.record.unit, row.identity))
    return Body([[str(number), *cells(row.record)] for number, row in enumerate(rows, 1)], _notes(rows))


def _notes(rows: Sequence[Proof]) -> tuple[str, ...]:
    """What the form has no column for is told below it."""
    agreed = sum(isinstance(row.record, NeededProof) and row.record.agreement is not None for row in rows)
    return (
        (f"其中 {agreed} 项没有法律法规依据的证明与提供单位达成一致意见，意见书和样张存档备查。",)
        if agreed
        else ()
    )


def _needed(record: NeededProof) -> list[str]:
    return [record.unit, record.item_name, record.name, record.issued_by, *_about(record)]


def _issued(record: IssuedProof) -> list[str]:
    needed_by = "、".join(record.needed_by) or "无"
    return [record.unit, record.name, needed_by, record.purpose, *_about(record)]


def _about(record: NeededProof | IssuedProof) -> list[str]:
    levels = [one.level or "" for one in record.basis]
    told = levels[:1] if len(set(levels)) == 1 else levels
    return [
        _basis(record.basis),
        "、".join(told),
        *_opinion(record.opinion),
        "" if record.shareable is None else _yes(record.shareable),
        record.remark or "",
    ]


def _inspection(record: Inspection) -> list[str]:
    return [
        record.unit,
        record.name,
        *_yearly(record.inspection),
        *_training(record.training),
        record.remark or "",
    ]


def _yearly(half: InspectionHalf | None) -> list[str]:
    if half is None:
        return [_yes(False), *[""] * 6]
    cycles = [str(months) if months else "" for months in (half.former_cycle_months, half.cycle_months)]
    return [_yes(True), _basis(half.basis), *_opinion(half.opinion), *cycles, _yes(half.annual_report)]


def _training(half: TrainingHalf | None) -> list[str]:
    if half is None:
        return [_yes(False), *[""] * 3]
    return [_yes(True), _basis(half.basis), *_opinion(half.opinion)]


def _opinion(opinion: Opinion | None) -> list[str]:
    return [opinion.verdict, opinion.reason] if opinion else ["", ""]


def _basis(basis: Sequence[Basis]) -> str:
    """如无依据填写“无” (说明 4)."""
    return "；".join(f"{one.title}{one.clause or ''}" for one in basis) or "无"


def _yes(said: bool) -> str:
    return "是" if said else "否"


EXPORTERS: dict[ListKind, Exporter] = {
    "needed": Exporter(forms.NEEDED.title, NEEDED, partial(_body, "needed", _needed)),
    "issued": Exporter(forms.ISSUED.title, ISSUED, partial(_body, "issued", _issued)),
    "inspections": Exporter(forms.INSPECTIONS.title, INSPECTIONS, partial(_body, "inspections", _inspection)),
}
