"""Policies for enterprises (惠企政策): drafted, put in force by a second person, withdrawn (mission C14).

"建立惠企政策专区……实现惠企政策'一键尽查''无感审核''免申即享'" (seed 001 三(三)4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from contracts import Actor
from contracts.base import Block, Identifier, Text
from contracts.items import Basis
from contracts.policies import Condition, PolicyPublished, PolicyWithdrawn
from services.catalog.domain.benefits.policy_conditions import must_make_sense
from services.catalog.domain.refusals import Stale
from services.runtime.change import Change
from services.runtime.problems import Conflict, Forbidden, Invalid

Fen = Annotated[int, Field(ge=0, le=1_000_000_000_000)]
Days = Annotated[int, Field(ge=1, le=366)]
#: Period of a policy that grants once and for all.
ONCE = "once"


class AmountRule(Block):
    """How much: one sum, a sum by the enterprise's size, or assessed (then only the text says)."""

    kind: Literal["fixed", "by_size", "assessed"]
    fixed_fen: Fen | None = None
    by_size_fen: dict[Literal["micro", "small", "medium", "large"], Fen] = Field(default_factory=dict)

    def of(self, size: str | None) -> int | None:
        """The sum in 分 for an enterprise of a size; None where it is assessed or not known."""
        if self.kind == "fixed":
            return self.fixed_fen
        return next((fen for of_size, fen in self.by_size_fen.items() if of_size == size), None)


