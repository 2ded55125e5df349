"""The examples of `contracts/examples`, as the contract tests and the services' tests read them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contracts

EXAMPLES = Path(contracts.__file__).parent / "examples"


@dataclass(frozen=True)
class Example:
    """One event's data from a file. `why` says what is wrong with one that must be refused."""

    type: str
    name: str
    data: dict[str, Any]
    why: str | None
    refused_by_producer_alone: bool
    """An unknown field: the model refuses to send it, readers ignore it."""

    def __str__(self) -> str:
        return f"{self.type}/{self.name}"

    @property
    def json(self) -> bytes:
        return json.dumps(self.data, ensure_ascii=False).encode()


def read(path: Path) -> Example:
    content = json.loads(path.read_text("utf-8"))
    return Example(
        type=path.parent.name,
        name=path.name.removesuffix(".json"),
        data=content["data"],
        why=content.get("why"),
        refused_by_producer_alone=content.get("refused_by") == "producer",
    )


ALL = [read(path) for path in sorted(EXAMPLES.glob("*/*.json"))]
PASSING = [example for example in ALL if not example.name.endswith(".fail")]
FAILING = [example for example in ALL if example.name.endswith(".fail")]


def example(type: str, name: str) -> Example:
    return read(EXAMPLES / type / f"{name}.json")
