"""The review rule and the word lists that hold at a place, and setting them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.catalog.app import App
from services.catalog.domain import parameters
from services.catalog.domain.checks.word_lists import WordLists
from services.catalog.domain.item.drafts import ReviewRule
from services.catalog.domain.parameters import LISTS, Name, Parameter
from services.catalog.domain.refusals import WhichRevision
from services.catalog.handlers.acting import Person
from services.catalog.handlers.directory import known_place
from services.runtime.problems import Invalid
from services.runtime.records import AlreadyExists


async def review_rule(app: App, place: str) -> ReviewRule:
    """Who must agree to a draft of a place today."""
    found = await app.store.parameters.for_place(place, ("review",))
    held = parameters.holding(found, "review", place, app.clock())
    return parameters.review_rule(held[1].value if held else None)


async def word_lists(app: App, place: str) -> WordLists:
    """The lists that the lint of a place's drafts uses today."""
    found = await app.store.parameters.for_place(place, LISTS)
    return parameters.word_lists(found, place, app.clock())


async def put(
    app: App,
    name: Name,
    place: str,
    value: Mapping[str, Any],
    person: Person,
    *,
    revision: int | None,
    effective_from: datetime | None,
) -> Parameter:
    """Set a place's own version; its first one needs no If-Match (or the 0 that was read)."""
    await known_place(app, place)
    records, now = app.store.parameters.records, app.clock()
    parameter_id = parameters.parameter_id(name, place)
    if not revision and await records.get(parameter_id) is None:
        first = parameters.set_up(
            name, place, value, by=person.sub, actor=person.actor, now=now, effective_from=effective_from
        )
        try:
            return await records.create(first)
        except AlreadyExists:
            raise WhichRevision() from None
    return await records.change(
        parameter_id,
        lambda present: parameters.alter(
            present,
            value,
            revision=revision,
            by=person.sub,
            actor=person.actor,
            now=now,
            effective_from=effective_from,
        ),
    )


async def must_be_units(app: App, place: str, units: list[str], field: str) -> None:
    """Refuse ids that are no open units of the place or of one above it."""
    for number, unit_id in enumerate(units):
        unit = await app.store.entries.get(unit_id)
        if unit is None or unit.kind != "unit" or unit.closed or not place.startswith(unit.place):
            where = f"{field}.{number}" if len(units) > 1 or field == "units" else field
            raise Invalid(
                f"{where}：目录中没有这个部门，或者它不在本级和上级区划。",
                f"{where}: no open unit of this place or one above it.",
                code="unknown-unit",
                field=where,
            )
