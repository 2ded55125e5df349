"""The lint of a draft (mission C6): findings with field, rule, quoted words, source and what to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from contracts.items import ItemMaterial
from services.catalog.domain.process import cycle_in, longest_path
from services.catalog.domain.record import DraftRecord, exceeds
from services.catalog.domain.text import same

GUIDE_RULES = "seed 000 二（一）3"
FILLING_RULES = "seed 000 附件1 说明"
PROOF_RULES = "seed 000 二（二）1"
VAGUE_RULES = "seed 003"
#: Words that say nothing a person could bring or check (mission C6).
VAGUE = ("相关的", "相适应的", "相符合的", "等材料")
CATCH_ALL = re.compile(
    r"其[他它][^,;。、()\uff0c\uff1b\uff08\uff09]{0,20}(?:材料|证明|证件|文件|资料|条件|情形)"
)
_PROOF = re.compile(r"证明")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the lint found. An ``error`` keeps the draft from being published."""

    field: str
    rule: str
    text: str
    source: str
    severity: Literal["error", "warning"] = "error"
    quote: str | None = None


def findings(record: DraftRecord) -> list[Finding]:
    """All findings on a draft, in the order of the form."""
    return [found for rule in RULES for found in rule(record)]


def errors(record: DraftRecord) -> list[Finding]:
    """The findings that forbid publishing."""
    return [found for found in findings(record) if found.severity == "error"]


def _missing(record: DraftRecord) -> Iterator[Finding]:
    """What a published record must have and no table may lack."""
    needed: list[tuple[str, bool, str, str]] = [
        ("kind", record.kind is None, "填写事项类型，如 行政许可、公共服务、便民服务。", FILLING_RULES),
        ("unit_id", record.unit_id is None, "从目录中选择承办的部门（单位）。", FILLING_RULES),
        ("handling", record.handling is None, "选择即办件或者承诺件。", "mission C1"),
        ("limits.statutory", record.limits.statutory is None,
         "填写法定时限；没有法定时限的，填与承诺时限相同的天数。", FILLING_RULES),
        ("limits.promised", record.limits.promised is None, "填写承诺时限，如 10个工作日。", FILLING_RULES),
        ("fee", record.fee is None, "填写收费依据及标准；不收费的填写“不收费”。", f"{FILLING_RULES} 6"),
    ]  # fmt: skip
    if record.service_type != "主动服务":
        needed += [
            (
                "materials",
                record.materials is None,
                "逐项列明申请材料；不需要材料的，保存空清单。",
                GUIDE_RULES,
            ),
            ("channels", not record.channels, "至少选择一个受理渠道。", "mission I1"),
        ]
    for field, lacking, text, source in needed:
        if lacking:
            yield Finding(field, "missing", text, source)


def _assumed(record: DraftRecord) -> Iterator[Finding]:
    """Columns that the table did not have and for which the usual value is taken."""
    if record.service_type is None:
        text = "没有填写服务类型，按“依申请服务”处理。"
        yield Finding("service_type", "missing", text, f"{FILLING_RULES} 7", severity="warning")
    if record.provision is None:
        text = "没有填写提供方式，按“直接提供”处理。"
        yield Finding("provision", "missing", text, f"{FILLING_RULES} 8", severity="warning")
    if record.category is None and record.kind in ("公共服务", "便民服务"):
        text = "没有填写事项类别，请从十六类中选择。"
        yield Finding("category", "missing", text, f"{FILLING_RULES} 3", severity="warning")
    if record.service_type != "主动服务" and not record.steps:
        text = "没有列明办理环节和每个环节的最长时间，流程图为空。"
        yield Finding("steps", "missing", text, GUIDE_RULES, severity="warning")
    if not record.service_targets:
        text = "没有填写服务对象；有多类服务对象的，应依次列明。"
        yield Finding("service_targets", "missing", text, f"{FILLING_RULES} 5", severity="warning")


def _catch_all(record: DraftRecord) -> Iterator[Finding]:
    """原则上不得出现兜底条款 (seed 000 二(一)3)."""
    for field, text in _terms(record):
        if found := CATCH_ALL.search(text):
            yield Finding(
                field,
                "catch-all",
                f"“{found[0]}”是兜底条款，请逐项写明或者删去。",
                GUIDE_RULES,
                quote=found[0],
            )


def _vague(record: DraftRecord) -> Iterator[Finding]:
    """Words that leave open what is meant (seed 003)."""
    for field, text in _terms(record):
        for word in VAGUE:
            if word in text:
                yield Finding(field, "vague", f"“{word}”含义不清，请写明具体内容。", VAGUE_RULES, quote=word)


def _basis(record: DraftRecord) -> Iterator[Finding]:
    """无文件规定的,列入目录后再相应完善依据 (seed 000 二(一)2): a task, no obstacle."""
    if not record.basis:
        yield Finding(
            "basis",
            "no-basis",
            "没有实施依据；可以先列入目录，随后补充完善依据。",
            "seed 000 二（一）2",
            severity="warning",
        )


def _proofs(record: DraftRecord) -> Iterator[Finding]:
    """凡无法律法规依据的证明,原则上予以取消 (seed 000 二(二)1(1))."""
    for number, material in enumerate(record.materials or ()):
        if _PROOF.search(material.name) and material.basis is None:
            yield Finding(
                f"materials.{number}.basis",
                "proof-without-basis",
                f"“{material.name}”没有法律法规依据：补充依据，或者取消这项证明。",
                f"{PROOF_RULES}(1)",
                quote=material.name,
            )


