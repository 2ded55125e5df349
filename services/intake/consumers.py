"""What intake listens to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from services.intake import handlers
from services.intake.intake import Intake
from services.runtime.message import Handler, Handlers, Message

_TABLE: dict[str, Callable[[Intake, Message], Awaitable[None]]] = {
    "item-published": handlers.item_published,
    "item-withdrawn": handlers.item_withdrawn,
    "directory-entry-published": handlers.directory_entry_published,
    "directory-entry-closed": handlers.directory_entry_closed,
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
}


def table(intake: Intake) -> Handlers:
    """Event type → handler, bound to this process."""
    bound: dict[str, Handler] = {type: partial(handler, intake) for type, handler in _TABLE.items()}
    return Handlers(bound)
