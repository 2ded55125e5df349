"""What notify listens to: everything public for the feed, and what people are told of."""

from __future__ import annotations

from functools import partial

from contracts import TOPICS
from services.notify import handlers
from services.notify.domain.rules import RULES
from services.notify.handlers import App
from services.runtime.message import Handlers


def table(app: App) -> Handlers:
    """Event → handler; the rules say who is told of it."""
    return Handlers(
        events={type: partial(handlers.tell, app) for type in RULES},
        every=app.feed.store,
        every_topics=frozenset(topic.name for topic in TOPICS.values() if not topic.internal),
    )
