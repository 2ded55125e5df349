"""Levels: what is handed down is taken over (认领), reduced there, renewed and recalled (mission C9).

Seed 002 二(二)5: "委托下放事项认领率要达到100%并精准执行事项申报条件、申请材料……收费标准等事项要求". To
adopt changes nothing in what two people above signed, so one signature of the place is enough; whatever the
place asks less of is a draft of its editor and is reviewed like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contracts import Actor
from contracts.adoption import ItemAdopted, LocalReductionFiled
from contracts.blocks import UnitRef
from contracts.catalog import ItemChange, ItemPublished
from contracts.items import ItemRecord
from contracts.reductions import Reductions
from services.catalog.domain.entries import Entry
from services.catalog.domain.item import publishing
from services.catalog.domain.item.drafts import Draft, Waiver, still_meant
from services.catalog.domain.item.items import Item, Version
from services.catalog.domain.item.record import DraftRecord, opened
from services.catalog.domain.levels import reduction_rules
from services.catalog.domain.levels.adoption_refusals import (
    AlreadyAdopted,
    BeforeTheStandard,
    NotAdopted,
    NotHandedDown,
)
from services.catalog.domain.levels.reductions import NOTHING, found, instead_of, reduced, still_less
from services.catalog.domain.levels.standards import Adopted, Filing, Standard
from services.catalog.domain.tables import classes
from services.catalog.domain.text import identity
from services.runtime.change import Change

#: Who makes drafts that follow from a standard's new version.
SYSTEM = Actor(role="system")


@dataclass(frozen=True, slots=True)
class Taking:
    """What is adopted: the standard in force, where, by which unit; ``above`` is the unit it came from."""

    base: Item
    place: Entry
    unit: UnitRef
    above: UnitRef


def handed_down(item: Item, place: Entry, at: datetime) -> Version | None:
    """The version in force of an item that is handed down to a place; None where none is."""
    version = item.in_force(at)
    if version is None or _ended(item, at) or item.adopted is not None or version.record.main_item:
        return None
    return version if reaches(version.record, item.place, place) else None


def reaches(record: ItemRecord, origin: str, place: Entry) -> bool:
    """Whether a record names a place, or the level of a place below its own (`delegated_to`)."""
    below = place.entry_id != origin and place.entry_id.startswith(origin)
    return below and bool({place.entry_id, classes.level_of(place)} & set(record.delegated_to))


def adopt(
    taking: Taking, existing: Item | None, *, by: str, approver: str, actor: Actor, now: datetime
) -> Change[Item]:
    """A place takes an item over: its own item code, the same base code, version 1 (or the next one of an own
    or given-back item of that code). A draft of the place's own is replaced: the standard goes before it.
    """
    base = handed_down(taking.base, taking.place, now)
    if base is None:
        raise NotHandedDown(taking.base.item_code, taking.place.record.name)
    if existing is not None and existing.adopted is not None and not _ended(existing, now):
        raise AlreadyAdopted(existing.item_code)
    item = existing or _new(taking, base.record)
    record = _taken_over(taking, base.record)
    version = Version(
        number=item.latest + 1,
        effective_from=now,
        published_at=now,
        change="revised" if item.latest else "new",
        supersedes=None if item.withdrawn or not item.published else item.published[-1].number,
        signed_by=base.signed_by,
        approved_by=approver,
        record_sha256=record.digest(),
        record=record,
        waivers=still_meant(base.waivers, opened(record)),
        published_by=by,
    )
    adopted = Adopted(
        taking.base.item_code,
        Standard(base.number, base.effective_from, base.record),
        taking.above,
        filings=existing.adopted.filings if existing and existing.adopted else (),
    )
    changed = replace(
        item,
        revision=item.revision + 1 if existing else 1,
        latest=version.number,
        published=(version,),
        draft=None,
        withdrawn=None,
        ended=item.ends(),
        adopted=adopted,
    )
    event = ItemAdopted(
        **_as_published(changed, version, actor),
        base_version=base.number,
        level=classes.level_of(taking.place),
        unit=taking.unit,
    )
    note = {"version": version.number, "standard": taking.base.item_code, "by": by}
    return Change(changed, "adopted", actor, now, (event,), note)


def _new(taking: Taking, standard: ItemRecord) -> Item:
    place = taking.place.entry_id
    known_as = identity(_body(taking, standard), standard.name)
    return Item(f"{taking.base.base_code}-{place}", taking.base.base_code, place, known_as)


def _body(taking: Taking, standard: ItemRecord) -> str:
    """A class name (各乡镇人民政府) stands for each place of the level and so stays; else the unit's own."""
    return standard.implementing_body if classes.is_class(standard.implementing_body) else taking.unit.name


def _taken_over(taking: Taking, standard: ItemRecord) -> ItemRecord:
    local = opened(standard).model_copy(
        update={
            "unit_id": taking.unit.unit_id,
            "implementing_body": _body(taking, standard),
            "accepting_places": [],
            "guide": standard.guide.model_copy(update={"accepting": None, "consultation": []}),
        }
    )
    return reduced(standard, NOTHING, local)


