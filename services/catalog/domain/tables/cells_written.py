"""The cells of 附件1 that a record gives: what `cells` reads back to the same fields (mission C2, export)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from contracts.blocks import Limit
from contracts.items import Basis
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.tables.forms import TO_FILL, BadCell, Form, cell, merge

_UNITS = {"working_days": "个工作日", "calendar_days": "日"}


def limit(found: Limit | None) -> str:
    """A time limit; one of no days is decided at once."""
    if found is None:
        return ""
    return f"{found.value}{_UNITS[found.unit]}" if found.value else "当场办结"


def fee(record: DraftRecord) -> str:
    """Basis and standard, or 不收费."""
    if record.fee is None:
        return TO_FILL
    if not record.fee.amount_fen:
        return "不收费"
    return f"{record.fee.basis}，{record.fee.text}" if record.fee.basis else record.fee.text


def bases(found: list[Basis]) -> str:
    """Title and clause, one on each line."""
    return "\n".join(f"{basis.title}{basis.clause or ''}" for basis in found)


WRITERS: dict[str, Callable[[DraftRecord], str]] = {
    "实施主体": lambda record: record.implementing_body,
    "事项名称": lambda record: record.name,
    "事项类型": lambda record: record.kind or TO_FILL,
    "事项类别": lambda record: record.category or "",
    "实施依据及条款": lambda record: bases(record.basis),
    "服务对象": lambda record: "、".join(record.service_targets),
    "共同实施部门": lambda record: "、".join(body.name for body in record.joint_bodies),
    "收费依据及标准": fee,
    "法定时限": lambda record: limit(record.limits.statutory),
    "承诺时限": lambda record: limit(record.limits.promised),
    "服务类型": lambda record: record.service_type or TO_FILL,
    "提供方式": lambda record: record.provision or TO_FILL,
    "适用范围": lambda record: record.scope or "",
    "备注": lambda record: record.remark or "",
}


def texts(record: DraftRecord) -> dict[str, str]:
    """A row of the table, by column, without 序号."""
    return {name: write(record) for name, write in WRITERS.items()}


def said(record: DraftRecord, form: Form) -> dict[str, Any]:
    """The fields that would be read from the record's own row.

    A table says less than a record (no level of a basis, no wait for a payment): a cell that says the same as
    before must not take away what only the record knows.
    """
    fields: dict[str, Any] = {}
    for name, text in texts(record).items():
        with contextlib.suppress(BadCell):
            merge(fields, cell(form.column(name), text))
    return fields


def news(record: DraftRecord, given: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """Of the fields that a row gives, those that say something else than the record."""
    present = said(record, form)
    changed = {name: value for name, value in given.items() if present.get(name) != value}
    fee = changed.get("fee")
    if fee is not None and record.fee is not None:
        changed["fee"] = fee.model_copy(update={"stops_clock": record.fee.stops_clock})
    return changed
