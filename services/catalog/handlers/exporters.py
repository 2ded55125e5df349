"""What an exporter of one kind of table is; `exports` does the rest: title, signatures, the three formats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from services.catalog.app import App
from services.catalog.domain.entries import Entry
from services.catalog.exports import Printed


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of a table, in the order of its columns, and what must be said below it."""

    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Exporter:
    """A kind of table: its title, its printed columns, and who gives its rows at a place."""

    title: str
    columns: tuple[Printed, ...]
    body: Callable[[App, Entry], Awaitable[Body]]
