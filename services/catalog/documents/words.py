"""A record's values in the words that people read."""

from __future__ import annotations

from contracts.blocks import ExtensionLimit, Limit
from contracts.items import Basis, Fee, ItemMaterial, ItemResult
from services.catalog.domain.item.record import DraftLimits, DraftRecord

_UNITS = {"working_days": "个工作日", "calendar_days": "日"}
_FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子件"}
ROLES = {"clerk": "窗口人员", "reviewer": "审查人员", "chief": "负责人"}
CHANNELS = {"window": "大厅窗口", "web": "网上", "phone": "手机", "kiosk": "自助终端", "agent": "帮办代办"}
SPECIAL_KINDS = {
    "technical_review": "技术审查",
    "site_inspection": "现场勘验",
    "expert_review": "专家鉴定、评审",
    "hearing": "听证论证",
    "testing": "检验检测",
    "publicity": "公示",
    "other": "其他",
}
ORIGINS = {"applicant": "申请人自备", "government": "政府部门核发", "other": "其他"}
HANDLING = {"immediate": "即办件", "promised": "承诺件"}
DEPTHS = {"none": "不能网上办理", "pre_review": "网上预审", "apply": "网上可办", "full": "全程网办"}
NUMBERS = "一二三四五六七八九十"


def numeral(number: int) -> str:
    """``一`` to ``十``, ``十一`` to ``十九``; further ones in figures."""
    if number <= 10:
        return NUMBERS[number - 1]
    return f"十{NUMBERS[number - 11]}" if number < 20 else str(number)


def limit(value: Limit | None) -> str:
    """``20个工作日``; 0 is 当场."""
    if value is None:
        return "未填写"
    return f"{value.value}{_UNITS[value.unit]}" if value.value else "当场办结"


def extension(value: ExtensionLimit) -> str:
    """``情况特殊的可延长至90日``."""
    when = f"{value.when}的" if value.when else ""
    verb = "可延长至" if value.counted_from == "acceptance" else "可延长"
    return f"{when}{verb}{limit(value)}"


def time_limit(limits: DraftLimits) -> str:
    """办理时限 in one sentence (附件5 八)."""
    if limits.promised is None:
        return "未填写"
    if limits.promised.value == 0:
        return "当场办结。"
    texts = [f"自受理之日起{limit(limits.promised)}"]
    if limits.statutory and limits.statutory != limits.promised:
        texts[0] += f"（法定时限{limit(limits.statutory)}）"
    if limits.extension:
        texts.append(extension(limits.extension))
    return "；".join(texts) + "。"


def basis(value: Basis) -> str:
    """A basis with its clause."""
    return f"{value.title}{value.clause or ''}"


def fee(value: Fee | None) -> str:
    """收费依据及标准 in one sentence."""
    if value is None:
        return "未填写"
    return f"{value.basis}，{value.text}。" if value.basis else f"{value.text}。"


def material(value: ItemMaterial) -> str:
    """Copies and form: ``原件1份``."""
    return f"{_FORMS[value.form]}{value.copies}份"


def validity(result: ItemResult) -> str:
    """有效期限 in the record's own words, else from the months; empty where nothing is said."""
    if result.validity:
        return result.validity
    months = result.validity_months
    if months is None:
        return ""
    return f"{months // 12}年" if months % 12 == 0 else f"{months}个月"


def ways(value: ItemMaterial) -> list[str]:
    """What one may do instead of bringing a material at once."""
    found = []
    if value.licence_type:
        found.append("已有电子证照的免提交")
    if value.by_commitment:
        found.append("可告知承诺")
    if value.deferrable:
        found.append("可容缺后补")
    return found


def files(value: ItemMaterial) -> list[str]:
    """The form and the example that are on file (示范文本)."""
    found = []
    if value.blank_file_id:
        found.append("空白表格：窗口备有，网上可下载")
    if value.sample_file_id:
        found.append("样表：窗口备有，网上可下载")
    return found


def givers(record: DraftRecord, value: ItemMaterial) -> str:
    """Who brings a material."""
    names = {"applicant": "申请人", **{party.party: party.name for party in record.parties}}
    return "、".join(names.get(code, code) for code in value.provided_by)
