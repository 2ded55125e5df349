"""The AsyncAPI 3.0 document of all topics: channels, who sends, who receives, messages."""

import json
import re
from typing import Any

from contracts.base import EventData
from contracts.envelope import CONTENT_TYPE, SPEC_VERSION, dataschema_for
from contracts.json_schema import file_name
from contracts.registry import MODELS
from contracts.topics import TOPICS, Topic

KAFKA_BINDING = "0.5.0"
_MILLISECONDS_PER_DAY = 24 * 60 * 60 * 1000

Node = dict[str, Any]


def document() -> Node:
    """The whole document; payloads refer to the files in `schemas/`."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "一窗 (Yichuang)",
            "version": "1.0.0",
            "description": "Facts that the services of a government service hall publish on Kafka: "
            "CloudEvents 1.0, Kafka binding, binary mode.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic.name: _channel(topic) for topic in TOPICS.values()},
        "operations": {name: node for topic in TOPICS.values() for name, node in _operations(topic).items()},
        "components": {
            "messages": {model.type: _message(model) for model in MODELS},
            "schemas": {"headers": _headers()},
        },
    }


def events_of(topic: Topic) -> list[type[EventData]]:
    return [model for model in MODELS if model.topic == topic.name]


def _channel(topic: Topic) -> Node:
    configuration: Node = {"cleanup.policy": ["compact" if topic.compacted else "delete"]}
    if topic.retention_days is not None:
        configuration["retention.ms"] = topic.retention_days * _MILLISECONDS_PER_DAY
    return {
        "address": topic.name,
        "description": f"Keyed by {topic.key}."
        + (" Internal: in no feed and open to no subscriber." if topic.internal else ""),
        "messages": {
            model.type: {"$ref": f"#/components/messages/{model.type}"} for model in events_of(topic)
        },
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "topicConfiguration": configuration,
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _operations(topic: Topic) -> dict[str, Node]:
    messages = [{"$ref": f"#/channels/{topic.name}/messages/{model.type}"} for model in events_of(topic)]
    channel = {"$ref": f"#/channels/{topic.name}"}

    def operation(service: str, action: str) -> Node:
        return {"action": action, "channel": channel, "tags": [{"name": service}], "messages": messages}

    sends = {f"{topic.publisher}-sends-{topic.name}": operation(topic.publisher, "send")}
    receives = {
        f"{service}-receives-{topic.name}": operation(service, "receive") for service in topic.consumers
    }
    return sends | receives


def _message(model: type[EventData]) -> Node:
    return {
        "name": model.type,
        "title": model.type,
        "summary": (model.__doc__ or model.type).splitlines()[0],
        "contentType": CONTENT_TYPE,
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/headers"},
                {
                    "type": "object",
                    "properties": {
                        "ce_type": {"const": model.type},
                        "ce_dataschema": {"const": dataschema_for(model)},
                    },
                },
            ]
        },
        "payload": {"$ref": f"./schemas/{file_name(model)}"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": KAFKA_BINDING}},
    }


def _headers() -> Node:
    text = {"type": "string", "minLength": 1}
    properties = {
        "ce_specversion": {"const": SPEC_VERSION},
        "ce_id": {**text, "description": "With ce_source: the key to find duplicates by."},
        "ce_source": {**text, "description": "The publishing service."},
        "ce_type": text,
        "ce_subject": {**text, "description": "Id of the aggregate; also the record's key."},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it was recorded."},
        "ce_dataschema": {"type": "string", "description": "urn:yichuang:<type>:v<major>"},
        "ce_sequence": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "Counts the subject's events from 1 without gaps.",
        },
        "ce_placecode": {**text, "description": "Place code; 00 is the whole country."},
        "ce_traceparent": {**text, "description": "W3C trace context."},
        "content-type": {"const": CONTENT_TYPE},
    }
    required = [name for name in properties if name != "ce_traceparent"]
    return {"type": "object", "required": required, "properties": properties}


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./(),-]+)*")
_RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def to_yaml(node: Any, indent: int = 0) -> str:
    """YAML of plain dicts, lists and scalars, block style; needs no library."""
    pad = "  " * indent
    lines: list[str] = []
    if isinstance(node, dict):
        for name, value in node.items():
            lines += _entry(f"{pad}{_scalar(name)}:", value, indent)
    else:
        for value in node:
            if isinstance(value, dict) and value:
                lines.append(f"{pad}- {to_yaml(value, indent + 1).lstrip()}")
            else:
                lines.append(f"{pad}- {_scalar(value)}")
    return "\n".join(lines)


def _entry(head: str, value: Any, indent: int) -> list[str]:
    if isinstance(value, dict | list) and value:
        return [head, to_yaml(value, indent + 1)]
    return [f"{head} {_scalar(value)}"]


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    return json.dumps(value, ensure_ascii=False)
