"""A consumed event as a handler gets it, who handles what, and how to say that it cannot be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from contracts import (
    EVENTS,
    TOPICS,
    Envelope,
    EventData,
    MalformedEnvelope,
    from_headers,
    major_version,
)


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


@dataclass(frozen=True)
class Handlers:
    """What a service listens to: event type → handler, and ``every`` for each event of each given topic."""

    events: Mapping[str, Handler]
    every: Handler | None = None
    every_topics: frozenset[str] = field(default_factory=frozenset)

    @property
    def topics(self) -> list[str]:
        """The topics to subscribe to."""
        return sorted({EVENTS[type].topic for type in self.events} | self.every_topics)


def read(topic: str, key: str, headers: Iterable[tuple[str, bytes]], value: bytes | None) -> Message:
    """The event of a record; :class:`Never` with the reason where it breaks the contract."""
    try:
        envelope = from_headers(list(headers))
    except MalformedEnvelope as error:
        raise Never(f"malformed envelope: {error}") from error
    if value is None:
        raise Never("no value")
    model: type[EventData] | None = EVENTS.get(envelope.type)
    if model is None or model.topic != topic:
        raise Never(f"{envelope.type} is no event of {topic}")
    if envelope.source != TOPICS[topic].publisher:
        raise Never(f"{envelope.source} may not publish on {topic}")
    if envelope.subject != key:
        raise Never("the key is not the subject")
    if major_version(envelope.dataschema) != model.major:
        raise Never(f"version {major_version(envelope.dataschema)} is not known here")
    try:
        data = model.decode(value)
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()[:5])
        raise Never(f"breaks the contract: {where}") from error
    return Message(topic, key, envelope, data, value)
