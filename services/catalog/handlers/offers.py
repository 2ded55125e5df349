"""Offering items in halls, and keeping the negative list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.offers import ExclusionReason
from services.catalog.app import App
from services.catalog.domain.entries import Entry
from services.catalog.domain.halls import offer_rates, offers
from services.catalog.domain.halls.offer_rates import HallRate
from services.catalog.domain.halls.offers import Offer
from services.catalog.domain.item.items import Item
from services.catalog.handlers.items import Person
from services.catalog.store import queries
from services.catalog.store.offers import Offerable
from services.runtime.change import Change
from services.runtime.idempotency import IdempotencyKey
from services.runtime.records import AlreadyExists

Decide = Callable[[Offer], Change[Offer] | None]


@dataclass(frozen=True, slots=True)
class HallList:
    """What the public reads of a hall: what is handled there, and what is not and where instead."""

    hall: Entry
    windows: Sequence[Entry]
    offered: Sequence[tuple[Offer, Offerable]]
    excluded: Sequence[tuple[Offer, Offerable]]


async def offer(
    app: App, hall_id: str, item_code: str, theme: str, kinds: list[str], person: Person
) -> Offer:
    """An item enters a window theme of a hall, or moves to another there."""
    hall, item = await _hall_and_item(app, hall_id, item_code)
    windows = await app.store.offers.windows(hall_id)
    return await _act(
        app,
        hall,
        item,
        lambda present: offers.offer(
            present, theme, kinds, windows=windows, actor=person.actor, now=app.clock()
        ),
    )


async def end(app: App, hall_id: str, item_code: str, reason: str, person: Person) -> Offer:
    """An item leaves a hall."""
    return await app.store.offers.records.change(
        offers.offer_id(hall_id, item_code),
        lambda present: offers.end(present, reason, actor=person.actor, now=app.clock()),
    )


async def propose_exclusion(
    app: App,
    hall_id: str,
    item_code: str,
    reason: ExclusionReason,
    handled_at: str,
    note: str | None,
    person: Person,
    key: IdempotencyKey | None = None,
) -> Offer:
    """Propose an entry of the hall's negative list."""
    hall, item = await _hall_and_item(app, hall_id, item_code)
    now = app.clock()
    version = item.in_force(now)
    secret = version is not None and version.record.secret
    return await _act(
        app,
        hall,
        item,
        lambda present: offers.propose_exclusion(
            present,
            reason,
            handled_at,
            secret=secret,
            by=person.sub,
            note=note,
            actor=person.actor,
            now=now,
        ),
        key,
    )


async def propose_lifting(
    app: App,
    hall_id: str,
    item_code: str,
    note: str | None,
    person: Person,
    key: IdempotencyKey | None = None,
) -> Offer:
    """Propose that an item is taken off the hall's negative list."""
    return await app.store.offers.records.change(
        offers.offer_id(hall_id, item_code),
        lambda present: offers.propose_lifting(
            present, by=person.sub, note=note, actor=person.actor, now=app.clock()
        ),
        key=key,
    )


async def approve(
    app: App, hall_id: str, item_code: str, person: Person, key: IdempotencyKey | None = None
) -> Offer:
    """A second person puts an item on the negative list, or takes it off."""
    return await app.store.offers.records.change(
        offers.offer_id(hall_id, item_code),
        lambda present: offers.approve(
            present, by=person.sub, unit=person.unit, actor=person.actor, now=app.clock()
        ),
        key=key,
    )


async def send_back(
    app: App,
    hall_id: str,
    item_code: str,
    reason: str,
    person: Person,
    key: IdempotencyKey | None = None,
) -> Offer:
    """A second person does not approve."""
    return await app.store.offers.records.change(
        offers.offer_id(hall_id, item_code),
        lambda present: offers.send_back(present, reason, by=person.sub, actor=person.actor, now=app.clock()),
        key=key,
    )


async def _hall_and_item(app: App, hall_id: str, item_code: str) -> tuple[Entry | None, Item]:
    return await app.store.entries.get(hall_id), await app.store.items.require(item_code)


async def _act(
    app: App, hall: Entry | None, item: Item, decide: Decide, key: IdempotencyKey | None = None
) -> Offer:
    """Do an act on an item at a hall; the document is made with the first one."""
    blank = offers.of(hall, item, app.clock())
    records = app.store.offers.records
    if await records.get(blank.offer_id) is None:
        change = decide(blank)
        assert change is not None  # nothing can be so already where nothing is
        try:
            return await records.create(change, key=key)
        except AlreadyExists:
            pass  # somebody was quicker: the act is done on what is there now
    return await records.change(blank.offer_id, decide, key=key)


# -- reading --------------------------------------------------------------------------------------------


async def of_hall(app: App, hall_id: str) -> HallList:
    """The list of a hall: secret items and what is not in force are left out."""
    hall = await app.store.entries.require(hall_id)
    found = await app.store.offers.of_halls([hall_id])
    codes = [one.item_code for one in found if one.offered or one.exclusion]
    items = {
        one.item_code: one
        for one in await app.store.offers.offerable({"_id": {"$in": codes}}, app.clock())
        if not one.secret
    }
    there = [(one, items[one.item_code]) for one in found if one.item_code in items]
    return HallList(
        hall,
        await app.store.offers.windows(hall_id),
        [pair for pair in there if pair[0].offered],
        [pair for pair in there if pair[0].exclusion],
    )


async def rates(app: App, place: str) -> list[HallRate]:
    """The rate of each hall at and below a place."""
    halls = await app.store.offers.halls(place)
    items = await app.store.offers.offerable(queries.under(place), app.clock())
    by_hall: dict[str, dict[str, Offer]] = {}
    for one in await app.store.offers.of_halls(hall.entry_id for hall in halls):
        by_hall.setdefault(one.hall_id, {})[one.item_code] = one
    return offer_rates.rates(halls, items, by_hall)


async def named(app: App, page: Sequence[Offer]) -> dict[str, Offerable]:
    """The items of a page of offers, as far as they are in force."""
    codes = [one.item_code for one in page]
    found = await app.store.offers.offerable({"_id": {"$in": codes}}, app.clock())
    return {one.item_code: one for one in found}
