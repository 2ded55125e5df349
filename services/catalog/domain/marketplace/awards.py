"""After the closing: the draw, prices given or revealed, the award, the client's choice, the end.

The seed is revealed by the act that draws; where a frozen selection is cancelled it is revealed all the same,
so that nobody can call off a draw because of what it would have shown.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from contracts import Actor
from contracts.marketplace import AgenciesDrawn, AgencySelected, Ranked, SelectionCancelled
from services.catalog.domain.marketplace import selection_refusals as refusals
from services.catalog.domain.marketplace.closing import SYSTEM
from services.catalog.domain.marketplace.draws import ALGORITHM, bid_digest, commitment, ranked
from services.catalog.domain.marketplace.selections import (
    CHOICE_TIME,
    ENDED,
    Entered,
    Selection,
    frozen_facts,
    must_be_within,
)
from services.runtime.change import Change

_GRADES = "ABCD"


def draw(selection: Selection, seed: bytes, barred: Set[str], *, now: datetime) -> Change[Selection] | None:
    """摇号, once the list is frozen and published. None where there is nothing to draw."""
    if selection.state != "drawing":
        return None
    drawn = _drawn(selection, seed)
    if drawn is None:
        return cancel_by_rule(selection, None, "种子与事先公布的承诺值不符", now=now)
    standing = [one.agency_id for one in drawn.ranking if one.agency_id not in barred]
    if selection.terms.mode == "draw":
        return _awarded(drawn, standing[:1], selection.terms.ceiling_fen, now)
    asked = tuple(standing[: selection.terms.asked])
    if not asked:
        return cancel_by_rule(drawn, seed, "入围机构均已不符合条件", now=now)
    until = now + timedelta(hours=selection.terms.answer_hours)
    quoting = replace(
        drawn, state="quoting", asked=asked, answers_until=until, revision=selection.revision + 1
    )
    event = AgenciesDrawn(**_drawn_facts(quoting, SYSTEM, now), asked=list(asked), answers_until=until)
    return Change(quoting, "drawn", SYSTEM, now, (event,))


def witness(selection: Selection, number: str, *, by: str, actor: Actor, now: datetime) -> Change[Selection]:
    """见证: the six digits drawn in public after the list was frozen. NotNow, OwnWitness."""
    waits = selection.state == "witnessing" or (
        selection.state == "revealing" and selection.terms.witnessed and selection.number is None
    )
    if not waits:
        raise refusals.NotNow(selection.state)
    if by == selection.owner.sub:
        raise refusals.OwnWitness()
    state = "drawing" if selection.state == "witnessing" else selection.state
    seen = replace(
        selection,
        number=number,
        witness=by,
        state=state,
        choose_by=None if state == "drawing" else selection.choose_by,
        revision=selection.revision + 1,
    )
    return Change(seen, "witnessed", actor, now, note={"number": number})


def answer(
    selection: Selection, agency_id: str, price_fen: int, nonce: str | None, *, actor: Actor, now: datetime
) -> Change[Selection]:
    """Reveal a sealed bid (with its nonce), or give the price that was asked for.

    NotNow, AnswersOver, NotEntered, AlreadyAnswered, SealBroken, AboveCeiling.
    """
    if selection.state not in ("revealing", "quoting"):
        raise refusals.NotNow(selection.state)
    if selection.answers_until is None or now >= selection.answers_until:
        raise refusals.AnswersOver()
    entry = next((one for one in selection.answering if one.agency_id == agency_id), None)
    if entry is None:
        raise refusals.NotEntered()
    if entry.answered_at is not None:
        raise refusals.AlreadyAnswered()
    if selection.state == "revealing" and entry.bid_sha256 != bid_digest(
        selection.selection_id, agency_id, price_fen, nonce or ""
    ):
        raise refusals.SealBroken()
    must_be_within(selection.terms, price_fen, None)
    answered = replace(entry, price_fen=price_fen, answered_at=now)
    entries = tuple(answered if one is entry else one for one in selection.entries)
    changed = replace(selection, entries=entries, revision=selection.revision + 1)
    return Change(changed, "answered", actor, now, note={"agency_id": agency_id, "price_fen": price_fen})


def award(selection: Selection, seed: bytes, barred: Set[str], *, now: datetime) -> Change[Selection] | None:
    """The window for prices is over, or everybody has answered: the lowest price wins. None before.

    Of equal prices the better grade goes first, then the order of the draw.
    """
    if selection.state not in ("revealing", "quoting"):
        return None
    if not selection.all_answered and now < (selection.answers_until or now):
        return None
    if selection.state == "revealing" and selection.terms.witnessed and selection.number is None:
        if now < (selection.choose_by or now):
            return None
        return cancel_by_rule(selection, seed, "逾期未完成现场见证", now=now)
    drawn = _drawn(selection, seed)
    if drawn is None:
        return cancel_by_rule(selection, None, "种子与事先公布的承诺值不符", now=now)
    priced = [one for one in drawn.answering if one.price_fen is not None and one.agency_id not in barred]
    if not priced:
        return cancel_by_rule(drawn, seed, "没有有效报价", now=now)
    if drawn.state == "quoting" and drawn.terms.award == "choice":
        choosing = replace(drawn, state="choosing", choose_by=now + CHOICE_TIME, revision=drawn.revision + 1)
        return Change(choosing, "prices_in", SYSTEM, now)
    best = _by_price(drawn, priced)
    return _awarded(drawn, [best[0].agency_id], best[0].price_fen, now, best)


def choose(
    selection: Selection, agency_id: str, reason: str, barred: Set[str], *, actor: Actor, now: datetime
) -> Change[Selection]:
    """The client's own choice, with a reason. NotNow, NotAmongThem, NotEligible."""
    if selection.state != "choosing":
        raise refusals.NotNow(selection.state)
    entry = next((one for one in choices(selection) if one.agency_id == agency_id), None)
    if entry is None:
        raise refusals.NotAmongThem()
    if agency_id in barred:
        raise refusals.NotEligible("截止后已不符合条件")
    chosen = replace(
        selection,
        state="selected",
        winner=agency_id,
        price_fen=entry.price_fen,
        reason=reason,
        ended_at=now,
        revision=selection.revision + 1,
    )
    event = AgencySelected(
        **_drawn_facts(chosen, actor, now),
        agency_id=agency_id,
        agency_name=entry.name,
        price_fen=entry.price_fen,
        reason=reason if selection.owner.unit else None,
    )
    return Change(chosen, "chosen", actor, now, (event,), {"agency_id": agency_id})


