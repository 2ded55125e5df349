"""What is still to be done about a row of 附件2–4; some of it keeps the row out of the published list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.catalog.domain import sources
from services.catalog.domain.cleanup.proofs_records import (
    Inspection,
    IssuedProof,
    NeededProof,
    ProofRecord,
    lawful,
    on_statute,
)


@dataclass(frozen=True, slots=True)
class Issue:
    """What is still to be done about a row. ``blocks`` keeps it out of the published list."""

    code: str
    text: str
    source: str
    blocks: bool = False


def issues(record: ProofRecord, today: date) -> list[Issue]:
    """What is open about a row as it stands."""
    if isinstance(record, Inspection):
        return list(_of_inspection(record))
    return list(_of_proof(record, today))


def _of_proof(record: NeededProof | IssuedProof, today: date) -> Iterator[Issue]:
    if record.opinion is None:
        yield Issue("open", "还没有清理意见。", f"{sources.NEEDED}5")
    if record.verdict != "保留":
        return
    if not on_statute(record.basis):
        text = "没有法律法规依据：原则上予以取消。"
        yield Issue("kept-without-basis", text, f"{sources.PROOF}(1)")
        if isinstance(record, NeededProof):
            yield from _kept_all_the_same(record, today)
    if record.shareable:
        text = "可以通过信息共享取得：只要求提供名称、文号或者编码，不得要求提交原件、复印件。"
        yield Issue("shareable", text, f"{sources.PROOF}(3)")
    if any(one.clause is None for one in record.basis):
        yield Issue("clause-missing", "引用依据没有写明具体条款。", f"{sources.NEEDED}4")


def _kept_all_the_same(record: NeededProof, today: date) -> Iterator[Issue]:
    """确需保留的,应与提供单位达成一致意见,并留存当年度证明、盖章类材料备查 (附件2 说明 3)."""
    if record.agreement is None:
        text = "确需保留的，应当与提供单位达成一致意见并上传意见书。"
        yield Issue("no-agreement", text, f"{sources.NEEDED}3", blocks=True)
    if not any(sample.year == today.year for sample in record.samples):
        text = f"确需保留的，应当留存 {today.year} 年度的证明样张备查。"
        yield Issue("no-samples", text, f"{sources.NEEDED}3", blocks=True)


def _of_inspection(record: Inspection) -> Iterator[Issue]:
    for name, half in (("年检", record.inspection), ("政府指定培训", record.training)):
        if half is not None and half.opinion is None:
            yield Issue("open", f"{name}还没有清理意见。", f"{sources.INSPECTED}2")
    half = record.inspection
    if half and half.opinion and half.opinion.verdict == "保留":
        if not lawful(half.basis):
            text = "没有法定依据的年检原则上取消。"
            yield Issue("kept-without-basis", text, f"{sources.INSPECTION}(1)")
            if half.argued is None:
                text = "确需年检的，写明公开征求意见和评估论证的情况。"
                yield Issue("not-argued", text, f"{sources.INSPECTION}(1)", blocks=True)
        if half.cycle_months is not None and half.cycle_months <= 12 and not half.annual_report:
            text = "一年一检：考虑延长周期，或者改为年度报告公示。"
            yield Issue("yearly", text, f"{sources.INSPECTION}(2)(3)")
