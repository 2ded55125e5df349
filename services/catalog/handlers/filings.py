"""备案 as the unit above reads them: what each place asks less of, in words, and as a table (mission C9)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from services.catalog.app import App
from services.catalog.documents import words
from services.catalog.domain.entries import Entry
from services.catalog.exports import Format, Printed, Printout, written
from services.catalog.store.filings import Filed
from services.runtime.clock import BEIJING
from services.runtime.mongo import Document

#: Lines of one file.
MOST = 10_000
_COLUMNS = (
    Printed("备案编号", 12),
    Printed("地区", 8),
    Printed("实施部门", 10),
    Printed("事项", 14),
    Printed("减少的内容", 26),
    Printed("备案时间", 8),
    Printed("批准单位", 10),
    Printed("备案单位", 10),
    Printed("说明", 12),
)


async def table(
    app: App, at: Entry, items: Document, filings: Document, format: Format, now: datetime
) -> tuple[str, bytes]:
    """The file's name and content: the newest :data:`MOST` filings that are meant."""
    found = await app.store.filings.page(items, filings, None, MOST)
    names = await names_of(app, found)
    rows = [_row(one, names) for one in found]
    on = now.astimezone(BEIJING).date().isoformat()
    printout = Printout("事项减少备案表", _COLUMNS, rows, above=(f"地区：{at.record.name}", f"日期：{on}"))
    content = await asyncio.to_thread(written, printout, format)
    return f"事项减少备案表-{at.record.name}-{on}.{format}", content


async def names_of(app: App, found: Sequence[Filed]) -> dict[str, str]:
    """Names of the places and units of filings, by id."""
    ids = {name for one in found for name in (one.place, one.unit_id, one.filing.approved_by) if name}
    return await app.store.names(ids)


def in_words(one: Filed) -> str:
    """``承诺时限：20个工作日减为10个工作日；不再要求：户口簿``."""
    return "；".join(_parts(one)) or "全部收回，按标准执行"


def _parts(one: Filed) -> Iterator[str]:
    less, standard = one.filing.reductions, one.filing.standard
    if less.promised:
        before = f"{words.limit(standard.promised)}减为" if standard else ""
        yield f"承诺时限：{before}{words.limit(less.promised)}"
    if less.dropped_materials:
        yield f"不再要求：{'、'.join(less.dropped_materials)}"
    if less.fee_fen is not None:
        before = f"{standard.fee_fen / 100:g}元减为" if standard and standard.fee_fen is not None else ""
        yield f"收费：{before}{less.fee_fen / 100:g}元"
    limits = {step.step: step.limit for step in standard.steps} if standard else {}
    for step in less.steps:
        before = f"{words.limit(limits[step.step])}减为" if step.step in limits else ""
        yield f"{one.steps.get(step.step, step.step)}：{before}{words.limit(step.limit)}"


def _row(one: Filed, names: Mapping[str, str]) -> list[str]:
    filing = one.filing
    return [
        filing.filing_no,
        names.get(one.place, one.place),
        names.get(one.unit_id, one.unit_id),
        f"{one.name}（{one.item_code}）",
        in_words(one),
        f"{filing.at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
        names.get(filing.approved_by or "", filing.approved_by or ""),
        one.filed_with,
        filing.note or "",
    ]
