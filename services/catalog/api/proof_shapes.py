"""Answers about 清理证明, and the record of a body read by its list."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_circles import Circle
from services.catalog.domain.cleanup.proofs_figures import Figures, by_unit
from services.catalog.domain.cleanup.proofs_issues import issues
from services.catalog.domain.cleanup.proofs_records import RECORDS, ListKind, ProofRecord
from services.runtime.clock import BEIJING
from services.runtime.problems import Invalid

_WORDS = {"extra_forbidden": "不认识的字段，请去掉", "missing": "必填", "string_too_short": "不能为空"}


def record(list: ListKind, fields: dict[str, Any]) -> ProofRecord:
    """The list's own kind of record; 422 naming the field."""
    try:
        return RECORDS[list].model_validate(fields)
    except ValidationError as error:
        found = error.errors()[0]
        field = ".".join(["record", *(str(part) for part in found["loc"])])
        zh = _WORDS.get(found["type"], "格式或取值不对")
        raise Invalid(
            f"{field}：{zh}。",
            f"{field}: {found['type'].replace('_', ' ')}.",
            field=field,
        ) from None


def row(row: Proof, now: datetime) -> dict[str, Any]:
    """A row with what is still to be done about it."""
    today = now.astimezone(BEIJING).date()
    return {
        "proof_id": row.proof_id,
        "list": row.list,
        "place": row.place,
        "revision": row.revision,
        "edited_at": row.edited_at,
        "struck": row.struck,
        "record": row.record,
        "issues": [asdict(issue) for issue in issues(row.record, today)],
    }


def circle(circle: Circle) -> dict[str, Any]:
    """A circle in words."""
    return {
        "words": circle.words,
        "proofs": [need.proof for need in circle.needs],
        "needs": [asdict(need) for need in circle.needs],
        "cut": asdict(circle.cut),
        "advice": circle.advice,
        "source": circle.source,
    }


def figures(found: Figures) -> dict[str, Any]:
    """What was cut."""
    lists = ("needed", "issued", "inspections", "trainings")
    return {
        **{name: {**asdict(getattr(found, name)), "after": getattr(found, name).after} for name in lists},
        "kept_without_basis": found.kept_without_basis,
        "kept_shareable": found.kept_shareable,
        "kept_by_commitment": found.kept_by_commitment,
        "lengthened": found.lengthened,
        "annual_report": found.annual_report,
        "grounds": dict(found.grounds.most_common()),
        "reasons": [{"reason": reason, "count": n} for reason, n in found.reasons.most_common(10)],
        "by_unit": [
            {"place": place, "unit": unit, **asdict(count), "after": count.after}
            for place, unit, count in by_unit(found)
        ],
    }
