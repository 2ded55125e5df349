"""What goes over the wire: encoding, legal instants, the strict producer and the tolerant reader."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts import (
    EVENTS,
    MODELS,
    TOPICS,
    EventData,
    Instant,
    UnknownEventType,
    UnsupportedVersion,
    event_model,
)
from contracts.base import Block
from contracts.intake import CaseAccepted
from tests.contract.examples import PASSING, Example, example

INSTANT = TypeAdapter(Instant)


def with_unknown_fields(node: Any) -> Any:
    """The same data as a later producer sends it: one field more in every block."""
    if isinstance(node, list):
        return [with_unknown_fields(entry) for entry in node]
    if isinstance(node, dict):
        return {name: with_unknown_fields(value) for name, value in node.items()} | {"added_later": "1"}
    return node


@pytest.mark.parametrize("passing", PASSING, ids=str)
def test_what_is_encoded_is_decoded_the_same(passing: Example) -> None:
    sent = event_model(passing.type).model_validate(passing.data)
    assert event_model(passing.type).decode(sent.encode()) == sent
    assert event_model(passing.type).decode(sent.encode()).encode() == sent.encode()


@pytest.mark.parametrize(
    # A situation is open by nature: its keys are the questions of the item.
    "passing",
    [one for one in PASSING if not one.data.get("situation")],
    ids=str,
)
def test_a_reader_ignores_unknown_fields_at_every_depth(passing: Example) -> None:
    data = {**passing.data, "situation": {}} if "situation" in passing.data else passing.data
    later = with_unknown_fields(data)
    if "situation" in later:
        later["situation"] = {}
    model = event_model(passing.type)
    assert model.decode(json.dumps(later).encode()) == model.model_validate(passing.data)


def test_a_producer_refuses_an_unknown_field_at_every_depth() -> None:
    data = example("case-accepted", "at-a-window-with-gap-and-commitment").data
    for path in ((), ("actor",), ("limits", "promised"), ("clock", "promised_due"), ("materials", 0)):
        changed = json.loads(json.dumps(data))
        block = changed
        for step in path:
            block = block[step]
        block["added_later"] = "1"
        with pytest.raises(ValidationError, match="added_later"):
            CaseAccepted.model_validate(changed)


def test_an_event_cannot_be_changed() -> None:
    event = CaseAccepted.decode(example("case-accepted", "at-a-window-with-gap-and-commitment").json)
    with pytest.raises(ValidationError, match="frozen"):
        event.receipt_no = "R-2"  # type: ignore[misc]


def test_encoded_json_is_compact_and_leaves_out_what_has_no_value() -> None:
    event = CaseAccepted.decode(example("case-accepted", "by-law-after-five-days").json)
    text = event.encode().decode()
    assert json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")) == text
    assert "null" not in text
    assert "right_id" not in text


def test_a_pause_is_written_with_the_word_of_the_catalogue() -> None:
    event = event_model("clock-stopped").decode(example("clock-stopped", "special-step").json)
    assert json.loads(event.encode())["pause"]["from"] == "2026-09-15"


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 11, 22, 16, 30, tzinfo=UTC), "2026-11-23T00:30:00+08:00"),
        (datetime(2026, 1, 1, 0, 0, 0, 7_000, tzinfo=UTC), "2026-01-01T08:00:00.007+08:00"),
        (datetime(2026, 1, 1, 0, 0, 0, 999, tzinfo=UTC), "2026-01-01T08:00:00+08:00"),
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-5))), "2026-01-01T13:00:00+08:00"),
    ],
)
def test_an_instant_is_civil_time_with_milliseconds_only_when_there_are_any(
    instant: datetime, text: str
) -> None:
    assert INSTANT.dump_python(INSTANT.validate_python(instant), mode="json") == text


def test_an_instant_keeps_no_more_than_the_database_does() -> None:
    kept = INSTANT.validate_python(datetime(2026, 1, 1, 0, 0, 0, 123_999, tzinfo=UTC))
    assert kept == datetime(2026, 1, 1, 0, 0, 0, 123_000, tzinfo=UTC)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize("passing", PASSING, ids=str)
def test_the_subject_is_the_key_of_the_topic(passing: Example) -> None:
    event = event_model(passing.type).decode(passing.json)
    parts = TOPICS[event.topic].key.split(":")
    assert event.subject == ":".join(str(passing.data[part]) for part in parts)
    assert event.subject.isascii()
    assert len(event.encode()) <= TOPICS[event.topic].max_bytes


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.type)
def test_every_event_is_named_documented_and_on_a_topic(model: type[EventData]) -> None:
    assert event_model(model.type, model.major) is model
    assert model.type.replace("-", "").isalpha() and model.type.islower()
    assert (model.__doc__ or "").strip() != (Block.__doc__ or "").strip()
    assert model.topic in TOPICS
    for part in TOPICS[model.topic].key.split(":"):
        assert model.model_fields[part].is_required()


def test_no_topic_is_without_events() -> None:
    assert {model.topic for model in EVENTS.values()} == set(TOPICS)


def test_every_topic_belongs_to_the_service_that_its_name_begins_with() -> None:
    assert all(topic.name.startswith(f"{topic.publisher}.") for topic in TOPICS.values())


def test_an_unknown_type_and_an_unknown_version_are_two_things() -> None:
    with pytest.raises(UnknownEventType):
        event_model("case-forgotten")
    with pytest.raises(UnsupportedVersion, match="version 2"):
        event_model("case-accepted", 2)
