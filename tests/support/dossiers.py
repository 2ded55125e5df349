"""Accepted cases and published items with memorable data, for the tests of approval."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from contracts import Actor
from contracts.blocks import (
    ApplicantRef,
    Clock,
    Deferred,
    DueDate,
    ExtensionLimit,
    ItemRef,
    Limits,
    Material,
    UnitRef,
)
from contracts.blocks import Limit as LimitBlock
from contracts.catalog import ItemPublished
from contracts.intake import CaseAccepted
from contracts.items import (
    Basis,
    Fee,
    ItemLimits,
    ItemMaterial,
    ItemRecord,
    ItemResult,
    ItemStep,
    Recipient,
)

BEIJING = timezone(timedelta(hours=8))
APPLICANT = "a1.7c0e5b1f2d9a4e63"
CASE = "370104-20261123-7K3M9QX4"
ITEM = "05-0008-370104101"
TOWN, UNIT, HALL = "370104101", "u-370104101-01", "h-370104"
#: Monday; the clock starts on Tuesday.
ACCEPTED_AT = datetime(2026, 11, 23, 9, 31, 5, tzinfo=BEIJING)


def working_days(value: int) -> LimitBlock:
    return LimitBlock(value=value, unit="working_days")


def accepted(case_no: str = CASE, **given: Any) -> CaseAccepted:
    """A case accepted at a window of the county hall for a town; 10 working days promised, 20 by law."""
    dates = Clock(
        promised_due=DueDate(on=datetime(2026, 12, 7, tzinfo=UTC).date(), provisional=False),
        statutory_due=DueDate(on=datetime(2026, 12, 21, tzinfo=UTC).date(), provisional=False),
        starts_on=datetime(2026, 11, 24, tzinfo=UTC).date(),
        stopped=False,
        extended=False,
        calendar="00-2026.1",
    )
    handling = given.pop("handling", "promised")
    version = given.pop("version", 1)
    body: dict[str, Any] = {
        "place_code": TOWN,
        "at": ACCEPTED_AT,
        "actor": Actor(
            role="clerk", officer_id="clerk", hall_id=HALL, window_id=f"{HALL}-w-01", channel="window"
        ),
        "case_no": case_no,
        "item": ItemRef(
            item_code=given.pop("item_code", ITEM),
            base_code="05-0008",
            version=version,
            name="最低生活保障",
            kind="行政给付",
            handling=handling,
        ),
        "applicant": ApplicantRef(
            applicant_ref=APPLICANT, type="person", name_masked="张*", phone_masked="138****5678"
        ),
        "submitter_ref": APPLICANT,
        "unit": UnitRef(unit_id=UNIT, name="槐南镇人民政府(示例)"),
        "hall_id": HALL,
        "deemed": False,
        "channel": "window",
        "submitted_at": ACCEPTED_AT,
        "receipt_no": "R-370104101-20261123-0007",
        "materials": [Material(name="申请书", source="file", form="original", copies=1, file_id="f-1")],
        "deferred": [],
        "commitments": [],
        "limits": Limits(promised=working_days(10), statutory=working_days(20)),
        "clock": dates,
    }
    return CaseAccepted(**{**body, **given})


def with_gap(name: str = "子女在校就读证明") -> dict[str, Any]:
    """A material that may follow (容缺)."""
    return {"deferred": [Deferred(name=name, due_on=datetime(2026, 12, 4, tzinfo=UTC).date())]}


def with_extension() -> dict[str, Any]:
    """The limits of the guide in seed 000 附件5 §8: 45 working days, extendable to 90 days."""
    return {
        "limits": Limits(
            promised=working_days(45),
            statutory=working_days(45),
            extension=ExtensionLimit(value=90, unit="calendar_days", counted_from="acceptance"),
        )
    }


def record(**given: Any) -> ItemRecord:
    """The record of the item; its inspection stops the clock, at most 15 working days."""
    body: dict[str, Any] = {
        "base_code": "05-0008",
        "name": "最低生活保障",
        "kind": "行政给付",
        "implementing_body": "各乡镇人民政府",
        "unit_id": UNIT,
        "basis": [Basis(title="《社会救助暂行办法》", clause="第十一条")],
        "handling": "promised",
        "channels": ["window", "web"],
        "limits": ItemLimits(promised=working_days(10), statutory=working_days(20)),
        "fee": Fee(amount_fen=0, text="不收费"),
        "materials": [ItemMaterial(name="申请书")],
        "steps": [
            ItemStep(step="accept", name="受理", role="clerk", limit=working_days(1)),
            ItemStep(
                step="inspect",
                name="现场勘验",
                role="reviewer",
                limit=working_days(15),
                special=True,
                stops_clock=True,
                after=["accept"],
            ),
            ItemStep(step="decide", name="决定", role="chief", limit=working_days(9), after=["inspect"]),
        ],
        "result": ItemResult(
            type_code="approval",
            name="低保批准通知书",
            deliver_within=LimitBlock(value=10, unit="calendar_days"),
            recipients=[
                Recipient(kind="applicant", name="申请人"),
                Recipient(kind="unit", unit_id="u-370104-11", name="民政部门"),
            ],
        ),
        "regulators": [UnitRef(unit_id="u-370104-11", name="民政部门")],
    }
    return ItemRecord(**{**body, **given})


def published(item_code: str = ITEM, version: int = 1, **given: Any) -> ItemPublished:
    """A version of the item as the catalog publishes it."""
    made = given.pop("record", None) or record(**given)
    return ItemPublished(
        place_code=TOWN,
        at=datetime(2026, 7, 1, 9, tzinfo=BEIJING),
        actor=Actor(role="catalog-approver", officer_id="catalog-approver"),
        item_code=item_code,
        version=version,
        effective_from=datetime(2026, 7, 6, tzinfo=BEIJING),
        change="new",
        signed_by=["u-370104-01"],
        approved_by="u-370104-01",
        record_sha256=made.digest(),
        record=made,
    )
