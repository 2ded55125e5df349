"""Limits, fee, steps and regulation: what is promised can be kept and rests on something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.blocks import Limit
from services.catalog.domain import sources
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.item.process import cycle_in, longest_path
from services.catalog.domain.item.record import DraftRecord, exceeds

#: A plain amount of money, and any number at all.
_AMOUNT = re.compile(r"(?<![0-9.,])([0-9]+(?:,[0-9]{3})*)(?:\.([0-9]{1,2}))?元")
_NUMBER = re.compile(r"[0-9][0-9.,]*")


def limits(record: DraftRecord) -> Iterator[Finding]:
    """承诺时限 shortens 法定时限, it never lengthens it; a 承诺件 has time to be kept (mission C6)."""
    promised, statutory = record.limits.promised, record.limits.statutory
    if promised and statutory and exceeds(promised, statutory):
        yield Finding(
            "limits.promised",
            "promised-above-statutory",
            "承诺时限长于法定时限，请缩短承诺时限。",
            sources.ELEMENTS,
            quote=_days(promised),
            suggestion=f"不超过{_days(statutory)}。",
        )
    if promised and record.handling == "promised" and promised.value == 0:
        yield Finding(
            "limits.promised",
            "promised-in-no-time",
            "承诺件的承诺时限至少一天；当场办结的，办件类型选“即办件”。",
            sources.ELEMENTS,
            suggestion="填写天数，或者改为即办件。",
        )


def extension(record: DraftRecord) -> Iterator[Finding]:
    """An extension adds time: as a total it is more than the limit that it extends (附件5 八)."""
    more, promised = record.limits.extension, record.limits.promised
    if more is None:
        return
    as_total = more.counted_from == "acceptance" and promised is not None and not exceeds(more, promised)
    if more.value == 0 or (as_total and promised is not None and more.unit == promised.unit):
        yield Finding(
            "limits.extension",
            "extension-adds-nothing",
            "延长后的时限没有超过承诺时限，请核对天数或者计算方式。",
            f"{sources.GUIDE}、附件5 八",
            quote=_days(more),
            suggestion="从受理之日起计算的，填写延长后的总天数。",
        )


def fee(record: DraftRecord) -> Iterator[Finding]:
    """填写收费事项的相关依据及收费标准 (seed 000 附件1 说明 6)."""
    if record.fee and record.fee.amount_fen > 0 and not record.fee.basis:
        yield Finding(
            "fee.basis",
            "fee-without-basis",
            "收费事项必须写明收费依据（文件名称和文号）。",
            f"{sources.FILLING} 6",
            quote=record.fee.text,
            suggestion="写明收费文件的名称和文号；没有依据的，改为“不收费”。",
        )


def fee_text(record: DraftRecord) -> Iterator[Finding]:
    """What is printed is what is charged, where the text says one plain amount, or 不收费."""
    if record.fee is None or (told := _told(record.fee.text)) is None or told == record.fee.amount_fen:
        return
    fen = record.fee.amount_fen
    amount = f"{fen // 100}.{fen % 100:02}".removesuffix(".00")
    yield Finding(
        "fee",
        "fee-text-differs",
        f"收费文字“{record.fee.text}”与金额{amount}元不一致。",
        f"{sources.FILLING} 6",
        quote=record.fee.text,
        suggestion=f"文字改为含“{amount}元”，或者改正金额。" if fen else "文字改为“不收费”，或者改正金额。",
    )


def _told(text: str) -> int | None:
    """The fen that a text says; None where it says none, or several."""
    amounts = _AMOUNT.findall(text)
    if len(amounts) != 1 or len(_NUMBER.findall(text)) != 1 or "不收费" in text:
        return 0 if text.strip("。 ") == "不收费" else None
    whole, part = amounts[0]
    return int(whole.replace(",", "")) * 100 + int(part.ljust(2, "0") or 0)


def at_once(record: DraftRecord) -> Iterator[Finding]:
    """即办件 is decided there and then: on the day, or the next one at most."""
    promised = record.limits.promised
    if promised and record.handling == "immediate" and promised.value > 1:
        yield Finding(
            "handling",
            "immediate-takes-days",
            f"即办件的承诺时限是{_days(promised)}；当场或者一个工作日内办结的才是即办件。",
            sources.ELEMENTS,
            severity="warning",
            quote=_days(promised),
            suggestion="办件类型改为承诺件，或者缩短承诺时限。",
        )


def steps(record: DraftRecord) -> Iterator[Finding]:
    """The process map must be one that can be walked from start to end (seed 001 三(一)3)."""
    names = [step.step for step in record.steps or ()]
    for number, step in enumerate(record.steps or ()):
        if step.step in names[:number]:
            yield Finding(
                f"steps.{number}.step",
                "step-twice",
                "环节编号重复。",
                sources.ELEMENTS,
                quote=step.step,
                suggestion="给每个环节一个不同的编号。",
            )
        for before in step.after:
            if before not in names:
                yield Finding(
                    f"steps.{number}.after",
                    "unknown-step",
                    f"“{step.name}”的前置环节不存在。",
                    sources.ELEMENTS,
                    quote=before,
                    suggestion=f"从本事项的环节中选择：{'、'.join(names)}。",
                )
        if step.special and step.special_kind is None:
            yield Finding(
                f"steps.{number}.special_kind",
                "special-without-kind",
                f"特别程序“{step.name}”没有写明种类（现场勘验、技术审查、听证论证等）。",
                sources.ELEMENTS,
                severity="warning",
                quote=step.name,
                suggestion="选择特别程序的种类。",
            )
    if cycle := cycle_in(record.steps or ()):
        yield Finding(
            "steps",
            "cycle",
            f"环节互为前置，无法走完：{'→'.join(cycle)}。",
            sources.ELEMENTS,
            suggestion=f"去掉其中一个前置关系，例如“{cycle[1]}”等待“{cycle[0]}”。",
        )


def step_times(record: DraftRecord) -> Iterator[Finding]:
    """Longest times of the steps together fit into the promise, side by side counted once.

    With steps in another unit than the promise it can only be estimated, and is a warning.
    """
    promised, found = record.limits.promised, record.steps or ()
    if promised is None or cycle_in(found) or longest_path(found, promised.unit) <= promised.value:
        return
    alike = all(step.limit.unit == promised.unit for step in found if not step.stops_clock)
    if promised.value == 0 and longest_path(found, promised.unit) <= 1:
        return  # 当场办结: a step of a day is the day of acceptance itself
    yield Finding(
        "steps",
        "steps-above-promised",
        f"各环节最长时间之和（{longest_path(found, promised.unit)}天）超过承诺时限（{_days(promised)}）。",
        sources.ELEMENTS,
        severity="error" if alike else "warning",
        suggestion="缩短环节时间，或者让互不依赖的环节并行。",
    )


def stopping(record: DraftRecord) -> Iterator[Finding]:
    """Time that does not count needs the law that says so (行政许可法 §45, mission A2)."""
    for number, step in enumerate(record.steps or ()):
        if step.stops_clock and not step.stops_clock_basis:
            yield Finding(
                f"steps.{number}.stops_clock_basis",
                "stop-without-basis",
                f"“{step.name}”停止计时，必须写明依据。",
                sources.LICENSING_LAW_45,
                quote=step.name,
                suggestion="写明规定所需时间不计算在期限内的条款；没有的，不停止计时。",
                subject=step.name,
            )


def regulation(record: DraftRecord) -> Iterator[Finding]:
    """监管主体、监管措施 of a licence (seed 001 三(一)3); measures name a regulator of the record."""
    known = {unit.unit_id for unit in record.regulators}
    for number, measure in enumerate(record.regulatory_measures):
        if measure.unit_id and measure.unit_id not in known:
            yield Finding(
                f"regulatory_measures.{number}.unit_id",
                "unknown-regulator",
                "监管措施所列部门不在监管主体之中。",
                sources.ELEMENTS,
                quote=measure.unit_id,
                suggestion="从监管主体中选择，或者先把这个部门列为监管主体。",
            )
    if record.kind == "行政许可" and not (record.regulators and record.regulatory_measures):
        yield Finding(
            "regulators",
            "licence-without-regulation",
            "行政许可应当明确监管主体和监管措施。",
            sources.ELEMENTS,
            severity="warning",
            suggestion="填写监管主体和事中事后的监管措施。",
        )


def _days(limit: Limit) -> str:
    return f"{limit.value}{'个工作日' if limit.unit == 'working_days' else '日'}"
