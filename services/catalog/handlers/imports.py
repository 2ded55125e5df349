"""Importing a table in the form of 附件1: good rows become drafts, bad ones are named."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from contracts.base import Channel
from services.catalog import sheets
from services.catalog.app import App
from services.catalog.domain import classes, imports, items, table
from services.catalog.domain.entries import Entry
from services.catalog.domain.forms import SERIAL, Reader, Row, RowProblem, plain, serial
from services.catalog.domain.imports import Report
from services.catalog.domain.items import Item
from services.catalog.domain.layout import Sheet, layout
from services.catalog.domain.record import DraftRecord
from services.catalog.domain.text import same
from services.catalog.handlers.items import AT_ONCE, Person
from services.runtime.idempotency import IdempotencyKey
from services.runtime.problems import Invalid
from services.runtime.records import AlreadyExists

#: 附件1 has no column for channels; nobody is refused at the window (mission I1).
CHANNELS: tuple[Channel, ...] = ("window", "agent")
Outcome = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Target:
    """One row at one of the places that it stands for."""

    row: Row
    place: Entry
    unit: Entry | None
    fields: Mapping[str, Any]

    @property
    def name(self) -> str:
        """事项名称."""
        return plain(self.row.texts[table.NAME])

    @property
    def body(self) -> str:
        """实施主体."""
        return plain(self.row.texts[table.BODY])


async def run(
    app: App,
    content: bytes,
    place: str,
    list_number: str | None,
    person: Person,
    key: IdempotencyKey | None = None,
) -> Report:
    """Import a file at a place; a repeat of the file changes nothing and is the same job."""
    if key is not None and (earlier := await app.store.imports.created_with(key)) is not None:
        return earlier
    at = await app.store.entries.get(place)
    if at is None or at.kind != "place" or at.closed:
        raise Invalid(
            "行政区划不在目录中，请先登记。",
            "The place is not in the directory.",
            code="unknown-place",
            field="place",
        )
    rows, problems = await asyncio.to_thread(_read, content)
    targets, unplaced = _targets(rows, at, await app.store.places_and_units(place))
    outcomes = await _put_in(app, targets, list_number, person)
    report = Report(
        import_id=imports.import_id(place, "items", list_number, content),
        place=place,
        kind="items",
        at=app.clock(),
        created=sum(outcome == "created" for _, outcome in outcomes),
        updated=sum(outcome == "updated" for _, outcome in outcomes),
        unchanged=sum(outcome == "unchanged" for _, outcome in outcomes),
        problems=tuple(sorted((*problems, *unplaced), key=lambda problem: problem.row)),
        items=tuple(item_code for item_code, _ in outcomes),
    )
    return await _keep(app, report, person, key)


def _read(content: bytes) -> tuple[list[Row], list[RowProblem]]:
    reader, rows, problems = Reader(table.FORM), [], []
    for line in layout(table.FORM, [Sheet("", sheets.lines(content))]).lines:
        read = reader.read(line)
        if isinstance(read, Row):
            rows.append(read)
        else:
            problems.extend(read)
    return rows, problems


def _targets(
    rows: Sequence[Row], at: Entry, directory: Sequence[Entry]
) -> tuple[list[Target], list[RowProblem]]:
    places = [entry for entry in directory if entry.kind == "place"]
    units = [entry for entry in directory if entry.kind == "unit"]
    ids = {same(unit.record.name): unit.entry_id for unit in units}
    targets: list[Target] = []
    problems: list[RowProblem] = []
    meant: dict[str, tuple[tuple[Entry, Entry | None], ...]] = {}
    for row in rows:
        body = plain(row.texts[table.BODY])
        if body not in meant:
            meant[body] = tuple(
                (place, classes.unit_meant(body, place.entry_id, units))
                for place in classes.places_meant(body, at, places)
            )
        if not meant[body]:
            wrong = f"目录中 {at.record.name} 没有“{body}”一级的区划，"
            problems.append(row.problem(table.BODY, "no-such-place", wrong, "请先登记或者改正实施主体。"))
        fields = _with_units(row.fields, ids)
        targets.extend(Target(row, place, unit, fields) for place, unit in meant[body])
    return targets, problems


def _with_units(fields: Mapping[str, Any], ids: Mapping[str, str]) -> Mapping[str, Any]:
    if not fields.get("joint_bodies"):
        return fields
    named = [body.model_copy(update={"unit_id": ids.get(same(body.name))}) for body in fields["joint_bodies"]]
    return {**fields, "joint_bodies": named}


async def _put_in(
    app: App, targets: Sequence[Target], list_number: str | None, person: Person
) -> list[tuple[str, Outcome]]:
    places = {target.place.entry_id for target in targets}
    known = await app.store.items_known_as(places, sorted({target.row.identity for target in targets}))
    new = [target for target in targets if (target.place.entry_id, target.row.identity) not in known]
    codes = await _base_codes(app, new, list_number)
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(target: Target) -> tuple[str, Outcome]:
        async with turn:
            item = known.get((target.place.entry_id, target.row.identity))
            if item is not None:
                return await _renew(app, item, target, person)
            numbers = list_number or classes.list_of(target.place)
            return await _create(app, target, codes[numbers, target.name], numbers, person)

    return await asyncio.gather(*(one(target) for target in targets))


async def _base_codes(app: App, new: Sequence[Target], list_number: str | None) -> dict[tuple[str, str], str]:
    """The standard code of each new name in its list: known, from the row's 序号, or the next free one."""
    wanted: dict[str, dict[str, int | None]] = {}
    for target in new:
        wanted.setdefault(list_number or classes.list_of(target.place), {}).setdefault(
            target.name, serial(target.row.texts.get(SERIAL, ""))
        )
    codes: dict[tuple[str, str], str] = {}
    for numbers, names in wanted.items():
        for name, code in (await app.store.codes.claim(numbers, names)).items():
            codes[numbers, name] = code
    return codes


