"""The check of released schemas refuses what would break readers or stored events, and nothing else."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, Literal

import pytest

from contracts import EVENTS
from contracts.compatibility import WHAT_TO_DO, breaking_changes, main, release, released_schemas
from contracts.json_schema import all_schemas

Schema = dict[str, Any]
FILE = "case-decided.v1.json"


def properties(schema: Schema) -> Schema:
    found: Schema = schema["properties"]
    return found


def removed(schema: Schema) -> None:
    del properties(schema)["days_used"]
    schema["required"].remove("days_used")


def newly_required(schema: Schema) -> None:
    schema["required"].append("remedies")


def new_and_required(schema: Schema) -> None:
    properties(schema)["seal_no"] = {"type": "string"}
    schema["required"].append("seal_no")


def no_longer_required(schema: Schema) -> None:
    schema["required"].remove("decision_no")


def other_type(schema: Schema) -> None:
    properties(schema)["days_used"]["type"] = "string"


def no_longer_empty(schema: Schema) -> None:
    properties(schema)["remedies"] = {"type": "string", "minLength": 1}


def narrowed_list(schema: Schema) -> None:
    properties(schema)["outcome"] = {"const": "granted", "type": "string"}


def widened_list(schema: Schema) -> None:
    properties(schema)["outcome"]["enum"].append("partly_granted")


def opened_list(schema: Schema) -> None:
    properties(schema)["outcome"] = {"type": "string"}


def other_pattern(schema: Schema) -> None:
    properties(schema)["case_no"]["pattern"] = "^[0-9]+$"


def tighter_bound(schema: Schema) -> None:
    properties(schema)["days_used"]["minimum"] = 1


def deep_in_a_block(schema: Schema) -> None:
    del schema["definitions"]["ApplicantRef"]["properties"]["phone_masked"]


def in_a_list(schema: Schema) -> None:
    schema["definitions"]["Pause"]["properties"]["reason"]["enum"].remove("payment")


def other_default(schema: Schema) -> None:
    schema["definitions"]["Actor"]["properties"]["role"]["default"] = "system"


def other_dataschema(schema: Schema) -> None:
    schema["$id"] = "urn:yichuang:case-decided:v2"


def other_topic(schema: Schema) -> None:
    schema["x-topic"] = "approval.decisions"


def other_rule(schema: Schema) -> None:
    schema["then"]["required"].append("conditions")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (removed, "days_used: removed"),
        (newly_required, "remedies: was optional and is required now"),
        (new_and_required, "seal_no: new and required"),
        (no_longer_required, "decision_no: was required and is optional now"),
        (other_type, "days_used: type integer became string"),
        (no_longer_empty, "remedies: "),
        (narrowed_list, "outcome: values ['refused'] are no longer allowed"),
        (widened_list, "outcome: values ['partly_granted'] were added"),
        (opened_list, "outcome: a closed list of values was opened"),
        (other_pattern, "case_no: pattern"),
        (tighter_bound, "days_used: minimum 0 became 1"),
        (deep_in_a_block, "applicant.phone_masked: removed"),
        (in_a_list, "pauses[].reason: values ['payment']"),
        (other_default, "actor.role: default"),
        (other_dataschema, "$id 'urn:yichuang:case-decided:v1' became"),
        (other_topic, "x-topic 'approval.cases' became 'approval.decisions'"),
        (other_rule, "then "),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_breaking_change_is_refused_and_named(change: Callable[[Schema], None], named: str) -> None:
    released = {FILE: all_schemas()[FILE]}
    current = deepcopy(released)
    change(current[FILE])
    problems = breaking_changes(released, current)
    assert any(problem.startswith("case-decided.v1: ") and named in problem for problem in problems), problems


def test_an_event_that_was_released_cannot_go() -> None:
    released = all_schemas()
    current = {name: schema for name, schema in released.items() if name != FILE}
    assert breaking_changes(released, current) == [f"{FILE}: this event was released and is gone"]


def test_optional_fields_new_events_and_better_words_pass() -> None:
    released = {FILE: all_schemas()[FILE]}
    current = deepcopy(released)
    properties(current[FILE])["seal_no"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    current[FILE]["definitions"]["ItemRef"]["properties"]["short_name"] = {"type": "string"}
    current[FILE]["description"] = "Said better."
    current["case-forgotten.v1.json"] = {"type": "object"}
    assert breaking_changes(released, current) == []


def test_a_second_major_version_stands_beside_the_first() -> None:
    released = {FILE: all_schemas()[FILE]}
    second = deepcopy(released[FILE])
    removed(second)
    assert breaking_changes(released, {**released, "case-decided.v2.json": second}) == []


def test_the_present_models_keep_what_is_released() -> None:
    assert breaking_changes(released_schemas(), all_schemas()) == []


def test_the_released_schemas_are_there() -> None:
    assert len(released_schemas()) >= 27
    assert {name.partition(".")[0] for name in released_schemas()} <= set(EVENTS)


def test_a_release_keeps_the_present_schemas(tmp_path: Path) -> None:
    release(tmp_path)
    assert released_schemas(tmp_path) == all_schemas()


@pytest.mark.parametrize("broken", [True, False])
def test_the_command_fails_and_says_what_to_do(
    broken: Literal[True, False], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    released = all_schemas()
    if broken:
        properties(released[FILE])["once_there"] = {"type": "string"}
    monkeypatch.setattr("contracts.compatibility.released_schemas", lambda: released)
    assert main([]) == (1 if broken else 0)
    said = capsys.readouterr().err
    assert ("case-decided.v1: once_there: removed" in said) is broken
    assert (WHAT_TO_DO in said) is broken
