"""Who is told of the marketplace: the agencies invited, asked or chosen, and who opened a selection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from contracts.base import CIVIL_TIME
from contracts.marketplace import (
    AgenciesDrawn,
    AgencyAdmitted,
    AgencyBlacklisted,
    AgencyEventData,
    AgencyRegraded,
    AgencyRemoved,
    AgencySelected,
    EntriesClosed,
    FrozenSelection,
    SelectionCancelled,
    SelectionEventData,
    SelectionOpened,
)
from contracts.notify import DeliveryChannel, RecipientKind

#: As in `rules`: reference, kind, channel. An agency reads in its own inbox.
Recipient = tuple[str, RecipientKind, DeliveryChannel]
Facts = dict[str, Any]


def _agencies(agency_ids: Iterable[str]) -> list[Recipient]:
    return [(agency_id, "agency", "inbox") for agency_id in dict.fromkeys(agency_ids)]


def _invited(event: SelectionOpened) -> list[Recipient]:
    return _agencies(event.invited)


def _client(event: SelectionEventData) -> list[Recipient]:
    return [(event.opened_by, "applicant", "inbox")] if event.opened_by else []


def _all(event: FrozenSelection) -> list[Recipient]:
    """Who opened it, who takes part, and who was left out at the closing."""
    took_part = [one.agency_id for one in event.entries] + [one.agency_id for one in event.excluded]
    return [*_client(event), *_agencies(took_part)]


def _asked(event: AgenciesDrawn) -> list[Recipient]:
    return _agencies(event.asked)


def _itself(event: AgencyEventData) -> list[Recipient]:
    return _agencies([event.agency_id])


def _minute(at: datetime) -> str:
    return at.astimezone(CIVIL_TIME).strftime("%Y-%m-%d %H:%M")


def _selection(event: SelectionEventData) -> Facts:
    return {
        "selection": event.selection_id,
        "service": event.service_name,
        "mode": event.mode,
        "until": _minute(event.entries_until),
    }


def _closed(event: EntriesClosed) -> Facts:
    reveal_by = _minute(event.answers_until) if event.answers_until else None
    return {**_selection(event), "entered": len(event.entries), "reveal_by": reveal_by}


def _drawn(event: AgenciesDrawn) -> Facts:
    return {**_selection(event), "until": _minute(event.answers_until)}


def _selected(event: AgencySelected) -> Facts:
    chosen = {"agency": event.agency_name or event.agency_id, "price_fen": event.price_fen}
    return {**_selection(event), **chosen, "drawn": bool(event.ranking)}


def _cancelled(event: SelectionCancelled) -> Facts:
    return {**_selection(event), "reason": event.reason}


def _agency(event: AgencyEventData) -> Facts:
    return {"name": event.name, "credit": event.grade, "reason": event.reason}


def _blacklisted(event: AgencyBlacklisted) -> Facts:
    until = event.barred_until.isoformat() if event.barred_until else None
    return {**_agency(event), "barred_until": until}


Told = tuple[Callable[[Any], list[Recipient]], Callable[[Any], Facts]]
#: Event → who is told, and what fills the text.
TOLD: Mapping[str, Told] = {
    SelectionOpened.type: (_invited, _selection),
    EntriesClosed.type: (_all, _closed),
    AgenciesDrawn.type: (_asked, _drawn),
    AgencySelected.type: (_all, _selected),
    SelectionCancelled.type: (_all, _cancelled),
    AgencyAdmitted.type: (_itself, _agency),
    AgencyRegraded.type: (_itself, _agency),
    AgencyBlacklisted.type: (_itself, _blacklisted),
    AgencyRemoved.type: (_itself, _agency),
}
