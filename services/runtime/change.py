"""What one act does to one document. Pure: the domain returns it, `records` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from contracts import Actor, EventData

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Change(Generic[State]):
    """One act: the state after it, the line for the history, the facts to publish.

    ``act`` is the verb of the history entry (``decided``), ``at`` the instant it took effect, ``note`` what
    the history keeps besides (JSON values only, no personal data), ``events`` go out in this order.
    """

    state: State
    act: str
    actor: Actor
    at: datetime
    events: tuple[EventData, ...] = ()
    note: Mapping[str, Any] = field(default_factory=dict)
