"""The demo accounts that the portal makes (design §8), as the terminal shows them."""

COUNTY = (
    ("citizen", "申请人", "办事、查进度、评价 apply, follow, rate"),
    ("clerk", "窗口人员", "收件、受理 accept at the window"),
    ("agent", "帮办代办员", "代群众申报 apply for others"),
    ("reviewer", "审批人员", "审查、决定 review and decide"),
    ("chief", "首席代表", "审批、看指标 decide, figures"),
    ("editor", "事项编辑", "导入、编辑事项 edit items"),
    ("catalog-approver", "事项审核", "审核、发布事项 sign off and publish"),
    ("supervisor", "监督人员", "看指标、看板 figures"),
    ("regulator", "监管部门", "看指标 figures"),
)
AGENCIES = (
    ("enterprise", "申请人", "企业：惠企政策、办事 an enterprise's own space"),
    ("agency", "中介机构", "报名、报价、揭示 enter selections, give prices"),
    ("agency-b", "中介机构", "第二家 another one"),
    ("agency-c", "中介机构", "第三家 a third one"),
)
SIGNERS = (
    ("signer-staffing", "事项审核", "会签：区编办 signs for staffing"),
    ("signer-justice", "事项审核", "会签：区司法局 signs for justice"),
    ("signer-services", "事项审核", "会签：区行政审批服务局 signs for services"),
    ("signer-town", "事项审核", "批准：槐西镇人民政府 approves for the town"),
)
CITY = (("operator", "系统运维", "运行维护 operations"), ("province", "省级平台", "client_credentials"))


def table(password: str) -> str:
    """The accounts with their one password, for the end of `run`."""
    lines = [f"  演示账号（密码都是 / password of all: {password}）"]
    lines.append("    区县 370104；区县 370105 用同名加 -b，如 clerk-b；市 3701 加 -city")
    lines += [f"    {name:<18}{role}：{what}" for name, role, what in COUNTY]
    lines += [f"    {name:<18}{role}：{what}" for name, role, what in AGENCIES]
    lines.append("    槐西镇 370104102 的事项由三个单位会签、镇政府批准 joint review in this town")
    lines += [f"    {name:<18}{role}：{what}" for name, role, what in SIGNERS]
    lines.append("    市 3701")
    lines += [f"    {name:<18}{role}：{what}" for name, role, what in CITY]
    return "\n".join(lines)
