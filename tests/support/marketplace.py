"""Agencies and selections for tests: a list of services, five agencies of one county, and their clients."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts import Actor
from contracts.blocks import Limit
from contracts.items import Basis
from services.catalog.domain.marketplace.agencies import Agency, AgencyRecord, Offer, Qualification
from services.catalog.domain.marketplace.agency_services import AgencyService, PriceGuidance, ServiceRecord
from services.catalog.domain.marketplace.closing import Standing
from services.catalog.domain.marketplace.credit_codes import check_character
from services.catalog.domain.marketplace.draws import commitment
from services.catalog.domain.marketplace.selections import Entered, Owner, Selection, Terms

PLACE, SERVICE = "370104", "zj-001"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
UNTIL = NOW + timedelta(days=3)
SEED = bytes(range(32))
ID = "xq-370104-20261123-7K3M9QX4"
EDITOR = Actor(role="editor", officer_id="editor", unit_id="u-370104-07")
APPROVER = Actor(role="catalog-approver", officer_id="approver", unit_id="u-370104-01")
CITIZEN = Actor(role="citizen")


def uscc(letter: str) -> str:
    """A credit code with a right check character."""
    first = f"91370104MA3{letter}1T2U4"
    return first + check_character(first)


A, B, C, D, E = (f"ag-{uscc(letter)}" for letter in "ABCDE")


def service(**changes: Any) -> AgencyService:
    """可行性研究报告编制, which asks for a certificate."""
    record: dict[str, Any] = {
        "name": "可行性研究报告编制",
        "basis": [Basis(title="《政府投资条例》", level="行政法规", clause="第九条")],
        "standard_limit": Limit(value=20, unit="working_days"),
        "price": PriceGuidance(text="市场调节价", lowest_fen=500_000, highest_fen=5_000_000),
        "qualification": "工程咨询单位资信",
    }
    return AgencyService(SERVICE, PLACE, record=ServiceRecord(**{**record, **changes}), published_at=NOW)


def service_body(**changes: Any) -> dict[str, Any]:
    """The same as it is sent."""
    record = service(**changes).record
    assert record is not None
    return record.model_dump(mode="json", exclude_none=True)


def record(letter: str = "A", **changes: Any) -> AgencyRecord:
    """An agency with a certificate for the service, valid for two more years."""
    given: dict[str, Any] = {
        "name": f"济南{letter}工程咨询有限公司",
        "uscc": uscc(letter),
        "phone": "0531-85061150",
        "offers": [Offer(service_code=SERVICE, price_fen=2_000_000, days=15)],
        "qualifications": [certificate()],
    }
    return AgencyRecord(**{**given, **changes})


def record_body(letter: str = "A", **changes: Any) -> dict[str, Any]:
    """The same as it is sent."""
    return record(letter, **changes).model_dump(mode="json", exclude_none=True)


def certificate(valid_to: date | None = date(2028, 11, 22), **changes: Any) -> Qualification:
    """工程咨询单位资信."""
    given: dict[str, Any] = {
        "name": "工程咨询单位资信(乙级)",
        "number": "乙1522026010001",
        "issuer": "山东省工程咨询协会",
        "valid_from": date(2024, 11, 23),
        "valid_to": valid_to,
        "services": [SERVICE],
    }
    return Qualification(**{**given, **changes})


def agency(letter: str = "A", **changes: Any) -> Agency:
    """An admitted agency."""
    return Agency(**{"agency_id": f"ag-{uscc(letter)}", "place": PLACE, "record": record(letter), **changes})


def selection(mode: str = "draw", **changes: Any) -> Selection:
    """A selection that is open for three days; terms are changed by their names."""
    of_terms = {name: changes.pop(name) for name in list(changes) if name in Terms.__dataclass_fields__}
    terms: dict[str, Any] = {
        "mode": mode,
        "service_code": SERVICE,
        "service_name": "可行性研究报告编制",
        "requirements": "新建养老服务中心，建筑面积约 3000 平方米。",
    }
    given: dict[str, Any] = {
        "selection_id": ID,
        "place": PLACE,
        "owner": Owner("citizen", person_ref="a1.7c0e5b1f2d9a4e63"),
        "terms": Terms(**{**terms, **of_terms}),
        "opened_at": NOW,
        "entries_until": UNTIL,
        "commitment": commitment(SEED) if mode != "comparison" else None,
    }
    return Selection(**{**given, **changes})


def entry(agency_id: str, **changes: Any) -> Entered:
    """An entry into a draw."""
    given: dict[str, Any] = {"agency_id": agency_id, "name": "机构", "at": NOW, "salt": "ab" * 16}
    return Entered(**{**given, **changes})


def good(*agency_ids: str, grade: str = "B") -> dict[str, Standing]:
    """Agencies that may be chosen."""
    return {agency_id: Standing(grade, None) for agency_id in agency_ids}  # type: ignore[arg-type]
