"""What the processes of a product logged before a test failed: of a run elsewhere only the report is seen."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

#: Set on a test that failed, for what comes after it.
FAILED = pytest.StashKey[bool]()
_TROUBLE = ("warning", "error", "critical")
_PLAIN = ("Traceback", "Error", "ERROR", "WARN")


def troubles(logs: Path, lines: int = 60) -> str:
    """The last warnings and errors of all logs below a folder, by their time, each after the log's name."""
    found: list[tuple[str, str]] = []
    for log in sorted(logs.rglob("*.log")):
        time = ""
        for line in log.read_text(errors="replace").splitlines():
            try:
                entry = orjson.loads(line)
            except orjson.JSONDecodeError:
                entry = None
            if isinstance(entry, dict):
                time = str(entry.get("timestamp", time))
            if _is_trouble(entry, line):
                found.append((time, f"{log.stem}: {line[:1000]}"))
    return "\n".join(line for _, line in sorted(found, key=lambda pair: pair[0])[-lines:])


def _is_trouble(entry: object, line: str) -> bool:
    if isinstance(entry, dict):
        return entry.get("level") in _TROUBLE
    return any(word in line for word in _PLAIN)


@contextlib.contextmanager
def noted(logs: Path) -> Iterator[None]:
    """What goes wrong inside tells of the troubles too."""
    try:
        yield
    except Exception as error:
        error.add_note(f"warnings and errors of the processes:\n{troubles(logs)}")
        raise
