"""Comparisons as the pages and the workbook show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from contracts.blocks import Limit
from services.catalog.domain.compare.comparison import Comparison, Terms, lead_shares
from services.catalog.domain.compare.comparison_sets import ComparisonSet
from services.catalog.domain.levels.reduction_rules import in_words
from services.catalog.exports import Printed, Printout
from services.catalog.handlers.comparison import Candidate
from services.runtime.clock import BEIJING


def beside(one: Comparison) -> dict[str, Any]:
    """One own item and the others, with what is best and what to cut."""
    best = {
        "materials": one.best(lambda terms: terms.count),
        "days": one.best(lambda terms: terms.days),
        "fee_fen": one.best(lambda terms: terms.fee_fen),
    }
    leads = {
        "materials": one.leads(lambda terms: terms.count),
        "time": one.leads(lambda terms: terms.days),
        "fee": one.leads(lambda terms: terms.fee_fen),
    }
    cuts = one.cuts()
    return {
        "base_code": one.base_code,
        "item_code": one.own.item_code,
        "name": one.own.name,
        "own": _terms(one.own, best),
        "others": [_terms(terms, best) for terms in one.others],
        "leads": leads,
        "cuts": {
            "materials": cuts.materials,
            "candidates": [asdict(candidate) for candidate in cuts.candidates],
            "promised": cuts.promised,
            "days": cuts.days,
            "fee_fen": cuts.fee_fen,
        },
    }


def _terms(terms: Terms, best: dict[str, Any]) -> dict[str, Any]:
    return {
        "source": terms.source,
        "name": terms.name,
        "item_code": terms.item_code,
        "materials": terms.materials,
        "count": terms.count,
        "promised": terms.promised,
        "days": float(terms.days) if terms.days is not None else None,
        "fee_fen": terms.fee_fen,
        "fee_text": terms.fee_text,
        "best": [
            name
            for name, value in (("materials", terms.count), ("days", terms.days), ("fee_fen", terms.fee_fen))
            if value is not None and value == best[name]
        ],
    }


def summary(found: Sequence[Comparison]) -> dict[str, Any]:
    """How many items are compared, and how many of them lead."""
    compared = [one for one in found if one.others]
    shares = lead_shares(compared)
    return {
        "own_items": len(found),
        "compared": len(compared),
        "leads": {
            name: {"count": lead, "of": judged, "rate": lead / judged if judged else None}
            for name, (lead, judged) in shares.items()
        },
    }


def listed_set(one: ComparisonSet) -> dict[str, Any]:
    """A list of another place in one line."""
    return {
        "set_id": one.set_id,
        "place": one.place,
        "source": one.source,
        "as_of": one.as_of,
        "at": one.at,
        "rows": len(one.rows),
        "problems": len(one.problems),
        "confirmed": sum(match.decision == "confirmed" for match in one.matches),
        "revision": one.revision,
        "closed": one.closed,
    }


def set_in_full(one: ComparisonSet, candidates: Sequence[Candidate]) -> dict[str, Any]:
    """A list with its problems, and the rows that an editor must look at."""
    return {
        **listed_set(one),
        "problems_found": [asdict(problem) for problem in one.problems],
        "candidates": [
            {
                "number": candidate.row.number,
                "name": candidate.row.name,
                "suggested": [{"base_code": code, "alike": alike} for code, alike in candidate.suggested],
            }
            for candidate in candidates
        ],
    }


_COLUMNS = (
    "事项名称",
    "来源",
    "材料数",
    "申请材料",
    "承诺时限",
    "折合自然日",
    "收费",
    "是否最优",
    "赶超措施",
)
_WIDTHS = (16, 12, 6, 28, 10, 8, 10, 10, 28)


def printout(place: str, found: Iterable[Comparison], now: datetime) -> Printout:
    """The comparison as a table: a line for each place, the own one first with what to cut."""
    columns = [Printed(name, width) for name, width in zip(_COLUMNS, _WIDTHS, strict=True)]
    on = now.astimezone(BEIJING).date().isoformat()
    rows = [line for one in found for line in _lines(one)]
    return Printout(f"{place}政务服务事项对标表", columns, rows, above=(f"本地：{place}", f"日期：{on}"))


def _lines(one: Comparison) -> Iterator[list[str]]:
    shown = beside(one)
    for at, (terms, json) in enumerate(
        zip((one.own, *one.others), (shown["own"], *shown["others"]), strict=True)
    ):
        best = "、".join(_BEST[name] for name in json["best"])
        yield [
            terms.name,
            terms.source,
            "" if terms.count is None else str(terms.count),
            "\n".join(terms.materials or ()),
            _limit(terms.promised),
            "" if terms.days is None else f"{float(terms.days):g}",
            terms.fee_text or "",
            best,
            _measures(one) if at == 0 else "",
        ]


_BEST = {"materials": "材料最少", "days": "时限最短", "fee_fen": "收费最低"}


def _limit(limit: Limit | None) -> str:
    return in_words(limit) if limit is not None else ""


def _measures(one: Comparison) -> str:
    cuts = one.cuts()
    parts = []
    if cuts.materials:
        names = "、".join(candidate.name for candidate in cuts.candidates if candidate.cut)
        parts.append(f"减材料 {cuts.materials} 份：{names}")
    if cuts.promised is not None:
        parts.append(f"时限压缩 {cuts.days} 天，至{in_words(cuts.promised)}")
    if cuts.fee_fen:
        parts.append(f"收费降低 {cuts.fee_fen / 100:g} 元")
    return "；".join(parts) or "已领先"
