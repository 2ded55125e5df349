"""The published lists of proofs (证明、盖章类材料) and of inspections: kept, and under 告知承诺."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts.base import Block, EventData, Identifier, PositiveInt, Text
from contracts.items import Basis

ProofList = Literal["kept", "by_commitment", "inspections"]
"""Kept proofs, proofs that a commitment may stand for, kept annual inspections (seed 000 二(三)3)."""


class ProofEntry(Block):
    """One proof that people are still asked for, or may commit to instead (seed 000 附件2)."""

    material: Text
    """Name of the proof."""
    item_name: Text
    item_code: Identifier | None = None
    unit: Text | None = None
    """填表单位: who asks for it."""
    issued_by: Text
    """提供单位; may be a class such as 现居地街道办事处."""
    basis: list[Basis] = Field(default_factory=list)
    reason: Text
    """清理意见的理由."""
    shared: bool | None = None
    """是否可通过部门间信息共享的方式提供."""
    commitment_text: Text | None = None
    """What the applicant commits to; on the list `by_commitment`."""
    commitment_version: Text | None = None
    """Names the wording for good; a case says under which one a commitment was given."""
    commitment_liability: Text | None = None
    """违反承诺应承担的法律责任 (seed 001 三(三)2)."""
    commitment_supervision: Text | None = None
    """How it is checked afterwards."""


class KeptInspection(Block):
    """An annual inspection or compulsory training that is kept (seed 000 附件4)."""

    licence: Text
    """证照名称."""
    kind: Literal["年检", "政府指定培训"]
    unit: Text
    basis: list[Basis] = Field(default_factory=list)
    reason: Text
    cycle_months: PositiveInt | None = None
    annual_report: bool = False
    """年检改为年度报告公示."""


class ProofListRecord(Block):
    """The whole list."""

    entries: list[ProofEntry] = Field(default_factory=list)
    inspections: list[KeptInspection] = Field(default_factory=list)
    """On the list `inspections`."""


class ProofListPublished(EventData):
    """A place publishes the proofs that it keeps, or those under 告知承诺; the whole list each time."""

    topic: ClassVar[str] = "catalog.proof-lists"
    type: ClassVar[str] = "proof-list-published"

    list: ProofList
    edition: PositiveInt
    record: ProofListRecord
