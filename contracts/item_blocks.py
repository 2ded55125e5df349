"""What an item record is made of: basis, fee, materials, situations, steps, result, guide."""

from typing import Literal

from pydantic import Field

from contracts.base import Block, Count, Identifier, PositiveInt, Text
from contracts.blocks import ExtensionLimit, Limit, MaterialForm

ItemCategory = Literal[
    "政策支持类",
    "法律和信息咨询类",
    "知识产权保护类",
    "就业技能培训类",
    "公共教育类",
    "劳动就业类",
    "社会保障类",
    "医疗卫生类",
    "住房保障类",
    "文化体育类",
    "扶贫脱贫类",
    "公用事业类",
    "公共安全类",
    "环境保护类",
    "中介服务类",
    "其他类",
]
"""事项类别: the sixteen of seed 000 附件1 note 3. Another column than the kind (事项类型)."""

ServiceType = Literal["主动服务", "依申请服务"]
"""Seed 000 附件1 note 7; 主动服务 cannot be applied for."""

Provision = Literal["直接提供", "购买服务", "资金补贴", "政策支持", "其他"]
"""Seed 000 附件1 note 8; 其他 is explained in the remark."""

Origin = Literal["法定", "公共服务", "委托下放", "受理前移", "自行设立"]
OnlineDepth = Literal["none", "pre_review", "apply", "full"]
"""How far the item reaches online: not, 预审, 可办, 全程网办 (mission C17)."""

MaterialOrigin = Literal["applicant", "government", "other"]
"""材料来源渠道: 申请人自备, 政府部门核发, 其他 (a proof that an office issues comes from the government)."""

StepKind = Literal[
    "technical_review",
    "site_inspection",
    "expert_review",
    "hearing",
    "testing",
    "publicity",
    "other",
]
"""Kinds of 特别程序: 技术审查, 现场勘验, 专家鉴定/评审, 听证论证 (seed 001 三(一)3), 检验检测, 公示, 其他."""

RiskArea = Literal[
    "national_security",
    "state_secrets",
    "public_safety",
    "financial_prudence",
    "ecology",
    "foreign_affairs",
    "health_life_property",
]
"""国家安全, 国家秘密, 公共安全, 金融业审慎监管, 生态环境保护, 重要涉外, 直接关系人身健康、生命财产安全:
where 告知承诺 is forbidden (seed 001 三(三)2)."""


class Basis(Block):
    """实施依据及条款."""

    title: Text
    level: Text | None = None
    """依据设定层级, e.g. 法律, 部门规章."""
    clause: Text | None = None
    """The article, and its words where they matter."""


class Fee(Block):
    """收费依据及标准; 不收费 is amount 0."""

    amount_fen: Count
    """Money in 分; the text beside it is what is printed."""
    text: Text
    stops_clock: bool = False
    """Whether waiting for the payment stops the clock."""
    basis: Text | None = None


class ItemLimits(Block):
    """法定时限, 承诺时限 and how far they may be extended."""

    promised: Limit
    statutory: Limit
    extension: ExtensionLimit | None = None


class PartyRole(Block):
    """A party that must bring something of its own: its code and the words for it (受种方)."""

    party: Identifier
    name: Text


class ItemMaterial(Block):
    """申请材料: one thing to bring, and who brings it."""

    name: Text
    copies: PositiveInt = 1
    form: MaterialForm = "original"
    provided_by: list[Identifier] = Field(default_factory=lambda: ["applicant"], min_length=1)
    """Codes of the parties that hold it; `applicant` or one of the record's `parties`."""
    deferrable: bool = False
    """容缺: may follow later."""
    by_commitment: bool = False
    """告知承诺: a commitment may stand for it."""
    licence_type: Identifier | None = None
    """Type of the licence on file that makes it unnecessary (免提交)."""
    guidance: Text | None = None
    """The full wording of the guide, where the name is a short form of it."""
    basis: Basis | None = None
    """What requires it; a proof without one is an error of the lint (seed 000)."""
    issued_by: Text | None = None
    """Who issues it; a common name for several of a kind (附件2 说明 3)."""
    sample_file_id: Identifier | None = None
    """A filled-in example (示范文本)."""
    required: bool = Field(True, exclude_if=bool)
    """必要性; one that is not required is taken in if it is brought and never reported as missing."""
    origin: MaterialOrigin | None = None
    format: Text | None = None
    """What it must look like: A4 双面, PDF 不超过 10 MB, 二寸白底 …"""
    blank_file_id: Identifier | None = None
    """The empty form to fill in (空白表格)."""


