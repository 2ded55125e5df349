"""Schemas, AsyncAPI document and table are those of the models, and hold together."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import contracts
from contracts import EVENTS, TOPICS
from contracts.asyncapi import document, to_yaml
from contracts.generate import HERE, drift, write

ROOT = Path(contracts.__file__).parent


def asyncapi() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "asyncapi.yaml").read_text("utf-8"))
    return loaded


def references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for entry in node:
            yield from references(entry)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)


def resolve(root: dict[str, Any], pointer: str) -> Any:
    node: Any = root
    for part in pointer.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_nothing_generated_differs_from_the_models() -> None:
    assert drift() == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("asyncapi.yaml", "README.md"):
        shutil.copy(HERE / name, tmp_path / name)
    shutil.copytree(HERE / "schemas", tmp_path / "schemas")
    return tmp_path


def test_drift_names_each_file_that_was_edited_lost_or_left_over(copy: Path) -> None:
    (copy / "schemas" / "case-accepted.v1.json").unlink()
    (copy / "schemas" / "case-forgotten.v1.json").write_text("{}")
    (copy / "README.md").write_text((copy / "README.md").read_text("utf-8").replace("`case_no`", "`case`"))
    assert sorted(drift(copy)) == [
        "README.md: differs from the models",
        "schemas/case-accepted.v1.json: is missing",
        "schemas/case-forgotten.v1.json: no model makes it",
    ]
    write(copy)
    assert drift(copy) == []


def test_the_yaml_says_what_the_document_says() -> None:
    assert yaml.safe_load(to_yaml(document())) == document()


def test_every_reference_of_the_asyncapi_document_resolves() -> None:
    whole = asyncapi()
    found = list(references(whole))
    assert found
    for reference in found:
        if reference.startswith("#/"):
            assert resolve(whole, reference) is not None
        else:
            assert (ROOT / reference).is_file(), reference


def test_the_asyncapi_document_has_every_topic_every_event_and_both_ends() -> None:
    whole = asyncapi()
    assert set(whole["channels"]) == set(TOPICS)
    assert set(whole["components"]["messages"]) == set(EVENTS)
    carried = [type for channel in whole["channels"].values() for type in channel["messages"]]
    assert sorted(carried) == sorted(EVENTS)
    for topic in TOPICS.values():
        assert whole["operations"][f"{topic.publisher}-sends-{topic.name}"]["action"] == "send"
        for service in topic.consumers:
            assert whole["operations"][f"{service}-receives-{topic.name}"]["action"] == "receive"


def test_the_table_in_the_readme_names_every_topic_and_event() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in (*TOPICS, *EVENTS):
        assert f"`{name}`" in readme
