"""What drafts are judged by, gathered for the lint: words, units and agreements of their places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contracts.base import lineage
from services.catalog.app import App
from services.catalog.domain.checks import lint_proofs, lint_units
from services.catalog.domain.checks.known import Agreed, Known
from services.catalog.domain.cleanup import proofs_agreements
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.record import DraftRecord, opened
from services.catalog.handlers import parameters
from services.runtime.clock import BEIJING


async def known(app: App, item: Item, record: DraftRecord | None = None) -> Known:
    """What is known of one item's draft, or of a record that is being written."""
    (found,) = await known_of_each(app, [(item, record or item.base())])
    return found


async def known_of_each(app: App, drafts: Sequence[tuple[Item, DraftRecord | None]]) -> list[Known]:
    """What is known of each of these drafts, in their order; places and units are asked for once."""
    places = {item.place for item, _ in drafts}
    words = {place: await parameters.word_lists(app, place) for place in places}
    units = await app.store.open_units(unit for _, record in drafts for unit in _units(record))
    baseless = {item.place for item, record in drafts if record and any(lint_proofs.baseless(record))}
    agreed = await _agreed(app, baseless)
    return [
        Known(
            words[item.place],
            item.place,
            {unit: units[unit] for unit in _units(record) if unit in units},
            _handed_down(item),
            tuple(one for one in agreed if item.place.startswith(one.place)),
        )
        for item, record in drafts
    ]


async def _agreed(app: App, places: Iterable[str]) -> tuple[Agreed, ...]:
    """The agreements at these places and above them."""
    above = sorted({one for place in places for one in lineage(place)})
    rows = await app.store.proofs.kept_without_basis(above) if above else []
    return proofs_agreements.in_force(rows, app.clock().astimezone(BEIJING).date())


def _units(record: DraftRecord | None) -> set[str]:
    return {unit_id for _, unit_id in lint_units.named(record)} if record else set()


def _handed_down(item: Item) -> frozenset[str]:
    return frozenset(_units(opened(item.adopted.due.record)) if item.adopted else ())
