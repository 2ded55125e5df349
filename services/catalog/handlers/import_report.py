"""The report of an import as a table to pass on: what is wrong in which cell, and what to write (C2)."""

from __future__ import annotations

import asyncio

from services.catalog.app import App
from services.catalog.domain.tables.forms import RowProblem
from services.catalog.domain.tables.imports import Import
from services.catalog.exports import Format, Printed, Printout, written
from services.runtime.clock import BEIJING

COLUMNS = (
    Printed("表", 6),
    Printed("行号", 4),
    Printed("列", 7),
    Printed("哪一项", 16),
    Printed("原内容", 16),
    Printed("问题", 18),
    Printed("应填写", 18),
    Printed("处理", 6),
)


async def report(app: App, job: Import, format: Format) -> tuple[str, bytes]:
    """The file's name and content."""
    rows: list[list[str]] = []
    async for chunk in app.store.imports.outcomes(job):
        rows.extend(_row(problem, "未导入") for problem in chunk.problems)
        rows.extend(_row(problem, "已导入") for problem in chunk.advice)
    counts, at = job.counts, job.at.astimezone(BEIJING)
    printout = Printout(
        "导入情况报告",
        COLUMNS,
        rows,
        above=(f"文件:{job.asked.file_name}", f"导入时间:{at:%Y-%m-%d %H:%M}"),
        below=(
            (
                f"共 {job.rows_total} 行",
                f"新增 {counts.created}",
                f"更新 {counts.updated}",
                f"未变 {counts.unchanged}",
                f"问题 {counts.problems}",
            ),
        ),
    )
    content = await asyncio.to_thread(written, printout, format)
    return f"导入情况报告-{at:%Y%m%d-%H%M}.{format}", content


def _row(problem: RowProblem, done: str) -> list[str]:
    wrong = problem.message.removesuffix(problem.fix) if problem.fix else problem.message
    return [
        problem.sheet,
        str(problem.row),
        problem.column,
        problem.about,
        problem.found,
        wrong.rstrip("，：；"),
        problem.fix,
        done,
    ]