async def _create(
    app: App, target: Target, base_code: str, list_number: str, person: Person
) -> tuple[str, Outcome]:
    try:
        return await _create_as(app, target, base_code, person), "created"
    except AlreadyExists:
        pass
    place, identity = target.place.entry_id, target.row.identity
    found = (await app.store.items_known_as([place], [identity])).get((place, identity))
    if found is not None:  # another import of the same table was quicker
        return await _renew(app, found, target, person)
    # Another body of the same place offers an item of that name: it gets a code of its own.
    other = await app.store.codes.claim_one(list_number, f"{target.name}|{target.body}")
    return await _create_as(app, target, other, person), "created"


async def _create_as(app: App, target: Target, base_code: str, person: Person) -> str:
    row, place = target.row, target.place.entry_id
    record = DraftRecord(
        base_code=base_code,
        name=target.name,
        implementing_body=target.body,
        unit_id=target.unit.entry_id if target.unit else None,
        channels=list(CHANNELS),
    )
    item = Item(f"{base_code}-{place}", base_code, place, row.identity)
    change = items.create(
        item,
        record.with_columns(target.fields),
        editor=person.sub,
        actor=person.actor,
        now=app.clock(),
    )
    return (await app.store.items.create(change)).item_code


async def _renew(app: App, item: Item, target: Target, person: Person) -> tuple[str, Outcome]:
    """Put the columns of the file into the item's draft, or into a new one beside the live version."""
    if _is_there(item, target):
        return item.item_code, "unchanged"
    await app.store.items.change(
        item.item_code,
        lambda present: items.edit(
            present,
            (present.base() or _bare(present, target)).with_columns(target.fields),
            editor=person.sub,
            actor=person.actor,
            now=app.clock(),
        ),
    )
    return item.item_code, "updated"


def _is_there(item: Item, target: Target) -> bool:
    base = item.base()
    if base is None or (item.withdrawn is not None and item.draft is None):
        return False
    return base.with_columns(target.fields) == base


def _bare(item: Item, target: Target) -> DraftRecord:
    return DraftRecord(base_code=item.base_code, name=target.name, implementing_body=target.body)


async def _keep(app: App, report: Report, person: Person, key: IdempotencyKey | None) -> Report:
    try:
        return await app.store.imports.create(imports.ran(report, actor=person.actor), key=key)
    except AlreadyExists:
        return await app.store.imports.change(
            report.import_id,
            lambda present: imports.ran_again(present, report, actor=person.actor),
            key=key,
        )
