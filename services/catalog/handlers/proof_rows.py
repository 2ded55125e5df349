"""Rows of 附件2–4 become rows of the working lists of a place (mission C2, C7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from services.catalog.app import App
from services.catalog.domain.cleanup import proof_cells, proof_forms, proofs
from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_records import ListKind
from services.catalog.domain.cleanup.proofs_rules import faults
from services.catalog.domain.tables.forms import Row, RowProblem
from services.catalog.domain.tables.imports import Outcome
from services.catalog.domain.text import same
from services.catalog.handlers.importers import Importer, Task, settled
from services.catalog.handlers.proofs import new_id, unit_ids
from services.runtime.change import Change
from services.runtime.clock import BEIJING
from services.runtime.records import AlreadyExists


class ProofRows:
    """Takes the rows of one import. The unit is the column's, else 填表单位 above the table."""

    def __init__(self, app: App, task: Task, list: ListKind, units: Mapping[str, str]) -> None:
        self._app, self._task, self._list, self._units = app, task, list, units

    async def check(self, rows: Sequence[Row]) -> list[RowProblem]:
        """Rows of which nobody says whose they are."""
        wrong, fix = "没有写明填表单位，", "请在表头上方写“填表单位：××局”，或者加一列“填表单位”。"
        return [row.problem(proof_forms.UNIT, "no-unit", wrong, fix) for row in rows if not self._unit(row)]

    async def put(self, rows: Sequence[Row]) -> list[tuple[str, Outcome]]:
        """Each row, new or put into the one that is known by unit, item and name."""
        place = self._task.at.entry_id
        made = {proofs.identity(self._new(row).record): row for row in rows}
        known = await self._app.store.proofs.known_as(self._list, place, sorted(made))
        return await settled(self._one(row, known.get(name)) for name, row in made.items())

    def _unit(self, row: Row) -> str:
        return str(row.fields.get("unit", ""))

    def _fields(self, row: Row) -> dict[str, object]:
        unit = self._unit(row)
        return {**row.fields, "unit": unit, "unit_id": self._units.get(same(unit))}

    def _new(self, row: Row) -> Proof:
        record = proof_cells.record(self._list, self._fields(row))
        place, person = self._task.at.entry_id, self._task.person
        return Proof(new_id(), self._list, place, record, self._app.clock(), (person.sub,))

    async def _one(self, row: Row, present: Proof | None) -> tuple[str, Outcome]:
        if present is None:
            new = self._new(row)
            change = proofs.entered(new, actor=self._task.person.actor, now=self._app.clock())
            try:
                return (await self._app.store.proofs.rows.create(self._noted(change))).proof_id, "created"
            except AlreadyExists:  # another import of the same table was quicker
                known = await self._app.store.proofs.known_as(self._list, new.place, [new.identity])
                present = known[new.identity]
        return await self._renew(row, present)

    async def _renew(self, row: Row, present: Proof) -> tuple[str, Outcome]:
        """Put the columns of the file into the row; agreement, samples and terms of commitment stay."""

        def decide(now_there: Proof) -> Change[Proof] | None:
            record = proof_cells.record(self._list, self._fields(row), now_there.record)
            if faults(record, self._app.clock().astimezone(BEIJING).date()):
                # What only editors enter does not go with the file's columns: the file is believed.
                record = proof_cells.record(self._list, self._fields(row))
            change = proofs.edited(
                now_there,
                record,
                editor=self._task.person.sub,
                actor=self._task.person.actor,
                now=self._app.clock(),
                revision=None,
            )
            return change and self._noted(change)

        changed = await self._app.store.proofs.rows.change(present.proof_id, decide)
        outcome: Outcome = "unchanged" if changed.revision == present.revision else "updated"
        return present.proof_id, await self._told_again(changed, outcome)

    async def _told_again(self, row: Proof, outcome: Outcome) -> Outcome:
        """A worker that died had done some of these rows: what it did is in their history."""
        if not self._task.again or outcome != "unchanged":
            return outcome
        acts = await self._app.store.proofs.rows.history(row.proof_id)
        ours = [act["type"] for act in acts if act["data"].get("import") == self._task.reference]
        if not ours:
            return outcome
        return "created" if ours[0] == "entered" else "updated"

    def _noted(self, change: Change[Proof]) -> Change[Proof]:
        return replace(change, note={**change.note, "import": self._task.reference})


async def _begin(list: ListKind, app: App, task: Task) -> ProofRows:
    return ProofRows(app, task, list, await unit_ids(app, task.at.entry_id))


NEEDED = Importer(proof_forms.NEEDED, partial(_begin, "needed"))
ISSUED = Importer(proof_forms.ISSUED, partial(_begin, "issued"))
INSPECTIONS = Importer(proof_forms.INSPECTIONS, partial(_begin, "inspections"))
