"""How agencies are shown and compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.catalog.domain.marketplace.agencies import Agency
from services.catalog.domain.marketplace.agency_services import AgencyService
from services.catalog.domain.marketplace.agency_standing import suggested_grade
from services.catalog.store.selections import Work

_LAST = 10**15


def agency_view(
    agency: Agency,
    today: date,
    work: Work | None,
    services: Mapping[str, AgencyService] | None,
    *,
    service: AgencyService | None = None,
    in_full: bool = False,
) -> dict[str, Any]:
    """An agency as the public sees it; ``in_full`` with its draft, for itself and its officers."""
    work = work or Work()
    shown: dict[str, Any] = {
        "agency_id": agency.agency_id,
        "place": agency.place,
        "state": agency.state(today),
        "admitted_at": agency.admitted_at,
        "record": agency.record,
        "grade": agency.grade,
        "grade_reason": agency.grade_reason,
        "bar": _bar(agency) if agency.barred(today) else None,
        "removed": agency.removed,
        "jobs": work.jobs,
        "done": work.done,
        "rating": round(sum(work.ratings) / len(work.ratings), 1) if work.ratings else None,
        "revision": agency.revision,
    }
    if services is not None:
        shown["services"] = [
            _offered(agency, one, today) for code in _codes(agency) if (one := services.get(code)) is not None
        ]
    if service is not None:
        shown["offer"] = next(
            offer for offer in _offers(agency) if offer.service_code == service.service_code
        )
    if in_full:
        shown["suggested_grade"] = suggested_grade(work.ratings)
        shown["draft"] = (
            {"record": agency.draft.record, "at": agency.draft.at, "returned": agency.draft.returned}
            if agency.draft
            else None
        )
    return shown


def sorted_by(by: str, service_code: str, able: list[Agency], work: Mapping[str, Work]) -> list[Agency]:
    """The best first: cheapest, fastest, best grade, most jobs; equal ones by the others, then by name."""

    def key(agency: Agency) -> tuple[Any, ...]:
        offer = next(one for one in _offers(agency) if one.service_code == service_code)
        price = _LAST if offer.price_fen is None else offer.price_fen
        days = _LAST if offer.days is None else offer.days
        jobs = -work.get(agency.agency_id, Work()).jobs
        first = {"price": price, "days": days, "grade": agency.grade, "jobs": jobs}[by]
        return first, agency.grade, price, days, jobs, agency.agency_id

    return sorted(able, key=key)


def _offers(agency: Agency) -> list[Any]:
    return list(agency.record.offers) if agency.record else []


def _codes(agency: Agency) -> list[str]:
    return [offer.service_code for offer in _offers(agency)]


def _offered(agency: Agency, service: AgencyService, today: date) -> dict[str, Any]:
    may, until = agency.qualified_until(service, today)
    return {
        "service_code": service.service_code,
        "name": service.record.name if service.record else service.service_code,
        "qualified": may,
        "until": until,
        "why_not": agency.why_not(service, today),
    }


def _bar(agency: Agency) -> dict[str, Any]:
    assert agency.bar is not None
    return {
        "since": agency.bar.since,
        "until": agency.bar.until,
        "reason": agency.bar.reason,
        "appeal": agency.bar.appeal,
    }
