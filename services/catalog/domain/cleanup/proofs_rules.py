"""The filling rules of 附件2–4 (their 说明) and of seed 000 二(二), 二(三), as checks of one row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.items import Basis
from services.catalog.domain import sources
from services.catalog.domain.checks.lint_proofs import AREAS
from services.catalog.domain.cleanup.proofs_bases import LEVELS
from services.catalog.domain.cleanup.proofs_records import (
    Inspection,
    IssuedProof,
    NeededProof,
    Opinion,
    ProofRecord,
    lawful,
)
from services.catalog.domain.text import same
from services.runtime.personal import holds_number

#: Texts that are no reason: 填写充分理由 (附件2 说明 5).
_NO_REASON = frozenset(("无", "同上", "保留", "取消", "建议保留", "建议取消", "略", "/", "-", "—", "不变"))
_SHORTEST_REASON = 3
_VAGUE_UNITS = re.compile(r"等(?:部门|单位)|(?:有关|相关|各有关|各相关)(?:部门|单位)|^各部门")
_BETWEEN_PROOFS = re.compile(r"[、;；,，\n]|和|及|以及")
_IS_PROOF = re.compile(
    r"(?:证明|证明书|证明信|介绍信|盖章表|公证书|结婚证|户口簿|身份证)(?:[(（][^)）]*[)）])?$"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a row breaks. ``column`` is the form's, ``source`` the clause."""

    field: str
    column: str
    rule: str
    zh: str
    en: str
    source: str


def faults(record: ProofRecord, today: date) -> list[Fault]:
    """Every rule that the row breaks, in the order of the form's columns."""
    found = list(_personal(record))
    for kind, rules in _RULES.items():
        if isinstance(record, kind):
            found += [fault for rule in rules for fault in rule(record, today)]
    return found


def _personal(record: ProofRecord) -> Iterator[Fault]:
    for field, value in record.model_dump(mode="json", exclude={"agreement": {"on"}}).items():
        if any(holds_number(text) for text in _texts(value)):
            yield Fault(
                field, _COLUMNS.get(field, "备注"), "personal-number",
                "不能写入公民身份号码或者手机号码，请删去。",
                "Remove the citizen number or mobile number.", "design §6",
            )  # fmt: skip


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _one_a_row(record: NeededProof, _: date) -> Iterator[Fault]:
    """附件2 说明 2: 每行填写一项证明、盖章类材料."""
    parts = [part.strip() for part in _BETWEEN_PROOFS.split(record.name) if part.strip()]
    if len(parts) > 1 and all(_IS_PROOF.search(part) for part in parts):
        yield Fault(
            "name", "所需证明、盖章类材料名称", "several-in-one-row",
            f"每行只填写一项证明：请把“{parts[0]}”和“{parts[1]}”分成 {len(parts)} 行。",
            "One proof a row: write each in a row of its own.", f"{sources.NEEDED}2",
        )  # fmt: skip


def _basis(record: NeededProof | IssuedProof, _: date) -> Iterator[Fault]:
    """附件2 说明 4, 附件3 说明 4: 依据名称及具体条款, with 依据设定层级."""
    yield from _levels(record.basis, "basis", "依据设定层级", needed=True)


def _levels(basis: list[Basis], field: str, column: str, *, needed: bool) -> Iterator[Fault]:
    for number, one in enumerate(basis):
        if one.level is None and needed:
            yield Fault(
                f"{field}.{number}.level", column, "level-missing",
                f"有依据的请填写依据设定层级：{'、'.join(LEVELS)}。",
                "Say of which level the basis is.", f"{sources.NEEDED}4",
            )  # fmt: skip
        elif one.level is not None and one.level not in LEVELS:
            yield Fault(
                f"{field}.{number}.level", column, "unknown-level",
                f"依据设定层级不在规定的取值之内，应填写：{'、'.join(LEVELS)}。",
                "Not one of the levels of a basis.", f"{sources.NEEDED}4",
            )  # fmt: skip


def _reason(
    opinion: Opinion | None, field: str, source: str, column: str = "清理意见的理由"
) -> Iterator[Fault]:
    """并填写充分理由 (附件2 说明 5, 附件3 说明 5, 附件4 说明 2)."""
    if opinion is None:
        return
    plain = same(opinion.reason).strip("。.")
    if plain in {same(word) for word in _NO_REASON} or len(plain) < _SHORTEST_REASON:
        yield Fault(
            f"{field}.reason", column, "reason-empty",
            "请写明充分理由，如“户口簿可以证明，无需另行提供”。",
            "Give a full reason for the opinion.", source,
        )  # fmt: skip


