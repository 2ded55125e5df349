"""The record of a draft: an item record that may still lack what the imported table did not have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from contracts.base import Block, Channel, Identifier, Text
from contracts.blocks import ExtensionLimit, Handling, ItemKind, Limit
from contracts.items import Fee, ItemMaterial, ItemRecord, ItemStep, ItemTerms, Provision, ServiceType
from services.runtime.problems import Wrong

#: Most calendar days that a limit in working days can take: weekends, and the two long holidays of a year.
_LONG_HOLIDAYS = 16


class DraftLimits(Block):
    """Limits of a draft; a table may give one of them alone."""

    promised: Limit | None = None
    statutory: Limit | None = None
    extension: ExtensionLimit | None = None


def _short(code: str) -> str:
    if not _BASE_CODE.fullmatch(code):
        raise Wrong(
            "base_code",
            "事项编码以字母或数字开头，只用字母、数字、点、下划线和连字符，最多50个字符",
            "a code begins with a letter or digit; letters, digits, . _ - only, at most 50",
        )
    return code


#: Standard code of an item as it may be given: with a place behind it, it is part of an address and the code
#: that applications name.
_BASE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}", re.ASCII)
BaseCode = Annotated[str, AfterValidator(_short)]


class DraftUnit(Block):
    """A unit named in a table; without id as long as the directory does not know the name."""

    name: Text
    unit_id: Identifier | None = None


class DraftRecord(ItemTerms):
    """As :class:`ItemRecord`, but what the lint asks for before publishing may still be open."""

    base_code: BaseCode | None = None
    """Absent: the code of the item whose draft it is."""
    kind: ItemKind | None = None
    unit_id: Identifier | None = None
    joint_bodies: list[DraftUnit] = Field(default_factory=list)
    service_type: ServiceType | None = None
    provision: Provision | None = None
    handling: Handling | None = None
    channels: list[Channel] = Field(default_factory=list)
    limits: DraftLimits = Field(default_factory=DraftLimits)
    fee: Fee | None = None
    materials: list[ItemMaterial] | None = None
    steps: list[ItemStep] | None = None

    def with_columns(self, columns: Mapping[str, Any]) -> DraftRecord:
        """This record with the fields that a table's row gives; limits are joined, not replaced."""
        given = dict(columns)
        if "limits" in given:
            given["limits"] = self.limits.model_copy(update=given["limits"])
        return self.model_copy(update=given)


def opened(record: ItemRecord) -> DraftRecord:
    """A draft record with what a published one holds."""
    return DraftRecord.model_validate(record.model_dump(exclude_none=True))


def completed(draft: DraftRecord) -> ItemRecord:
    """The record to publish. Only for a draft on which the lint has no open error.

    What a 主项 does not need for itself (mission C3) is filled with nothing.
    """
    bare: dict[str, Any] = {"steps": [], "materials": [], "channels": []}
    return ItemRecord.model_validate({**bare, **draft.model_dump(exclude_none=True)})


def exceeds(promised: Limit, statutory: Limit) -> bool:
    """Whether 承诺时限 is certainly longer than 法定时限, units taken into account."""
    if promised.unit == statutory.unit or promised.unit == "working_days":
        # n working days last n calendar days at least.
        return promised.value > statutory.value
    weeks, days = divmod(statutory.value, 5)
    return promised.value > weeks * 7 + days + 2 + _LONG_HOLIDAYS
