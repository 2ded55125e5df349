"""What crosses a service boundary: the event models, their envelope and their topics.

The models are the source; JSON Schemas, `asyncapi.yaml` and the table in the README are generated from
them. Depends on pydantic alone, so that any Python program can take this package to read the events.
"""

from contracts.base import Actor, Block, EventData, Instant
from contracts.blocks import CaseEventData
from contracts.envelope import (
    Envelope,
    MalformedEnvelope,
    dataschema_for,
    from_headers,
    major_version,
    to_headers,
)
from contracts.registry import EVENTS, MODELS, UnknownEventType, UnsupportedVersion, event_model
from contracts.topics import TOPICS, Topic

__all__ = [
    "EVENTS",
    "MODELS",
    "TOPICS",
    "Actor",
    "Block",
    "CaseEventData",
    "Envelope",
    "EventData",
    "Instant",
    "MalformedEnvelope",
    "Topic",
    "UnknownEventType",
    "UnsupportedVersion",
    "dataschema_for",
    "event_model",
    "from_headers",
    "major_version",
    "to_headers",
]
