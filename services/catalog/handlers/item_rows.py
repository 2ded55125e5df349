"""Rows of 附件1 become drafts of items at the places that they stand for (mission C2)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.base import Channel
from services.catalog.app import App
from services.catalog.domain.entries import Entry
from services.catalog.domain.item import items
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.item.review_refusals import InReview
from services.catalog.domain.levels import adoption, reductions
from services.catalog.domain.levels.reduction_rules import NotAReduction, Violation
from services.catalog.domain.tables import cells_written, classes, table
from services.catalog.domain.tables.forms import SERIAL, Row, RowProblem, plain, serial
from services.catalog.domain.tables.imports import Outcome
from services.catalog.domain.text import same
from services.catalog.handlers.importers import Importer, PartlyStored, Task, listed
from services.runtime.change import Change
from services.runtime.problems import Unavailable
from services.runtime.records import AlreadyExists

#: 附件1 has no column for channels; nobody is refused at the window (mission I1).
CHANNELS: tuple[Channel, ...] = ("window", "agent")
Meant = tuple[tuple[Entry, Entry | None], ...]
#: The columns of fields in which an adopted item may go beyond its standard.
_COLUMNS = {
    "name": table.NAME,
    "kind": "事项类型",
    "category": "事项类别",
    "basis": "实施依据及条款",
    "service_targets": "服务对象",
    "joint_bodies": "共同实施部门",
    "fee": "收费依据及标准",
    "limits.statutory": "法定时限",
    "limits.promised": "承诺时限",
    "service_type": "服务类型",
    "provision": "提供方式",
    "scope": "适用范围",
    "remark": "备注",
}


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

    @property
    def key(self) -> tuple[str, str]:
        """By what the item is known again."""
        return self.place.entry_id, self.row.identity


class ItemRows:
    """Takes the rows of one import; the directory is read once."""

    def __init__(self, app: App, task: Task, directory: Sequence[Entry]) -> None:
        self._app, self._task = app, task
        self._places = [entry for entry in directory if entry.kind == "place"]
        self._units = [entry for entry in directory if entry.kind == "unit"]
        self._unit_ids = {same(unit.record.name): unit.entry_id for unit in self._units}
        self._meant: dict[str, Meant] = {}

    async def check(self, rows: Sequence[Row]) -> list[RowProblem]:
        """Rows whose 实施主体 is a class of places that the directory has none of, and those that ask more
        than the standard of an item that was adopted.
        """
        wrong = f"目录中 {self._task.at.record.name} 没有这一级的区划，"
        placeless = [
            row.problem(table.BODY, "no-such-place", wrong, "请先在目录中登记，或者改正实施主体。")
            for row in rows
            if not self._places_of(row)
        ]
        return [*placeless, *_told_once(await self._beyond(rows))]

    async def _beyond(self, rows: Sequence[Row]) -> list[tuple[Target, Violation]]:
        targets = self._targets(rows)
        known = await self._known(targets)
        return [
            (target, violation)
            for target in targets
            if (item := known.get(target.key)) is not None
            for violation in _beyond(item, target)
        ]

    async def put(self, rows: Sequence[Row]) -> list[tuple[str, Outcome]]:
        """Each row at each place that it stands for."""
        targets = self._targets(rows)
        known = await self._known(targets)
        codes = await self._base_codes([target for target in targets if target.key not in known])
        each = [self._one(target, known.get(target.key), codes) for target in targets]
        results = await asyncio.gather(*each, return_exceptions=True)
        done = [result for result in results if not isinstance(result, BaseException)]
        told = await self._told_again(done) if self._task.again else done
        failed = [
            (target.place.record.name, result)
            for target, result in zip(targets, results, strict=True)
            if isinstance(result, BaseException)
        ]
        if failed:
            raise _failure(told, failed)
        return told

    def _targets(self, rows: Sequence[Row]) -> list[Target]:
        return [
            Target(row, place, unit, self._with_units(row.fields))
            for row in rows
            for place, unit in self._places_of(row)
        ]

    async def _known(self, targets: Sequence[Target]) -> dict[tuple[str, str], Item]:
        places = {target.place.entry_id for target in targets}
        return await self._app.store.items_known_as(places, sorted({one.row.identity for one in targets}))

    def _places_of(self, row: Row) -> Meant:
        body = plain(row.texts[table.BODY])
        if body not in self._meant:
            self._meant[body] = tuple(
                (place, classes.unit_meant(body, place.entry_id, self._units))
                for place in classes.places_meant(body, self._task.at, self._places)
            )
        return self._meant[body]

    def _with_units(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        if not fields.get("joint_bodies"):
            return fields
        named = [
            body.model_copy(update={"unit_id": self._unit_ids.get(same(body.name))})
            for body in fields["joint_bodies"]
        ]
        return {**fields, "joint_bodies": named}

    def _list_of(self, target: Target) -> str:
        return self._task.list_number or classes.list_of(target.place)

    async def _base_codes(self, new: Sequence[Target]) -> dict[tuple[str, str], str]:
        """The standard code of each new name in its list: known, from 序号, or the next free one."""
        wanted: dict[str, dict[str, int | None]] = {}
        for target in new:
            number = serial(target.row.texts.get(SERIAL, ""))
            wanted.setdefault(self._list_of(target), {}).setdefault(target.name, number)
        return {
            (list_number, name): code
            for list_number, names in wanted.items()
            for name, code in (await self._app.store.codes.claim(list_number, names)).items()
        }

    async def _one(
        self, target: Target, item: Item | None, codes: Mapping[tuple[str, str], str]
    ) -> tuple[str, Outcome]:
        if item is not None:
            return await self._renew(item, target)
        list_number = self._list_of(target)
        try:
            return await self._create(target, codes[list_number, target.name])
        except AlreadyExists:
            pass
        found = (await self._app.store.items_known_as([target.place.entry_id], [target.row.identity])).get(
            target.key
        )
        if found is not None:  # another import of the same table was quicker
            return await self._renew(found, target)
        # Another body of the same place offers an item of that name: it gets a code of its own.
        other = await self._app.store.codes.claim_one(list_number, f"{target.name}|{target.body}")
        return await self._create(target, other)

    async def _create(self, target: Target, base_code: str) -> tuple[str, Outcome]:
        person, place = self._task.person, target.place.entry_id
        record = DraftRecord(
            base_code=base_code,
            name=target.name,
            implementing_body=target.body,
            unit_id=target.unit.entry_id if target.unit else None,
            channels=list(CHANNELS),
        )
        change = items.create(
            Item(f"{base_code}-{place}", base_code, place, target.row.identity),
            record.with_columns(target.fields),
            editor=person.sub,
            actor=person.actor,
            now=self._app.clock(),
        )
        return (await self._app.store.items.create(self._noted(change))).item_code, "created"

    async def _renew(self, item: Item, target: Target) -> tuple[str, Outcome]:
        """Put the columns of the file into the item's draft, or into a new one beside the live version."""
        if _is_there(item, target):
            return item.item_code, "unchanged"
        person = self._task.person

        def decide(present: Item) -> Change[Item] | None:
            record = _renewed(present, target)
            if (
                present.draft is not None
                and present.draft.stage != "draft"
                and present.draft.record != record
            ):
                raise InReview(present.item_code)
            change = items.edit(present, record, editor=person.sub, actor=person.actor, now=self._app.clock())
            return change and self._noted(change)

        await self._app.store.items.change(item.item_code, decide)
        return item.item_code, "updated"

    def _noted(self, change: Change[Item]) -> Change[Item]:
        return replace(change, note={**change.note, "import": self._task.reference})

    async def _told_again(self, done: Sequence[tuple[str, Outcome]]) -> list[tuple[str, Outcome]]:
        """A worker that died had done some of these rows: what it did to them is in their history."""
        same_now = [item_code for item_code, outcome in done if outcome == "unchanged"]
        acts = await self._app.store.acts_of_import(self._task.reference, same_now)
        told: dict[str, Outcome] = {
            item_code: "created" if act == "drafted" else "updated" for item_code, act in acts.items()
        }
        return [(item_code, told.get(item_code, outcome)) for item_code, outcome in done]


