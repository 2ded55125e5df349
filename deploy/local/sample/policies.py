"""Sample policies of the county (plausible, not published ones) and one enterprise that two of them fit."""

from __future__ import annotations

from typing import Any

#: The enterprise of the demo account `enterprise`; a right credit code (GB 32100) of nobody.
ENTERPRISE: dict[str, Any] = {
    "uscc": "91370104MA3F2H6K7M",
    "name": "济南示例食品有限公司",
    "phone": "13800006789",
    "place": "370104101",
    "features": {
        "industry": "C1392",
        "size": "small",
        "place_code": "370104101",
        "registered_on": "2023-05-18",
        "licence_types": ["food-production"],
    },
}
_SMALL = {"feature": "size", "operator": "in", "values": ["micro", "small"], "text": "小型、微型企业"}
_HERE = {"feature": "place_code", "operator": "under", "values": ["370104"], "text": "在本区登记注册"}
_BASIS = [{"title": "惠企政策清单（示例）"}]


def _policy(**given: Any) -> dict[str, Any]:
    return {
        "basis": _BASIS,
        "without_application": True,
        "valid_from": "2026-01-01",
        "repeats": "once",
        "sample": True,
        **given,
    }


#: Code → record; the items that they are paid by are those of the published list.
POLICIES: dict[str, dict[str, Any]] = {
    "hq-2026-001": _policy(
        name="小微企业社会保险补贴",
        benefit="按上年度缴费人数一次性补贴1万元",
        amount={"kind": "fixed", "fixed_fen": 1_000_000},
        item_code="05-0022-370104101",
        conditions=[_SMALL, _HERE],
        repeats="yearly",
    ),
    "hq-2026-002": _policy(
        name="新办制造业企业创业岗位补贴",
        benefit="微型企业5000元，小型企业8000元",
        amount={"kind": "by_size", "by_size_fen": {"micro": 500_000, "small": 800_000}},
        item_code="05-0023-370104101",
        conditions=[
            {"feature": "industry", "operator": "in", "values": ["C"], "text": "制造业企业"},
            {
                "feature": "registered_on",
                "operator": "on_or_after",
                "values": ["2021-01-01"],
                "text": "2021年1月1日以后成立",
            },
            _HERE,
        ],
    ),
    "hq-2026-003": _policy(
        name="吸纳就业困难人员社会保险补贴",
        benefit="按实际吸纳人数核定补贴",
        amount={"kind": "assessed"},
        item_code="05-0022-370104101",
        without_application=False,
        conditions=[_HERE],
    ),
}
