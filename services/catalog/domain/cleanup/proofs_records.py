"""The rows of 附件2, 附件3 and 附件4 as records: what a unit asks for, what it issues, what it inspects."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contracts.base import Block, Identifier
from contracts.items import Basis, RiskArea

Name = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
FileId = Annotated[str, StringConstraints(pattern=r"^pf-[0-9a-f]{32}$")]
Months = Annotated[int, Field(ge=1, le=240)]
Year = Annotated[int, Field(ge=2000, le=2150)]

ListKind = Literal["needed", "issued", "inspections"]
"""附件2, 附件3, 附件4."""

Verdict = Literal["保留", "取消"]
"""清理意见: nothing else may be written (seed 000 附件2 说明 5, 附件3 说明 5, 附件4 说明 2)."""

BasisLevel = Literal["法律", "行政法规", "国务院决定", "地方性法规", "部门规章", "地方政府规章", "规范性文件"]
"""依据设定层级, from the strongest to the weakest."""

#: 法律法规, on which alone a proof may rest (seed 000 二(二)1(1)); a decision of the State Council stands for
#: one (行政许可法 §14).
STATUTES: frozenset[str] = frozenset(("法律", "行政法规", "国务院决定", "地方性法规"))
#: 法定依据 of an inspection: all but an ordinary 规范性文件 (seed 000 二(三)1(1)).
LAWFUL: frozenset[str] = STATUTES | {"部门规章", "地方政府规章"}


class Opinion(Block):
    """清理意见 with its reason."""

    verdict: Verdict
    reason: Words


class Agreement(Block):
    """The issuing unit agrees that a proof without legal basis is kept (seed 000 附件2 说明 3)."""

    unit: Name
    """The unit that issues the proof."""
    by: Name
    """Section or position that agreed, never a person's name."""
    on: date
    file_id: FileId
    """The paper of the agreement."""


class Sample(Block):
    """A specimen of the proof, kept for the year (留存当年度证明、盖章类材料备查); without personal data."""

    file_id: FileId
    year: Year
    note: Words | None = None


class CommitmentTerms(Block):
    """What stands for the proof (seed 001 三(三)2: 明确承诺的具体内容、要求和违反承诺应承担的法律责任)."""

    text: Words
    """What the applicant declares, in the words that are signed."""
    liability: Words
    """违反承诺应承担的法律责任."""
    supervision: Words
    """监管细则: how it is checked afterwards."""
    version: int = Field(1, ge=1)
    """Counts the wordings; given by the catalog, what a client sends is not looked at."""


class _Proof(Block):
    unit: Name
    """填表单位."""
    unit_id: Identifier | None = None
    """That unit in the directory, where it is there."""
    name: Name
    """The proof's 规范名称; where it has none, its main content."""
    basis: list[Basis] = Field(default_factory=list, max_length=20)
    """设定依据及条款, each with 依据设定层级; empty is “无”."""
    opinion: Opinion | None = None
    """None: not examined yet."""
    shareable: bool | None = None
    """是否可通过部门间信息共享的方式提供."""
    remark: Words | None = None

    @property
    def verdict(self) -> Verdict | None:
        """保留, 取消, or None where it is open."""
        return self.opinion.verdict if self.opinion else None


class NeededProof(_Proof):
    """附件2: a proof that an item of this unit asks of the applicant."""

    item_name: Name
    """事项名称."""
    issued_by: Name
    """提供单位; may be a class such as 现居地街道办事处."""
    agreement: Agreement | None = None
    samples: list[Sample] = Field(default_factory=list, max_length=50)
    commitment: CommitmentTerms | None = None
    """Set where a written commitment may stand for the proof (seed 000 二(二)1(5))."""
    risk_areas: list[RiskArea] = Field(default_factory=list)
    """Where no commitment may stand for the proof (seed 001 三(三)2)."""


class IssuedProof(_Proof):
    """附件3: a proof that this unit issues."""

    needed_by: list[Name] = Field(default_factory=list, max_length=200)
    """需要本材料的部门(单位), 逐一列出."""
    purpose: Words
    """用于办理何种具体业务."""
    issued_through: Name | None = None
    """The item of 附件2 under which this unit issues it, where its name does not say so."""


class InspectionHalf(Block):
    """附件4, left half: 年检."""

    basis: list[Basis] = Field(default_factory=list, max_length=20)
    opinion: Opinion | None = None
    argued: Words | None = None
    """公开征求意见 and 评估论证, without which no inspection lacking a 法定依据 is kept (二(三)1(1))."""
    cycle_months: Months | None = None
    former_cycle_months: Months | None = None
    """Before the cycle was lengthened (延长检验周期, 二(三)1(2))."""
    annual_report: bool = False
    """年检改为年度报告公示 (二(三)1(3))."""


class TrainingHalf(Block):
    """附件4, right half: 政府指定培训."""

    basis: list[Basis] = Field(default_factory=list, max_length=20)
    opinion: Opinion | None = None


class Inspection(Block):
    """附件4: a licence, and the annual inspection and compulsory training tied to it."""

    unit: Name
    unit_id: Identifier | None = None
    name: Name
    """证照名称."""
    inspection: InspectionHalf | None = None
    """None: 不存在相关年检."""
    training: TrainingHalf | None = None
    """None: 不存在相关政府指定培训."""
    remark: Words | None = None


ProofRecord = NeededProof | IssuedProof | Inspection
RECORDS: dict[str, type[ProofRecord]] = {
    "needed": NeededProof,
    "issued": IssuedProof,
    "inspections": Inspection,
}


def on_statute(basis: list[Basis]) -> bool:
    """Whether one of the bases is 法律法规 (seed 000 二(二)1(1))."""
    return any(one.level in STATUTES for one in basis)


def lawful(basis: list[Basis]) -> bool:
    """Whether one of the bases is a 法定依据 (seed 000 二(三)1(1))."""
    return any(one.level in LAWFUL for one in basis)
