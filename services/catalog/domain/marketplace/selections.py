"""选取: one job for which an agency is chosen, by comparison, draw, draw with inquiry or sealed bid.

"提供网上比选、网上摇号、摇号询价、竞价等服务,方便申请人自主选择质优价廉的中介服务" (seed 004 二(六) 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from contracts import Actor
from contracts.marketplace import Entry as EntryBlock
from contracts.marketplace import Excluded as ExcludedBlock
from contracts.marketplace import Grade, SelectionMode, SelectionOpened
from services.catalog.domain.marketplace import selection_refusals as refusals
from services.catalog.domain.marketplace.draws import Lot, Scored
from services.runtime.change import Change

State = Literal[
    "open", "drawing", "witnessing", "revealing", "quoting", "choosing", "selected", "fulfilled", "cancelled"
]
ENDED = frozenset(("selected", "fulfilled", "cancelled"))
#: Valid entries that a mode needs: nothing is drawn or bid for among one, and choosing freely needs one.
FEWEST: Mapping[SelectionMode, int] = {"comparison": 1, "draw": 2, "draw_with_inquiry": 2, "bid": 2}
#: Selections that one citizen may have under way at a time.
MOST_OPEN = 5
#: Agencies that take part, and that are invited, at most: an event carries them all (64 KiB).
MOST_ENTRIES, MOST_INVITED = 100, 300
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=60)
#: How long the client may take to choose, and the witness to draw the number.
CHOICE_TIME, WITNESS_TIME = timedelta(days=10), timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is wanted. ``ceiling_fen``: the highest price (of a draw: the price); ``max_days``: working."""

    mode: SelectionMode
    service_code: str
    service_name: str
    requirements: str
    ceiling_fen: int | None = None
    max_days: int | None = None
    min_grade: Grade | None = None
    #: 摇号询价: how many are asked, and whether the lowest price wins or the client takes among them.
    asked: int = 3
    award: Literal["lowest", "choice"] = "lowest"
    #: Hours in which bids are revealed or prices given.
    answer_hours: int = 24
    if_too_few: Literal["extend", "cancel"] = "extend"
    #: 见证: six digits are drawn in public after the closing, and mixed in.
    witnessed: bool = False
    #: 回避: agencies that the client declares to be related to.
    related: tuple[str, ...] = ()

    @property
    def draws(self) -> bool:
        """Whether chance decides, or breaks ties of prices."""
        return self.mode != "comparison"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who opened it: a citizen (``person_ref``), or a unit by one of its people."""

    sub: str
    person_ref: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """An agency that takes part. ``grade`` is frozen at the closing, ``price_fen`` known once it is open."""

    agency_id: str
    name: str
    at: datetime
    salt: str | None = None
    bid_sha256: str | None = None
    price_fen: int | None = None
    days: int | None = None
    grade: Grade = "D"
    answered_at: datetime | None = None

    @property
    def lot(self) -> Lot:
        """What it put into the draw."""
        return Lot(self.agency_id, self.bid_sha256 or self.salt or "")


@dataclass(frozen=True, slots=True)
class Selection:
    """One selection. ``sealed_seed`` is unreadable without the service's key; ``seed`` is revealed."""

    selection_id: str
    place: str
    owner: Owner
    terms: Terms
    opened_at: datetime
    entries_until: datetime
    case_no: str | None = None
    state: State = "open"
    round: int = 1
    revision: int = 1
    invited: tuple[str, ...] = ()
    commitment: str | None = None
    sealed_seed: str | None = None
    entries: tuple[Entered, ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    digest: str | None = None
    closed_at: datetime | None = None
    number: str | None = None
    witness: str | None = None
    seed: str | None = None
    ranking: tuple[Scored, ...] = ()
    asked: tuple[str, ...] = ()
    answers_until: datetime | None = None
    choose_by: datetime | None = None
    winner: str | None = None
    price_fen: int | None = None
    reason: str | None = None
    ended_at: datetime | None = None
    rating: int | None = None

    @property
    def due_at(self) -> datetime | None:
        """When something happens by itself: the sweep looks for what has come."""
        if self.state == "open":
            return self.entries_until
        if self.state == "drawing":
            return self.closed_at
        if self.state in ("revealing", "quoting"):
            return self.closed_at if self.all_answered else self.answers_until
        return self.choose_by if self.state in ("choosing", "witnessing") else None

    @property
    def answering(self) -> tuple[Entered, ...]:
        """Who is to give or reveal a price."""
        if self.state == "revealing":
            return self.entries
        return tuple(one for one in self.entries if one.agency_id in self.asked)

    @property
    def all_answered(self) -> bool:
        """Whether nobody is waited for any more."""
        return all(one.answered_at is not None for one in self.answering)

    def entry(self, agency_id: str) -> Entered | None:
        """An agency's entry."""
        return next((one for one in self.entries if one.agency_id == agency_id), None)

    def criteria(self) -> list[str]:
        """The terms that travel: figures only, never the client's own words."""
        terms, said = self.terms, []
        if terms.ceiling_fen is not None:
            word = "价款" if terms.mode == "draw" else "最高限价"
            said.append(f"{word} {terms.ceiling_fen / 100:.2f} 元")
        if terms.max_days is not None:
            said.append(f"{terms.max_days} 个工作日内完成")
        if terms.min_grade is not None:
            said.append(f"信用等级 {terms.min_grade} 级以上")
        return said


def facts(selection: Selection, actor: Actor, at: datetime) -> dict[str, Any]:
    """The fields that every event of a selection carries."""
    return {
        "place_code": selection.place,
        "at": at,
        "actor": actor,
        "selection_id": selection.selection_id,
        "service_code": selection.terms.service_code,
        "service_name": selection.terms.service_name,
        "case_no": selection.case_no,
        "opened_by": selection.owner.person_ref,
        "unit_id": selection.owner.unit,
        "mode": selection.terms.mode,
        "round": selection.round,
        "entries_until": selection.entries_until,
        "invited": list(selection.invited),
        "criteria": selection.criteria(),
        "seed_commitment": selection.commitment,
    }


def frozen_facts(selection: Selection, actor: Actor, at: datetime) -> dict[str, Any]:
    """The same with the frozen list."""
    open_prices = selection.terms.mode == "comparison"
    return {
        **facts(selection, actor, at),
        "entries": [
            EntryBlock(
                order=number,
                agency_id=one.agency_id,
                salt=one.salt,
                bid_sha256=one.bid_sha256,
                price_fen=one.price_fen if open_prices else None,
                days=one.days,
            )
            for number, one in enumerate(selection.entries, 1)
        ],
        "excluded": [ExcludedBlock(agency_id=agency, reason=why) for agency, why in selection.excluded],
        "entries_sha256": selection.digest,
    }


def open_selection(selection: Selection, *, actor: Actor) -> Change[Selection]:
    """Offer a service for choice; the seed is bound from here on. WrongTerms."""
    _must_fit(selection)
    event = SelectionOpened(**facts(selection, actor, selection.opened_at))
    return Change(selection, "opened", actor, selection.opened_at, (event,))


def enter(selection: Selection, entry: Entered, *, actor: Actor) -> Change[Selection]:
    """An agency takes part. EntriesOver, Related, AlreadyEntered, Full, EntryNeeds, AboveCeiling, TooSlow."""
    if selection.state != "open" or entry.at >= selection.entries_until:
        raise refusals.EntriesOver()
    if entry.agency_id in selection.terms.related:
        raise refusals.Related()
    if selection.entry(entry.agency_id) is not None:
        raise refusals.AlreadyEntered()
    if len(selection.entries) >= MOST_ENTRIES:
        raise refusals.Full(MOST_ENTRIES)
    _must_bring(selection.terms, entry)
    entered = replace(selection, entries=(*selection.entries, entry), revision=selection.revision + 1)
    return Change(entered, "entered", actor, entry.at, note={"agency_id": entry.agency_id})


def leave(selection: Selection, agency_id: str, *, actor: Actor, now: datetime) -> Change[Selection]:
    """Take an entry back before the closing. EntriesOver, NotEntered."""
    if selection.state != "open" or now >= selection.entries_until:
        raise refusals.EntriesOver()
    if selection.entry(agency_id) is None:
        raise refusals.NotEntered()
    rest = tuple(one for one in selection.entries if one.agency_id != agency_id)
    left = replace(selection, entries=rest, revision=selection.revision + 1)
    return Change(left, "left", actor, now, note={"agency_id": agency_id})


def _must_bring(terms: Terms, entry: Entered) -> None:
    if terms.mode == "bid":
        if entry.bid_sha256 is None or entry.price_fen is not None:
            raise refusals.EntryNeeds(
                "bid_sha256",
                "竞价报名须提交密封报价（bid_sha256），不能直接填写金额。",
                "A sealed bid enters its digest (bid_sha256) and no price.",
            )
        return
    if terms.draws and entry.salt is None:
        raise refusals.EntryNeeds(
            "salt", "摇号报名须提交随机数 salt。", "A draw needs the entrant's own random bytes (salt)."
        )
    if terms.mode == "comparison" and (entry.price_fen is None or entry.days is None):
        raise refusals.EntryNeeds(
            "price_fen", "比选报名须填写报价和完成时间。", "A comparison needs a price and a time."
        )
    if terms.mode == "comparison":
        must_be_within(terms, entry.price_fen, entry.days)


def must_be_within(terms: Terms, price_fen: int | None, days: int | None) -> None:
    """Refuse what is dearer or slower than the client allows. AboveCeiling, TooSlow."""
    if terms.ceiling_fen is not None and price_fen is not None and price_fen > terms.ceiling_fen:
        raise refusals.AboveCeiling()
    if terms.max_days is not None and days is not None and days > terms.max_days:
        raise refusals.TooSlow()


def _must_fit(selection: Selection) -> None:
    length = selection.entries_until - selection.opened_at
    if not SHORTEST <= length <= LONGEST:
        raise refusals.WrongTerms(
            "entries_until",
            "报名时间应在 1 小时到 60 天之间，请调整截止时间。",
            "Entries stay open between one hour and sixty days.",
        )
    if selection.terms.witnessed and not selection.terms.draws:
        raise refusals.WrongTerms(
            "witnessed", "比选不摇号，无需现场见证。", "A comparison draws nothing to witness."
        )
