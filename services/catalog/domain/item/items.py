"""An item at a place: the draft beside the published versions (mission C8), and writing the draft.

An item's head holds the draft and those versions that are in force or still to come; older ones are kept in
the archive by whoever publishes. Every act is pure and returns the change, or refuses in its own words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from contracts import Actor
from contracts.catalog import ItemChange
from contracts.items import ItemRecord
from services.catalog.domain.item import timeline
from services.catalog.domain.item.drafts import Draft, Signature, Stage, Waiver, still_meant
from services.catalog.domain.item.record import DraftRecord, opened
from services.catalog.domain.levels.standards import Adopted
from services.catalog.domain.refusals import Stale
from services.runtime.change import Change


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
    signatures: tuple[Signature, ...] = ()
    approval: Signature | None = None
    waivers: tuple[Waiver, ...] = ()
    published_by: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The end of an item; cases that were accepted keep their version.

    ``version`` is the one in force until then, ``latest`` the highest one that there was.
    """

    at: datetime
    effective_to: datetime
    reason: str
    replaced_by: str | None
    version: int = 0
    latest: int = 0


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
    ended: tuple[Withdrawal, ...] = ()
    """Former ends; the item was published anew after each."""
    adopted: Adopted | None = None
    """Where it comes from, if it was handed down and taken over (认领)."""

    def in_force(self, at: datetime) -> Version | None:
        """Of the versions with ``effective_from`` ≤ t the highest number; none once it has ended."""
        return None if self.has_ended(at) else timeline.begun(self.published, at)

    def has_ended(self, at: datetime) -> bool:
        """Whether it is withdrawn by an instant; a withdrawal may be still to come."""
        return self.withdrawn is not None and self.withdrawn.effective_to <= at

    def shown(self, at: datetime) -> Version | None:
        """What the public reads: the version in force or the last that was, else the first one to come."""
        return timeline.begun(self.published, at) or (self.published[0] if self.published else None)

    def state_of(self, version: Version, at: datetime) -> str:
        """published, in_force, superseded or withdrawn, as seen at an instant."""
        return timeline.state(version, self.published, self.ends(), at)

    def ends(self) -> tuple[Withdrawal, ...]:
        """All ends of the item, the present one last."""
        return (*self.ended, self.withdrawn) if self.withdrawn else self.ended

    @property
    def draft_state(self) -> Stage | None:
        """How far the draft has come; None without one."""
        return self.draft.stage if self.draft else None

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
    present = item.draft or Draft(record, (), now, waivers=_last_waivers(item))
    draft = Draft(
        record,
        (*(one for one in present.editors if one != editor), editor),
        now,
        returned=present.returned,
        waivers=still_meant(present.waivers, record),
    )
    return Change(replace(item, draft=draft, revision=item.revision + 1), "edited", actor, now)


def _last_waivers(item: Item) -> tuple[Waiver, ...]:
    """What was waived in the live version stands until its text changes."""
    return item.published[-1].waivers if item.published else ()
