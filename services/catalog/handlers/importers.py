"""What an importer of one kind of table is; `imports` does the rest: chunks, progress, resuming, report."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from services.catalog.app import App
from services.catalog.domain.entries import Entry
from services.catalog.domain.tables.forms import Form, Row, RowProblem
from services.catalog.domain.tables.imports import Outcome
from services.catalog.handlers.items import Person


@dataclass(frozen=True, slots=True)
class Task:
    """For what the rows are put in. ``reference`` names the run (``im-…/2``) in the history of what it makes.

    ``again``: the first chunk may have been worked off in part by a worker that died.
    """

    at: Entry
    person: Person
    list_number: str | None
    reference: str
    again: bool = False


class PartlyStored(Exception):
    """A row stands for several places (各乡镇人民政府): what became of it where it was stored, and the names
    of the places where it was not, each with the reason.
    """

    def __init__(
        self, done: Sequence[tuple[str, Outcome]], failed: Sequence[tuple[str, BaseException]]
    ) -> None:
        super().__init__("、".join(place for place, _ in failed))
        self.done, self.failed, self.__cause__ = done, failed, failed[0][1]


T = TypeVar("T")
#: Places that a problem names; of more only the number is told.
_NAMED = 10


class Rows(Protocol):
    """Takes the rows of one import, chunk by chunk."""

    async def check(self, rows: Sequence[Row]) -> list[RowProblem]:
        """What the directory or other records say against rows; their rows stay out. Changes nothing."""

    async def put(self, rows: Sequence[Row]) -> list[tuple[str, Outcome]]:
        """Store good rows: the id of each record and what became of it; a repeat leaves it unchanged.

        With ``Task.again`` a record that this very run made already is `created`, not `unchanged`.
        :class:`PartlyStored` where a row failed at some of its places alone.
        """


@dataclass(frozen=True, slots=True)
class Importer:
    """A kind of table: its form, and who takes its rows."""

    form: Form
    begin: Callable[[App, Task], Awaitable[Rows]]


def listed(places: Sequence[str]) -> str:
    """Places in a sentence: 槐南镇、泉西镇; 槐南镇、…等 56 处."""
    named = "、".join(places[:_NAMED])
    return named if len(places) <= _NAMED else f"{named}等 {len(places)} 处"


async def settled(works: Iterable[Awaitable[T]]) -> list[T]:
    """All results; a failure is told only when nothing is under way any more."""
    results = await asyncio.gather(*works, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]
