"""The item record: one item as it is published, everything that the guide and the process map show."""

import hashlib
import json
from operator import not_
from typing import Literal

from pydantic import Field

from contracts.base import Block, Channel, Count, Identifier, Text
from contracts.blocks import Handling, ItemKind, UnitRef
from contracts.item_blocks import (
    AcceptingPlace,
    Basis,
    Consultation,
    Fee,
    Guide,
    ItemCategory,
    ItemLimits,
    ItemMaterial,
    ItemResult,
    ItemStep,
    MaterialOrigin,
    OnlineDepth,
    Origin,
    PartyRole,
    Provision,
    Recipient,
    RegulatoryMeasure,
    RiskArea,
    ServiceType,
    Situation,
    SituationOption,
    StepKind,
)

__all__ = [
    "AcceptingPlace",
    "Basis",
    "Consultation",
    "Fee",
    "Guide",
    "ItemCategory",
    "ItemLimits",
    "ItemMaterial",
    "ItemRecord",
    "ItemResult",
    "ItemStep",
    "ItemTerms",
    "MaterialOrigin",
    "OnlineDepth",
    "Origin",
    "PartyRole",
    "Provision",
    "Recipient",
    "RegulatoryMeasure",
    "RiskArea",
    "ServiceType",
    "Situation",
    "SituationOption",
    "StepKind",
]


class ItemTerms(Block):
    """What a draft and a published record say alike (附件1, 附件5, process map)."""

    name: Text
    category: ItemCategory | None = None
    """事项类别; fixed for public services only."""
    origin: Origin | None = None
    scope: Text | None = None
    """适用范围."""
    secret: bool = False
    """涉密: left out of public lists and of the denominators of figures."""
    sample: bool = False
    """Limits, units and materials are plausible ones and not published: pages must say so."""
    main_item: bool = Field(False, exclude_if=not_)
    """主项: stands for the 办理项 below it and cannot itself be applied for (mission C3)."""
    parent_code: Identifier | None = None
    """Base code of the 主项, where this is one of its 办理项."""
    risk_areas: list[RiskArea] = Field(default_factory=list, exclude_if=not_)
    """Areas that the item touches in which no commitment may stand for a proof."""

    implementing_body: Text
    """实施主体."""
    basis: list[Basis] = Field(default_factory=list)
    service_targets: list[Text] = Field(default_factory=list)
    """服务对象."""
    conditions: list[Text] = Field(default_factory=list)
    """办理条件."""

    acceptance: Literal["on_receipt", "after_check"] = "after_check"
    """收件即受理, or accepted once a clerk has checked it."""
    acceptor_may_decide: bool = False
    """Whether who accepted a case may decide it (即办件)."""
    online_depth: OnlineDepth = "none"
    visits: Count | None = None
    """到办事现场次数; 0 is 零跑腿, 1 只跑一次 (mission C17)."""
    delegated_to: list[Identifier] = Field(default_factory=list)
    """Levels or places that it is handed down to."""

    parties: list[PartyRole] = Field(default_factory=list)
    situations: list[Situation] = Field(default_factory=list)
    result: ItemResult | None = None
    regulators: list[UnitRef] = Field(default_factory=list)
    """Whom handling information and result go to (审管联动)."""
    regulatory_measures: list[RegulatoryMeasure] = Field(default_factory=list, exclude_if=not_)
    accepting_places: list[AcceptingPlace] = Field(default_factory=list)
    intermediary_services: list[Text] = Field(default_factory=list)
    remark: Text | None = None
    """备注; where 提供方式 is 其他, it says which (附件1 说明 8)."""
    guide: Guide = Field(default_factory=Guide)


class ItemRecord(ItemTerms):
    """The whole of one version of an item."""

    base_code: Identifier
    kind: ItemKind
    """事项类型."""
    unit_id: Identifier
    """The deciding unit in the directory."""
    joint_bodies: list[UnitRef] = Field(default_factory=list)
    """共同实施部门."""
    service_type: ServiceType = "依申请服务"
    provision: Provision = "直接提供"
    handling: Handling
    channels: list[Channel]
    limits: ItemLimits
    fee: Fee
    materials: list[ItemMaterial]
    steps: list[ItemStep]

    def digest(self) -> str:
        """SHA-256 over the canonical JSON (RFC 8785) of the record as sent, without fields of no value.

        A field added later is left out at its default, so that the digest of older records stays what it was.

        The record holds no fractions, and its field names are ASCII, so sorted compact JSON is canonical.
        """
        state = self.model_dump(mode="json", exclude_none=True)
        canonical = json.dumps(state, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
