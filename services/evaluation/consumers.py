"""What evaluation listens to."""

from __future__ import annotations

from functools import partial

from contracts.approval import CaseDecided
from services.evaluation import handlers
from services.evaluation.domain.facts import FILLS
from services.evaluation.handlers import App
from services.runtime.message import Handlers


def table(app: App) -> Handlers:
    """Event → handler. What `facts` has a place for goes there; a decision invites besides."""
    return Handlers(
        {model.type: partial(handlers.note, app) for model in FILLS}
        | {
            CaseDecided.type: partial(handlers.note_and_invite, app),
            "item-published": app.names.keep_item,
            "item-withdrawn": app.names.keep_item,
            "directory-entry-published": app.names.keep_entry,
            "directory-entry-closed": app.names.keep_entry,
        }
    )
