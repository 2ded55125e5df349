"""JSON Schema (draft-07, as AsyncAPI 3.0 reads it) of every event, made from the models.

The schemas are open: a reader that validates with today's schema goes on reading when an optional field
is added tomorrow. That a producer sends no unknown field is the models' business.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from contracts.base import EventData
from contracts.envelope import dataschema_for
from contracts.registry import MODELS
from contracts.topics import TOPICS

DRAFT = "http://json-schema.org/draft-07/schema#"

Schema = dict[str, Any]


class _Plain(GenerateJsonSchema):
    """Without a title for every field: it only repeats the field's name."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def file_name(model: type[EventData]) -> str:
    return f"{model.type}.v{model.major}.json"


def event_schema(model: type[EventData]) -> Schema:
    """The schema of one event's data; `$id` is its `ce_dataschema`."""
    generated = model.model_json_schema(
        ref_template="#/definitions/{model}", schema_generator=_Plain, mode="validation"
    )
    definitions = generated.pop("$defs", {})
    generated.pop("title", None)
    head = {
        "$schema": DRAFT,
        "$id": dataschema_for(model),
        "title": model.type,
        "x-topic": model.topic,
        "x-key": TOPICS[model.topic].key,
    }
    body = {**generated, "definitions": definitions} if definitions else generated
    return {**head, **_opened(body)}


def all_schemas() -> dict[str, Schema]:
    """Every event's schema by its file name."""
    return {file_name(model): event_schema(model) for model in MODELS}


def _opened(node: Any) -> Any:
    if isinstance(node, list):
        return [_opened(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    return {
        name: _opened(value)
        for name, value in node.items()
        if not (name == "additionalProperties" and value is False)
        and not (name == "default" and value is None)
    }
