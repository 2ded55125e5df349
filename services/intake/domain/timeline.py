"""The timeline of a case in words: intake's own acts, approval's facts, and when the applicant was told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.intake.domain.case import Case, Line

_WORDS: dict[str, tuple[str, str]] = {
    "case-received": ("已收到您的申请，等待受理审核", "Your application was received"),
    "correction-requested": ("需要补正材料：{names}", "Materials to be corrected: {names}"),
    "materials-supplemented": ("已收到补充的材料：{names}", "Materials received: {names}"),
    "case-accepted": ("申请已受理", "Your application was accepted"),
    "acceptance-refused": ("不予受理：{reason}", "Not accepted: {reason}"),
    "case-lapsed": ("逾期未补正，申请终止", "The correction was not answered in time; the application ended"),
    "withdrawal-requested": ("已提出撤回，等待处理", "Withdrawal requested"),
    "application-withdrawn": ("申请已撤回", "The application was withdrawn"),
    "dossier-opened": ("已转交审批部门办理", "The responsible unit is handling it"),
    "step-completed": ("完成一个办理环节", "A step was completed"),
    "clock-stopped": (
        "进入特别程序，暂停计时，预计 {until} 恢复",
        "The clock is stopped, planned until {until}",
    ),
    "clock-resumed": ("恢复计时，承诺办结日期 {due}", "The clock runs again, due on {due}"),
    "deadline-extended": ("办理期限延长至 {due}:{reason}", "Extended to {due}: {reason}"),
    "case-withdrawn": ("已撤回，办件终止", "The case was withdrawn"),
    "withdrawal-refused": ("已作出决定，不能撤回", "Decided already, it could not be withdrawn"),
    "notice-sent": ("已发送{event}通知({channel})", "Notice sent ({channel})"),
    "notice-delivered": ("{event}通知已送达({channel})", "Notice delivered ({channel})"),
    "notice-failed": ("{event}通知未能送达({channel})", "Notice could not be delivered ({channel})"),
}
_DECIDED = {
    "granted": ("已办结：准予", "Decided: granted"),
    "refused": ("已办结：不予许可(不予办理)", "Decided: refused"),
}
_CHANNELS = {"sms": "短信", "email": "邮件", "wechat": "微信", "inbox": "站内消息"}
_EVENTS = {
    "case-received": "收件",
    "case-accepted": "受理",
    "correction-requested": "补正",
    "acceptance-refused": "不予受理",
    "case-decided": "办结",
    "clock-stopped": "暂停",
    "deadline-extended": "延期",
    "rating-invited": "评价邀请",
}


def timeline(case: Case, told: Iterable[Line] = (), *, english: bool = False) -> list[dict[str, Any]]:
    """All lines by the instant at which they took effect, in words."""
    lines = [*case.timeline, *(case.dossier.lines if case.dossier else ()), *told]
    ordered = sorted(lines, key=_when)
    return [{"at": line.at, "event": line.event, "text": words(line, english=english)} for line in ordered]


def words(line: Line, *, english: bool = False) -> str:
    """One line in words."""
    if line.event == "case-decided":
        return _DECIDED[line.detail.get("outcome", "granted")][english]
    if line.event == "case-accepted" and line.detail.get("deemed"):
        return ("逾期未告知，自收到之日起视为受理", "Accepted by law as of the submission")[english]
    detail = dict(line.detail)
    if line.event.startswith("notice-"):
        detail["event"] = _EVENTS.get(detail.get("event", ""), "")
        if not english:
            detail["channel"] = _CHANNELS.get(detail.get("channel", ""), detail.get("channel", ""))
    known = _WORDS.get(line.event)
    return known[english].format_map(detail) if known else line.event


def _when(line: Line) -> datetime:
    return line.at
