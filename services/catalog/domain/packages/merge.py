"""The record of a package, derived from the pinned versions of its items and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contracts.items import ItemRecord
from contracts.packages import PackagePart, PackageRecord
from services.catalog.domain.item.process import cycle_in, layers
from services.catalog.domain.packages.draft import Library, PackageDraft, as_steps
from services.catalog.domain.packages.form import merged_form
from services.catalog.domain.packages.materials import merged_materials
from services.catalog.domain.packages.time import critical_path

Order = Sequence[tuple[str, Sequence[str]]]


def known_parts(draft: PackageDraft, library: Library) -> list[tuple[str, ItemRecord]]:
    """The parts whose pinned version is there, each once."""
    found: dict[str, ItemRecord] = {}
    for part in draft.parts:
        held = library.get(part.item_code)
        if held is not None and held.record is not None:
            found.setdefault(part.item_code, held.record)
    return list(found.items())


def order_of(draft: PackageDraft) -> list[tuple[str, list[str]]]:
    """Each part once, with the parts of the package that go before it."""
    codes = {part.item_code for part in draft.parts}
    order: dict[str, list[str]] = {}
    for part in draft.parts:
        order.setdefault(part.item_code, [code for code in part.after if code in codes])
    return list(order.items())


def earlier(order: Order) -> dict[str, frozenset[str]]:
    """For each part all that are decided before it, at whatever distance."""
    before: dict[str, frozenset[str]] = {}
    for step in (step for row in layers(as_steps(order)) for step in row):
        nearest = [code for code in step.after if code in before]
        before[step.step] = frozenset(nearest).union(*(before[code] for code in nearest))
    return before


def merged(draft: PackageDraft, library: Library) -> PackageRecord | None:
    """The whole record; None while fewer than two parts are known or they go round in a circle.

    What keeps a draft from being published besides is the lint's to say.
    """
    parts = known_parts(draft, library)
    records = dict(parts)
    order = [(code, after) for code, after in order_of(draft) if code in records]
    if len(parts) < 2 or cycle_in(as_steps(order)):
        return None
    before = earlier(order)
    form = merged_form(draft.questions, parts)
    return PackageRecord(
        name=draft.name,
        life_event=draft.life_event,
        subject=draft.subject,
        summary=draft.summary,
        parts=_parts(order, records, library),
        form=form,
        materials=merged_materials(parts, form, before),
        promised=critical_path(order, {code: record.limits.promised for code, record in parts}),
        statutory=critical_path(order, {code: record.limits.statutory for code, record in parts}),
        fee_fen=sum(record.fee.amount_fen for record in records.values()),
        sample=draft.sample or any(record.sample for record in records.values()),
    )


def _parts(order: Order, records: Mapping[str, ItemRecord], library: Library) -> list[PackagePart]:
    made = []
    for code, after in order:
        record, held = records[code], library[code]
        assert held.version is not None
        made.append(
            PackagePart(
                item_code=code,
                version=held.version,
                name=record.name,
                place_code=held.place,
                after=[one for one in after if one in records],
                promised=record.limits.promised,
                statutory=record.limits.statutory,
                fee_fen=record.fee.amount_fen,
                fee_text=record.fee.text,
                result=record.result.name if record.result else None,
            )
        )
    return made