def _is_there(item: Item, target: Target) -> bool:
    base = item.base()
    if base is None or (item.withdrawn is not None and item.draft is None):
        return False
    news = cells_written.news(base, target.fields, table.FORM)
    return not news or base.with_columns(news) == base


def _renewed(item: Item, target: Target) -> DraftRecord:
    base = item.base() or _bare(item, target)
    record = base.with_columns(cells_written.news(base, target.fields, table.FORM))
    if item.adopted is None:
        return record
    standard = item.adopted.due.record
    # What follows from a reduction (texts of the guide, decided at once) has no column.
    made = reductions.reduced(standard, reductions.found(standard, record), record)
    return record.model_copy(update={"guide": made.guide, "handling": made.handling})


def _beyond(item: Item, target: Target) -> Sequence[Violation]:
    """What a row would make of an adopted item that is more than, or other than, its standard."""
    if item.adopted is None or _is_there(item, target):
        return ()
    try:
        adoption.must_follow_the_standard(item, _renewed(item, target))
    except NotAReduction as refused:
        return refused.violations
    return ()


def _told_once(beyond: Sequence[tuple[Target, Violation]]) -> list[RowProblem]:
    """The same fault of a row is told once, with the places where it is one."""
    places: dict[tuple[str, int, Violation], list[Target]] = {}
    for target, violation in beyond:
        places.setdefault((target.row.sheet, target.row.number, violation), []).append(target)
    return [
        targets[0].row.problem(
            _COLUMNS.get(violation.field, table.NAME),
            violation.rule,
            f"{listed([one.place.record.name for one in targets])}认领的事项只能减材料、压时限、降收费："
            f"{violation.zh}",
            f"请填写：{violation.standard}。",
        )
        for (_, _, violation), targets in places.items()
    ]


def _failure(
    done: Sequence[tuple[str, Outcome]], failed: Sequence[tuple[str, BaseException]]
) -> BaseException:
    """What is not about the row itself (the database is away, the service stops) goes before."""
    errors = [error for _, error in failed]
    others = [one for one in errors if isinstance(one, Unavailable) or not isinstance(one, Exception)]
    return others[0] if others else PartlyStored(done, failed)


def _bare(item: Item, target: Target) -> DraftRecord:
    return DraftRecord(base_code=item.base_code, name=target.name, implementing_body=target.body)


async def _begin(app: App, task: Task) -> ItemRows:
    return ItemRows(app, task, await app.store.places_and_units(task.at.entry_id))


IMPORTER = Importer(table.FORM, _begin)
