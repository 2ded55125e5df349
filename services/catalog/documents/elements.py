"""实施要素一览表: every element of an item with its value, and the elements of each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.items import ItemMaterial, ItemStep
from services.catalog.documents import words
from services.catalog.documents.acceptance_list import checks, submission
from services.catalog.documents.heading import Heading
from services.catalog.documents.process_map import NOBODY, doer, longest
from services.catalog.domain.item.record import DraftRecord


def elements(record: DraftRecord, heading: Heading, units: Mapping[str, str] = NOBODY) -> dict[str, Any]:
    """``{"item_code","version","state","elements":[{"element","value"}],"materials":[…],"steps":[…]}``.

    ``units`` are names by id.
    """
    return {
        "item_code": heading.item_code,
        "version": heading.version,
        "state": heading.state,
        "sample": record.sample,
        "elements": [{"element": name, "value": value} for name, value in _elements(record, units) if value],
        "materials": [_material(record, material) for material in record.materials or ()],
        "situations": [
            {
                "question": situation.question,
                "options": [
                    {"label": option.label, "materials": option.materials} for option in situation.options
                ],
            }
            for situation in record.situations
        ],
        "steps": [_step(step, units) for step in record.steps or ()],
    }


def _material(record: DraftRecord, material: ItemMaterial) -> dict[str, Any]:
    return {
        "name": material.name,
        "form": words.material(material),
        "required": material.required,
        "provided_by": words.givers(record, material),
        "submission": list(submission(record, material)),
        "origin": words.ORIGINS.get(material.origin or ""),
        "format": material.format,
        "ways": words.ways(material),
        "basis": words.basis(material.basis) if material.basis else None,
        "basis_level": material.basis.level if material.basis else None,
        "issued_by": material.issued_by,
        "checks": list(checks(record, material)),
        "sample_file_id": material.sample_file_id,
        "blank_file_id": material.blank_file_id,
    }


def _step(step: ItemStep, units: Mapping[str, str]) -> dict[str, Any]:
    return {
        "step": step.step,
        "name": step.name,
        "role": doer(step, units),
        "longest": longest(step),
        "content": step.content,
        "special": step.special,
        "special_kind": words.SPECIAL_KINDS.get(step.special_kind or ""),
        "stops_clock": step.stops_clock,
        "stops_clock_basis": step.stops_clock_basis,
        "after": step.after,
    }


def _elements(record: DraftRecord, units: Mapping[str, str]) -> list[tuple[str, str]]:
    """The columns of 附件1 (seed 000) and the elements that seed 001 三(一)3 adds to them."""
    return [*_columns(record), *_handling(record), *_outcome(record), *_regulation(record, units)]


def _columns(record: DraftRecord) -> list[tuple[str, str]]:
    return [
        ("事项编码", record.base_code or ""),
        ("事项名称", record.name),
        ("事项类型", record.kind or ""),
        ("事项类别", record.category or ""),
        ("事项来源", record.origin or ""),
        ("主项", "是" if record.main_item else record.parent_code or ""),
        ("实施主体", record.implementing_body),
        ("共同实施部门", "、".join(body.name for body in record.joint_bodies)),
        ("实施依据及条款", "；".join(words.basis(one) for one in record.basis)),
        ("适用范围", record.scope or ""),
        ("服务对象", "、".join(record.service_targets)),
        ("办理条件", "；".join(record.conditions)),
        ("收费依据及标准", words.fee(record.fee)),
        ("法定时限", words.limit(record.limits.statutory)),
        ("承诺时限", words.limit(record.limits.promised)),
        ("延长时限", words.extension(record.limits.extension) if record.limits.extension else ""),
        ("服务类型", record.service_type or ""),
        ("提供方式", record.provision or ""),
    ]


def _handling(record: DraftRecord) -> list[tuple[str, str]]:
    channels = "、".join(words.CHANNELS[channel] for channel in record.channels)
    receipt = record.acceptance == "on_receipt"
    return [
        ("办件类型", words.HANDLING[record.handling] if record.handling else ""),
        ("受理方式", "收件即受理" if receipt else "审核后受理"),
        ("受理渠道", channels),
        ("网办深度", words.DEPTHS[record.online_depth]),
        ("到办事现场次数", "" if record.visits is None else f"{record.visits}次"),
        ("委托下放", "、".join(record.delegated_to)),
        ("当事方", "、".join(party.name for party in record.parties)),
    ]


def _outcome(record: DraftRecord) -> list[tuple[str, str]]:
    result = record.result
    if result is None:
        return []
    return [
        ("办理结果", result.name),
        ("有效期限", words.validity(result)),
        ("签发人", result.signed_by or ""),
        ("用章", result.seal or ""),
        ("结果送达时限", words.limit(result.deliver_within) if result.deliver_within else ""),
        ("结果送达对象", "、".join(one.name for one in result.recipients)),
    ]


def _regulation(record: DraftRecord, units: Mapping[str, str]) -> list[tuple[str, str]]:
    names = {**units, **{unit.unit_id: unit.name for unit in record.regulators}}
    measures = [
        f"{one.text}（{names.get(one.unit_id, one.unit_id)}）" if one.unit_id else one.text
        for one in record.regulatory_measures
    ]
    places = [
        "，".join(text for text in (place.name, place.address, place.phone, place.opening) if text)
        for place in record.accepting_places
    ]
    return [
        ("监管部门", "、".join(unit.name for unit in record.regulators)),
        ("监管措施", "；".join(measures)),
        ("中介服务", "、".join(record.intermediary_services)),
        ("受理地点", "；".join(places)),
        ("备注", record.remark or ""),
    ]