class PolicyRecord(Block):
    """One policy in full. ``consent_days`` and ``pay_days`` are calendar days."""

    name: Text
    basis: list[Basis] = Field(default_factory=list)
    benefit: Text
    amount: AmountRule
    item_code: Identifier
    """The item under which it is granted and paid."""
    without_application: bool
    """免申即享."""
    conditions: list[Condition] = Field(max_length=30)
    valid_from: date
    valid_to: date | None = None
    repeats: Literal["once", "yearly"] = "once"
    """Whether an enterprise gets it once, or once a calendar year."""
    consent_days: Days = 30
    """How long an enterprise has to answer a proposal."""
    pay_days: Days = 30
    """How long payment may take after the consent (兑现)."""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy at a place. ``matched_for`` is the period for which all known files have been compared."""

    policy_code: str
    place: str
    revision: int = 1
    draft: PolicyRecord | None = None
    editors: tuple[str, ...] = ()
    live: PolicyRecord | None = None
    published_at: datetime | None = None
    approved_by: str | None = None
    withdrawn: str | None = None
    withdrawn_at: datetime | None = None
    matched_for: str | None = None
    matched_to: str | None = None

    @property
    def state(self) -> str:
        """draft, published or withdrawn."""
        if self.live is None:
            return "draft"
        return "withdrawn" if self.withdrawn else "published"

    def holds(self, today: date) -> bool:
        """Whether the policy is in force on a day."""
        live = self.live
        if live is None or self.withdrawn:
            return False
        return live.valid_from <= today and (live.valid_to is None or today <= live.valid_to)

    def period(self, today: date) -> str:
        """Within what an enterprise gets the benefit once."""
        return str(today.year) if self.live and self.live.repeats == "yearly" else ONCE

    def is_to_match(self, today: date) -> bool:
        """Whether files are still to be compared: newly in force, or a new year of a yearly benefit."""
        proposes = self.live is not None and self.live.without_application
        return proposes and self.holds(today) and self.matched_for != self.period(today)


class NothingToPublish(Conflict):
    """There is no draft."""

    def __init__(self) -> None:
        super().__init__(
            "这项政策没有草稿；请先编辑。", "The policy has no draft; edit it first.", code="no-draft"
        )


class OwnPolicy(Forbidden):
    """Who edited never puts in force (ASVS 2.3.5)."""

    def __init__(self) -> None:
        super().__init__(
            "编辑过这项政策的人不能发布，请由另一位审核人办理。",
            "Whoever edited the policy cannot publish it; another person must.",
            code="own-draft",
        )


class PolicyNotInForce(Conflict):
    """Only what is in force can be withdrawn."""

    def __init__(self) -> None:
        super().__init__("这项政策没有在施行。", "The policy is not in force.", code="not-in-force")


class PolicyWithoutBasis(Conflict):
    """Money is granted on a basis."""

    def __init__(self) -> None:
        super().__init__(
            "政策还没有填写依据文件，不能发布；请补充文件名称和文号。",
            "The policy names no document as its basis; add title and number.",
            code="no-basis",
            field="record.basis",
        )


def prepare(
    policy: Policy, record: PolicyRecord, *, editor: str, actor: Actor, now: datetime
) -> Change[Policy]:
    """A new policy, as a draft."""
    _must_be_consistent(record)
    made = replace(policy, draft=record, editors=(editor,))
    return Change(made, "drafted", actor, now, note={"name": record.name})


def edit(
    policy: Policy, record: PolicyRecord, *, revision: int, editor: str, actor: Actor, now: datetime
) -> Change[Policy] | None:
    """Put a record in as the draft, beside what is in force; None where it says nothing new."""
    if revision != policy.revision:
        raise Stale(policy.revision)
    _must_be_consistent(record)
    if record == (policy.draft or policy.live):
        return None
    editors = (*(one for one in policy.editors if policy.draft and one != editor), editor)
    changed = replace(policy, draft=record, editors=editors, revision=policy.revision + 1)
    return Change(changed, "edited", actor, now)


def publish(policy: Policy, *, by: str, unit: str, actor: Actor, now: datetime) -> Change[Policy]:
    """A second person puts the draft in force; all known files are compared anew."""
    record = policy.draft
    if record is None:
        raise NothingToPublish()
    if by in policy.editors:
        raise OwnPolicy()
    if not record.basis:
        raise PolicyWithoutBasis()
    changed = replace(
        policy,
        revision=policy.revision + 1,
        draft=None,
        live=record,
        published_at=now,
        approved_by=unit,
        withdrawn=None,
        withdrawn_at=None,
        matched_for=None,
        matched_to=None,
    )
    event = PolicyPublished(**_told(changed, record), actor=actor, at=now)
    return Change(changed, "published", actor, now, (event,))


def withdraw(policy: Policy, reason: str, *, actor: Actor, now: datetime) -> Change[Policy]:
    """End a policy with a reason; what was proposed before can still be consented to and is paid."""
    if policy.live is None or policy.withdrawn:
        raise PolicyNotInForce()
    changed = replace(policy, revision=policy.revision + 1, withdrawn=reason, withdrawn_at=now)
    event = PolicyWithdrawn(**_told(changed, policy.live), reason=reason, actor=actor, at=now)
    return Change(changed, "withdrawn", actor, now, (event,), {"reason": reason})


def compared(policy: Policy, to: str | None, *, period: str, actor: Actor, now: datetime) -> Change[Policy]:
    """Files were compared up to this one; None: all of them, so nothing is left to do in the period."""
    done = to is None
    changed = replace(policy, matched_to=to, matched_for=period if done else policy.matched_for)
    return Change(changed, "compared", actor, now, note={"period": period, "done": done})


def _must_be_consistent(record: PolicyRecord) -> None:
    must_make_sense(record.conditions)
    if record.valid_to is not None and record.valid_to < record.valid_from:
        raise Invalid(
            "结束日期不能早于开始日期。",
            "The policy ends before it begins.",
            code="ends-before-it-begins",
            field="record.valid_to",
        )
    amount = record.amount
    if (amount.kind == "fixed") != (amount.fixed_fen is not None) or (amount.kind == "by_size") != bool(
        amount.by_size_fen
    ):
        raise Invalid(
            "金额与计算方式不一致：定额的填一个金额，按规模的填各规模的金额，核定的不填。",
            "A fixed amount takes one sum, by size one for each size, an assessed one none.",
            code="bad-amount",
            field="record.amount",
        )


def _told(policy: Policy, record: PolicyRecord) -> dict[str, Any]:
    return {
        "policy_code": policy.policy_code,
        "place_code": policy.place,
        "name": record.name,
        "conditions": record.conditions,
        "benefit": record.benefit,
        "item_code": record.item_code,
        "without_application": record.without_application,
        "valid_from": record.valid_from,
        "valid_to": record.valid_to,
    }