def _twice(record: DraftRecord) -> Iterator[Finding]:
    """已收取的申请材料,不得要求重复提交 (seed 000 二(二)1(4))."""
    seen: dict[str, ItemMaterial] = {}
    for number, material in enumerate(record.materials or ()):
        if same(material.name) in seen:
            yield Finding(
                f"materials.{number}.name",
                "asked-twice",
                f"“{material.name}”重复要求提交，请保留一项。",
                f"{PROOF_RULES}(4)",
                quote=material.name,
            )
        seen[same(material.name)] = material


def _limits(record: DraftRecord) -> Iterator[Finding]:
    """承诺时限 shortens 法定时限, it never lengthens it."""
    promised, statutory = record.limits.promised, record.limits.statutory
    if promised and statutory and exceeds(promised, statutory):
        yield Finding(
            "limits.promised",
            "promised-above-statutory",
            "承诺时限长于法定时限，请缩短承诺时限。",
            "mission C6",
        )


def _fee(record: DraftRecord) -> Iterator[Finding]:
    """填写收费事项的相关依据及收费标准 (seed 000 附件1 说明 6)."""
    if record.fee and record.fee.amount_fen > 0 and not record.fee.basis:
        yield Finding(
            "fee.basis",
            "fee-without-basis",
            "收费事项必须写明收费依据（文件名称和文号）。",
            f"{FILLING_RULES} 6",
            quote=record.fee.text,
        )


def _provision(record: DraftRecord) -> Iterator[Finding]:
    """填写“其他”方式的,在备注中说明具体方式 (seed 000 附件1 说明 8)."""
    if record.provision == "其他" and not record.remark:
        yield Finding(
            "remark",
            "other-without-remark",
            "提供方式为“其他”的，在备注中说明具体方式。",
            f"{FILLING_RULES} 8",
        )


def _steps(record: DraftRecord) -> Iterator[Finding]:
    """The process map must be one that can be walked from start to end."""
    steps = record.steps or []
    names = [step.step for step in steps]
    for number, step in enumerate(steps):
        if step.step in names[:number]:
            yield Finding(
                f"steps.{number}.step", "step-twice", "环节编号重复。", "mission C4", quote=step.step
            )
        for before in step.after:
            if before not in names:
                text = "前置环节不存在，请改为本事项的环节。"
                yield Finding(f"steps.{number}.after", "unknown-step", text, "mission C4", quote=before)
        if step.stops_clock and not step.stops_clock_basis:
            text = f"“{step.name}”停止计时，必须写明依据。"
            yield Finding(f"steps.{number}.stops_clock_basis", "stop-without-basis", text, "mission A2")
    if cycle := cycle_in(steps):
        text = f"环节互为前置，无法走完：{'→'.join(cycle)}。"
        yield Finding("steps", "cycle", text, "mission C4")
    elif record.limits.promised and longest_path(steps) > record.limits.promised.value:
        text = "各环节最长时间之和超过承诺时限。"
        yield Finding("steps", "steps-above-promised", text, "seed 001 二（一）1", severity="warning")


def _references(record: DraftRecord) -> Iterator[Finding]:
    """Situations choose materials of this record; parties bring them; joint units are in the directory."""
    names = {material.name for material in record.materials or ()}
    for number, situation in enumerate(record.situations):
        for option in situation.options:
            for name in option.materials:
                if name not in names:
                    text = f"情形选项“{option.label}”所列材料不在材料清单中。"
                    yield Finding(f"situations.{number}", "unknown-material", text, "mission C3", quote=name)
    parties = {"applicant", *(party.party for party in record.parties)}
    for number, material in enumerate(record.materials or ()):
        for code in material.provided_by:
            if code not in parties:
                text = f"“{material.name}”的提供方没有在当事方中列明。"
                yield Finding(
                    f"materials.{number}.provided_by", "unknown-party", text, "mission I2", quote=code
                )
    for number, body in enumerate(record.joint_bodies):
        if body.unit_id is None:
            text = f"共同实施部门“{body.name}”不在目录中：先在目录中登记，或者改正名称。"
            yield Finding(f"joint_bodies.{number}", "unknown-unit", text, FILLING_RULES, quote=body.name)


def _terms(record: DraftRecord) -> Iterator[tuple[str, str]]:
    """The words that people must meet: conditions, materials, and the guide's own wording of both."""
    for number, text in enumerate(record.conditions):
        yield f"conditions.{number}", text
    for number, material in enumerate(record.materials or ()):
        yield f"materials.{number}.name", material.name
        if material.guidance:
            yield f"materials.{number}.guidance", material.guidance
    if record.guide.conditions:
        yield "guide.conditions", record.guide.conditions
    if record.guide.materials_note:
        yield "guide.materials_note", record.guide.materials_note


RULES: tuple[Callable[[DraftRecord], Iterator[Finding]], ...] = (
    _missing,
    _assumed,
    _basis,
    _provision,
    _catch_all,
    _vague,
    _proofs,
    _twice,
    _references,
    _limits,
    _steps,
    _fee,
)
