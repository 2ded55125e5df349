"""The guide of a package (一件事): what to bring once, what runs in parallel, how long, the fee, where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contracts.items import ItemRecord
from contracts.packages import PackageMaterial, PackagePart, PackageQuestion, PackageTime
from services.catalog.documents import words
from services.catalog.documents.drawing import Node, flow
from services.catalog.documents.paper import Line, Paper, Section, Table
from services.catalog.domain.item.process import layers
from services.catalog.domain.packages.draft import as_steps
from services.catalog.domain.packages.plan import Plan

Records = Mapping[str, ItemRecord]
_FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子件"}


def paper(name: str, line: str, marks: Sequence[str], plan: Plan, records: Records) -> Paper:
    """The guide for a plan; ``records`` are those of its parts."""
    made: tuple[tuple[str, tuple[Line, ...], Table | None], ...] = (
        ("包含的事项", (), _parts(plan, records)),
        ("需要回答的问题", tuple(_questions(plan.questions)), None),
        ("一套材料", *_materials(plan)),
        ("办理时间", tuple(_time(plan)), None),
        ("收费", tuple(_fee(plan)), None),
        ("办理地点和方式", tuple(_places(plan, records)), None),
    )
    kept = [one for one in made if one[1] or one[2]]
    return Paper(
        title=f"{name}办事指南",
        line=line,
        sections=tuple(
            Section(f"{words.numeral(number)}、{title}", lines, table)
            for number, (title, lines, table) in enumerate(kept, 1)
        ),
        marks=tuple(marks),
        figure=svg(name, plan),
        figure_title="附：办理顺序图",
    )


def svg(name: str, plan: Plan) -> str:
    """The parts drawn in the order in which they are done; what stands side by side runs in parallel."""
    parts = {part.item_code: part for part in plan.parts}
    steps = layers(as_steps((part.item_code, part.after) for part in plan.parts))
    rows = [[_node(parts[step.step]) for step in row] for row in steps]
    end = Node("end", "全部办结", (f"合计{time(plan.promised)}",))
    return flow(f"{name}办理顺序图", "一次申请", rows, end, beside="同时办理")


def _node(part: PackagePart) -> Node:
    notes = [words.limit(part.promised)]
    if part.result:
        notes.append(f"得到：{part.result}")
    return Node(part.item_code, part.name, tuple(notes), tuple(part.after))


def time(value: PackageTime) -> str:
    """``11个工作日``, ``20个工作日加10日``; working and calendar days are not added up."""
    texts = []
    if value.working_days:
        texts.append(f"{value.working_days}个工作日")
    if value.calendar_days:
        texts.append(f"{value.calendar_days}日")
    return "加".join(texts) or "当场办结"


def _parts(plan: Plan, records: Records) -> Table:
    names = {part.item_code: part.name for part in plan.parts}
    rows = tuple(
        (
            str(number),
            part.name,
            "、".join(names[code] for code in part.after if code in names) or "可以直接办",
            words.limit(part.promised),
            part.fee_text,
            part.result or "—",
        )
        for number, part in enumerate(plan.parts, 1)
    )
    return Table(("序号", "事项", "先办完", "承诺时限", "收费", "得到"), rows, (7, 26, 22, 14, 12, 17))


def _questions(questions: Sequence[PackageQuestion]) -> Iterator[Line]:
    for number, question in enumerate(questions, 1):
        labels = " / ".join(option.label for option in question.options)
        yield Line(question.text, f"{number}. ", (labels,))


def _materials(plan: Plan) -> tuple[tuple[Line, ...], Table | None]:
    brought = [material for material in plan.materials if material.made_by is None]
    names = {part.item_code: part.name for part in plan.parts}
    made = tuple(
        Line(f"“{one.name}”由“{names[one.made_by]}”办出，不需要携带。")
        for one in plan.materials
        if one.made_by in names
    )
    if not brought:
        return (Line("无需提交材料。"), *made), None
    asked = sum(len(material.needed_by) for material in brought)
    lead = Line(f"分开办要交{asked}项材料，一起办只需{len(brought)}项。") if asked > len(brought) else None
    table = Table(
        ("序号", "材料", "份数与形式", "用于", "可以少交"),
        tuple(_material(number, one, names) for number, one in enumerate(brought, 1)),
        (7, 26, 14, 32, 19),
    )
    return (*((lead,) if lead else ()), *made), table


def _material(number: int, material: PackageMaterial, names: Mapping[str, str]) -> tuple[str, ...]:
    givers = f"由{'、'.join(material.provided_by)}提供" if material.provided_by else ""
    conditional = all(need.when for need in material.needed_by)
    used = "\n".join(
        f"{names[need.item_code]}{'（视情形）' if need.when else ''}" for need in material.needed_by
    )
    ways = [
        text
        for text, is_so in (
            ("已有电子证照的免提交", bool(material.licence_type)),
            ("可告知承诺", material.by_commitment),
            ("可容缺后补", material.deferrable),
            ("非必要", not material.required),
            ("视情形", conditional),
        )
        if is_so
    ]
    name = f"{material.name}\n{givers}" if givers else material.name
    return (
        str(number),
        name,
        f"{_FORMS[material.form]}{material.copies}份",
        used,
        "\n".join(ways) or "—",
    )


def _time(plan: Plan) -> Iterator[Line]:
    names = {part.item_code: part.name for part in plan.parts}
    yield Line(f"承诺{time(plan.promised)}（法定{time(plan.statutory)}），自各事项受理之日起计算。")
    if len(plan.promised.path) > 1:
        yield Line(f"用时最长的顺序：{'→'.join(names[code] for code in plan.promised.path)}。")
    if plan.promised.working_days and plan.promised.calendar_days:
        yield Line("工作日和自然日分别计算，不能直接相加。")


def _fee(plan: Plan) -> Iterator[Line]:
    if not plan.fee_fen:
        yield Line("不收费。")
        return
    yield Line(f"合计{plan.fee_fen / 100:.2f}元，按每个事项各办一件计。")
    for part in plan.parts:
        if part.fee_fen:
            yield Line(f"{part.name}：{part.fee_text}")


def _places(plan: Plan, records: Records) -> Iterator[Line]:
    for part in plan.parts:
        record = records.get(part.item_code)
        if record is None:
            continue
        places = [
            "，".join(text for text in (place.name, place.address, place.phone) if text)
            for place in record.accepting_places
        ]
        depth = words.DEPTHS[record.online_depth]
        yield Line(f"{part.name}：{'；'.join(places) or record.implementing_body}", notes=(depth,))
