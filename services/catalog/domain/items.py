"""An item at a place: the draft beside the published versions, and the acts on them (mission C8).

An item's head holds the draft and those versions that are in force or still to come; older ones are kept in
the archive by whoever publishes. Every act is pure and returns the change, or refuses in its own words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts import Actor
from contracts.catalog import ItemChange, ItemInForce, ItemPublished, ItemWithdrawn
from contracts.items import ItemRecord
from services.catalog.domain import lint
from services.catalog.domain.record import DraftRecord, completed, opened
from services.catalog.domain.refusals import (
    AlreadyWithdrawn,
    FromTooEarly,
    NoDraft,
    NotPublished,
    NotReviewed,
    OpenErrors,
    OwnDraft,
    Stale,
)
from services.catalog.domain.standards import Adopted
from services.runtime.change import Change

#: How far back an effective instant may lie that was meant to be "today" (same-day replacement).
_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Signature:
    """One unit's consent to the draft as it stands."""

    by: str
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being prepared; an edit takes back the signatures. ``editors`` are all who had a hand in it."""

    record: DraftRecord
    editors: tuple[str, ...]
    at: datetime
    signatures: tuple[Signature, ...] = ()
    returned: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A published version; it never changes."""

    number: int
    effective_from: datetime
    published_at: datetime
    change: ItemChange
    supersedes: int | None
    signed_by: tuple[str, ...]
    approved_by: str
    record_sha256: str
    record: ItemRecord


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The end of an item; cases that were accepted keep their version."""

    at: datetime
    effective_to: datetime
    reason: str
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """The head. ``revision`` counts the acts (ETag); ``latest`` is the highest number ever published."""

    item_code: str
    base_code: str
    place: str
    identity: str
    revision: int = 1
    latest: int = 0
    published: tuple[Version, ...] = ()
    draft: Draft | None = None
    withdrawn: Withdrawal | None = None
    adopted: Adopted | None = None
    """Where it comes from, if it was handed down and taken over (认领)."""

    def in_force(self, at: datetime) -> Version | None:
        """Of the versions with ``effective_from`` ≤ t the highest number (events §6)."""
        begun = [version for version in self.published if version.effective_from <= at]
        return max(begun, key=lambda version: version.number, default=None)

    def shown(self, at: datetime) -> Version | None:
        """What the public reads: the version in force, else the first one to come."""
        return self.in_force(at) or (self.published[0] if self.published else None)

    def state_of(self, version: Version, at: datetime) -> str:
        """published, in_force, superseded or withdrawn, as seen at an instant."""
        if self.withdrawn and self.withdrawn.effective_to <= at and version.number == self.latest:
            return "withdrawn"
        if version.effective_from > at:
            return "published"
        current = self.in_force(at)
        return "in_force" if current and current.number == version.number else "superseded"

    @property
    def draft_state(self) -> str | None:
        """draft, approved, or None without a draft. The demo place asks for one signature."""
        if self.draft is None:
            return None
        return "approved" if self.draft.signatures else "draft"

    def base(self) -> DraftRecord | None:
        """What an edit starts from: the draft, else the newest published record."""
        if self.draft is not None:
            return self.draft.record
        return opened(self.published[-1].record) if self.published else None


def create(item: Item, record: DraftRecord, *, editor: str, actor: Actor, now: datetime) -> Change[Item]:
    """The first draft of an item at a place."""
    made = replace(item, draft=Draft(record, (editor,), now))
    return Change(made, "drafted", actor, now, note={"name": record.name})


def edit(
    item: Item, record: DraftRecord, *, editor: str, actor: Actor, now: datetime, revision: int | None = None
) -> Change[Item] | None:
    """Put a record in as the draft; None where it says nothing new. Signatures are taken back.

    ``revision`` is what the editor had before the eyes (None: an import, which makes the place's draft).
    """
    if revision is not None and revision != item.revision:
        raise Stale(item.revision)
    if item.draft is not None and item.draft.record == record:
        return None
    editors = item.draft.editors if item.draft else ()
    draft = Draft(record, (*(one for one in editors if one != editor), editor), now)
    return Change(replace(item, draft=draft, revision=item.revision + 1), "edited", actor, now)


def sign(item: Item, *, by: str, unit: str, actor: Actor, now: datetime) -> Change[Item] | None:
    """Consent of a second person (ASVS 2.3.5); None where that person has signed this draft already."""
    draft = item.draft
    if draft is None:
        raise NoDraft()
    if by in draft.editors:
        raise OwnDraft()
    if any(signature.by == by for signature in draft.signatures):
        return None
    signed = replace(draft, signatures=(*draft.signatures, Signature(by, unit, now)), returned=None)
    return Change(replace(item, draft=signed, revision=item.revision + 1), "signed", actor, now)


def send_back(item: Item, reason: str, *, actor: Actor, now: datetime) -> Change[Item]:
    """The reviewer does not consent and says why."""
    if item.draft is None:
        raise NoDraft()
    returned = replace(item.draft, signatures=(), returned=reason)
    changed = replace(item, draft=returned, revision=item.revision + 1)
    return Change(changed, "sent_back", actor, now, note={"reason": reason})


def publish(
    item: Item, *, actor: Actor, now: datetime, effective_from: datetime | None = None
) -> Change[Item]:
    """Publish the signed draft; the former version ends at the new one's instant, in the same act (C8)."""
    draft = item.draft
    if draft is None:
        raise NoDraft()
    if found := lint.errors(draft.record):
        raise OpenErrors(found)
    if not draft.signatures:
        raise NotReviewed()
    held = () if item.withdrawn else item.published
    begins = effective_from or now
    _must_not_reach_back(held, begins, now)
    before = _in_force(held, begins)
    record = completed(draft.record)
    version = Version(
        number=item.latest + 1,
        effective_from=begins,
        published_at=now,
        change="revised" if item.latest else "new",
        supersedes=before.number if before else None,
        signed_by=tuple(signature.unit for signature in draft.signatures),
        approved_by=draft.signatures[-1].unit,
        record_sha256=record.digest(),
        record=record,
    )
    changed = replace(
        item,
        revision=item.revision + 1,
        latest=version.number,
        published=_still_needed((*held, version), now),
        draft=None,
        withdrawn=None,
    )
    event = _published(changed, version, _in_force(held, now), actor, now)
    return Change(changed, "published", actor, now, (event,), {"version": version.number})


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
    ends = max(effective_to or now, now)
    changed = replace(item, revision=item.revision + 1, withdrawn=Withdrawal(now, ends, reason, replaced_by))
    last = item.published[-1]
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


def _in_force(versions: tuple[Version, ...], at: datetime) -> Version | None:
    begun = [version for version in versions if version.effective_from <= at]
    return max(begun, key=lambda version: version.number, default=None)


def _still_needed(versions: tuple[Version, ...], now: datetime) -> tuple[Version, ...]:
    current = _in_force(versions, now)
    return tuple(version for version in versions if current is None or version.number >= current.number)


def _must_not_reach_back(held: tuple[Version, ...], begins: datetime, now: datetime) -> None:
    """A first version may have been in force for long; a replacement must not rewrite what has happened."""
    if held and begins < now - _BACK:
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