class SituationOption(Block):
    """One answer, and the materials that it makes necessary."""

    option: Identifier
    label: Text
    materials: list[Text] = Field(default_factory=list)
    """Names of materials of the record."""


class Situation(Block):
    """情形: a question whose answer chooses materials.

    A material that an option of any question names is needed only if such an option is chosen; one that
    no option names is needed always. `case.situation[situation]` is the code of the chosen option.
    """

    situation: Identifier
    question: Text
    options: list[SituationOption] = Field(min_length=1)


class ItemStep(Block):
    """A step of the process map with its own longest time."""

    step: Identifier
    name: Text
    role: Identifier
    limit: Limit
    special: bool = False
    """特别程序 (技术审查, 现场勘验, 专家鉴定/评审, 听证论证)."""
    special_kind: StepKind | None = None
    content: Text | None = None
    """What is done and by which standard, one of the elements of a step (seed 001 三(一)3)."""
    stops_clock: bool = False
    stops_clock_basis: Text | None = None
    after: list[Identifier] = Field(default_factory=list)
    unit_id: Identifier | None = None
    """The unit that does it, if not the deciding one."""


class Recipient(Block):
    """To whom the result goes: the applicant, or a unit named by the item."""

    kind: Literal["applicant", "unit"]
    unit_id: Identifier | None = None
    name: Text


class ItemResult(Block):
    """The document that the item ends with."""

    type_code: Identifier
    name: Text
    deliver_within: Limit | None = None
    """From the decision; 附件5 §6 (三): within 10 days."""
    validity_months: PositiveInt | None = None
    validity: Text | None = None
    """有效期限 in words where months do not say it: 长期, 至法定退休年龄止 …"""
    signed_by: Text | None = None
    """签发人: 专家鉴定组组长 (附件5 §6 (三))."""
    seal: Text | None = None
    """用章: 预防接种异常反应鉴定专用章 (附件5 §6 (三))."""
    sample_file_id: Identifier | None = None
    """What the document looks like."""
    recipients: list[Recipient] = Field(default_factory=list)


class RegulatoryMeasure(Block):
    """监管措施 (seed 001 三(一)3): what is done afterwards, and by which regulator of the record."""

    text: Text
    unit_id: Identifier | None = None
    """Absent: all regulators."""


class AcceptingPlace(Block):
    """受理单位及办理地点: an office of the administration, so address and phone are public."""

    name: Text | None = None
    address: Text
    phone: Text | None = None
    opening: Text | None = None
    """Opening times in words."""


class Consultation(Block):
    """咨询方式: one way to ask."""

    kind: Literal["on_site", "phone", "web"]
    text: Text
    """The address or number of the office."""


class Guide(Block):
    """The words of the guide 办事指南 (seed 000 附件5) that the other fields do not give.

    Each text is shown in place of what would be composed from the record; absent, it is composed.
    """

    accepting: Text | None = None
    """§3 受理单位及办理地点."""
    conditions: Text | None = None
    """§4 办理条件."""
    materials_note: Text | None = None
    """After the list of §5: who brings what."""
    flow: list[Text] = Field(default_factory=list)
    """§6 基本流程, a paragraph each."""
    fee: Text | None = None
    """§7 收费依据及标准."""
    time_limit: Text | None = None
    """§8 办理时限."""
    consultation: list[Consultation] = Field(default_factory=list)
    """§9 咨询方式."""