def _opinion(record: NeededProof | IssuedProof, _: date) -> Iterator[Fault]:
    """清理意见 with reason; 如需保留,填写“是否可通过部门间信息共享的方式提供” (说明 5)."""
    source = f"{sources.NEEDED if isinstance(record, NeededProof) else sources.ISSUED}5"
    yield from _reason(record.opinion, "opinion", source)
    if record.verdict == "保留" and record.shareable is None:
        yield Fault(
            "shareable", "是否可通过部门间信息共享的方式提供", "sharing-unanswered",
            "清理意见为“保留”的，请填写是否可通过部门间信息共享的方式提供（是或者否）。",
            "A proof that is kept needs an answer whether it can be had by information sharing.", source,
        )  # fmt: skip


def _agreement(record: NeededProof, today: date) -> Iterator[Fault]:
    """附件2 说明 3: an agreement that was reached, samples of years that have begun."""
    if record.agreement and record.agreement.on > today:
        yield Fault(
            "agreement.on", "备注", "agreement-in-future",
            "与提供单位达成一致意见的日期不能晚于今天。",
            "The agreement cannot be of a day to come.", f"{sources.NEEDED}3",
        )  # fmt: skip
    for number, sample in enumerate(record.samples):
        if sample.year > today.year:
            yield Fault(
                f"samples.{number}.year", "备注", "sample-in-future",
                "留存样张的年度不能晚于今年。", "A sample cannot be of a year to come.",
                f"{sources.NEEDED}3",
            )  # fmt: skip


def _commitment(record: NeededProof, _: date) -> Iterator[Fault]:
    """Seed 001 二(一)2: 告知承诺 stays away from areas where a mistake cannot be made good."""
    if record.commitment and record.risk_areas:
        yield Fault(
            "commitment", "备注", "commitment-on-risk-area",
            f"涉及{'、'.join(AREAS[area] for area in record.risk_areas)}的，不得采取告知承诺。",
            "No commitment may stand for a proof in an area of such risk.", sources.COMMITMENT,
        )  # fmt: skip


def _needed_by(record: IssuedProof, _: date) -> Iterator[Fault]:
    """附件3 说明 2: 如有多个部门(单位)需要,逐一列出."""
    for number, unit in enumerate(record.needed_by):
        if _VAGUE_UNITS.search(unit):
            yield Fault(
                f"needed_by.{number}", "需要本材料的部门(单位)", "not-one-by-one",
                f"“{unit}”没有逐一列出：请写明每个需要本材料的部门（单位）。",
                "List each unit that needs the proof.", f"{sources.ISSUED}2",
            )  # fmt: skip


def _halves(record: Inspection, _: date) -> Iterator[Fault]:
    """附件4: each half with basis, opinion and reason of its own (说明 1 and 2)."""
    for name, half in (("inspection", record.inspection), ("training", record.training)):
        if half is not None:
            column = "年检" if name == "inspection" else "政府指定培训"
            yield from _levels(half.basis, f"{name}.basis", f"{column}·设定依据及条款", needed=False)
            yield from _reason(
                half.opinion, f"{name}.opinion", f"{sources.INSPECTED}2", f"{column}·清理意见的理由"
            )


def _training(record: Inspection, _: date) -> Iterator[Fault]:
    """二(三)1(4): 无法定依据、与证照核发和年检挂钩的政府指定培训予以取消, without exception."""
    half = record.training
    if half and half.opinion and half.opinion.verdict == "保留" and not lawful(half.basis):
        yield Fault(
            "training.opinion.verdict", "政府指定培训·清理意见", "training-without-basis",
            "没有法定依据的政府指定培训应当取消；确有依据的，请写明法律、法规或者规章的名称和条款。",
            "Compulsory training without legal basis must be cancelled.", f"{sources.INSPECTION}(4)",
        )  # fmt: skip


def _cycle(record: Inspection, _: date) -> Iterator[Fault]:
    """二(三)1(2): 延长检验周期,尽量减少一年一检情况."""
    half = record.inspection
    if half and half.former_cycle_months and (half.cycle_months or 0) <= half.former_cycle_months:
        yield Fault(
            "inspection.cycle_months", "年检·周期", "cycle-not-longer",
            "延长后的检验周期应当比原周期长，请核对月数。",
            "The new cycle must be longer than the former one.", f"{sources.INSPECTION}(2)",
        )  # fmt: skip


_RULES: dict[type[Any], tuple[Callable[[Any, date], Iterator[Fault]], ...]] = {
    NeededProof: (_one_a_row, _basis, _opinion, _agreement, _commitment),
    IssuedProof: (_needed_by, _basis, _opinion),
    Inspection: (_halves, _training, _cycle),
}
#: The form's column of a field, for what can be wrong in any of them.
_COLUMNS = {
    "unit": "填表单位",
    "name": "证明、盖章类材料名称",
    "item_name": "事项名称",
    "issued_by": "所需证明、盖章类材料的提供单位",
    "basis": "证明、盖章类材料设定依据及条款",
    "opinion": "清理意见的理由",
    "purpose": "证明、盖章类材料用途",
    "needed_by": "需要本材料的部门(单位)",
}
