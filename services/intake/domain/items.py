"""Published items as intake knows them: which version is in force, and whether it can be applied for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from contracts.blocks import ItemRef, Limits, UnitRef
from contracts.items import ItemRecord
from services.intake.domain.refusals import (
    ChannelNotOffered,
    MainItem,
    NotAppliedFor,
    NotInForce,
    UnknownItem,
    Withdrawn,
    WrongPlace,
)
from services.runtime.clock import rfc3339


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of an item."""

    item_code: str
    version: int
    place: str
    effective_from: datetime
    record: ItemRecord
    #: The deciding unit as the directory names it; the list may have a class name (各乡镇人民政府).
    unit_name: str | None = None

    def ref(self) -> ItemRef:
        """As a case refers to it."""
        return ItemRef(
            item_code=self.item_code,
            base_code=self.record.base_code,
            version=self.version,
            name=self.record.name,
            kind=self.record.kind,
            handling=self.record.handling,
        )

    def unit(self) -> UnitRef:
        """The deciding unit."""
        return UnitRef(unit_id=self.record.unit_id, name=self.unit_name or self.record.implementing_body)

    def limits(self) -> Limits:
        """The limits that a case is accepted under."""
        limits, result = self.record.limits, self.record.result
        return Limits(
            promised=limits.promised,
            statutory=limits.statutory,
            extension=limits.extension,
            delivery=result.deliver_within if result else None,
        )


@dataclass(frozen=True, slots=True)
class Item:
    """All that is known of an item: its versions and whether it has ended."""

    item_code: str
    versions: tuple[Version, ...] = ()
    effective_to: datetime | None = None
    replaced_by: str | None = None

    def in_force(self, now: datetime) -> Version:
        """Of the versions in effect the highest number; refused where there is none."""
        if not self.versions:
            raise UnknownItem()
        if self.effective_to is not None and self.effective_to <= now:
            raise Withdrawn(self.replaced_by)
        begun = [version for version in self.versions if version.effective_from <= now]
        if not begun:
            raise NotInForce(rfc3339(min(v.effective_from for v in self.versions)))
        return max(begun, key=lambda version: version.version)

    def numbered(self, number: int) -> Version | None:
        """A version by its number."""
        return next((version for version in self.versions if version.version == number), None)


def applicable(item: Item, *, place: str, channel: str, now: datetime) -> Version:
    """The version that an application at this place and on this channel falls under."""
    version = item.in_force(now)
    if version.place != place:
        raise WrongPlace()
    if version.record.service_type == "主动服务":
        raise NotAppliedFor()
    if version.record.main_item:
        raise MainItem()
    if not _offered(version.record.channels, channel):
        raise ChannelNotOffered()
    return version


def _offered(channels: Iterable[str], channel: str) -> bool:
    # An item that names no channel restricts none (四端同权).
    named = set(channels)
    return not named or channel in named
