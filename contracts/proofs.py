"""The published lists of proofs (证明、盖章类材料): those kept, and those under 告知承诺."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts.base import Block, EventData, Identifier, PositiveInt, Text
from contracts.items import Basis

ProofList = Literal["kept", "by_commitment"]


class ProofEntry(Block):
    """One proof that people are still asked for, or may commit to instead (seed 000 附件2)."""

    material: Text
    """Name of the proof."""
    item_name: Text
    item_code: Identifier | None = None
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


class ProofListRecord(Block):
    entries: list[ProofEntry]


class ProofListPublished(EventData):
    """A place publishes the proofs that it keeps, or those under 告知承诺; the whole list each time."""

    topic: ClassVar[str] = "catalog.proof-lists"
    type: ClassVar[str] = "proof-list-published"

    list: ProofList
    edition: PositiveInt
    record: ProofListRecord
