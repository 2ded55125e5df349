"""实施要素一览表 as a paper to read and print (seed 001 三(一)1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.catalog.documents.elements import elements
from services.catalog.documents.heading import Heading
from services.catalog.documents.paper import Paper, Section, Table
from services.catalog.documents.process_map import NOBODY
from services.catalog.domain.item.record import DraftRecord


def paper(record: DraftRecord, heading: Heading, units: Mapping[str, str] = NOBODY) -> Paper:
    """The elements of the item, of its materials and of its steps."""
    found = elements(record, heading, units)
    sections = [
        Section("事项要素", table=_table(("要素", "内容"), found["elements"], ("element", "value"), (14, 60)))
    ]
    if found["materials"]:
        head = ("材料", "份数与形式", "提供方", "出具单位", "设定依据", "格式")
        names = ("name", "form", "provided_by", "issued_by", "basis", "format")
        sections.append(
            Section("材料要素", table=_table(head, found["materials"], names, (24, 11, 12, 12, 22, 12)))
        )
    if found["steps"]:
        head = ("环节", "办理人员", "最长时限", "审查内容和标准", "特别程序", "停止计时的依据")
        names = ("name", "role", "longest", "content", "special_kind", "stops_clock_basis")
        sections.append(
            Section("环节要素", table=_table(head, found["steps"], names, (16, 14, 11, 24, 12, 22)))
        )
    return Paper(
        title=f"{record.name}实施要素一览表",
        line=heading.line(),
        sections=tuple(sections),
        marks=tuple(heading.marks(record)),
        across=True,
    )


def _table(
    head: tuple[str, ...], rows: list[dict[str, Any]], names: tuple[str, ...], widths: tuple[int, ...]
) -> Table:
    return Table(head, tuple(tuple(row[name] or "—" for name in names) for row in rows), widths)
