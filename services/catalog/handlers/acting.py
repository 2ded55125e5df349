"""Who acts in a use case."""

from __future__ import annotations

from dataclasses import dataclass

from contracts import Actor


@dataclass(frozen=True, slots=True)
class Person:
    """The account, the unit that it signs for, and the actor that the events name."""

    sub: str
    unit: str
    actor: Actor
