"""How selections are shown: before the closing nobody sees who has entered, except each agency itself."""

from __future__ import annotations

from typing import Any

from services.catalog.domain.marketplace.awards import choices
from services.catalog.domain.marketplace.draws import ALGORITHM, list_text
from services.catalog.domain.marketplace.selections import FEWEST, Entered, Selection
from services.runtime.tokens import Principal


def is_owner(caller: Principal | None, selection: Selection) -> bool:
    """Whether the caller opened it, or is of the unit that did."""
    if caller is None:
        return False
    if caller.sub == selection.owner.sub:
        return True
    unit = selection.owner.unit
    return (
        unit is not None and caller.has("editor") and caller.unit == unit and caller.oversees(selection.place)
    )


def line(selection: Selection) -> dict[str, Any]:
    """A row of a list."""
    terms = selection.terms
    return {
        "selection_id": selection.selection_id,
        "place": selection.place,
        "service_code": terms.service_code,
        "service_name": terms.service_name,
        "mode": terms.mode,
        "state": selection.state,
        "round": selection.round,
        "requirements": terms.requirements,
        "ceiling_fen": terms.ceiling_fen,
        "opened_at": selection.opened_at,
        "entries_until": selection.entries_until,
        "answers_until": selection.answers_until,
        "winner": _named(selection, selection.winner),
        "price_fen": selection.price_fen,
        "by_unit": selection.owner.unit,
    }


def whole(selection: Selection, caller: Principal | None, now: Any) -> dict[str, Any]:
    """Everything about one selection that the caller may see; ``now`` lets a page count down rightly."""
    terms = selection.terms
    owner = is_owner(caller, selection)
    agency = caller.unit if caller is not None and caller.has("agency") else None
    own = selection.entry(agency) if agency else None
    return {
        **line(selection),
        "now": now,
        "revision": selection.revision,
        "max_days": terms.max_days,
        "min_grade": terms.min_grade,
        "asked_count": terms.asked if terms.mode == "draw_with_inquiry" else None,
        "award": terms.award,
        "answer_hours": terms.answer_hours,
        "if_too_few": terms.if_too_few,
        "witnessed": terms.witnessed,
        "fewest": FEWEST[terms.mode],
        "related": terms.related if owner else (),
        "invited_count": len(selection.invited),
        "entry_count": len(selection.entries),
        "seed_commitment": selection.commitment,
        "closed_at": selection.closed_at,
        "entries": _entries(selection),
        "excluded": _excluded(selection),
        "entries_sha256": selection.digest,
        "witness_number": selection.number,
        "seed": selection.seed,
        "ranking": [{"agency_id": one.agency_id, "score": one.score} for one in selection.ranking],
        "asked": selection.asked,
        "choose_by": selection.choose_by,
        "reason": selection.reason
        if owner or selection.owner.unit or selection.state == "cancelled"
        else None,
        "ended_at": selection.ended_at,
        "rating": selection.rating,
        "case_no": selection.case_no if owner else None,
        "is_owner": owner,
        "own_entry": _own(own) if own else None,
        "may_choose": [one.agency_id for one in choices(selection)] if owner and _choosing(selection) else [],
    }


def verification(selection: Selection) -> dict[str, Any]:
    """All that a draw is computed again from; seed and ranking only once they are revealed."""
    return {
        "selection_id": selection.selection_id,
        "algorithm": ALGORITHM,
        "state": selection.state,
        "seed_commitment": selection.commitment,
        "seed": selection.seed,
        "entries": [
            {"agency_id": one.agency_id, "contribution": one.lot.contribution}
            for one in (selection.entries if selection.closed_at else ())
        ],
        "list_text": list_text(one.lot for one in selection.entries) if selection.digest else None,
        "entries_sha256": selection.digest,
        "witness_number": selection.number,
        "ranking": [{"agency_id": one.agency_id, "score": one.score} for one in selection.ranking],
        "winner": selection.winner,
        "bids": [
            {"agency_id": one.agency_id, "bid_sha256": one.bid_sha256, "price_fen": one.price_fen}
            for one in selection.entries
            if one.bid_sha256 and selection.ended_at
        ],
        "rule": (
            "sha256(seed) = seed_commitment; sha256(list_text) = entries_sha256; score = HMAC-SHA256(seed, "
            "selection_id|entries_sha256|witness_number|agency_id); ranking by score, ascending"
        ),
    }


def _choosing(selection: Selection) -> bool:
    return selection.state == "choosing"


def _entries(selection: Selection) -> list[dict[str, Any]]:
    if selection.closed_at is None:
        return []
    # Prices of a window are shown when it is over: nobody reckons with another's.
    shown = selection.terms.mode == "comparison" or selection.state not in ("revealing", "quoting")
    return [
        {
            "agency_id": one.agency_id,
            "name": one.name,
            "grade": one.grade,
            "days": one.days,
            "contribution": one.lot.contribution or None,
            "price_fen": one.price_fen if shown else None,
            "answered": one.answered_at is not None,
        }
        for one in selection.entries
    ]


def _excluded(selection: Selection) -> list[dict[str, str]]:
    return [{"agency_id": agency_id, "reason": why} for agency_id, why in selection.excluded]


def _own(entry: Entered) -> dict[str, Any]:
    return {
        "agency_id": entry.agency_id,
        "at": entry.at,
        "salt": entry.salt,
        "bid_sha256": entry.bid_sha256,
        "price_fen": entry.price_fen,
        "days": entry.days,
        "answered_at": entry.answered_at,
    }


def _named(selection: Selection, agency_id: str | None) -> dict[str, str] | None:
    entry = selection.entry(agency_id) if agency_id else None
    return {"agency_id": entry.agency_id, "name": entry.name} if entry else None
