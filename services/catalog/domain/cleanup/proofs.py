"""A row of 附件2, 附件3 or 附件4 at a place and the acts on it (mission C7); they publish no event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from contracts import Actor
from contracts.items import Basis
from services.catalog.domain.cleanup.proofs_bases import with_level
from services.catalog.domain.cleanup.proofs_records import (
    CommitmentTerms,
    Inspection,
    IssuedProof,
    ListKind,
    NeededProof,
    ProofRecord,
)
from services.catalog.domain.cleanup.proofs_rules import faults
from services.catalog.domain.refusals import Stale
from services.catalog.domain.text import same
from services.runtime.change import Change
from services.runtime.clock import BEIJING
from services.runtime.problems import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Proof:
    """One row. ``revision`` is its ETag; ``editors`` all who had a hand in it; ``struck`` why it was wrong.

    ``wordings`` counts the texts of commitment that it ever had: a case says under which one it was given.
    """

    proof_id: str
    list: ListKind
    place: str
    record: ProofRecord
    edited_at: datetime
    editors: tuple[str, ...]
    revision: int = 1
    struck: str | None = None
    wordings: int = 0

    @property
    def identity(self) -> str:
        """By what a row is known again within a place: 填表单位, the item that asks, the name."""
        return identity(self.record)


class BreaksRule(Invalid):
    """The row breaks rules of the form; ``errors`` names each with its clause."""

    def __init__(self, record: ProofRecord, today: date) -> None:
        found = faults(record, today)
        super().__init__(
            f"{found[0].column}：{found[0].zh}",
            f"{found[0].field}: {found[0].en}",
            code=found[0].rule,
            field=found[0].field,
            errors=[
                {"field": one.field, "zh": one.zh, "en": one.en, "rule": one.rule, "source": one.source}
                for one in found
            ],
        )


class AlreadyListed(Conflict):
    """The unit's list has that row."""

    def __init__(self) -> None:
        super().__init__(
            "清单中已有这一行（填表单位、事项和名称都相同），请编辑原来的一行。",
            "The list has this row already; edit that one.",
            code="proof-listed",
            field="name",
        )


class Struck(Conflict):
    """A row that was struck is not edited."""

    def __init__(self) -> None:
        super().__init__(
            "这一行已经删除，请重新登记。", "The row was struck; enter it again.", code="proof-struck"
        )


def identity(record: ProofRecord) -> str:
    """As :attr:`Proof.identity`."""
    item = record.item_name if isinstance(record, NeededProof) else ""
    return f"{same(record.unit)}|{same(item)}|{same(record.name)}"


def entered(proof: Proof, *, actor: Actor, now: datetime) -> Change[Proof]:
    """A new row. :class:`BreaksRule`."""
    made = _ruled(replace(proof, edited_at=now), proof.record, None)
    return Change(made, "entered", actor, now, note=_note(made))


def edited(
    proof: Proof, record: ProofRecord, *, editor: str, actor: Actor, now: datetime, revision: int | None
) -> Change[Proof] | None:
    """The row as it shall be; None where it says nothing new. ``revision`` None: an import.

    A row that was struck comes back by an import only. :class:`BreaksRule`, Stale, :class:`Struck`.
    """
    if revision is not None and revision != proof.revision:
        raise Stale(proof.revision)
    if revision is not None and proof.struck is not None:
        raise Struck()
    ruled = _ruled(replace(proof, edited_at=now), record, proof.record)
    if ruled.record == proof.record and proof.struck is None:
        return None
    editors = (*(one for one in proof.editors if one != editor), editor)
    changed = replace(ruled, editors=editors, revision=proof.revision + 1, struck=None)
    return Change(changed, "edited", actor, now, note=_note(changed))


def struck(
    proof: Proof, reason: str, *, editor: str, actor: Actor, now: datetime, revision: int
) -> Change[Proof]:
    """Take out a row that was entered by mistake; what was cut by 清理 stays, with 取消. Stale, Struck."""
    if revision != proof.revision:
        raise Stale(proof.revision)
    if proof.struck is not None:
        raise Struck()
    changed = replace(
        proof,
        struck=reason,
        edited_at=now,
        editors=(*(one for one in proof.editors if one != editor), editor),
        revision=proof.revision + 1,
    )
    return Change(changed, "struck", actor, now, note={"reason": reason})


def _ruled(proof: Proof, record: ProofRecord, before: ProofRecord | None) -> Proof:
    """The row with this record, levels that titles show and the number of its wording. BreaksRule."""
    numbered = _numbered(proof, _with_levels(record), before)
    today = proof.edited_at.astimezone(BEIJING).date()
    if faults(numbered.record, today):
        raise BreaksRule(numbered.record, today)
    return numbered


def _with_levels(record: ProofRecord) -> ProofRecord:
    if isinstance(record, Inspection):
        halves = {
            name: half.model_copy(update={"basis": _levelled(half.basis)})
            for name, half in (("inspection", record.inspection), ("training", record.training))
            if half is not None
        }
        return record.model_copy(update=halves)
    return record.model_copy(update={"basis": _levelled(record.basis)})


def _levelled(basis: list[Basis]) -> list[Basis]:
    return [with_level(one, None) for one in basis]


def _numbered(proof: Proof, record: ProofRecord, before: ProofRecord | None) -> Proof:
    """The commitment's wording is counted here, whatever number a client sends."""
    if not isinstance(record, NeededProof) or record.commitment is None:
        return replace(proof, record=record)
    old = before.commitment if isinstance(before, NeededProof) else None
    same_as_before = old is not None and _same_words(old, record.commitment)
    number = old.version if old and same_as_before else proof.wordings + 1
    numbered = record.commitment.model_copy(update={"version": number})
    return replace(
        proof,
        record=record.model_copy(update={"commitment": numbered}),
        wordings=max(number, proof.wordings),
    )


def _same_words(one: CommitmentTerms, other: CommitmentTerms) -> bool:
    return one.model_copy(update={"version": 1}) == other.model_copy(update={"version": 1})


def _note(proof: Proof) -> dict[str, str]:
    record = proof.record
    if isinstance(record, NeededProof | IssuedProof) and record.opinion:
        return {"name": record.name, "verdict": record.opinion.verdict, "reason": record.opinion.reason}
    return {"name": record.name}
