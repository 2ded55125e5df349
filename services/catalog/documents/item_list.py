"""事项清单 (一单): the items of a place as one printable list (seed 001 三(一)1, 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.catalog.documents.paper import Line, Paper, Section, Table

HEAD = ("序号", "实施编码", "事项名称", "事项类型", "实施主体", "办件类型", "承诺时限", "收费", "网办深度")
_WIDTHS = (5, 16, 28, 10, 18, 8, 11, 10, 10)


@dataclass(frozen=True, slots=True)
class Listed:
    """An item in the words of the list."""

    item_code: str
    name: str
    kind: str
    body: str
    handling: str
    promised: str
    fee: str
    depth: str


def paper(place_name: str, on: date, items: Sequence[Listed], *, sample: bool) -> Paper:
    """The list of a place as it stands on a day."""
    rows = tuple(
        (
            str(number),
            one.item_code,
            one.name,
            one.kind,
            one.body,
            one.handling,
            one.promised,
            one.fee,
            one.depth,
        )
        for number, one in enumerate(items, 1)
    )
    table = Table(HEAD, rows, _WIDTHS) if rows else None
    return Paper(
        title=f"{place_name}政务服务事项清单",
        line=f"{on.year}年{on.month}月{on.day}日 · 共{len(items)}项",
        sections=(Section("", () if rows else (Line("没有已发布的事项。"),), table),),
        marks=("示例数据：时限、材料等为演示而设，以实施部门公布的为准。",) if sample else (),
        across=True,
    )
