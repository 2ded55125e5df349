"""The printed paper of a case as an HTML page: which one it is follows from the state of the case."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from html import escape
from string import Template
from typing import Any
from urllib.parse import quote

import segno

from contracts.blocks import DueDate, Material
from services.intake.domain.case import Case
from services.intake.paper_style import STYLE
from services.runtime.clock import BEIJING

_PAGE = Template("""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title $case_no</title><style>$style</style></head>
<body><main class="sheet">
<header><p class="office">$office</p><h1>$title</h1><p class="no">编号 $number</p></header>
<p class="to">$name：</p>
<p class="lead">$lead</p>
<dl>$facts</dl>
$body
<footer><div class="qr">$qr<p>扫码查询办理进度</p></div>
<div class="sign"><p>$office</p><p>$day</p><p class="seal">（收件专用章）</p></div></footer>
<p class="small">查询办理进度需要办件编号和申请人证件号码后四位；请妥善保管本凭证。$provisional</p>
</main></body></html>
""")

_CHANNELS = {"window": "窗口", "web": "网上", "phone": "手机", "kiosk": "自助终端", "agent": "帮办代办"}
_WAYS = {
    "file": "已上传",
    "licence": "证照核验",
    "commitment": "告知承诺",
    "deferred": "容缺后补",
    "on_file": "免提交",
}
_FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子件"}


def page(case: Case, directory: Mapping[str, Mapping[str, Any]], public_url: str) -> str:
    """The page; ``directory`` holds what is known of place, hall and unit."""
    title, number, at, lead, body = _content(case)
    office = _name(directory, case.hall_id) or _name(directory, case.place) or case.unit.name
    return _PAGE.substitute(
        title=title,
        style=STYLE,
        case_no=escape(case.case_no),
        number=escape(number),
        office=escape(office),
        name=escape(case.applicant.name_masked),
        lead=lead,
        facts="".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in _facts(case)),
        body=body,
        qr=_qr(f"{public_url}/track?case_no={quote(case.case_no)}"),
        day=_day(at),
        provisional="暂定的日期待下一年度节假日安排公布后确定。" if _is_provisional(case) else "",
    )


def _content(case: Case) -> tuple[str, str, datetime, str, str]:
    """Title, number, day, first sentence and the part that differs."""
    item = f"“{escape(case.item.name)}”"
    if case.refusal is not None:
        refusal = case.refusal
        parts = [
            ("理由", refusal.reason),
            ("依据", refusal.legal_basis),
            ("救济途径", refusal.remedies),
            ("有权办理的单位", refusal.competent_unit or ""),
        ]
        body = "".join(f"<h2>{head}</h2><p>{escape(text)}</p>" for head, text in parts if text)
        return "不予受理通知书", case.case_no, refusal.at, f"您提出的{item}申请，经审查决定不予受理。", body
    if case.acceptance is not None:
        complete = (
            "主要材料齐全，同意容缺受理" if case.acceptance.deferred else "材料齐全、符合法定形式，现予受理"
        )
        lead = f"您提出的{item}申请，{complete}。"
        if case.acceptance.deemed:
            lead = f"您提出的{item}申请，未在五个工作日内告知补正，依法自收到之日起视为受理。"
        body = _materials(case) + _gaps(case)
        return "受理通知书", case.acceptance.receipt_no, case.acceptance.at, lead, body
    if case.state == "correction_requested":
        notice = case.notices[-1]
        lead = f"您提出的{item}申请，以下内容需要补正，请于{_date(notice.answer_by)}前（含当日）一次补齐。"
        return "补正材料一次性告知书", notice.notice_no, notice.at, lead, _lacks(case) + _materials(case)
    lead = f"您提出的{item}申请已收到。收件不等于受理。"
    if case.answer_due is not None:
        lead += f"我们将在{_date(case.answer_due)}前答复是否受理。"
    return "收件凭证", case.case_no, case.submitted_at, lead, _materials(case)


def _facts(case: Case) -> Iterable[tuple[str, str]]:
    yield "办件编号", f"<b>{escape(case.case_no)}</b>"
    yield "事项编码", escape(case.item.item_code)
    yield "办理单位", escape(case.unit.name)
    yield "申请渠道", _CHANNELS[case.channel]
    yield "提交时间", case.submitted_at.astimezone(BEIJING).strftime("%Y年%m月%d日 %H:%M")
    if case.applicant.phone_masked:
        yield "联系电话", escape(case.applicant.phone_masked)
    if (clock := case.clock) is not None:
        yield "承诺办结", _due(clock.promised_due)
        yield "法定办结", _due(clock.statutory_due)


def _due(due: DueDate) -> str:
    return f"{_date(due.on)}（暂定）" if due.provisional else f"{_date(due.on)}（含当日）"


def _is_provisional(case: Case) -> bool:
    clock = case.clock
    return clock is not None and (clock.promised_due.provisional or clock.statutory_due.provisional)


def _materials(case: Case) -> str:
    if not case.materials:
        return ""
    rows = "".join(
        f"<tr><td>{number}</td><td>{escape(one.name)}</td>"
        f"<td>{_FORMS.get(one.form or '', '—')}</td><td>{one.copies or '—'}</td>"
        f"<td>{_way(one)}</td></tr>"
        for number, one in enumerate(case.materials, 1)
    )
    head = "<tr><th>序号</th><th>材料名称</th><th>形式</th><th>份数</th><th>提交方式</th></tr>"
    return f"<h2>已收材料</h2><table>{head}{rows}</table>"


def _way(material: Material) -> str:
    on_paper = material.source == "file" and material.file_id is None
    return "纸质件" if on_paper else _WAYS[material.source]


def _lacks(case: Case) -> str:
    rows = "".join(
        f"<tr><td>{number}</td><td>{escape(one.name)}</td><td>{escape(one.problem)}</td>"
        f"<td>{escape(one.remedy)}</td></tr>"
        for number, one in enumerate(case.missing, 1)
    )
    head = "<tr><th>序号</th><th>需要补正的内容</th><th>问题</th><th>怎么办</th></tr>"
    return f"<h2>需要补正</h2><table>{head}{rows}</table>"


def _gaps(case: Case) -> str:
    if case.acceptance is None or not case.acceptance.deferred:
        return ""
    rows = "".join(
        f"<li>{escape(one.name)}，请于{_date(one.due_on)}前补交</li>" for one in case.acceptance.deferred
    )
    return f"<h2>容缺后补</h2><ul>{rows}</ul>"


def _name(directory: Mapping[str, Mapping[str, Any]], entry: str | None) -> str | None:
    found = directory.get(entry or "", {}).get("name")
    return str(found) if found else None


def _date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _day(at: datetime) -> str:
    return _date(at.astimezone(BEIJING).date())


def _qr(text: str) -> str:
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", scale=3, border=2, xmldecl=False, svgns=True, dark="#0d4058", nl=False
    )
    return out.getvalue().decode()
