"""What intake listens to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from services.intake import handlers
from services.intake.handlers import enterprises, market, packages
from services.intake.intake import Intake
from services.runtime.message import Handler, Handlers, Message

_TABLE: dict[str, Callable[[Intake, Message], Awaitable[None]]] = {
    "item-published": handlers.item_published,
    "item-adopted": handlers.item_published,
    "local-reduction-filed": handlers.item_published,
    "item-withdrawn": handlers.item_withdrawn,
    "item-offered": handlers.offer_told,
    "item-offer-ended": handlers.offer_told,
    "item-excluded": handlers.offer_told,
    "item-exclusion-lifted": handlers.offer_told,
    "package-published": packages.package_published,
    "package-withdrawn": packages.package_withdrawn,
    "proof-list-published": handlers.proof_list_published,
    "directory-entry-published": handlers.directory_entry_published,
    "directory-entry-closed": handlers.directory_entry_closed,
    "benefit-proposed": enterprises.proposal_told,
    "benefit-paid": enterprises.proposal_told,
    "calendar-loaded": handlers.calendar_loaded,
    "dossier-opened": handlers.told_by_approval,
    "step-completed": handlers.told_by_approval,
    "clock-stopped": handlers.told_by_approval,
    "clock-resumed": handlers.told_by_approval,
    "deadline-extended": handlers.told_by_approval,
    "case-decided": handlers.told_by_approval,
    "case-withdrawn": handlers.told_by_approval,
    "withdrawal-refused": handlers.told_by_approval,
    "notice-sent": handlers.notice_told,
    "notice-delivered": handlers.notice_told,
    "notice-failed": handlers.notice_told,
    "agency-admitted": market.agency_told,
    "agency-regraded": market.agency_told,
    "agency-blacklisted": market.agency_told,
    "agency-removed": market.agency_told,
    "selection-opened": market.selection_told,
    "entries-closed": market.selection_told,
    "agencies-drawn": market.selection_told,
    "agency-selected": market.selection_told,
    "selection-cancelled": market.selection_told,
}


def table(intake: Intake) -> Handlers:
    """Event type → handler, bound to this process."""
    bound: dict[str, Handler] = {type: partial(handler, intake) for type, handler in _TABLE.items()}
    return Handlers(bound)
