"""The word lists that hold where no place has set its own."""

from __future__ import annotations

from contracts.items import RiskArea
from services.catalog.domain import sources
from services.catalog.domain.checks.word_lists import Entry, WordLists

_CATCH_ALL = tuple(
    Entry(
        phrase=f"{other}…{thing}",
        suggestion=f"删去，或者把需要的{thing}逐项列出名称。",
        source=sources.GUIDE,
    )
    for other in ("其他", "其它")
    for thing in ("材料", "证明", "证件", "文件", "资料", "条件", "情形")
) + tuple(
    Entry(phrase=phrase, suggestion="删去，或者逐项列出名称。", source=sources.GUIDE)
    for phrase in ("认为需要…材料", "认为必要…材料", "认为有必要…材料", "认为应当提供…材料")
)

_VAGUE = tuple(
    Entry(phrase=phrase, suggestion=suggestion, source=sources.VAGUE)
    for phrase, suggestion in (
        ("相关的", "写明与什么相关，直接写出材料或者条件的名称。"),
        ("相适应的", "写明数量、面积、金额等具体标准。"),
        ("相符合的", "写明符合哪一份文件的哪一项标准。"),
        ("等材料", "把“等”字代表的材料逐项列出。"),
    )
)


def _risks(area: RiskArea, *phrases: str) -> tuple[Entry, ...]:
    text = "不采用告知承诺，改为提交证明或者由部门核查。"
    return tuple(
        Entry(phrase=phrase, area=area, suggestion=text, source=sources.COMMITMENT) for phrase in phrases
    )


_RISK_AREAS = (
    *_risks("national_security", "国家安全", "国防", "军事设施"),
    *_risks("state_secrets", "国家秘密", "涉密", "保密资质"),
    *_risks("public_safety", "公共安全", "危险化学品", "民用爆炸物品", "烟花爆竹", "枪支", "剧毒", "消防"),
    *_risks("financial_prudence", "金融业", "金融机构", "小额贷款公司", "融资担保", "典当"),
    *_risks("ecology", "环境影响评价", "排污", "危险废物", "放射性", "自然保护区", "水土保持"),
    *_risks("foreign_affairs", "涉外", "外国人", "出境入境", "边境"),
    *_risks(
        "health_life_property",
        "药品",
        "疫苗",
        "医疗器械",
        "医疗机构执业",
        "食品生产",
        "特种设备",
        "安全生产许可",
        "燃气经营",
        "供水单位卫生",
    ),
)


def _proof(licence_type: str, licence: str, *phrases: str) -> tuple[Entry, ...]:
    text = f"删去这项证明，查验{licence}（电子证照已有的免提交）。"
    return tuple(
        Entry(
            phrase=phrase,
            licence_type=licence_type,
            licence=licence,
            suggestion=text,
            source=f"{sources.PROOF}(2)",
        )
        for phrase in phrases
    )


_LICENCES = (
    *_proof("id_card", "居民身份证", "身份证明", "公民身份信息证明"),
    *_proof("household_register", "居民户口簿", "户籍证明", "户口证明", "亲属关系证明", "家庭成员证明"),
    *_proof(
        "marriage_certificate",
        "结婚证",
        "婚姻状况证明",
        "婚姻登记证明",
        "婚姻关系证明",
        "未婚证明",
        "单身证明",
    ),
    *_proof("birth_certificate", "出生医学证明", "出生证明", "出生日期证明"),
    *_proof("property_certificate", "不动产权证书", "不动产权属证明", "房产证明", "房屋产权证明", "产权证明"),
    *_proof("business_licence", "营业执照", "企业登记证明", "工商登记证明", "法人资格证明"),
    *_proof("disability_card", "残疾人证", "残疾证明", "残疾等级证明"),
    *_proof("land_contract_certificate", "农村土地承包经营权证", "土地承包证明", "承包经营权证明"),
    *_proof("forest_certificate", "林权证", "林权证明", "林地权属证明"),
    *_proof("discharge_certificate", "退出现役证件", "退役证明", "复员证明"),
    *_proof("only_child_certificate", "独生子女父母光荣证", "独生子女证明"),
)

NATIONAL = WordLists(catch_all=_CATCH_ALL, vague=_VAGUE, risk_areas=_RISK_AREAS, licences=_LICENCES)
"""The lists of mission C6 with the words of seeds 000, 001 and 003."""
