"""The guide 办事指南 as sections in the order of 附件5 (seed 000); page and print are both made from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.catalog.documents import words
from services.catalog.documents.paper import Line, Section
from services.catalog.domain.item.record import DraftRecord

_CONSULTATION = {"on_site": "现场咨询", "phone": "电话咨询", "web": "网上咨询"}


def sections(record: DraftRecord) -> list[Section]:
    """The nine sections of 附件5. A text of the record's own guide stands in place of a composed one."""
    made = (
        ("事项名称", (Line(f"{record.name}。"),)),
        ("办理依据", _numbered([f"{words.basis(one)}。" for one in record.basis] or ["依据正在完善。"])),
        ("受理单位及办理地点", tuple(_accepting(record))),
        ("办理条件", tuple(_conditions(record))),
        ("申请材料", tuple(_materials(record))),
        ("基本流程", tuple(_flow(record))),
        ("收费依据及标准", (Line(record.guide.fee or words.fee(record.fee)),)),
        ("办理时限", (Line(record.guide.time_limit or words.time_limit(record.limits)),)),
        ("咨询方式", tuple(_consultation(record))),
    )
    return [Section(f"{words.NUMBERS[number]}、{title}", lines) for number, (title, lines) in enumerate(made)]


def _numbered(texts: list[str]) -> tuple[Line, ...]:
    if len(texts) == 1:
        return (Line(texts[0]),)
    return tuple(Line(text, _number(at)) for at, text in enumerate(texts))


def _number(at: int) -> str:
    return f"({words.NUMBERS[at]})" if at < len(words.NUMBERS) else f"({at + 1})"


def _mark(at: int, of: Sequence[object]) -> str:
    """What ends an entry of a list: a semicolon, after the last one a full stop."""
    return "。" if at == len(of) - 1 else ";"


def _accepting(record: DraftRecord) -> Iterator[Line]:
    if record.guide.accepting:
        yield Line(record.guide.accepting)
        return
    for place in record.accepting_places:
        details = "".join(
            f";{text}" for text in (place.opening, place.phone and f"电话 {place.phone}") if text
        )
        yield Line(f"{place.name or record.implementing_body}({place.address}{details})。")
    if not record.accepting_places:
        yield Line(f"{record.implementing_body}。")


def _conditions(record: DraftRecord) -> Iterator[Line]:
    if record.guide.conditions:
        yield Line(record.guide.conditions)
    else:
        conditions = record.conditions or ["符合服务对象范围即可申请"]
        yield from _numbered([one + _mark(at, conditions) for at, one in enumerate(conditions)])
    if record.service_targets:
        yield Line(f"服务对象：{'、'.join(record.service_targets)}。")


def _materials(record: DraftRecord) -> Iterator[Line]:
    if not record.materials:
        yield Line("无需提交材料。")
    for at, material in enumerate(record.materials or ()):
        notes = [f"{words.material(material)}，由{words.givers(record, material)}提供", *words.ways(material)]
        if material.issued_by:
            notes.append(f"出具单位：{material.issued_by}")
        notes += words.files(material)
        text = (material.guidance or material.name) + _mark(at, record.materials or ())
        yield Line(text, _number(at), ("；".join(notes),))
    for situation in record.situations:
        options = [
            f"{option.label}:{'、'.join(option.materials) or '无需另交材料'}" for option in situation.options
        ]
        yield Line(situation.question, notes=tuple(options))
    if record.guide.materials_note:
        yield Line(record.guide.materials_note)


def _flow(record: DraftRecord) -> Iterator[Line]:
    if record.guide.flow:
        yield from (Line(text, _number(at)) for at, text in enumerate(record.guide.flow))
        return
    for at, step in enumerate(record.steps or ()):
        who = words.ROLES.get(step.role, step.role)
        special = "（特别程序）" if step.special else ""
        pause = f"，期间停止计时，依据：{step.stops_clock_basis}" if step.stops_clock else ""
        time = words.limit(step.limit) if step.limit.value else "当日"
        mark = _mark(at, record.steps or ())
        yield Line(f"{step.name}{special}：{who}办理，最长{time}{pause}{mark}", _number(at))
    if record.result:
        within = record.result.deliver_within
        until = f"，作出决定后{words.limit(within)}内送达" if within else ""
        yield Line(f"办理结果：{record.result.name}{until}。")


def _consultation(record: DraftRecord) -> Iterator[Line]:
    texts = [f"{_CONSULTATION[one.kind]}:{one.text}。" for one in record.guide.consultation]
    if not texts:
        for place in record.accepting_places:
            texts.append(f"现场咨询：{place.address}。")
            if place.phone:
                texts.append(f"电话咨询：{place.phone}。")
    yield from _numbered(texts or [f"向{record.implementing_body}咨询。"])
