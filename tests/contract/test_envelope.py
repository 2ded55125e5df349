"""The envelope as Kafka headers: CloudEvents 1.0, Kafka binding, binary mode."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts import (
    EVENTS,
    Envelope,
    MalformedEnvelope,
    dataschema_for,
    from_headers,
    major_version,
    to_headers,
)

ENVELOPE = Envelope(
    id="01JD8Z6Q0V7SABCD",
    source="intake",
    type="case-accepted",
    subject="370104-20261123-7K3M9QX4",
    time=datetime(2026, 11, 23, 1, 31, 5, 250_000, tzinfo=UTC),
    sequence=1,
    placecode="370104101",
    dataschema="urn:yichuang:case-accepted:v1",
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)


def headers_with(**changed: bytes | None) -> list[tuple[str, bytes]]:
    headers = dict(to_headers(ENVELOPE))
    for name, value in changed.items():
        header = "content-type" if name == "content_type" else name
        if value is None:
            del headers[header]
        else:
            headers[header] = value
    return list(headers.items())


def test_headers_follow_the_kafka_binding() -> None:
    assert dict(to_headers(ENVELOPE)) == {
        "ce_specversion": b"1.0",
        "ce_id": b"01JD8Z6Q0V7SABCD",
        "ce_source": b"intake",
        "ce_type": b"case-accepted",
        "ce_subject": b"370104-20261123-7K3M9QX4",
        "ce_time": b"2026-11-23T09:31:05.250+08:00",
        "ce_dataschema": b"urn:yichuang:case-accepted:v1",
        "ce_sequence": b"1",
        "ce_placecode": b"370104101",
        "ce_traceparent": b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "content-type": b"application/json",
    }


@pytest.mark.parametrize("envelope", [ENVELOPE, replace(ENVELOPE, traceparent=None)])
def test_what_is_written_is_read_the_same(envelope: Envelope) -> None:
    assert from_headers(to_headers(envelope)) == envelope


def test_without_a_trace_there_is_no_header_for_it() -> None:
    assert "ce_traceparent" not in dict(to_headers(replace(ENVELOPE, traceparent=None)))


def test_headers_of_others_are_ignored_and_a_charset_is_allowed() -> None:
    headers = [("x-proxy", b"\xff"), *headers_with(content_type=b"application/json; charset=utf-8")]
    assert from_headers(headers) == ENVELOPE


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ce_id": None}, "ce_id"),
        ({"ce_subject": b""}, "ce_subject"),
        ({"ce_source": None, "ce_placecode": None}, "ce_source, ce_placecode"),
        ({"ce_specversion": b"0.3"}, "ce_specversion"),
        ({"ce_specversion": None}, "ce_specversion"),
        ({"content_type": b"application/avro"}, "content-type"),
        ({"ce_sequence": b"0"}, "ce_sequence"),
        ({"ce_sequence": b"-1"}, "ce_sequence"),
        ({"ce_sequence": "１".encode()}, "ce_sequence"),
        ({"ce_time": b"yesterday"}, "RFC 3339"),
        ({"ce_time": b"2026-11-23T09:31:05"}, "offset"),
        ({"ce_dataschema": b"urn:other:case-accepted:v1"}, "ce_dataschema"),
        ({"ce_dataschema": b"urn:yichuang:case-accepted:v0"}, "ce_dataschema"),
        ({"ce_dataschema": b"urn:yichuang:case-decided:v1"}, "another type"),
        ({"ce_id": b"\xff\xfe"}, "UTF-8"),
    ],
)
def test_a_malformed_envelope_is_refused_with_its_reason(
    changed: dict[str, bytes | None], reason: str
) -> None:
    with pytest.raises(MalformedEnvelope) as refusal:
        from_headers(headers_with(**changed))
    assert reason in refusal.value.reason


@pytest.mark.parametrize("type", EVENTS)
def test_the_dataschema_names_type_and_major_version(type: str) -> None:
    dataschema = dataschema_for(EVENTS[type])
    assert dataschema == f"urn:yichuang:{type}:v{EVENTS[type].major}"
    assert major_version(dataschema) == EVENTS[type].major
