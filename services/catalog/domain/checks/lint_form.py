"""What the form must have, and that its parts fit together (seed 000 附件1 说明)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from contracts.reductions import Level
from services.catalog.domain import sources
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.item.record import DraftRecord

#: Channels by which one comes oneself or sends an agent.
_OFFLINE = frozenset(("window", "agent"))
_ONLINE = frozenset(("web", "phone"))
_LEVELS = frozenset(get_args(Level))
_PLACE = re.compile(r"[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?)?")


def missing(record: DraftRecord) -> Iterator[Finding]:
    """What a published record must have and no table may lack; a 主项 is only a name for what is below it."""
    needed: list[tuple[str, bool, str, str]] = [
        ("kind", record.kind is None, "填写事项类型，如 行政许可、公共服务、便民服务。", sources.ELEMENTS),
        ("unit_id", record.unit_id is None, "从目录中选择承办的部门（单位）。", f"{sources.FILLING} 1"),
        ("handling", record.handling is None, "选择即办件或者承诺件。", sources.ELEMENTS),
        ("limits.statutory", record.limits.statutory is None,
         "填写法定时限；没有法定时限的，填与承诺时限相同的天数。", sources.FILLING),
        ("limits.promised", record.limits.promised is None, "填写承诺时限，如 10个工作日。", sources.FILLING),
        ("fee", record.fee is None, "填写收费依据及标准；不收费的填写“不收费”。", f"{sources.FILLING} 6"),
    ]  # fmt: skip
    if record.service_type != "主动服务" and not record.main_item:
        text = "逐项列明申请材料；不需要材料的，保存空清单。"
        needed.append(("materials", record.materials is None, text, sources.GUIDE))
        needed.append(("channels", not record.channels, "至少选择一个受理渠道。", sources.GUIDE))
    for field, lacking, text, source in needed:
        if lacking:
            yield Finding(field, "missing", text, source, suggestion=text)


def assumed(record: DraftRecord) -> Iterator[Finding]:
    """Columns that the table did not have and for which the usual value is taken."""
    applied_for = record.service_type != "主动服务" and not record.main_item
    asked: list[tuple[str, bool, str, str]] = [
        ("service_type", record.service_type is None,
         "没有填写服务类型，按“依申请服务”处理。", f"{sources.FILLING} 7"),
        ("provision", record.provision is None,
         "没有填写提供方式，按“直接提供”处理。", f"{sources.FILLING} 8"),
        ("category", record.category is None and record.kind in ("公共服务", "便民服务"),
         "没有填写事项类别，请从十六类中选择。", f"{sources.FILLING} 3"),
        ("steps", applied_for and not record.steps,
         "没有列明办理环节和每个环节的最长时间，流程图为空。", sources.ELEMENTS),
        ("service_targets", not record.service_targets,
         "没有填写服务对象；有多类服务对象的，应依次列明。", f"{sources.FILLING} 5"),
    ]  # fmt: skip
    for field, lacking, text, source in asked:
        if lacking:
            yield Finding(field, "missing", text, source, severity="warning", suggestion="填写这一栏。")


def no_basis(record: DraftRecord) -> Iterator[Finding]:
    """无文件规定的,列入目录后再相应完善依据 (seed 000 二(一)2): a task, no obstacle."""
    if not record.basis:
        yield Finding(
            "basis",
            "no-basis",
            "没有实施依据；可以先列入目录，随后补充完善依据。",
            sources.LISTING,
            severity="warning",
            suggestion="写明法律、法规、国务院决定、规章或者其他规范性文件的名称和条款。",
        )


def provision(record: DraftRecord) -> Iterator[Finding]:
    """填写“其他”方式的,在备注中说明具体方式 (seed 000 附件1 说明 8)."""
    if record.provision == "其他" and not record.remark:
        text = "提供方式为“其他”的，在备注中说明具体方式。"
        yield Finding("remark", "other-without-remark", text, f"{sources.FILLING} 8", suggestion=text)


def references(record: DraftRecord) -> Iterator[Finding]:
    """Situations choose materials of this record; parties bring them; joint units are in the directory."""
    yield from _situations(record)
    parties = {"applicant", *(party.party for party in record.parties)}
    for number, material in enumerate(record.materials or ()):
        for code in material.provided_by:
            if code not in parties:
                yield Finding(
                    f"materials.{number}.provided_by",
                    "unknown-party",
                    f"“{material.name}”的提供方没有在当事方中列明。",
                    sources.GUIDE,
                    quote=code,
                    suggestion="改为申请人，或者先在当事方中增加这一方。",
                )
    for number, body in enumerate(record.joint_bodies):
        if body.unit_id is None:
            yield Finding(
                f"joint_bodies.{number}",
                "unknown-unit",
                f"共同实施部门“{body.name}”不在目录中。",
                f"{sources.FILLING} 1",
                quote=body.name,
                suggestion="从目录中选择部门，或者先在目录中登记。",
            )


def _situations(record: DraftRecord) -> Iterator[Finding]:
    """情形 (mission C3): each asked once, each answer once, with materials of the list."""
    names = {material.name for material in record.materials or ()}
    asked: set[str] = set()
    for number, situation in enumerate(record.situations):
        if situation.situation in asked:
            yield _of_situation(
                number,
                "situation-twice",
                f"情形“{situation.question}”的编号与另一情形重复。",
                situation.situation,
                "给每个情形一个不同的编号。",
            )
        asked.add(situation.situation)
        options = [option.option for option in situation.options]
        for option in situation.options:
            if options.count(option.option) > 1:
                text, instead = f"情形选项“{option.label}”的编号重复。", "给每个选项一个不同的编号。"
                yield _of_situation(number, "option-twice", text, option.option, instead)
            for name in (one for one in option.materials if one not in names):
                text = f"情形选项“{option.label}”所列材料不在材料清单中。"
                instead = "把这份材料加入申请材料，或者从选项中去掉。"
                yield _of_situation(number, "unknown-material", text, name, instead)


def _of_situation(number: int, rule: str, text: str, quote: str, suggestion: str) -> Finding:
    field = f"situations.{number}"
    return Finding(field, rule, text, sources.SMALLEST_UNIT, quote=quote, suggestion=suggestion)


def secret(record: DraftRecord) -> Iterator[Finding]:
    """涉密事项除外 (seed 000 二(五)3(1)): what is secret is not handled online."""
    if record.secret and (record.online_depth != "none" or not _OFFLINE.issuperset(record.channels)):
        yield Finding(
            "channels",
            "secret-online",
            "涉密事项不得在网上办理：受理渠道只保留窗口和帮办代办，网办深度选“不能网上办理”。",
            sources.SECRET,
            suggestion="受理渠道改为窗口，网办深度改为不能网上办理。",
        )


def online(record: DraftRecord) -> Iterator[Finding]:
    """全程网办 needs a way online: the web or the phone."""
    if record.online_depth == "full" and not _ONLINE & set(record.channels):
        yield Finding(
            "online_depth",
            "online-without-channel",
            "全程网办的事项必须有网上或者手机渠道。",
            sources.ONLINE_DEPTH,
            suggestion="受理渠道增加网上或者手机，或者改低网办深度。",
        )


def handed_down(record: DraftRecord) -> Iterator[Finding]:
    """委托下放: to levels, or to places by their codes; to nobody else."""
    for number, to in enumerate(record.delegated_to):
        if to not in _LEVELS and not _PLACE.fullmatch(to):
            yield Finding(
                f"delegated_to.{number}",
                "unknown-level",
                f"委托下放的对象“{to}”既不是层级，也不是行政区划代码。",
                sources.ELEMENTS,
                quote=to,
                suggestion="填写 city、county、town、village 之一，或者下级的行政区划代码。",
            )


def main_item(record: DraftRecord) -> Iterator[Finding]:
    """办理项 is the smallest unit and alone is applied for (seed 001 三(一)1): a 主项 asks for nothing."""
    if record.main_item and (record.materials or record.situations):
        yield Finding(
            "materials",
            "main-item-with-materials",
            "主项不能直接申请，材料和情形写在它的办理项中。",
            sources.SMALLEST_UNIT,
            suggestion="把材料移到办理项，主项的材料清单留空。",
        )
