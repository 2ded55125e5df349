"""实施要素一览表: every element of an item with its value, and the elements of each step."""

from __future__ import annotations

from typing import Any

from services.catalog.documents import words
from services.catalog.documents.heading import Heading
from services.catalog.domain.record import DraftRecord


def elements(record: DraftRecord, heading: Heading) -> dict[str, Any]:
    """``{"item_code","version","state","elements":[{"element","value"}],"materials":[…],"steps":[…]}``."""
    return {
        "item_code": heading.item_code,
        "version": heading.version,
        "state": heading.state,
        "sample": record.sample,
        "elements": [{"element": name, "value": value} for name, value in _elements(record) if value],
        "materials": [
            {
                "name": material.name,
                "form": words.material(material),
                "provided_by": words.givers(record, material),
                "ways": words.ways(material),
                "basis": words.basis(material.basis) if material.basis else None,
            }
            for material in record.materials or ()
        ],
        "steps": [
            {
                "step": step.step,
                "name": step.name,
                "role": words.ROLES.get(step.role, step.role),
                "longest": words.limit(step.limit) if step.limit.value else "当日",
                "special": step.special,
                "stops_clock": step.stops_clock,
                "stops_clock_basis": step.stops_clock_basis,
                "after": step.after,
            }
            for step in record.steps or ()
        ],
    }


def _elements(record: DraftRecord) -> list[tuple[str, str]]:
    """The columns of 附件1 and what the process map and the guide add to them."""
    result = record.result
    return [
        ("事项编码", record.base_code),
        ("事项名称", record.name),
        ("事项类型", record.kind or ""),
        ("事项类别", record.category or ""),
        ("事项来源", record.origin or ""),
        ("实施主体", record.implementing_body),
        ("共同实施部门", "、".join(body.name for body in record.joint_bodies)),
        ("实施依据及条款", "；".join(words.basis(one) for one in record.basis)),
        ("适用范围", record.scope or ""),
        ("服务对象", "、".join(record.service_targets)),
        ("办理条件", "；".join(record.conditions)),
        ("办件类型", words.HANDLING[record.handling] if record.handling else ""),
        ("法定时限", words.limit(record.limits.statutory)),
        ("承诺时限", words.limit(record.limits.promised)),
        ("延长时限", words.extension(record.limits.extension) if record.limits.extension else ""),
        ("收费依据及标准", words.fee(record.fee)),
        ("服务类型", record.service_type or ""),
        ("提供方式", record.provision or ""),
        ("受理渠道", "、".join(words.CHANNELS[channel] for channel in record.channels)),
        ("网办深度", words.DEPTHS[record.online_depth]),
        ("办理结果", result.name if result else ""),
        ("结果送达时限", words.limit(result.deliver_within) if result and result.deliver_within else ""),
        ("结果送达对象", "、".join(one.name for one in result.recipients) if result else ""),
        ("监管部门", "、".join(unit.name for unit in record.regulators)),
        ("中介服务", "、".join(record.intermediary_services)),
        ("备注", record.remark or ""),
    ]
