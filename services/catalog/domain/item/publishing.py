"""Publishing the draft of an item and ending the item (mission C8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from contracts import Actor
from contracts.catalog import ItemInForce, ItemPublished, ItemWithdrawn
from services.catalog.domain.checks.known import NATIONWIDE, Known
from services.catalog.domain.item import timeline
from services.catalog.domain.item.drafts import Draft, ReviewRule, open_errors
from services.catalog.domain.item.items import Item, Version, Withdrawal
from services.catalog.domain.item.record import completed
from services.catalog.domain.refusals import (
    AfterWithdrawal,
    AlreadyWithdrawn,
    EndsInThePast,
    FromTooEarly,
    NoDraft,
    NotPublished,
    NotReviewed,
    OpenErrors,
)
from services.runtime.change import Change

#: What a new version may be to the one before it; the first one is "new".
Replacing = Literal["revised", "corrected", "standard_revised"]
_SINGLE = ReviewRule()
#: How far back an effective instant may lie that was meant to be "today" (same-day replacement).
_BACK = timedelta(days=1)
#: How far clocks may differ where an item is to end now.
_SKEW = timedelta(minutes=1)


def publish(
    item: Item,
    rule: ReviewRule = _SINGLE,
    *,
    actor: Actor,
    now: datetime,
    by: str | None = None,
    effective_from: datetime | None = None,
    change: Replacing = "revised",
    known: Known = NATIONWIDE,
) -> Change[Item]:
    """Publish the approved draft; the former version ends at the new one's instant, in the same act (C8).

    A withdrawal that is still to come is thereby called off.
    """
    draft = _approved(item, rule, known)
    held, begins = _held(item, now), effective_from or now
    _must_not_reach_back(item, held, begins, now)
    before = timeline.begun(held, begins)
    record = completed(draft.record)
    last = draft.approval or draft.signatures[-1]
    version = Version(
        number=item.latest + 1,
        effective_from=begins,
        published_at=now,
        change=change if item.latest else "new",
        supersedes=before.number if before else None,
        signed_by=tuple(dict.fromkeys(signature.unit for signature in draft.signatures)),
        approved_by=last.unit,
        record_sha256=record.digest(),
        record=record,
        signatures=draft.signatures,
        approval=draft.approval,
        waivers=draft.waivers,
        published_by=by,
    )
    over = (item.withdrawn,) if item.withdrawn and not held else ()
    changed = replace(
        item,
        revision=item.revision + 1,
        latest=version.number,
        published=_still_needed((*held, version), now),
        draft=None,
        withdrawn=None,
        ended=(*item.ended, *over),
    )
    event = _published(changed, version, timeline.begun(held, now), actor, now)
    return Change(changed, "published", actor, now, (event,), {"version": version.number})


def _approved(item: Item, rule: ReviewRule, known: Known) -> Draft:
    """The draft, if it may be published: no open error, and agreed to as the place's rule asks."""
    draft = item.draft
    if draft is None:
        raise NoDraft()
    if found := open_errors(draft, known):
        raise OpenErrors(found)
    reviewed_alone = draft.submission is None or not draft.submission.joint
    if draft.stage != "approved" or (rule.joint and reviewed_alone):
        raise NotReviewed()
    return draft


def _held(item: Item, now: datetime) -> tuple[Version, ...]:
    """The versions that the next one stands beside: none where the item has ended."""
    return () if item.has_ended(now) else item.published


def withdraw(
    item: Item,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    effective_to: datetime | None = None,
    replaced_by: str | None = None,
) -> Change[Item]:
    """End a published item with a reason; open cases keep their version."""
    if not item.published:
        raise NotPublished()
    if item.withdrawn is not None:
        raise AlreadyWithdrawn()
    if effective_to is not None and effective_to < now - _SKEW:
        raise EndsInThePast()
    ends, last = max(effective_to or now, now), item.published[-1]
    ended = timeline.begun(item.published, ends)
    number = ended.number if ended else last.number
    withdrawal = Withdrawal(now, ends, reason, replaced_by, number, last.number)
    changed = replace(item, revision=item.revision + 1, withdrawn=withdrawal)
    event = ItemWithdrawn(
        place_code=item.place,
        at=now,
        actor=actor,
        item_code=item.item_code,
        version=last.number,
        record=last.record,
        effective_to=ends,
        reason=reason,
        replaced_by=replaced_by,
    )
    return Change(changed, "withdrawn", actor, now, (event,), {"reason": reason})


def _still_needed(versions: tuple[Version, ...], now: datetime) -> tuple[Version, ...]:
    current = timeline.begun(versions, now)
    return tuple(version for version in versions if current is None or version.number >= current.number)


def _must_not_reach_back(item: Item, held: tuple[Version, ...], begins: datetime, now: datetime) -> None:
    """No version, the first one neither, takes effect in the past: cases of then were told other terms."""
    current = timeline.begun(held, now)
    if begins < now - _BACK or (current is not None and begins < current.effective_from):
        raise FromTooEarly()
    if item.withdrawn is None:
        return
    if held and begins > item.withdrawn.effective_to:
        raise AfterWithdrawal()
    if not held and begins < item.withdrawn.effective_to:
        raise FromTooEarly()


def _published(
    item: Item, version: Version, before: Version | None, actor: Actor, now: datetime
) -> ItemPublished:
    waiting = version.effective_from > now
    return ItemPublished(
        place_code=item.place,
        at=now,
        actor=actor,
        item_code=item.item_code,
        version=version.number,
        record=version.record,
        effective_from=version.effective_from,
        supersedes=version.supersedes,
        change=version.change,
        signed_by=list(version.signed_by),
        approved_by=version.approved_by,
        record_sha256=version.record_sha256,
        in_force=ItemInForce(version=before.number, record=before.record) if before and waiting else None,
    )
