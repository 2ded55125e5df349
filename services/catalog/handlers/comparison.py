"""Reading in lists of other places, matching them with own items, comparing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from services.catalog import sheets
from services.catalog.app import App
from services.catalog.domain.compare import comparison, comparison_sets
from services.catalog.domain.compare.comparison import Comparison
from services.catalog.domain.compare.comparison_form import FORM
from services.catalog.domain.compare.comparison_sets import ComparisonSet, Decision, PeerItem
from services.catalog.domain.item.items import Item
from services.catalog.domain.likeness import normal, suggestions
from services.catalog.domain.tables import forms
from services.catalog.domain.tables.forms import RowProblem
from services.catalog.domain.tables.layout import layout
from services.catalog.handlers.items import Person
from services.runtime.change import Change
from services.runtime.idempotency import IdempotencyKey
from services.runtime.records import AlreadyExists


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that no own item has the name of, and own items that it may be."""

    row: PeerItem
    suggested: tuple[tuple[str, float], ...]


async def read_in(
    app: App, content: bytes, place: str, source: str, as_of: date, person: Person
) -> ComparisonSet:
    """A list of another place becomes a set, or replaces the one of the same source and day."""
    rows, problems = await asyncio.to_thread(_read, content)
    name = comparison_sets.set_id(place, source, as_of)

    def imported(known: ComparisonSet | None) -> Change[ComparisonSet] | None:
        return comparison_sets.imported(
            known, place, source, as_of, rows, problems, actor=person.actor, now=app.clock()
        )

    records = app.store.comparisons.records
    if await records.get(name) is None and (change := imported(None)) is not None:
        try:
            return await records.create(change)
        except AlreadyExists:
            pass  # the same list was read in at the same time
    return await records.change(name, imported)


def _read(content: bytes) -> tuple[list[PeerItem], list[RowProblem]]:
    rows: list[PeerItem] = []
    problems: list[RowProblem] = []
    for line in layout(FORM, sheets.read(content)).lines:
        found = forms.read(FORM, line)
        if isinstance(found, list):
            problems.extend(found)
        else:
            rows.append(comparison_sets.peer_item(found))
    return rows, problems


async def decide(
    app: App,
    set_id: str,
    number: int,
    base_code: str,
    decision: Decision,
    person: Person,
    key: IdempotencyKey | None,
) -> ComparisonSet:
    """An editor says that a row is, or is not, the same item."""
    return await app.store.comparisons.records.change(
        set_id,
        lambda present: comparison_sets.decide(
            present, number, base_code, decision, by=person.sub, actor=person.actor, now=app.clock()
        ),
        key=key,
    )


async def close(app: App, set_id: str, person: Person) -> ComparisonSet:
    """A list is compared with no more."""
    return await app.store.comparisons.records.change(
        set_id, lambda present: comparison_sets.close(present, actor=person.actor, now=app.clock())
    )


async def candidates(app: App, found: ComparisonSet, place: str) -> list[Candidate]:
    """Rows that are matched with nothing, with the own items that are most alike."""
    own = {item.base_code: _name(app, item) for item in await app.store.comparisons.own(place, app.clock())}
    names = {normal(name): code for code, name in own.items()}
    matched = {row.number for row in found.matched(names).values()}
    rejected = {(one.number, one.base_code) for one in found.matches if one.decision == "rejected"}
    known = {code: normal(name) for code, name in own.items()}
    left = [row for row in found.rows if row.number not in matched]

    def suggest() -> list[Candidate]:
        made = []
        for row in left:
            alike = [one for one in suggestions(row.name, known) if (row.number, one[0]) not in rejected]
            if alike:
                made.append(Candidate(row, tuple(alike)))
        return made

    return await asyncio.to_thread(suggest)


def _name(app: App, item: Item) -> str:
    version = item.in_force(app.clock())
    return version.record.name if version else ""


async def compare(app: App, place: str) -> list[Comparison]:
    """Own items of a place beside the same ones elsewhere: in sets, and at other places of the catalog."""
    now = app.clock()
    own = await app.store.comparisons.own(place, now)
    sets = await app.store.comparisons.of_place(place)
    others = await app.store.comparisons.elsewhere([item.base_code for item in own], place, now)
    places = await app.store.names({item.place for item in (*own, *others)})
    names = {normal(_name(app, item)): item.base_code for item in own}
    peers: dict[str, list[comparison.Terms]] = {}
    for one in sets:
        for code, row in one.matched(names).items():
            peers.setdefault(code, []).append(comparison.of_peer(f"{one.source}（{one.as_of.year}）", row))
    for item in others:
        if (version := item.in_force(now)) is not None:
            source = places.get(item.place, item.place)
            terms = comparison.of_record(source, version.record, item.item_code)
            peers.setdefault(item.base_code, []).append(terms)
    made = []
    for item in own:
        if (version := item.in_force(now)) is not None:
            terms = comparison.of_record(places.get(place, place), version.record, item.item_code)
            made.append(Comparison(item.base_code, terms, tuple(peers.get(item.base_code, ()))))
    return made
