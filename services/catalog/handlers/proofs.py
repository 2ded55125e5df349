"""清理证明: entering and editing rows of 附件2–4, comparing them, publishing the lists (mission C7)."""

from __future__ import annotations

import asyncio
import secrets

from contracts.proofs import ProofList
from services.catalog.app import App
from services.catalog.domain.cleanup import proofs, proofs_circles, proofs_crosscheck, proofs_figures
from services.catalog.domain.cleanup import proofs_publishing as publishing
from services.catalog.domain.cleanup.proofs import AlreadyListed, Proof
from services.catalog.domain.cleanup.proofs_circles import Circle
from services.catalog.domain.cleanup.proofs_crosscheck import Found
from services.catalog.domain.cleanup.proofs_figures import Figures
from services.catalog.domain.cleanup.proofs_publishing import Edition, Prepared
from services.catalog.domain.cleanup.proofs_records import ListKind, NeededProof, ProofRecord
from services.catalog.domain.text import must_be_sound, same
from services.catalog.handlers.items import Person
from services.runtime.change import Change
from services.runtime.idempotency import IdempotencyKey
from services.runtime.problems import Invalid, NotFound
from services.runtime.records import AlreadyExists


def new_id() -> str:
    """A row's id."""
    return f"pr-{secrets.token_hex(10)}"


async def enter(
    app: App, list: ListKind, place: str, record: ProofRecord, person: Person, key: IdempotencyKey | None
) -> Proof:
    """A new row. AlreadyListed, BreaksRule; 422 for a file that is not here."""
    record = await _sound(app, place, record)
    now = app.clock()
    row = Proof(new_id(), list, place, record, now, (person.sub,))
    try:
        return await app.store.proofs.rows.create(proofs.entered(row, actor=person.actor, now=now), key=key)
    except AlreadyExists:
        pass
    present = (await app.store.proofs.known_as(list, place, [proofs.identity(record)])).values()
    struck = next((one for one in present if one.struck is not None), None)
    if struck is None:
        raise AlreadyListed()
    return await _change(app, struck.proof_id, record, person, None, key)


async def edit(app: App, row: Proof, record: ProofRecord, person: Person, revision: int) -> Proof:
    """The row as it shall be."""
    return await _change(app, row.proof_id, await _sound(app, row.place, record), person, revision, None)


async def _change(
    app: App,
    proof_id: str,
    record: ProofRecord,
    person: Person,
    revision: int | None,
    key: IdempotencyKey | None,
) -> Proof:
    def decide(present: Proof) -> Change[Proof] | None:
        return proofs.edited(
            present, record, editor=person.sub, actor=person.actor, now=app.clock(), revision=revision
        )

    try:
        return await app.store.proofs.rows.change(proof_id, decide, key=key)
    except AlreadyExists:
        raise AlreadyListed() from None


async def strike(app: App, row: Proof, reason: str, person: Person, revision: int) -> Proof:
    """Take out a row that was entered by mistake."""
    must_be_sound({"reason": reason})
    return await app.store.proofs.rows.change(
        row.proof_id,
        lambda present: proofs.struck(
            present, reason, editor=person.sub, actor=person.actor, now=app.clock(), revision=revision
        ),
    )


async def _sound(app: App, place: str, record: ProofRecord) -> ProofRecord:
    """The record with its unit's id from the directory; invisible characters and lost files refused."""
    must_be_sound(record.model_dump(mode="json", exclude_none=True))
    if isinstance(record, NeededProof):
        wanted = {sample.file_id: "samples" for sample in record.samples}
        if record.agreement:
            wanted[record.agreement.file_id] = "agreement.file_id"
        for lost in wanted.keys() - await app.store.proof_files.known(wanted, place):
            raise Invalid(
                "上传的文件不存在，请重新上传。",
                "There is no such file; upload it again.",
                code="unknown-file",
                field=wanted[lost],
            )
    return record.model_copy(update={"unit_id": (await unit_ids(app, place)).get(same(record.unit))})


async def unit_ids(app: App, place: str) -> dict[str, str]:
    """Name (as :func:`same`) → id of the units at and below a place."""
    entries = await app.store.places_and_units(place)
    return {same(entry.record.name): entry.entry_id for entry in entries if entry.kind == "unit"}


# -- what the lists say ------------------------------------------------------------------------------------


async def crosscheck(app: App, place: str) -> list[Found]:
    """对照 at and below a place."""
    needed, issued = await _both(app, place)
    items = await app.store.proofs.item_materials(place, app.clock())
    return await asyncio.to_thread(proofs_crosscheck.crosscheck, needed, issued, items)


async def circles(app: App, place: str) -> tuple[list[Circle], bool]:
    """循环证明 at and below a place; True where there are more than are told."""
    needed, issued = await _both(app, place)
    items = await app.store.proofs.item_materials(place, app.clock())
    return await asyncio.to_thread(proofs_circles.circles, needed, issued, items)


async def figures(app: App, place: str) -> Figures:
    """成效 at and below a place."""
    rows = await app.store.proofs.all(place, "needed", "issued", "inspections")
    return await asyncio.to_thread(proofs_figures.figures, rows)


async def _both(app: App, place: str) -> tuple[list[Proof], list[Proof]]:
    rows = await app.store.proofs.all(place, "needed", "issued")
    return [row for row in rows if row.list == "needed"], [row for row in rows if row.list == "issued"]


# -- publishing --------------------------------------------------------------------------------------------


async def prepared(app: App, place: str, list: ProofList) -> Prepared:
    """What would be published now."""
    rows = await app.store.proofs.of_place(place, publishing.SOURCES[list])
    names = [row.record.item_name for row in rows if isinstance(row.record, NeededProof)]
    codes = await app.store.proofs.live_codes(place, names, app.clock())
    return publishing.prepared(place, list, rows, codes, app.clock())


async def publish(
    app: App, place: str, list: ProofList, seen: str, person: Person, key: IdempotencyKey | None
) -> Edition:
    """Publish the next edition of a list. The one that it replaces is in the archive before the act."""
    ready, editions, list_id = await prepared(app, place, list), app.store.proofs.editions, f"{place}:{list}"

    def decide(present: Edition | None, archived: int = 0) -> Change[Edition]:
        change = publishing.published(
            present,
            ready,
            seen=seen,
            by=person.sub,
            unit=person.unit,
            actor=person.actor,
            now=app.clock(),
        )
        if present is not None and present.edition != archived:  # published by another just now
            raise publishing.AnotherList()
        return change

    former = await editions.get(list_id)
    if former is None:
        try:
            return await editions.create(decide(None), key=key)
        except AlreadyExists:
            former = await editions.require(list_id)
    await app.store.proofs.archive(former)
    archived = former.edition
    return await editions.change(list_id, lambda present: decide(present, archived), key=key)


async def edition(app: App, place: str, list: ProofList, number: int) -> Edition:
    """An edition of a published list, the present one or one of before; 404 where there is none."""
    present = await app.store.proofs.editions.require(f"{place}:{list}")
    if present.edition == number:
        return present
    found = await app.store.proofs.archived(present.list_id, number)
    if found is None:
        raise NotFound("没有这一版清单。", "There is no such edition.", field="edition")
    return found
