"""The timeline of a case in words: intake's own acts, approval's facts, and what was told of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    "deadline-extended": ("办理期限延长至 {due}：{reason}", "Extended to {due}: {reason}"),
    "case-withdrawn": ("已撤回，办件终止", "The case was withdrawn"),
    "withdrawal-refused": ("已作出决定，不能撤回", "Decided already, it could not be withdrawn"),
}
_DECIDED = {
    "granted": ("已办结：准予", "Decided: granted"),
    "refused": ("已办结：不予许可（不予办理）", "Decided: refused"),
}
#: How far telling the applicant came, from worst to best, and the word after the channel.
_TOLD = {
    "notice-failed": ("未能送达", "not delivered"),
    "notice-sent": ("已发送", "sent"),
    "notice-delivered": ("已送达", "delivered"),
}
_CHANNELS = {
    "sms": ("短信", "text message"),
    "email": ("邮件", "e-mail"),
    "wechat": ("微信", "WeChat"),
    "inbox": ("站内信", "inbox"),
}


def timeline(case: Case, told: Iterable[Line] = (), *, english: bool = False) -> list[dict[str, Any]]:
    """The facts by the instant at which they took effect, and after each that the applicant was told of it.

    An entry of kind ``notice`` is about a fact of the type ``about`` and stands after it; all channels of
    the same telling make one entry. Notices about no fact of the case itself (an invitation to rate it)
    are shown with the notices, not here.
    """
    facts = sorted((*case.timeline, *(case.dossier.lines if case.dossier else ())), key=_when)
    shown = [(line.at, _fact(line, english=english)) for line in facts]
    for about, lines in _by_fact(facts, told):
        shown.append((lines[0].at, _notice(about, lines, english=english)))
    return [entry for _, entry in sorted(shown, key=lambda pair: pair[0])]


def words(line: Line, *, english: bool = False) -> str:
    """One fact in words."""
    if line.event == "case-decided":
        return _DECIDED[line.detail.get("outcome", "granted")][english]
    if line.event == "case-accepted" and line.detail.get("deemed"):
        return ("逾期未告知，自收到之日起视为受理", "Accepted by law as of the submission")[english]
    known = _WORDS.get(line.event)
    return known[english].format_map(line.detail) if known else line.event


def _fact(line: Line, *, english: bool) -> dict[str, Any]:
    return {"at": line.at, "event": line.event, "text": words(line, english=english), "kind": "fact"}


def _notice(about: str, lines: Sequence[Line], *, english: bool) -> dict[str, Any]:
    """One entry for all channels, each as it ended."""
    last = {line.detail.get("channel", ""): line.event for line in lines}
    best = max(last.values(), key=list(_TOLD).index)
    ways = [
        _CHANNELS.get(channel, (channel, channel))[english] + (" " if english else "") + _TOLD[event][english]
        for channel, event in sorted(last.items())
    ]
    if english:
        text = f"{'Could not be told' if best == 'notice-failed' else 'Told'} ({', '.join(ways)})"
    else:
        text = f"{'通知未成功' if best == 'notice-failed' else '已通知'}（{'、'.join(ways)}）"
    return {"at": lines[0].at, "event": best, "text": text, "kind": "notice", "about": about}


def _by_fact(facts: Sequence[Line], told: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """What was told, under the newest fact of its type that was there then."""
    groups: dict[int, list[Line]] = {}
    for line in sorted(told, key=_when):
        of_type = [i for i, fact in enumerate(facts) if fact.event == line.detail.get("event")]
        if of_type:
            before = [i for i in of_type if facts[i].at <= line.at]
            groups.setdefault(before[-1] if before else of_type[0], []).append(line)
    return [(facts[i].event, lines) for i, lines in groups.items()]


def _when(line: Line) -> datetime:
    return line.at
