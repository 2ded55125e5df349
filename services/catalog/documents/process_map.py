"""运行图谱: the process drawn from the steps, with their elements and longest time (seed 001 三(一)1, 3)."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.items import ItemStep
from services.catalog.documents import words
from services.catalog.documents.drawing import Node, flow
from services.catalog.domain.item.process import layers
from services.catalog.domain.item.record import DraftRecord

NOBODY: Mapping[str, str] = {}


def svg(record: DraftRecord, units: Mapping[str, str] = NOBODY) -> str:
    """The drawing; special steps have a double frame, steps that stop the clock say so with the basis.

    ``units`` are names by id, for steps that another unit does.
    """
    rows = [[_node(step, units) for step in row] for row in layers(record.steps or ())]
    result = record.result.name if record.result else "办结"
    end = Node("result", f"结果：{result}", _result(record))
    return flow(f"{record.name}办理流程图", "申请", rows, end, beside="同时进行")


def _node(step: ItemStep, units: Mapping[str, str]) -> Node:
    notes = [f"{doer(step, units)} · 最长{longest(step)}"]
    if step.content:
        notes.append(step.content)
    if step.special:
        notes.append(special(step))
    if step.stops_clock:
        notes.append("停止计时")
    return Node(step.step, step.name, tuple(notes), tuple(step.after), step.special)


def doer(step: ItemStep, units: Mapping[str, str]) -> str:
    """Who does a step: the unit, where it is another than the deciding one, and the role."""
    role = words.ROLES.get(step.role, step.role)
    unit = units.get(step.unit_id or "")
    return f"{unit} {role}" if unit else role


def longest(step: ItemStep) -> str:
    """A step's longest time; 0 is the same day."""
    return words.limit(step.limit) if step.limit.value else "当日"


def special(step: ItemStep) -> str:
    """特别程序 with its kind where the record says it."""
    kind = words.SPECIAL_KINDS.get(step.special_kind or "")
    return f"特别程序（{kind}）" if kind else "特别程序"


def _result(record: DraftRecord) -> tuple[str, ...]:
    result = record.result
    if result is None:
        return ()
    notes = [f"{words.limit(result.deliver_within)}内送达"] if result.deliver_within else []
    if result.signed_by:
        notes.append(f"签发：{result.signed_by}")
    return tuple(notes)
