"""Refuse a change that breaks readers or stored events: `python -m contracts.compatibility [--release]`.

Events written under the released schemas are read for years (feeds, compacted topics), and readers of the
released schemas meet new events during every rolling upgrade. So old data must fit the new schema and new
data the old one: within a major version only optional fields and new types may be added.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.json_schema import all_schemas

RELEASED = Path(__file__).parent / "released"
WHAT_TO_DO = (
    "An event that is out keeps its meaning. Add an optional field instead, or publish a new major version "
    "beside the old one (README, 'Rules of change')."
)

Schema = dict[str, Any]

# Words for people: they change nothing that a machine reads.
_ANNOTATIONS = {"title", "description", "examples", "$schema", "definitions"}
_STRUCTURE = {"properties", "required", "items", "additionalProperties", "anyOf", "enum", "const", "$ref"}


def breaking_changes(released: dict[str, Schema], current: dict[str, Schema]) -> list[str]:
    """What of the released schemas (by file name) the current ones break, a line each."""
    found: list[str] = []
    for name, old in sorted(released.items()):
        new = current.get(name)
        if new is None:
            found.append(f"{name}: this event was released and is gone")
        else:
            comparison = _Comparison(old, new)
            label = name.removesuffix(".json")
            found += [f"{label}: {problem}" for problem in comparison.nodes(old, new, "")]
    return found


class _Comparison:
    """Walks two versions of a schema at once, following their references."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old_definitions = old.get("definitions", {})
        self._new_definitions = new.get("definitions", {})

    def nodes(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        old = _resolved(old, self._old_definitions)
        new = _resolved(new, self._new_definitions)
        where = path or "the event"
        if old.get("type") != new.get("type"):
            yield f"{where}: type {old.get('type')} became {new.get('type')}"
            return
        yield from self._rules(old, new, where)
        yield from self._values(old, new, where)
        yield from self._properties(old, new, path)
        yield from self._inner(old, new, path, where)

    def _rules(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        for keyword in sorted((old.keys() | new.keys()) - _ANNOTATIONS - _STRUCTURE - {"type"}):
            if old.get(keyword) != new.get(keyword):
                yield f"{where}: {keyword} {old.get(keyword)!r} became {new.get(keyword)!r}"

    def _values(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        before, after = _allowed(old), _allowed(new)
        if before is None and after is None:
            return
        if before is None or after is None:
            yield f"{where}: a closed list of values {'appeared' if before is None else 'was opened'}"
            return
        if gone := [value for value in before if value not in after]:
            yield f"{where}: values {gone} are no longer allowed, but stored events have them"
        if added := [value for value in after if value not in before]:
            yield f"{where}: values {added} were added to a closed list; readers of v1 would park them"

    def _properties(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required_before, required_after = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in before.items():
            field = f"{path}.{name}" if path else name
            if name not in after:
                yield f"{field}: removed"
                continue
            if name in required_before - required_after:
                yield f"{field}: was required and is optional now; readers rely on it"
            if name in required_after - required_before:
                yield f"{field}: was optional and is required now; stored events may lack it"
            yield from self.nodes(schema, after[name], field)
        for name in sorted(required_after - before.keys()):
            yield f"{f'{path}.{name}' if path else name}: new and required; stored events lack it"

    def _inner(self, old: Schema, new: Schema, path: str, where: str) -> Iterator[str]:
        for keyword, mark in (("items", "[]"), ("additionalProperties", "{}")):
            if keyword in old and keyword in new:
                yield from self.nodes(old[keyword], new[keyword], path + mark)
            elif keyword in old or keyword in new:
                yield f"{where}: {keyword} {'removed' if keyword in old else 'added'}"
        before, after = old.get("anyOf", []), new.get("anyOf", [])
        if len(before) != len(after):
            yield f"{where}: the kinds of value it may have changed"
            return
        for one, other in zip(before, after, strict=True):
            yield from self.nodes(one, other, path)


def _resolved(node: Schema, definitions: dict[str, Schema]) -> Schema:
    while "$ref" in node:
        node = definitions[node["$ref"].removeprefix("#/definitions/")]
    return node


def _allowed(node: Schema) -> list[Any] | None:
    if "const" in node:
        return [node["const"]]
    return node.get("enum")


def released_schemas(root: Path = RELEASED) -> dict[str, Schema]:
    """The schemas as last released, by file name."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(root.glob("v*/*.json"))}


def release(root: Path = RELEASED) -> None:
    """Make the current schemas the released ones."""
    for name, schema in all_schemas().items():
        folder = root / name.rsplit(".", 2)[1]
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        (folder / name).write_text(text, "utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--release", action="store_true", help="keep the current schemas as released")
    wants_release = parser.parse_args(arguments).release
    problems = breaking_changes(released_schemas(), all_schemas())
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        sys.stderr.write(f"{WHAT_TO_DO}\n")
        return 1
    if wants_release:
        release()
    return 0


if __name__ == "__main__":
    sys.exit(main())
