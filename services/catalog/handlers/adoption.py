"""Taking over what is handed down, and what follows when the standard above changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from contracts.blocks import UnitRef
from contracts.catalog import ItemPublished, ItemWithdrawn
from contracts.reductions import Reductions
from services.catalog.app import App
from services.catalog.domain.entries import Entry
from services.catalog.domain.item import items
from services.catalog.domain.item.drafts import Waiver
from services.catalog.domain.item.items import Item
from services.catalog.domain.levels import adoption, adoption_rates
from services.catalog.domain.levels.adoption import Taking
from services.catalog.domain.levels.adoption_rates import HandedDown, PlaceRate, TakenOver
from services.catalog.domain.levels.adoption_refusals import WhichUnit
from services.catalog.domain.levels.standards import Standard
from services.catalog.domain.refusals import AlreadyThere
from services.catalog.domain.tables import classes
from services.catalog.handlers.directory import known_place
from services.catalog.handlers.items import AT_ONCE, Person
from services.runtime.change import Change
from services.runtime.idempotency import IdempotencyKey
from services.runtime.message import Message
from services.runtime.problems import Invalid
from services.runtime.records import AlreadyExists


@dataclass(frozen=True, slots=True)
class Waiting:
    """One standard handed down to a place, and what the place has of it."""

    standard: HandedDown
    taken: TakenOver | None


async def adopt(
    app: App, base_item: str, place: str, unit_id: str | None, person: Person, key: IdempotencyKey | None
) -> Item:
    """A place's approver takes over an item that is handed down to it."""
    if key is not None and (earlier := await app.store.items.created_with(key)) is not None:
        return earlier
    taking = await _taking(app, base_item, place, unit_id)

    def decide(existing: Item | None) -> Change[Item]:
        return adoption.adopt(
            taking, existing, by=person.sub, approver=person.unit, actor=person.actor, now=app.clock()
        )

    item_code = f"{taking.base.base_code}-{place}"
    existing = await app.store.items.get(item_code)
    if existing is None:
        try:
            item = await app.store.items.create(decide(None), key=key)
        except AlreadyExists:
            raise AlreadyThere(item_code) from None
    else:
        await app.store.archive(existing)
        item = await app.store.items.change(item_code, decide, key=key)
    return await _up_to_date(app, item)


async def _taking(app: App, base_item: str, place: str, unit_id: str | None) -> Taking:
    base = await app.store.items.require(base_item)
    at = await known_place(app, place)
    version = base.in_force(app.clock())
    body = version.record.implementing_body if version else ""
    unit = _unit(body, at, await app.store.places_and_units(place), unit_id)
    above = version.record.unit_id if version else base.place
    names = await app.store.names([above])
    return Taking(
        base,
        at,
        UnitRef(unit_id=unit.entry_id, name=unit.record.name),
        UnitRef(unit_id=above, name=names.get(above, above)),
    )


def _unit(body: str, place: Entry, directory: list[Entry], unit_id: str | None) -> Entry:
    units = [one for one in directory if one.kind == "unit" and one.place == place.entry_id]
    if unit_id is not None:
        named = [one for one in units if one.entry_id == unit_id]
        if not named:
            raise Invalid(
                f"{place.record.name}没有这个部门，请从该地区的部门中选择。",
                "The place has no such unit.",
                code="unknown-unit",
                field="unit_id",
            )
        return named[0]
    meant = classes.unit_meant(body, place.entry_id, units)
    if meant is None and len(units) == 1:
        return units[0]
    if meant is None:
        raise WhichUnit(place.record.name, len(units))
    return meant


async def _up_to_date(app: App, item: Item) -> Item:
    """A version of the standard that came in between, or is still to take effect, is told at once."""
    assert item.adopted is not None
    base = await app.store.items.require(item.adopted.base_item)
    newest = base.published[-1]
    standard = Standard(newest.number, newest.effective_from, newest.record)
    return await _follow(app, item.item_code, base.place, standard)


async def reduce(app: App, item_code: str, asked: Reductions, person: Person, revision: int | None) -> Item:
    """Draft what a place asks less of; it is in force once it was reviewed and published."""

    def decide(item: Item) -> Change[Item] | None:
        return items.edit(
            item,
            adoption.with_reductions(item, asked),
            editor=person.sub,
            actor=person.actor,
            now=app.clock(),
            revision=revision,
        )

    return await app.store.items.change(item_code, decide)


# -- reading --------------------------------------------------------------------------------------------


async def waiting(app: App, place: Entry) -> list[Waiting]:
    """All that is handed down to a place, with what the place has of it."""
    now = app.clock()
    due = adoption_rates.for_place(await app.store.adoption.handed_down(place.entry_id, now), place)
    taken = await app.store.adoption.taken_over([place.entry_id], [one.base_code for one in due], now)
    return [Waiting(one, taken.get((place.entry_id, one.base_code))) for one in due]


async def rates(app: App, place: str) -> list[PlaceRate]:
    """The adoption rate of each place at and below a place."""
    now = app.clock()
    directory = await app.store.places_and_units(place)
    places = [entry for entry in directory if entry.kind == "place"]
    standards = await app.store.adoption.handed_down(place, now)
    taken: Mapping[tuple[str, str], TakenOver] = await app.store.adoption.taken_over(
        [one.entry_id for one in places], [one.base_code for one in standards], now
    )
    return adoption_rates.rates(standards, taken, places)


# -- what follows from the standard ---------------------------------------------------------------------


async def standard_published(app: App, message: Message) -> None:
    """`item-published`, own: adopters get a renewed draft; where it is handed down no more, they end."""
    event = cast(ItemPublished, message.data)
    standard = Standard(event.version, event.effective_from, event.record)
    await _each_adopter(
        app, event.item_code, lambda item_code: _follow(app, item_code, event.place_code, standard)
    )


async def standard_withdrawn(app: App, message: Message) -> None:
    """`item-withdrawn`, own: what was adopted from it ends with it."""
    event = cast(ItemWithdrawn, message.data)
    reason = f"上级标准事项已撤销：{event.reason}"
    await _each_adopter(
        app,
        event.item_code,
        lambda item_code: _end(app, item_code, reason, event.effective_to, event.version),
    )


async def _follow(app: App, item_code: str, origin: str, standard: Standard) -> Item:
    item = await app.store.items.require(item_code)
    place = await app.store.entries.get(item.place)
    if place is not None and not adoption.reaches(standard.record, origin, place):
        reason = "上级不再委托下放该事项。"
        return await _end(app, item_code, reason, standard.effective_from, standard.version)
    waivers = await _waived(app, item, standard)
    return await app.store.items.change(
        item_code, lambda present: adoption.renew(present, standard, waivers, now=app.clock())
    )


async def _waived(app: App, item: Item, standard: Standard) -> tuple[Waiver, ...]:
    assert item.adopted is not None
    base = await app.store.items.require(item.adopted.base_item)
    return next((one.waivers for one in base.published if one.number == standard.version), ())


async def _end(app: App, item_code: str, reason: str, ends: datetime, version: int) -> Item:
    return await app.store.items.change(
        item_code, lambda item: adoption.recall(item, reason, ends, version, now=app.clock())
    )


async def _each_adopter(app: App, base_item: str, follow: Callable[[str], Awaitable[Item]]) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(item_code: str) -> None:
        async with turn:
            await follow(item_code)

    await asyncio.gather(*(one(code) for code in await app.store.adoption.adopters(base_item)))
