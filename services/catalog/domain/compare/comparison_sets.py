"""A list of another place, kept for comparison: it never becomes items (mission C12, seed 004 一(二))."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from contracts import Actor
from contracts.blocks import Limit
from services.catalog.domain.likeness import normal
from services.catalog.domain.tables.forms import Row, RowProblem
from services.runtime.change import Change
from services.runtime.problems import Invalid, NotFound, TooLarge

#: Rows that one list may have; it is kept as one document.
LONGEST = 3_000
#: Problems that a refusal names.
_NAMED = 20
Decision = Literal["confirmed", "rejected"]


@dataclass(frozen=True, slots=True)
class PeerItem:
    """One item as another place published it; what its list does not say is None."""

    number: int
    name: str
    materials: tuple[str, ...] | None = None
    materials_count: int | None = None
    promised: Limit | None = None
    statutory: Limit | None = None
    fee_fen: int | None = None
    fee_text: str | None = None

    @property
    def asks(self) -> int | None:
        """How many materials it asks for."""
        return len(self.materials) if self.materials is not None else self.materials_count


@dataclass(frozen=True, slots=True)
class Match:
    """Which own standard item a row is the same as, or is not."""

    number: int
    base_code: str
    decision: Decision
    by: str


@dataclass(frozen=True, slots=True)
class ComparisonSet:
    """The list of one place as of a day. ``matches`` are an editor's word; equal names need none."""

    set_id: str
    place: str
    source: str
    as_of: date
    at: datetime
    rows: tuple[PeerItem, ...]
    problems: tuple[RowProblem, ...] = ()
    matches: tuple[Match, ...] = ()
    revision: int = 1
    closed: bool = False

    def matched(self, names: Mapping[str, str]) -> dict[str, PeerItem]:
        """Own base code → the row that is the same item; ``names`` are own base codes by normal name."""
        rows = {row.number: row for row in self.rows}
        found: dict[str, PeerItem] = {}
        refused = {(one.number, one.base_code) for one in self.matches if one.decision == "rejected"}
        for row in self.rows:
            code = names.get(normal(row.name))
            if code is not None and (row.number, code) not in refused:
                found.setdefault(code, row)
        for match in self.matches:
            if match.decision == "confirmed" and match.number in rows:
                found[match.base_code] = rows[match.number]
        return found


def peer_item(row: Row) -> PeerItem:
    """A good row of the form."""
    fields: Mapping[str, Any] = row.fields
    limits, fee = fields.get("limits", {}), fields.get("fee")
    return PeerItem(
        number=row.number,
        name=" ".join(row.texts["事项名称"].split()),
        materials=fields.get("materials"),
        materials_count=fields.get("materials_count"),
        promised=limits.get("promised"),
        statutory=limits.get("statutory"),
        fee_fen=fee.amount_fen if fee else None,
        fee_text=fee.text if fee else None,
    )


def set_id(place: str, source: str, as_of: date) -> str:
    """The name of a set: one for each source and day at a place, so that a corrected file replaces it."""
    asked = f"{place}|{normal(source)}|{as_of.isoformat()}"
    return f"cs-{hashlib.sha256(asked.encode()).hexdigest()[:24]}"


def imported(
    known: ComparisonSet | None,
    place: str,
    source: str,
    as_of: date,
    rows: Sequence[PeerItem],
    problems: Sequence[RowProblem],
    *,
    actor: Actor,
    now: datetime,
) -> Change[ComparisonSet] | None:
    """A list is read in, or again: what an editor said of its rows stays where the name is the same."""
    if len(rows) > LONGEST:
        raise TooLarge(
            f"对比清单最多 {LONGEST} 行，请分成几个来源导入。",
            f"A list has at most {LONGEST} rows; split it.",
            code="table-too-large",
            field="file",
        )
    if not rows:
        raise _no_rows(problems)
    made = ComparisonSet(
        set_id(place, source, as_of), place, source, as_of, now, tuple(rows), tuple(problems)
    )
    if known is not None:
        made = replace(made, matches=_still_meant(known, rows), revision=known.revision + 1)
        if replace(made, at=known.at, revision=known.revision) == known:
            return None
    return Change(made, "imported", actor, now, note={"rows": len(rows), "problems": len(problems)})


def _no_rows(problems: Sequence[RowProblem]) -> Invalid:
    if not problems:
        return Invalid(
            "表头下面没有一行：请填写后再导入，每行至少要有事项名称。",
            "There is no row below the head; each needs at least a name.",
            code="no-rows",
            field="file",
        )
    first, count = problems[0], len({(one.sheet, one.row) for one in problems})
    where = f"{first.sheet}第 {first.row} 行" + (f"“{first.column}”" if first.column else "")
    return Invalid(
        f"{count} 行都要改正后才能导入。{where}：{first.message}",
        f"None of the {count} rows can be read; row {first.row} first ({first.column}).",
        code="no-rows",
        field="file",
        problems_found=[asdict(one) for one in problems[:_NAMED]],
    )


def _still_meant(known: ComparisonSet, rows: Sequence[PeerItem]) -> tuple[Match, ...]:
    before = {row.number: normal(row.name) for row in known.rows}
    numbers = {normal(row.name): row.number for row in rows}
    kept = []
    for match in known.matches:
        number = numbers.get(before.get(match.number, ""))
        if number is not None:
            kept.append(replace(match, number=number))
    return tuple(kept)


def decide(
    present: ComparisonSet,
    number: int,
    base_code: str,
    decision: Decision,
    *,
    by: str,
    actor: Actor,
    now: datetime,
) -> Change[ComparisonSet]:
    """An editor says that a row is, or is not, the same item as an own one."""
    if all(row.number != number for row in present.rows):
        raise NotFound("清单里没有这一行。", "The list has no such row.", field="number")
    others = tuple(
        one
        for one in present.matches
        if (one.number, one.base_code) != (number, base_code)
        and not (decision == "confirmed" and one.decision == "confirmed" and one.base_code == base_code)
    )
    matches = (*others, Match(number, base_code, decision, by))
    changed = replace(present, matches=matches, revision=present.revision + 1)
    note = {"row": number, "base_code": base_code, "decision": decision}
    return Change(changed, "matched", actor, now, note=note)


def close(present: ComparisonSet, *, actor: Actor, now: datetime) -> Change[ComparisonSet] | None:
    """A list that is not compared with any more; it stays readable in the history."""
    if present.closed:
        return None
    return Change(replace(present, closed=True, revision=present.revision + 1), "closed", actor, now)
