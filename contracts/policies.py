"""Events of policies for enterprises (惠企政策) and of the proposals that follow from them (免申即享)."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from contracts.base import Block, Count, EventData, Identifier, PersonRef, PlaceCode, Text

Feature = Literal["industry", "size", "place_code", "registered_on", "licence_types"]
Operator = Literal["in", "not_in", "on_or_before", "on_or_after", "under", "has", "has_not"]


class Condition(Block):
    """One condition on an enterprise's file; all of a policy's conditions must hold."""

    feature: Feature
    operator: Operator
    values: list[Text] = Field(min_length=1)
    """Codes, place prefixes, licence types, or one ISO date."""
    text: Text
    """The condition in the words of the policy, shown to people."""


class PolicyEventData(EventData):
    """A policy; every event carries the whole present state."""

    topic: ClassVar[str] = "catalog.policies"

    policy_code: Identifier
    name: Text
    conditions: list[Condition]
    benefit: Text
    item_code: Identifier
    """The item under which it is granted and paid."""
    without_application: bool
    """免申即享: proposed to whom it fits, who only has to consent."""
    valid_from: date
    valid_to: date | None = None


class PolicyPublished(PolicyEventData):
    """A policy for enterprises is put in force."""

    type: ClassVar[str] = "policy-published"


class PolicyWithdrawn(PolicyEventData):
    """A policy ends before its last day."""

    type: ClassVar[str] = "policy-withdrawn"

    reason: Text


class Match(Block):
    """Why an enterprise fits: the condition, and what its file holds."""

    condition: Text
    reason: Text


class ProposalEventData(EventData):
    """A benefit for one enterprise; every event carries the whole present state."""

    topic: ClassVar[str] = "catalog.proposals"

    proposal_id: Identifier
    policy_code: Identifier
    policy_name: Text
    applicant_ref: PersonRef
    matched: list[Match]
    item_code: Identifier
    benefit: Text
    lapses_on: date
    """The last day on which the enterprise can consent."""
    enterprise_place: PlaceCode | None = None
    phone_masked: Text | None = None
    """Present where the enterprise can be told by text."""
    expected_fen: Count | None = None
    """What it will be by the policy's rule; absent where the amount is assessed."""


class BenefitProposed(ProposalEventData):
    """An enterprise's file meets a policy that needs no application."""

    type: ClassVar[str] = "benefit-proposed"


class BenefitPaid(ProposalEventData):
    """The money is paid (兑现)."""

    type: ClassVar[str] = "benefit-paid"

    case_no: Identifier | None = None
    amount_fen: Count
    paid_on: date
