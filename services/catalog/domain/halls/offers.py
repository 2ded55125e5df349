"""进驻: which item is handled in which hall and window theme, and the negative list (mission C10).

Seed 001 二(二)3: "除场地限制或涉及国家秘密等情形外,原则上政务服务事项均应纳入政务服务中心集中办理且实质运行".
Offering and ending are the editor's; putting on the negative list and taking off it needs a second person.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from contracts import Actor
from contracts.offers import (
    ExclusionReason,
    ItemExcluded,
    ItemExclusionLifted,
    ItemOffered,
    ItemOfferEnded,
    OfferedData,
)
from services.catalog.domain.entries import Entry
from services.catalog.domain.halls.offer_refusals import (
    AlreadyExcluded,
    Excluded,
    NoHall,
    NoProposal,
    NotExcluded,
    NotInForce,
    NotOffered,
    NotSecret,
    OtherPlace,
    OwnProposal,
    UnknownTheme,
)
from services.catalog.domain.item.items import Item
from services.runtime.change import Change

#: 一门式: the theme of the comprehensive windows, for all that has no window of its own (seed 003).
COMPREHENSIVE = "一门式"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An entry of the negative list: why it is not handled in the hall, and where it is."""

    reason: ExclusionReason
    handled_at: str
    approved_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of the negative list that waits for a second person."""

    act: Literal["exclude", "lift"]
    reason: ExclusionReason
    handled_at: str
    by: str
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One item at one hall. ``theme`` is None where it is not offered; the last words stay after it ended."""

    offer_id: str
    hall_id: str
    item_code: str
    place: str
    offered: bool = False
    theme: str | None = None
    window_kinds: tuple[str, ...] = ()
    since: datetime | None = None
    exclusion: Exclusion | None = None
    proposal: Proposal | None = None
    returned: str | None = None
    """Why the last proposal was sent back."""


def offer_id(hall_id: str, item_code: str) -> str:
    """The name of an item at a hall: key and subject of its events."""
    return f"{hall_id}:{item_code}"


def of(hall: Entry | None, item: Item, now: datetime) -> Offer:
    """A blank offer of an item in force at a hall of the same line of places."""
    if hall is None or hall.closed or hall.kind not in ("hall", "point"):
        raise NoHall()
    if item.in_force(now) is None or (item.withdrawn and item.withdrawn.effective_to <= now):
        raise NotInForce(item.item_code)
    if not (item.place.startswith(hall.place) or hall.place.startswith(item.place)):
        raise OtherPlace(item.item_code, hall.record.name)
    return Offer(offer_id(hall.entry_id, item.item_code), hall.entry_id, item.item_code, hall.place)


def offer(
    present: Offer,
    theme: str,
    window_kinds: Collection[str],
    *,
    windows: Collection[Entry],
    actor: Actor,
    now: datetime,
) -> Change[Offer] | None:
    """The item enters a window theme of the hall, or moves to another; None where it is there already."""
    if present.exclusion is not None:
        raise Excluded(present.exclusion.reason)
    _must_be_there(theme, window_kinds, windows)
    kinds = tuple(dict.fromkeys(window_kinds))
    if present.offered and (present.theme, present.window_kinds) == (theme, kinds):
        return None
    offered = replace(present, offered=True, theme=theme, window_kinds=kinds, since=now)
    return Change(offered, "offered", actor, now, (_offered(offered, ItemOffered, actor, now),))


def _must_be_there(theme: str, kinds: Collection[str], windows: Collection[Entry]) -> None:
    themes = {window.record.theme for window in windows if window.record.theme} | {COMPREHENSIVE}
    if theme not in themes:
        raise UnknownTheme("theme", sorted(themes))
    functions = {function for window in windows for function in window.record.functions}
    for kind in kinds:
        if kind not in functions:
            raise UnknownTheme("window_kinds", sorted(functions))