def choices(selection: Selection) -> tuple[Entered, ...]:
    """Whom the client may choose among."""
    if selection.terms.mode == "comparison":
        return selection.entries
    return tuple(
        one for one in selection.entries if one.agency_id in selection.asked and one.price_fen is not None
    )


def cancel(
    selection: Selection, reason: str, seed: bytes | None, *, actor: Actor, now: datetime
) -> Change[Selection]:
    """Call it off with a reason. NotNow.

    An official may until it has ended; the client only before the closing of a draw or bid, because later it
    would be calling off what the draw shows. An applicant's own words do not travel.
    """
    official = actor.officer_id is not None
    may = selection.state in ("open", "choosing") or (official and selection.state not in ENDED)
    if not may:
        raise refusals.NotNow(selection.state)
    return _cancelled(selection, reason, seed, actor, now, told=reason if official else "委托人取消")


def lapse(selection: Selection, seed: bytes | None, *, now: datetime) -> Change[Selection] | None:
    """The client did not choose, or nobody drew the number, in time. None before."""
    if selection.state not in ("choosing", "witnessing") or now < (selection.choose_by or now):
        return None
    reason = "委托人逾期未选择" if selection.state == "choosing" else "逾期未完成现场见证"
    return cancel_by_rule(selection, seed, reason, now=now)


def cancel_by_rule(
    selection: Selection, seed: bytes | None, reason: str, *, now: datetime
) -> Change[Selection]:
    """It ends without a choice by the rule of its mode, or because somebody's time passed."""
    return _cancelled(selection, reason, seed, SYSTEM, now)


def fulfil(selection: Selection, rating: int, *, actor: Actor, now: datetime) -> Change[Selection]:
    """The work is done and the client rates it, 1 to 5; once. NotNow."""
    if selection.state != "selected":
        raise refusals.NotNow(selection.state)
    done = replace(selection, state="fulfilled", rating=rating, revision=selection.revision + 1)
    return Change(done, "fulfilled", actor, now, note={"rating": rating})


def _drawn(selection: Selection, seed: bytes) -> Selection | None:
    """The selection with seed and order, or None where the seed is not the one that was bound."""
    if commitment(seed) != selection.commitment:
        return None
    order = ranked(seed, selection.selection_id, [one.lot for one in selection.entries], selection.number)
    return replace(selection, seed=seed.hex(), ranking=order)


def _by_price(selection: Selection, priced: Sequence[Entered]) -> list[Entered]:
    turn = {one.agency_id: number for number, one in enumerate(selection.ranking)}

    def rank(one: Entered) -> tuple[int, int, int]:
        return one.price_fen or 0, _GRADES.index(one.grade), turn[one.agency_id]

    return sorted(priced, key=rank)


def _awarded(
    selection: Selection,
    winner: Sequence[str],
    price_fen: int | None,
    now: datetime,
    by_price: Sequence[Entered] = (),
) -> Change[Selection]:
    if not winner:
        return _cancelled(selection, "入围机构均已不符合条件", None, SYSTEM, now)
    won = replace(
        selection,
        state="selected",
        winner=winner[0],
        price_fen=price_fen,
        ended_at=now,
        revision=selection.revision + 1,
    )
    told = _drawn_facts(won, SYSTEM, now)
    if by_price:
        told["ranking"] = [
            Ranked(rank=number, agency_id=one.agency_id, score=str(one.price_fen))
            for number, one in enumerate(by_price, 1)
        ]
    entry = selection.entry(winner[0])
    event = AgencySelected(
        **told, agency_id=winner[0], agency_name=entry.name if entry else None, price_fen=price_fen
    )
    return Change(won, "selected", SYSTEM, now, (event,), {"agency_id": winner[0]})


def _cancelled(
    selection: Selection,
    reason: str,
    seed: bytes | None,
    actor: Actor,
    now: datetime,
    told: str | None = None,
) -> Change[Selection]:
    revealed = seed.hex() if seed is not None and selection.closed_at is not None else selection.seed
    ended = replace(
        selection,
        state="cancelled",
        seed=revealed,
        reason=told or reason,
        ended_at=now,
        revision=selection.revision + 1,
    )
    event = SelectionCancelled(**_drawn_facts(ended, actor, now), reason=told or reason)
    return Change(ended, "cancelled", actor, now, (event,), {"reason": told or reason})


def _drawn_facts(selection: Selection, actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        **frozen_facts(selection, actor, at),
        "ranking": [
            Ranked(rank=number, agency_id=one.agency_id, score=one.score)
            for number, one in enumerate(selection.ranking, 1)
        ],
        "seed": selection.seed,
        "witness_number": selection.number,
        "algorithm": ALGORITHM if selection.ranking else None,
    }
