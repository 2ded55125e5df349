"""What the catalog would have published before a hall opens: one small item and the directory round it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from contracts import Actor
from contracts.base import EventData
from contracts.blocks import Limit
from contracts.catalog import DirectoryEntryPublished, DirectoryRecord, EntryKind, ItemPublished
from contracts.items import Fee, ItemLimits, ItemMaterial, ItemRecord, ItemResult, ItemStep, Recipient

PLACE, UNIT, HALL, WINDOW = "370104", "u-370104-07", "h-370104", "w-370104-01"
ITEM = f"05-0031-{PLACE}"
#: Something to bring, and something that a commitment may stand for.
FORM, RESIDENCE = "高龄津贴申请表", "居住地住址证明"
_EDITOR = Actor(role="catalog-approver", officer_id="o-370104-0042", unit_id=UNIT)


def item(now: datetime | None = None) -> ItemPublished:
    """An item of the county that a clerk's complete submission is accepted for at once."""
    days = Limit(value=20, unit="working_days")
    record = ItemRecord(
        base_code="05-0031",
        name="高龄津贴发放",
        kind="行政给付",
        sample=True,
        implementing_body="区民政局",
        unit_id=UNIT,
        handling="promised",
        channels=["window", "web"],
        online_depth="apply",
        limits=ItemLimits(promised=Limit(value=10, unit="working_days"), statutory=days),
        fee=Fee(amount_fen=0, text="不收费"),
        materials=[ItemMaterial(name=FORM), ItemMaterial(name=RESIDENCE, by_commitment=True)],
        steps=[
            ItemStep(step="accept", name="受理", role="clerk", limit=Limit(value=1, unit="working_days")),
            ItemStep(
                step="decide",
                name="审查决定",
                role="reviewer",
                limit=Limit(value=9, unit="working_days"),
                after=["accept"],
            ),
        ],
        result=ItemResult(
            type_code="allowance_notice",
            name="高龄津贴发放通知书",
            recipients=[Recipient(kind="applicant", name="申请人")],
        ),
    )
    now = now or datetime.now(UTC)
    return ItemPublished(
        place_code=PLACE,
        at=now,
        actor=_EDITOR,
        item_code=ITEM,
        version=1,
        record=record,
        effective_from=now - timedelta(days=1),
        change="new",
        signed_by=[UNIT],
        approved_by="u-370104-01",
        record_sha256=record.digest(),
    )


def directory(now: datetime | None = None) -> list[DirectoryEntryPublished]:
    """The county, the unit that decides, and a hall with one window."""
    now = now or datetime.now(UTC)

    def entry(entry_id: str, kind: EntryKind, parent: str | None, name: str) -> DirectoryEntryPublished:
        return DirectoryEntryPublished(
            place_code=PLACE,
            at=now,
            actor=_EDITOR,
            entry_id=entry_id,
            kind=kind,
            parent_id=parent,
            record=DirectoryRecord(name=name, level="county" if kind == "place" else None),
        )

    return [
        entry(PLACE, "place", None, "槐荫区"),
        entry(UNIT, "unit", PLACE, "区民政局"),
        entry(HALL, "hall", PLACE, "区政务服务中心"),
        entry(WINDOW, "window", HALL, "1号综合窗口"),
    ]


def publications() -> list[EventData]:
    """All of it, in the order of its making."""
    return [*directory(), item()]
