"""The envelope: CloudEvents 1.0 attributes as Kafka headers (binary mode of the Kafka binding)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from contracts.base import EventData, format_instant

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"

_DATASCHEMA = re.compile(r"urn:yichuang:(?P<type>[a-z][a-z0-9-]*):v(?P<major>[1-9][0-9]*)")
_REQUIRED = ("id", "source", "type", "subject", "time", "dataschema", "sequence", "placecode")


class MalformedEnvelope(ValueError):
    """The headers are not an envelope of ours; `reason` says what is wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Envelope:
    """What is known of an event without its data. (`source`, `id`) is the key to find duplicates by."""

    id: str
    source: str
    """The publishing service."""
    type: str
    subject: str
    """The aggregate's id; also the record's key."""
    time: datetime
    """When it was recorded; it decides nothing."""
    sequence: int
    """Counts the subject's events from 1 without gaps."""
    placecode: str
    dataschema: str
    traceparent: str | None = None


def dataschema_for(model: type[EventData]) -> str:
    """`urn:yichuang:<type>:v<major>`."""
    return f"urn:yichuang:{model.type}:v{model.major}"


def major_version(dataschema: str) -> int:
    """The major version that a `ce_dataschema` names; raises `MalformedEnvelope`."""
    return int(_parse_dataschema(dataschema)["major"])


def to_headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """Kafka headers; extensions get the prefix too, as the binding says."""
    attributes = {
        "specversion": SPEC_VERSION,
        "id": envelope.id,
        "source": envelope.source,
        "type": envelope.type,
        "subject": envelope.subject,
        "time": format_instant(envelope.time),
        "dataschema": envelope.dataschema,
        "sequence": str(envelope.sequence),
        "placecode": envelope.placecode,
    }
    if envelope.traceparent is not None:
        attributes["traceparent"] = envelope.traceparent
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items()]
    return [*headers, ("content-type", CONTENT_TYPE.encode())]


def from_headers(headers: Iterable[tuple[str, bytes]]) -> Envelope:
    """Read the envelope; unknown headers are ignored. Raises `MalformedEnvelope`."""
    values = _texts(headers)
    if values.get("ce_specversion") != SPEC_VERSION:
        raise MalformedEnvelope(f"ce_specversion must be {SPEC_VERSION}")
    media_type = values.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != CONTENT_TYPE:
        raise MalformedEnvelope(f"content-type must be {CONTENT_TYPE}")
    missing = [f"ce_{name}" for name in _REQUIRED if not values.get(f"ce_{name}")]
    if missing:
        raise MalformedEnvelope(f"missing headers: {', '.join(missing)}")
    if _parse_dataschema(values["ce_dataschema"])["type"] != values["ce_type"]:
        raise MalformedEnvelope("ce_dataschema names another type than ce_type")
    return Envelope(
        id=values["ce_id"],
        source=values["ce_source"],
        type=values["ce_type"],
        subject=values["ce_subject"],
        time=_parse_time(values["ce_time"]),
        sequence=_parse_sequence(values["ce_sequence"]),
        placecode=values["ce_placecode"],
        dataschema=values["ce_dataschema"],
        traceparent=values.get("ce_traceparent"),
    )


def _texts(headers: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in headers:
        if not name.startswith("ce_") and name.lower() != "content-type":
            continue
        try:
            values[name.lower()] = value.decode()
        except (UnicodeDecodeError, AttributeError):
            raise MalformedEnvelope(f"{name} is not UTF-8 text") from None
    return values


def _parse_dataschema(dataschema: str) -> re.Match[str]:
    match = _DATASCHEMA.fullmatch(dataschema)
    if match is None:
        raise MalformedEnvelope("ce_dataschema must be urn:yichuang:<type>:v<major>")
    return match


def _parse_time(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise MalformedEnvelope("ce_time is not RFC 3339") from None
    if instant.tzinfo is None:
        raise MalformedEnvelope("ce_time has no offset")
    return instant


def _parse_sequence(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise MalformedEnvelope("ce_sequence must be a whole number from 1")
    return int(text)
