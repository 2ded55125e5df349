"""What approval listens to."""

from __future__ import annotations

from functools import partial

from services.approval import handlers
from services.approval.handlers import Approval
from services.runtime.message import Handlers


def table(app: Approval) -> Handlers:
    """Event → use case."""
    return Handlers(
        {
            "case-accepted": partial(handlers.open_dossier, app),
            "materials-supplemented": partial(handlers.supplement, app),
            "withdrawal-requested": partial(handlers.withdraw, app),
            "item-published": partial(handlers.keep_item, app),
            "item-adopted": partial(handlers.keep_item, app),
            "local-reduction-filed": partial(handlers.keep_item, app),
            "item-withdrawn": partial(handlers.keep_item, app),
        }
    )
