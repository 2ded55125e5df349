"""Events of intake about enterprises: what policies ask about one, and what it answers to a proposal."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from contracts.base import Block, EventData, Identifier, PersonRef, PlaceCode, Text

EnterpriseSize = Literal["micro", "small", "medium", "large"]
"""微型, 小型, 中型, 大型 (《中小企业划型标准规定》)."""


class EnterpriseFeatures(Block):
    """What policies may ask of an enterprise; a feature that is not known fits no condition."""

    industry: Identifier | None = None
    """Code of GB/T 4754, e.g. `C1392`; a beginning of it is a wider class."""
    size: EnterpriseSize | None = None
    place_code: PlaceCode | None = None
    """Where it is registered."""
    registered_on: date | None = None
    licence_types: list[Identifier] = Field(default_factory=list)


class EnterpriseFileUpdated(EventData):
    """The file of an enterprise (一企一档) has other features; the event carries all of them."""

    topic: ClassVar[str] = "intake.applicants"
    type: ClassVar[str] = "enterprise-file-updated"

    applicant_ref: PersonRef
    features: EnterpriseFeatures
    phone_masked: Text | None = None
    """Present where the enterprise can be told by text."""


class ProposalAnswer(EventData):
    """What an enterprise answers to a proposal (免申即享)."""

    topic: ClassVar[str] = "intake.proposals"

    proposal_id: Identifier
    policy_code: Identifier
    applicant_ref: PersonRef


class ProposalConsented(ProposalAnswer):
    """It wants the benefit."""

    type: ClassVar[str] = "proposal-consented"


class ProposalDeclined(ProposalAnswer):
    """It does not."""

    type: ClassVar[str] = "proposal-declined"

    reason: Literal["not_entitled", "file_is_wrong", "not_wanted", "other"]
    """A code, because words of an applicant do not travel."""
