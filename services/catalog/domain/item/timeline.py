"""From when to when a version holds: no two at once (events §6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, Protocol, TypeVar

EndedBy = Literal["superseded", "withdrawn"]


class Numbered(Protocol):
    """A published version."""

    @property
    def number(self) -> int: ...

    @property
    def effective_from(self) -> datetime: ...


class End(Protocol):
    """A withdrawal: of ``version``, the one in force until then, and of all others up to ``latest``."""

    @property
    def effective_to(self) -> datetime: ...

    @property
    def version(self) -> int: ...

    @property
    def latest(self) -> int: ...


V = TypeVar("V", bound=Numbered)


def begun(versions: Iterable[V], at: datetime) -> V | None:
    """Of the versions with ``effective_from`` ≤ t the highest number."""
    found = [version for version in versions if version.effective_from <= at]
    return max(found, key=lambda version: version.number, default=None)


def end(
    version: Numbered, versions: Iterable[Numbered], ends: Iterable[End]
) -> tuple[datetime, EndedBy] | None:
    """When and by what a version stops to hold: the first instant of a higher one, or a withdrawal.

    ``versions`` need not have those that came and went between it and a withdrawal.
    """
    found: list[tuple[datetime, EndedBy]] = [
        (other.effective_from, "superseded") for other in versions if other.number > version.number
    ]
    for one in ends:
        if version.number <= (one.latest or version.number):
            found.append((one.effective_to, "superseded" if version.number < one.version else "withdrawn"))
    return min(found, default=None)


def state(version: Numbered, versions: Sequence[Numbered], ends: Sequence[End], at: datetime) -> str:
    """published, in_force, superseded or withdrawn, as seen at an instant."""
    ended = end(version, versions, ends)
    if ended is not None and ended[0] <= at:
        return ended[1]
    return "in_force" if version.effective_from <= at else "published"
