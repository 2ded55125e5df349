"""Every example passes or fails as its name says, in the model and in the JSON Schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from pydantic import ValidationError

import contracts
from contracts import EVENTS, event_model
from contracts.catalog import ItemPublished
from contracts.json_schema import file_name
from tests.contract.examples import FAILING, PASSING, Example, example

SCHEMAS = Path(contracts.__file__).parent / "schemas"


def schema_validator(type: str) -> Any:
    schema = json.loads((SCHEMAS / file_name(event_model(type))).read_text("utf-8"))
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


def strictly(refused: Example) -> Any:
    return event_model(refused.type).model_validate_json(refused.json, strict=True)


@pytest.mark.parametrize("passing", PASSING, ids=str)
def test_a_good_example_is_sent_read_and_valid(passing: Example) -> None:
    sent = event_model(passing.type).model_validate(passing.data)
    assert event_model(passing.type).decode(passing.json) == sent
    schema_validator(passing.type).validate(passing.data)
    schema_validator(passing.type).validate(json.loads(sent.encode()))


@pytest.mark.parametrize("failing", FAILING, ids=str)
def test_a_bad_example_is_refused_by_the_producer_and_says_why(failing: Example) -> None:
    assert failing.why
    with pytest.raises(ValidationError):
        strictly(failing)


@pytest.mark.parametrize("failing", [bad for bad in FAILING if not bad.refused_by_producer_alone], ids=str)
def test_a_bad_example_is_refused_by_readers_and_by_the_schema(failing: Example) -> None:
    with pytest.raises(ValidationError):
        event_model(failing.type).decode(failing.json)
    assert not schema_validator(failing.type).is_valid(failing.data)


@pytest.mark.parametrize("unknown", [bad for bad in FAILING if bad.refused_by_producer_alone], ids=str)
def test_what_only_producers_refuse_readers_ignore(unknown: Example) -> None:
    event_model(unknown.type).decode(unknown.json)
    schema_validator(unknown.type).validate(unknown.data)


@pytest.mark.parametrize("type", EVENTS)
def test_every_event_has_a_good_and_a_bad_example(type: str) -> None:
    assert [passing for passing in PASSING if passing.type == type]
    assert [failing for failing in FAILING if failing.type == type]


def test_no_example_belongs_to_an_event_that_is_gone() -> None:
    assert {one.type for one in PASSING + FAILING} == set(EVENTS)


@pytest.mark.parametrize("published", [p for p in PASSING if p.type == "item-published"], ids=str)
def test_the_digest_in_an_example_is_that_of_its_record(published: Example) -> None:
    event = ItemPublished.decode(published.json)
    assert event.record_sha256 == event.record.digest()


def test_the_model_guide_is_there_with_nothing_missing() -> None:
    """Seed 000 附件5: nine sections, five materials with who brings them, three recipients."""
    record = ItemPublished.decode(example("item-published", "appraisal-guide").json).record
    parties = {"applicant", *(party.party for party in record.parties)}
    assert len(record.materials) == 5
    assert all(material.guidance for material in record.materials)
    assert all(set(material.provided_by) <= parties for material in record.materials)
    assert record.result is not None
    assert [recipient.kind for recipient in record.result.recipients] == ["applicant", "unit", "unit"]
    assert (record.fee.amount_fen, record.fee.text) == (350_000, "3500元/例")
    assert record.guide.time_limit == "自受理之日起45个工作日;情况特殊的可延长至90日。"
    assert len(record.guide.flow) == 3
    assert {way.kind for way in record.guide.consultation} == {"on_site", "phone"}
    assert all(
        (record.guide.accepting, record.guide.conditions, record.guide.materials_note, record.guide.fee)
    )
