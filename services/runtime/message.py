"""A consumed event as a handler gets it, and the two ways of saying that it cannot be handled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from contracts import Envelope, EventData


@dataclass(frozen=True, slots=True)
class Message:
    """One event of one topic (the topic's plain name, without this installation's prefix)."""

    topic: str
    key: str
    envelope: Envelope
    data: EventData
    value: bytes

    @property
    def type(self) -> str:
        """The event's plain name, e.g. ``case-accepted``."""
        return self.envelope.type

    @property
    def subject(self) -> str:
        """The id of the publisher's document."""
        return self.envelope.subject

    @property
    def sequence(self) -> int:
        """The number of this event among the events of its subject, from 1."""
        return self.envelope.sequence

    @property
    def event_key(self) -> str:
        """What names the event everywhere: ``source:id``."""
        return f"{self.envelope.source}:{self.envelope.id}"


class NotYet(Exception):
    """It needs something that is still on its way: park it and try again by itself."""


class Never(Exception):
    """It cannot be handled as it is: park it until an operator decides."""


Handler = Callable[[Message], Awaitable[None]]
