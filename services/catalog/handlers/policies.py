"""Keeping policies, comparing them with the enterprises known, and following proposals to the payment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from contracts.applicants import EnterpriseFileUpdated, ProposalConsented, ProposalDeclined
from contracts.policies import Condition
from services.catalog.app import App
from services.catalog.domain.benefits import policies, proposals
from services.catalog.domain.benefits.policies import Policy, PolicyRecord
from services.catalog.domain.benefits.policy_conditions import File, Tally, matched, must_make_sense, reason
from services.catalog.domain.benefits.proposals import SYSTEM, Proposal
from services.catalog.domain.text import must_be_sound
from services.catalog.handlers.items import Person
from services.runtime.change import Change
from services.runtime.idempotency import IdempotencyKey
from services.runtime.message import Message, NotYet
from services.runtime.problems import Conflict, Invalid
from services.runtime.records import AlreadyExists
from services.workdays import civil_day

Decide = Callable[[Proposal], Change[Proposal] | None]

# -- policies -------------------------------------------------------------------------------------------


async def prepare(
    app: App, code: str, place: str, record: PolicyRecord, person: Person, key: IdempotencyKey | None
) -> Policy:
    """A new policy, as a draft."""
    must_be_sound(record.model_dump(mode="json", exclude_none=True))
    await _must_be_payable(app, record)
    change = policies.prepare(
        Policy(code, place), record, editor=person.sub, actor=person.actor, now=app.clock()
    )
    try:
        return await app.store.policies.records.create(change, key=key)
    except AlreadyExists:
        raise Conflict(
            f"政策编码 {code} 已经用过，请换一个。",
            f"Policy {code} exists; choose another code.",
            code="policy-exists",
            field="policy_code",
        ) from None


async def edit(app: App, code: str, record: PolicyRecord, person: Person, revision: int) -> Policy:
    """Put the whole record in as the draft."""
    must_be_sound(record.model_dump(mode="json", exclude_none=True))
    await _must_be_payable(app, record)
    return await app.store.policies.records.change(
        code,
        lambda policy: policies.edit(
            policy, record, revision=revision, editor=person.sub, actor=person.actor, now=app.clock()
        ),
    )


async def _must_be_payable(app: App, record: PolicyRecord) -> None:
    if await app.store.policies.item_name(record.item_code) is None:
        raise Invalid(
            "兑现事项不存在、没有发布或者已经撤销，请填写已发布事项的编码。",
            "The item by which it is paid is not published; give the code of one that is.",
            code="unknown-item",
            field="record.item_code",
        )


async def publish(app: App, code: str, person: Person, key: IdempotencyKey | None) -> Policy:
    """A second person puts the draft in force."""
    return await app.store.policies.records.change(
        code,
        lambda policy: policies.publish(
            policy, by=person.sub, unit=person.unit, actor=person.actor, now=app.clock()
        ),
        key=key,
    )


async def withdraw(app: App, code: str, reason: str, person: Person, key: IdempotencyKey | None) -> Policy:
    """End a policy."""
    return await app.store.policies.records.change(
        code,
        lambda policy: policies.withdraw(policy, reason, actor=person.actor, now=app.clock()),
        key=key,
    )


async def preview(app: App, conditions: Sequence[Condition], place: str) -> tuple[int, int, list[Tally]]:
    """How many of the enterprises known at a place meet all conditions, of how many, and each one alone."""
    must_make_sense(conditions)
    known = fitting = 0
    alone = [0] * len(conditions)
    after: str | None = None
    while files := await app.store.policies.files_after(after):
        after = files[-1].applicant_ref
        for file in files:
            if not file.place.startswith(place):
                continue
            known += 1
            fitting += matched(conditions, file) is not None
            for number, one in enumerate(conditions):
                alone[number] += reason(one, file.features) is not None
    tallies = [Tally(condition=one.text, meeting=met) for one, met in zip(conditions, alone, strict=True)]
    return fitting, known, tallies


# -- proposals ------------------------------------------------------------------------------------------


async def file_updated(app: App, message: Message) -> None:
    """Keep an enterprise's file, and propose what it newly fits."""
    data = cast(EnterpriseFileUpdated, message.data)
    file = File(data.applicant_ref, data.place_code, data.features, data.phone_masked)
    change = Change(file, "updated", data.actor, data.at)
    await app.store.policies.files.apply(message, lambda _: change)
    # Also for a repeat: the first time may have ended between the file and the last proposal.
    kept = await app.store.policies.files.require(data.applicant_ref)
    for policy in await app.store.policies.in_force():
        await _propose(app, policy, kept)


async def let_days_pass(app: App) -> None:
    """Compare what is newly in force with all files, and close what nobody answered."""
    now = app.clock()
    today = civil_day(now)
    for policy in await app.store.policies.in_force():
        while policy.is_to_match(today):
            policy = await _compare_on(app, policy, today)
    for proposal in await app.store.policies.overdue_answers(today):
        await app.store.policies.proposals.change(
            proposal.proposal_id, lambda present: proposals.lapse(present, now=now)
        )


async def _compare_on(app: App, policy: Policy, today: date) -> Policy:
    """Compare the next page of files, and note how far it got: a restart goes on from there."""
    files = await app.store.policies.files_after(policy.matched_to)
    for file in files:
        await _propose(app, policy, file)
    to = files[-1].applicant_ref if files else None
    return await app.store.policies.records.change(
        policy.policy_code,
        lambda present: (
            policies.compared(present, to, period=policy.period(today), actor=SYSTEM, now=app.clock())
            if present.revision == policy.revision
            else None
        ),
    )


async def _propose(app: App, policy: Policy, file: File) -> None:
    change = proposals.propose(policy, file, app.clock())
    if change is None or await app.store.policies.proposals.get(change.state.proposal_id) is not None:
        return
    try:
        await app.store.policies.proposals.create(change)
    except AlreadyExists:
        return


async def consented(app: App, message: Message) -> None:
    """The enterprise wants the benefit."""
    data = cast(ProposalConsented, message.data)
    await _answered(app, message, lambda one: proposals.consent(one, at=data.at, actor=data.actor))


async def declined(app: App, message: Message) -> None:
    """The enterprise does not want it."""
    data = cast(ProposalDeclined, message.data)
    await _answered(
        app, message, lambda one: proposals.decline(one, data.reason, at=data.at, actor=data.actor)
    )


async def _answered(app: App, message: Message, decide: Decide) -> None:
    def on_ours(present: Proposal | None) -> Change[Proposal] | None:
        if present is None:
            raise NotYet("the proposal is not known yet")
        return decide(present)

    await app.store.policies.proposals.apply(message, on_ours)


async def pay(
    app: App,
    proposal_id: str,
    amount_fen: int,
    paid_on: date,
    case_no: str | None,
    person: Person,
    key: IdempotencyKey | None,
) -> Proposal:
    """Record that the money was paid."""
    return await app.store.policies.proposals.change(
        proposal_id,
        lambda one: proposals.pay(
            one, amount_fen, paid_on, case_no, by=person.sub, actor=person.actor, now=app.clock()
        ),
        key=key,
    )
