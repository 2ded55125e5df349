"""The agreements by which proofs without legal basis are kept, as the lint of items asks for them (C7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.catalog.domain.checks.known import Agreed
from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_issues import issues
from services.catalog.domain.cleanup.proofs_records import NeededProof


def in_force(rows: Iterable[Proof], today: date) -> tuple[Agreed, ...]:
    """What is kept though it has no basis, with nothing lacking on this day: agreement and this year's sample
    are on file (附件2 说明 3).
    """
    return tuple(agreed for row in rows if (agreed := _agreed(row, today)))


def _agreed(row: Proof, today: date) -> Agreed | None:
    record = row.record
    if not isinstance(record, NeededProof) or record.agreement is None or row.struck is not None:
        return None
    if record.verdict != "保留" or any(issue.blocks for issue in issues(record, today)):
        return None
    return Agreed(row.place, record.item_name, record.name, record.agreement.unit, record.agreement.on)
