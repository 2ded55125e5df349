"""Recording what is known of enterprises, and their answers to proposals."""

from __future__ import annotations

from typing import cast

from contracts import Actor
from contracts.applicants import EnterpriseFeatures
from contracts.policies import ProposalEventData
from services.intake.domain import enterprises
from services.intake.domain.enterprises import Enterprise, Proposal, WhichFile
from services.intake.domain.identity import Identity
from services.intake.intake import Intake
from services.runtime.idempotency import IdempotencyKey
from services.runtime.message import Message
from services.runtime.problems import NotFound
from services.runtime.records import AlreadyExists


async def record(
    intake: Intake,
    identity: Identity,
    place: str,
    features: EnterpriseFeatures,
    actor: Actor,
    revision: int | None,
) -> Enterprise:
    """Record an enterprise's features; its name and phone go into its sealed file."""
    now = intake.clock()
    ref, _ = await intake.persons.keep(identity, actor=actor, now=now, trusted=True)
    person = await intake.persons.records.require(ref)
    given = Enterprise(ref, place, features, now, person.phone_masked)
    known = await intake.enterprises.records.get(ref)
    if known is None:
        change = enterprises.record(None, given, revision=None, actor=actor)
        assert change is not None
        try:
            return await intake.enterprises.records.create(change)
        except AlreadyExists:
            raise WhichFile() from None
    return await intake.enterprises.records.change(
        ref, lambda present: enterprises.record(present, given, revision=revision, actor=actor)
    )


async def proposal_told(intake: Intake, message: Message) -> None:
    """Keep what an enterprise is proposed, and that it was paid."""
    event = cast(ProposalEventData, message.data)
    await intake.enterprises.proposals.apply(message, lambda known: enterprises.told(known, event))


async def own_proposal(intake: Intake, proposal_id: str, applicant_ref: str | None) -> Proposal:
    """A proposal to the caller's own enterprise; 404 for everybody else's."""
    found = await intake.enterprises.proposals.get(proposal_id)
    if found is None or found.applicant_ref != applicant_ref:
        raise NotFound()
    return found


async def consent(intake: Intake, proposal: Proposal, actor: Actor, key: IdempotencyKey | None) -> Proposal:
    """同意享受."""
    return await intake.enterprises.proposals.change(
        proposal.proposal_id,
        lambda present: enterprises.consent(present, actor=actor, now=intake.clock()),
        key=key,
    )


async def decline(
    intake: Intake, proposal: Proposal, reason: str, actor: Actor, key: IdempotencyKey | None
) -> Proposal:
    """放弃享受."""
    return await intake.enterprises.proposals.change(
        proposal.proposal_id,
        lambda present: enterprises.decline(present, reason, actor=actor, now=intake.clock()),
        key=key,
    )
