"""成效: how many proofs, inspections and trainings were cut, why, and by whom (seed 000 二(二), 二(三))."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_records import (
    Inspection,
    IssuedProof,
    NeededProof,
    Opinion,
    on_statute,
)

#: The grounds on which seed 000 二(二)1 cuts a proof, told by the words of the reason.
GROUNDS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "licence",
        "二（二）1(2)",
        re.compile(r"证照|身份证|户口|户口簿|结婚证|产权证|不动产权证|执照|许可证|登记证"),
    ),
    ("sharing", "二（二）1(3)", re.compile(r"共享|联网|内部核|自行核|部门间|系统查询|数据|核验|查询")),
    ("twice", "二（二）1(4)", re.compile(r"重复|上一环节|已收取|前置环节|已经提交")),
    ("commitment", "二（二）1(5)", re.compile(r"承诺|声明|申报")),
    ("no_basis", "二（二）1(1)", re.compile(r"依据|法律|法规|规定|自行设定|无据")),
)
OTHER = "other"
#: Reasons in their own words that are told one by one.
REASONS_SHOWN = 10


@dataclass(slots=True)
class Count:
    """Rows of one list: ``before`` is all, ``after`` what is kept or still open."""

    before: int = 0
    kept: int = 0
    cancelled: int = 0
    open: int = 0

    def add(self, opinion: Opinion | None) -> None:
        """Count a row."""
        self.before += 1
        if opinion is None:
            self.open += 1
        elif opinion.verdict == "取消":
            self.cancelled += 1
        else:
            self.kept += 1

    @property
    def after(self) -> int:
        """What people are still asked for."""
        return self.kept + self.open


@dataclass(slots=True)
class Figures:
    """What was cut at and below a place."""

    needed: Count = field(default_factory=Count)
    issued: Count = field(default_factory=Count)
    inspections: Count = field(default_factory=Count)
    trainings: Count = field(default_factory=Count)
    #: Kept proofs without 法律法规依据, with sharing instead of paper, and with a commitment instead.
    kept_without_basis: int = 0
    kept_shareable: int = 0
    kept_by_commitment: int = 0
    #: Inspections whose cycle was lengthened, and those changed to an annual report.
    lengthened: int = 0
    annual_report: int = 0
    grounds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    by_unit: dict[tuple[str, str], Count] = field(default_factory=dict)


def ground(reason: str) -> str:
    """The ground of a cut by the words of its reason; of several the one that is named first."""
    found = [(match.start(), name) for name, _, words in GROUNDS if (match := words.search(reason))]
    return min(found)[1] if found else OTHER


def figures(rows: Iterable[Proof]) -> Figures:
    """Count rows; those struck as mistakes are not among them."""
    total = Figures()
    for row in rows:
        record = row.record
        if isinstance(record, NeededProof):
            _needed(total, row, record)
        elif isinstance(record, IssuedProof):
            total.issued.add(record.opinion)
        else:
            _inspection(total, record)
    return total


def _needed(total: Figures, row: Proof, record: NeededProof) -> None:
    total.needed.add(record.opinion)
    total.by_unit.setdefault((row.place, record.unit), Count()).add(record.opinion)
    if record.opinion is None:
        return
    if record.opinion.verdict == "取消":
        total.grounds[ground(record.opinion.reason)] += 1
        total.reasons[record.opinion.reason] += 1
        return
    total.kept_without_basis += not on_statute(record.basis)
    total.kept_shareable += bool(record.shareable)
    total.kept_by_commitment += record.commitment is not None


def _inspection(total: Figures, record: Inspection) -> None:
    if half := record.inspection:
        total.inspections.add(half.opinion)
        total.annual_report += half.annual_report
        total.lengthened += half.former_cycle_months is not None
    if record.training:
        total.trainings.add(record.training.opinion)


def by_unit(total: Figures) -> Sequence[tuple[str, str, Count]]:
    """Units, those that cut most first."""
    rows = [(place, unit, count) for (place, unit), count in total.by_unit.items()]
    return sorted(rows, key=lambda row: (-row[2].cancelled, row[0], row[1]))
