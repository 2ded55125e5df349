"""业务手册 for reviewers: basis, conditions, steps with role and time, signature and seal, regulators.

Seed 003 六(三) asks for it beside the guide; its elements are those of seed 001 三(一)3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.items import ItemStep
from services.catalog.documents import words
from services.catalog.documents.acceptance_list import checks
from services.catalog.documents.heading import Heading
from services.catalog.documents.paper import Line, Paper, Section, Table
from services.catalog.documents.process_map import NOBODY, doer, longest, special, svg
from services.catalog.domain.item.record import DraftRecord

_STEPS = ("序号", "环节", "办理人员", "最长时限", "先行环节", "审查内容和标准", "特别程序与计时")


def paper(record: DraftRecord, heading: Heading, units: Mapping[str, str] = NOBODY) -> Paper:
    """The handbook of a record; ``units`` are names by id."""
    made = (
        ("设定依据", tuple(_basis(record))),
        ("办理条件", tuple(_conditions(record))),
        ("材料审查要点", tuple(_materials(record))),
        ("办理环节", ()),
        ("时限", tuple(_limits(record))),
        ("收费", (Line(words.fee(record.fee)),)),
        ("决定与用章", tuple(_decision(record))),
        ("结果与送达", tuple(_result(record))),
        ("监管衔接", tuple(_regulation(record, units))),
        ("中介服务", tuple(Line(name) for name in record.intermediary_services)),
        ("备注", (Line(record.remark),) if record.remark else ()),
    )
    kept = [(title, lines) for title, lines in made if lines or (title == "办理环节" and record.steps)]
    return Paper(
        title=f"{record.name}业务手册",
        line=heading.line(),
        sections=tuple(
            Section(
                f"{words.numeral(number)}、{title}",
                lines,
                _steps(record, units) if title == "办理环节" else None,
            )
            for number, (title, lines) in enumerate(kept, 1)
        ),
        marks=("内部使用：供审查、审批人员使用，不对外发布。", *heading.marks(record)),
        figure=svg(record, units) if record.steps else None,
        figure_title="附：办理流程图",
    )


def _basis(record: DraftRecord) -> Iterator[Line]:
    for basis in record.basis:
        level = f"（{basis.level}）" if basis.level else ""
        yield Line(f"{words.basis(basis)}{level}")
    if not record.basis:
        yield Line("依据正在完善。")


def _conditions(record: DraftRecord) -> Iterator[Line]:
    for condition in record.conditions or ["符合服务对象范围即可申请"]:
        yield Line(condition)
    if record.service_targets:
        yield Line(f"服务对象：{'、'.join(record.service_targets)}")
    if record.scope:
        yield Line(f"适用范围：{record.scope}")


def _materials(record: DraftRecord) -> Iterator[Line]:
    for number, material in enumerate(record.materials or (), 1):
        head = f"{material.name}（{words.material(material)}，由{words.givers(record, material)}提供）"
        yield Line(head, f"{number}. ", (*checks(record, material), *words.files(material)))


def _steps(record: DraftRecord, units: Mapping[str, str]) -> Table | None:
    if not record.steps:
        return None
    names = {step.step: step.name for step in record.steps}
    rows = tuple(
        (
            str(number),
            step.name,
            doer(step, units),
            longest(step),
            "、".join(names.get(before, before) for before in step.after) or "—",
            step.content or "—",
            _clock(step),
        )
        for number, step in enumerate(record.steps, 1)
    )
    return Table(_STEPS, rows, (7, 14, 11, 12, 13, 21, 20))


def _clock(step: ItemStep) -> str:
    texts = [special(step)] if step.special else []
    if step.stops_clock:
        texts.append("停止计时")
        if step.stops_clock_basis:
            texts.append(f"依据：{step.stops_clock_basis}")
    return "\n".join(texts) or "—"


def _limits(record: DraftRecord) -> Iterator[Line]:
    yield Line(f"法定时限：{words.limit(record.limits.statutory)}")
    yield Line(f"承诺时限：{words.limit(record.limits.promised)}")
    if record.limits.extension:
        yield Line(f"延长：{words.extension(record.limits.extension)}")
    handling = words.HANDLING.get(record.handling or "", "未填写")
    yield Line(f"办件类型：{handling}{'，受理人员可以作出决定' if record.acceptor_may_decide else ''}")


def _decision(record: DraftRecord) -> Iterator[Line]:
    result = record.result
    if result and result.signed_by:
        yield Line(f"签发人：{result.signed_by}")
    if result and result.seal:
        yield Line(f"用章：{result.seal}")
    if record.joint_bodies:
        yield Line(f"共同实施部门：{'、'.join(body.name for body in record.joint_bodies)}")


def _result(record: DraftRecord) -> Iterator[Line]:
    result = record.result
    if result is None:
        return
    yield Line(f"办理结果：{result.name}")
    if validity := words.validity(result):
        yield Line(f"有效期限：{validity}")
    if result.deliver_within:
        yield Line(f"送达时限：作出决定后{words.limit(result.deliver_within)}内")
    if result.recipients:
        yield Line(f"送达对象：{'、'.join(one.name for one in result.recipients)}")


def _regulation(record: DraftRecord, units: Mapping[str, str]) -> Iterator[Line]:
    if record.regulators:
        yield Line(f"监管部门：{'、'.join(unit.name for unit in record.regulators)}")
    names = {**units, **{unit.unit_id: unit.name for unit in record.regulators}}
    for number, measure in enumerate(record.regulatory_measures, 1):
        who = f"（{names.get(measure.unit_id, measure.unit_id)}）" if measure.unit_id else ""
        yield Line(f"监管措施：{measure.text}{who}", f"{number}. ")