def end(present: Offer, reason: str, *, actor: Actor, now: datetime) -> Change[Offer]:
    """The item leaves the hall."""
    if not present.offered:
        raise NotOffered()
    ended = replace(present, offered=False)
    event = _offered(present, ItemOfferEnded, actor, now, reason)
    return Change(ended, "offer_ended", actor, now, (event,), {"reason": reason})


# -- the negative list ----------------------------------------------------------------------------------


def propose_exclusion(
    present: Offer,
    reason: ExclusionReason,
    handled_at: str,
    *,
    secret: bool,
    by: str,
    note: str | None,
    actor: Actor,
    now: datetime,
) -> Change[Offer]:
    """Propose that an item is not handled in the hall; 国家秘密 only of an item that is marked 涉密."""
    if present.exclusion is not None:
        raise AlreadyExcluded()
    if reason == "国家秘密" and not secret:
        raise NotSecret()
    proposal = Proposal("exclude", reason, handled_at, by, now, note)
    return _proposed(present, proposal, actor, now)


def propose_lifting(
    present: Offer, *, by: str, note: str | None, actor: Actor, now: datetime
) -> Change[Offer]:
    """Propose that an item is taken off the negative list."""
    if present.exclusion is None:
        raise NotExcluded()
    its = present.exclusion
    return _proposed(present, Proposal("lift", its.reason, its.handled_at, by, now, note), actor, now)


def _proposed(present: Offer, proposal: Proposal, actor: Actor, now: datetime) -> Change[Offer]:
    changed = replace(present, proposal=proposal, returned=None)
    note = {"act": proposal.act, "reason": proposal.reason}
    return Change(changed, "proposed", actor, now, note=note)


def approve(present: Offer, *, by: str, unit: str, actor: Actor, now: datetime) -> Change[Offer]:
    """A second person approves; an item that is excluded leaves the hall in the same act."""
    proposal = present.proposal
    if proposal is None:
        raise NoProposal()
    if proposal.by == by:
        raise OwnProposal()
    exclusion = Exclusion(proposal.reason, proposal.handled_at, unit, now)
    if proposal.act == "lift":
        changed = replace(present, exclusion=None, proposal=None)
        lifted = _exclusion(present, ItemExclusionLifted, exclusion, actor, now)
        return Change(changed, "exclusion_lifted", actor, now, (lifted,))
    changed = replace(present, offered=False, exclusion=exclusion, proposal=None)
    excluded = _exclusion(present, ItemExcluded, exclusion, actor, now)
    if not present.offered:
        return Change(changed, "excluded", actor, now, (excluded,))
    ended = _offered(present, ItemOfferEnded, actor, now, f"列入负面清单：{proposal.reason}")
    return Change(changed, "excluded", actor, now, (ended, excluded))


def send_back(present: Offer, reason: str, *, by: str, actor: Actor, now: datetime) -> Change[Offer]:
    """The second person does not approve and says why."""
    if present.proposal is None:
        raise NoProposal()
    if present.proposal.by == by:
        raise OwnProposal()
    changed = replace(present, proposal=None, returned=reason)
    return Change(changed, "sent_back", actor, now, note={"reason": reason})


def _offered(
    its: Offer, kind: type[OfferedData], actor: Actor, now: datetime, reason: str | None = None
) -> OfferedData:
    return kind(
        place_code=its.place,
        at=now,
        actor=actor,
        hall_id=its.hall_id,
        item_code=its.item_code,
        theme=its.theme or COMPREHENSIVE,
        window_kinds=list(its.window_kinds),
        reason=reason,
    )


def _exclusion(
    its: Offer,
    kind: type[ItemExcluded] | type[ItemExclusionLifted],
    exclusion: Exclusion,
    actor: Actor,
    now: datetime,
) -> ItemExcluded | ItemExclusionLifted:
    return kind(
        place_code=its.place,
        at=now,
        actor=actor,
        hall_id=its.hall_id,
        item_code=its.item_code,
        reason=exclusion.reason,
        approved_by=exclusion.approved_by,
        handled_at=exclusion.handled_at,
    )
