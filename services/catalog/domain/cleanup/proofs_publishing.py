"""The published lists of a place: proofs kept, proofs under 告知承诺, inspections kept, edition by edition.

Published by an approver who edited none of the rows (seed 001 三(三)2; seed 000 二(三)3; ASVS 2.3.5).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts import Actor
from contracts.proofs import KeptInspection, ProofEntry, ProofList, ProofListPublished, ProofListRecord
from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_issues import Issue, issues
from services.catalog.domain.cleanup.proofs_records import Inspection, ListKind, NeededProof
from services.catalog.domain.text import same
from services.runtime.change import Change
from services.runtime.clock import BEIJING
from services.runtime.problems import Conflict, Forbidden, PreconditionFailed, TooLarge

#: From which working list each published list is made.
SOURCES: dict[ProofList, ListKind] = {
    "kept": "needed",
    "by_commitment": "needed",
    "inspections": "inspections",
}
#: Bytes of a list in an event, below the topic's megabyte.
LARGEST = 900 * 1024


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of one list of one place; ``list_id`` is ``place:list``."""

    list_id: str
    place: str
    list: ProofList
    edition: int
    published_at: datetime
    approved_by: str
    record: ProofListRecord
    sha256: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be published now: ``blocked`` are rows that stand in the way, ``open`` those left out."""

    place: str
    list: ProofList
    record: ProofListRecord
    sha256: str
    blocked: tuple[tuple[Proof, Issue], ...]
    open: int
    editors: frozenset[str]


class OwnList(Forbidden):
    """Who edited a row does not publish the list."""

    def __init__(self) -> None:
        super().__init__(
            "编辑过清单的人不能发布，请由另一位审核人发布。",
            "Whoever edited the list cannot publish it; another person must.",
            code="own-list",
        )


class Blocked(Conflict):
    """Kept proofs lack what keeping them needs."""

    def __init__(self, blocked: Sequence[tuple[Proof, Issue]]) -> None:
        proof, issue = blocked[0]
        super().__init__(
            f"还有 {len(blocked)} 处不符合保留的条件，补齐后才能发布。"
            f"第一处：{proof.record.name}——{issue.text}",
            f"{len(blocked)} things are lacking for what is kept; put them right first.",
            code="proofs-blocked",
            blocked=[
                {"proof_id": row.proof_id, "name": row.record.name, "code": one.code, "text": one.text}
                for row, one in blocked[:50]
            ],
        )


class NothingNew(Conflict):
    """The list is the one that is published."""

    def __init__(self, edition: int) -> None:
        super().__init__(
            f"清单与已经公布的第 {edition} 版相同，不需要重新发布。",
            f"The list is the same as edition {edition}.",
            code="list-unchanged",
        )


class AnotherList(PreconditionFailed):
    """The rows changed since the approver read the preview."""

    def __init__(self) -> None:
        super().__init__(
            "清单在您核对之后又有修改，请重新核对后再发布。",
            "The list changed since you read it; read it again.",
            code="stale",
            field="If-Match",
        )


def prepared(
    place: str, list: ProofList, rows: Iterable[Proof], item_codes: Mapping[str, str], now: datetime
) -> Prepared:
    """The list as it stands; ``item_codes`` are the place's live items by name."""
    rows = [row for row in rows if row.struck is None]
    record = _record(list, rows, item_codes)
    canonical = json.dumps(
        record.model_dump(mode="json", exclude_none=True),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    if len(canonical) > LARGEST:
        raise TooLarge(
            f"清单太大（{len(canonical) // 1024} KB），最多 {LARGEST // 1024} KB；请缩短承诺书文字。",
            f"The list is too large, at most {LARGEST // 1024} KB.",
            code="list-too-large",
        )
    today = now.astimezone(BEIJING).date()
    standing = [row for row in rows if list != "by_commitment" or _under_commitment(row)]
    return Prepared(
        place=place,
        list=list,
        record=record,
        sha256=hashlib.sha256(canonical).hexdigest(),
        blocked=tuple((row, one) for row in standing for one in issues(row.record, today) if one.blocks),
        open=sum(any(one.code == "open" for one in issues(row.record, today)) for row in rows),
        editors=frozenset(editor for row in rows for editor in row.editors),
    )


def published(
    present: Edition | None, ready: Prepared, *, seen: str, by: str, unit: str, actor: Actor, now: datetime
) -> Change[Edition]:
    """Publish the next edition. ``seen`` is the digest of what the approver read.

    OwnList, Blocked, NothingNew, AnotherList.
    """
    if by in ready.editors:
        raise OwnList()
    if seen != ready.sha256:
        raise AnotherList()
    if ready.blocked:
        raise Blocked(ready.blocked)
    if present is not None and present.sha256 == ready.sha256:
        raise NothingNew(present.edition)
    edition = Edition(
        list_id=f"{ready.place}:{ready.list}",
        place=ready.place,
        list=ready.list,
        edition=present.edition + 1 if present else 1,
        published_at=now,
        approved_by=unit,
        record=ready.record,
        sha256=ready.sha256,
    )
    event = ProofListPublished(
        place_code=ready.place,
        at=now,
        actor=actor,
        list=ready.list,
        edition=edition.edition,
        record=ready.record,
    )
    return Change(edition, "published", actor, now, (event,), {"edition": edition.edition})


def _under_commitment(row: Proof) -> bool:
    return isinstance(row.record, NeededProof) and row.record.commitment is not None


def _record(list: ProofList, rows: Sequence[Proof], item_codes: Mapping[str, str]) -> ProofListRecord:
    if list == "inspections":
        kept = [one for row in rows if isinstance(row.record, Inspection) for one in _inspections(row.record)]
        return ProofListRecord(inspections=sorted(kept, key=lambda one: (one.unit, one.licence, one.kind)))
    entries = [
        _entry(row, row.record, item_codes, with_commitment=list == "by_commitment")
        for row in rows
        if isinstance(row.record, NeededProof)
        and row.record.verdict == "保留"
        and (list == "kept" or row.record.commitment is not None)
    ]
    return ProofListRecord(
        entries=sorted(entries, key=lambda one: (one.unit or "", one.item_name, one.material))
    )


def _entry(
    row: Proof, record: NeededProof, item_codes: Mapping[str, str], *, with_commitment: bool
) -> ProofEntry:
    terms = record.commitment if with_commitment else None
    assert record.opinion is not None
    return ProofEntry(
        material=record.name,
        item_name=record.item_name,
        item_code=item_codes.get(same(record.item_name)),
        unit=record.unit,
        issued_by=record.issued_by,
        basis=record.basis,
        reason=record.opinion.reason,
        shared=record.shareable,
        commitment_text=terms.text if terms else None,
        commitment_version=f"{row.proof_id}/{terms.version}" if terms else None,
        commitment_liability=terms.liability if terms else None,
        commitment_supervision=terms.supervision if terms else None,
    )


def _inspections(record: Inspection) -> Iterable[KeptInspection]:
    if (half := record.inspection) and half.opinion and half.opinion.verdict == "保留":
        yield KeptInspection(
            licence=record.name,
            kind="年检",
            unit=record.unit,
            basis=half.basis,
            reason=half.opinion.reason,
            cycle_months=half.cycle_months,
            annual_report=half.annual_report,
        )
    if (other := record.training) and other.opinion and other.opinion.verdict == "保留":
        yield KeptInspection(
            licence=record.name,
            kind="政府指定培训",
            unit=record.unit,
            basis=other.basis,
            reason=other.opinion.reason,
        )
