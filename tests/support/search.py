"""Many published items for search, as the catalog stores them, and what people type to find them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

from deploy.local import sample

_WHO = [
    "城镇",
    "农村",
    "残疾人",
    "老年人",
    "儿童",
    "退役军人",
    "企业",
    "个体工商户",
    "农民专业合作社",
    "流动人口",
    "高校毕业生",
    "就业困难人员",
    "妇女",
    "重度残疾人",
    "低收入家庭",
    "失独家庭",
    "烈士遗属",
    "外来务工人员",
    "小微企业",
    "学校",
]
_WHAT = [
    "养老保险",
    "医疗保险",
    "失业保险",
    "工伤保险",
    "生育津贴",
    "住房公积金",
    "公共租赁住房",
    "机动车驾驶证",
    "食品经营许可证",
    "卫生许可证",
    "建设工程规划许可证",
    "林木采伐许可证",
    "取水许可证",
    "排污许可证",
    "道路运输证",
    "营业执照",
    "不动产权证书",
    "户口簿",
    "居民身份证",
    "出生医学证明",
    "结婚证",
    "教师资格证",
    "医师执业证书",
    "船舶登记证书",
    "动物防疫条件合格证",
    "宅基地",
    "土地承包经营权",
    "临时救助金",
    "丧葬补助金",
    "高龄津贴",
    "创业担保贷款",
    "职业技能培训补贴",
    "社会保险补贴",
    "燃油补贴",
    "护理补贴",
    "助学补贴",
    "奖励扶助金",
    "公证",
]
_ACT = [
    "核发",
    "补办",
    "换发",
    "变更登记",
    "注销登记",
    "延续",
    "审批",
    "审核",
    "备案",
    "初审",
    "确认",
    "认定",
    "申领",
    "发放",
    "查询",
    "转移接续",
    "年审",
    "登记",
    "资格认证",
    "给付",
    "公示",
    "复核",
    "注销",
    "变更",
]
_HOW = ("", "（首次）", "（跨省）", "（县内）", "（委托）", "（网上）", "（按月）", "（新建）", "（扩建）")
_MATERIALS = [
    "居民身份证",
    "居民户口簿",
    "社会保障卡",
    "申请表",
    "营业执照",
    "授权委托书",
    "承诺书",
    "近期免冠照片",
    "诊断证明",
    "残疾人证",
    "劳动合同",
    "章程",
    "场地使用证明",
    "合格证",
]
#: What people type: names, parts, pinyin, initials, everyday words, sentences, slips, and what says nothing.
QUERIES = (
    "低保",
    "最低生活保障",
    "残疾人护理补贴",
    "低保 申请",
    "我想给孩子上户口",
    "补办身份证需要什么材料",
    "老人去世了有什么补贴",
    "残疾人坐公交车免费吗",
    "zuidishenghuobaozhang",
    "zuidi",
    "zdshbz",
    "dibao",
    "yyzz",
    "ylbx",
    "shebaoka",
    "yingyezhizhao",
    "biangengdengji",
    "dengji",
    "di",
    "z",
    "sb",
    "zuidi生活",
    "营业zhizhao",
    "diabo",
    "zuidishnghuo",
    "yangloabaoxian",
    "qiyeyingyezizao",
    "最底生活保障",
    "最低生保障",
    "残急人补贴",
    "高龄津帖",
    "登记",
    "登",
    "证",
    "营业执照",
    "营业执照变更",
    "企业营业执照变更登记",
    "申领 老年人 高龄津贴",
    "养老保险转移接续",
    "05-0008",
    "合作社",
    "qqqq",
    "宅基地确权",
    "公租房",
)


def names(count: int, seed: int = 7) -> list[str]:
    """Different names: those of the published lists, then plausible ones in a fixed mixed order."""
    made = [f"{who}{what}{act}{how}" for who, what, act, how in product(_WHO, _WHAT, _ACT, _HOW)]
    random.Random(seed).shuffle(made)
    return [*sample.item_names().values(), *made][:count]


def documents(count: int, different: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Published items of ``different`` names at several places each; the first ones are of the lists."""
    now = datetime.now(UTC)
    codes, known = list(sample.item_names()), names(different, seed)
    materials = random.Random(seed)
    lists = [materials.sample(_MATERIALS, 5) for _ in range(different)]
    for number in range(count):
        kind, round = number % different, number // different
        base = codes[kind] if kind < len(codes) else f"07-{kind:06}"
        place = f"3701{round // 20 % 90 + 10:02}{round % 20 + 101}"
        code = f"{base}-{place}" if round < 1800 else f"{base}-{place}-{round}"
        yield _document(code, base, place, known[kind], lists[kind], now)


def _document(
    code: str, base: str, place: str, name: str, materials: list[str], now: datetime
) -> dict[str, Any]:
    record = {
        "base_code": base,
        "name": name,
        "kind": "公共服务",
        "implementing_body": "各乡镇人民政府",
        "unit_id": f"u-{place}-01",
        "service_type": "依申请服务",
        "service_targets": ["自然人"],
        "handling": "promised",
        "limits": {"promised": {"value": 10, "unit": "working_days"}},
        "fee": {"amount_fen": 0, "text": "不收费"},
        "materials": [{"name": material} for material in materials],
    }
    return {
        "_id": code,
        "base_code": base,
        "place": place,
        "identity": code,
        "revision": 1,
        "latest": 1,
        "published": [{"number": 1, "effective_from": now, "record": record}],
        "draft": None,
        "withdrawn": None,
        "touched": now,
        "schema": 1,
        "version": 1,
        "sequence": 0,
        "head": {"seq": 0, "hash": ""},
        "history": [],
        "seen": {},
        "outbox": [],
    }