# -- local drafts ---------------------------------------------------------------------------------------


def with_reductions(item: Item, asked: Reductions) -> DraftRecord:
    """The draft that asks less than the standard as said; a reduction that is not named is taken back."""
    adopted = _adopted(item)
    less = reduction_rules.must_be_less(adopted.due.record, asked)
    return opened(reduced(adopted.due.record, less, item.base() or opened(adopted.due.record)))


def must_follow_the_standard(item: Item, record: DraftRecord) -> None:
    """Refuse an edit of an adopted item that is more than, or other than, the standard."""
    if item.adopted is not None:
        reduction_rules.reductions_of(item.adopted.due.record, record)


def as_published(item: Item, change: Change[Item]) -> Change[Item]:
    """The publication of a draft, where the item is adopted: checked against the standard once more; a filing
    (备案) where its reductions change. Other items are published as they are.
    """
    if item.adopted is None:
        return change
    version, adopted = change.state.published[-1], item.adopted
    if version.effective_from < adopted.due.effective_from:
        raise BeforeTheStandard()
    less = reduction_rules.reductions_of(adopted.due.record, version.record)
    kind: ItemChange = "standard_revised" if adopted.next else version.change
    version = replace(version, change=kind)
    renewed = replace(adopted, standard=adopted.due, next=None, reductions=less)
    if less != adopted.reductions:
        filing = Filing(
            f"BA-{item.item_code}-{version.number}",
            version.number,
            change.at,
            less,
            instead_of(adopted.due.record, less),
            version.published_by,
            version.approved_by,
            _note(item),
        )
        renewed = replace(renewed, filings=(*adopted.filings, filing))
    state = replace(change.state, published=(*change.state.published[:-1], version), adopted=renewed)
    return replace(change, state=state, events=(_published(renewed, adopted, change, kind),))


def _note(item: Item) -> str | None:
    sent = item.draft.submission if item.draft else None
    return sent.note if sent else None


def _published(
    renewed: Adopted, before: Adopted, change: Change[Item], kind: ItemChange
) -> ItemPublished | LocalReductionFiled:
    (published,) = change.events
    assert isinstance(published, ItemPublished)
    given: dict[str, Any] = {name: getattr(published, name) for name in type(published).model_fields}
    given |= {"change": kind, "base_version": renewed.standard.version}
    if renewed.reductions == before.reductions:
        less = renewed.reductions if renewed.reductions != NOTHING else None
        return ItemPublished(**{**given, "reductions": less})
    filing = renewed.filings[-1]
    given |= {
        "reductions": filing.reductions,
        "filing_no": filing.filing_no,
        "filed_with": renewed.handed_down_by,
    }
    return LocalReductionFiled(**given)


# -- what follows from the standard ---------------------------------------------------------------------


def renew(
    item: Item, standard: Standard, waivers: tuple[Waiver, ...] = (), *, now: datetime
) -> Change[Item] | None:
    """The standard was revised above: the place's draft is made anew from it with the reductions that still
    are some. None where that version, or a later one, is known already. What was waived above stays waived.
    """
    adopted = item.adopted
    if adopted is None or item.withdrawn or standard.version <= adopted.due.version:
        return None
    present = item.base()
    less = adopted.reductions
    if item.draft is not None:
        less = found(adopted.due.record, item.draft.record)
    local = present or opened(standard.record)
    record = opened(reduced(standard.record, still_less(standard.record, less), local))
    draft = Draft(record, (), now, waivers=still_meant(waivers, record))
    changed = replace(item, draft=draft, revision=item.revision + 1, adopted=replace(adopted, next=standard))
    return Change(changed, "standard_revised", SYSTEM, now, note={"base_version": standard.version})


def recall(item: Item, reason: str, ends: datetime, version: int, *, now: datetime) -> Change[Item] | None:
    """What was handed down is taken back: by a version of the standard that does not name the place any more,
    or with the standard itself. None where the item ended already, or follows a later version.
    """
    if item.adopted is None or item.withdrawn or version < item.adopted.due.version:
        return None
    return publishing.withdraw(item, reason, actor=SYSTEM, now=now, effective_to=max(ends, now))


def _ended(item: Item, at: datetime) -> bool:
    return item.withdrawn is not None and item.withdrawn.effective_to <= at


def _adopted(item: Item) -> Adopted:
    if item.adopted is None:
        raise NotAdopted()
    return item.adopted


def _as_published(item: Item, version: Version, actor: Actor) -> dict[str, Any]:
    return {
        "place_code": item.place,
        "at": version.published_at,
        "actor": actor,
        "item_code": item.item_code,
        "version": version.number,
        "record": version.record,
        "effective_from": version.effective_from,
        "supersedes": version.supersedes,
        "change": version.change,
        "signed_by": list(version.signed_by),
        "approved_by": version.approved_by,
        "record_sha256": version.record_sha256,
    }
