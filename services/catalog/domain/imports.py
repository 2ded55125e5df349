"""What an import of a table did: kept as a record, so that the same file twice is the same job."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from contracts import Actor
from services.catalog.domain.forms import RowProblem
from services.runtime.change import Change

Kind = Literal["items", "proofs-needed", "proofs-issued", "inspections"]


@dataclass(frozen=True, slots=True)
class Report:
    """The row-by-row report of the latest run of one file at one place."""

    import_id: str
    place: str
    kind: Kind
    at: datetime
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: tuple[RowProblem, ...] = ()
    items: tuple[str, ...] = ()


def import_id(place: str, kind: str, list_number: str | None, content: bytes) -> str:
    """The name of a job: the same for the same file at the same place."""
    asked = f"{place}|{kind}|{list_number or ''}|".encode() + content
    return f"im-{hashlib.sha256(asked).hexdigest()[:24]}"


def ran(report: Report, *, actor: Actor) -> Change[Report]:
    """The first run of a file."""
    return Change(report, "imported", actor, report.at, note=_counts(report))


def ran_again(_: Report, report: Report, *, actor: Actor) -> Change[Report]:
    """A later run; the report of the latest one is kept, the history has the counts of all."""
    return Change(replace(report), "imported", actor, report.at, note=_counts(report))


def _counts(report: Report) -> dict[str, int]:
    return {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "problems": len(report.problems),
    }
