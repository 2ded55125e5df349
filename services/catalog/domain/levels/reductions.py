"""A standard as a lower place implements it: its own offices, and less asked for where it was reduced.

Seed 001 二(二)1: "不得额外增加或变相增加办理环节和申请材料,但可……进一步减少申请材料、压缩办理时限". What
is more than the standard is told by `reduction_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.blocks import Handling, Limit
from contracts.items import Fee, Guide, ItemRecord, ItemStep, Situation
from contracts.reductions import Reductions, StepReduction
from services.catalog.domain.item import reach
from services.catalog.domain.item.record import DraftRecord

NOTHING = Reductions()
#: By whom, where and on which channels: a matter of the place. Not `delegated_to`: what was handed down is
#: not handed on (行政许可法 第二十四条第三款).
LOCAL = (
    "implementing_body",
    "unit_id",
    "regulators",
    "regulatory_measures",
    "visits",
    "accepting_places",
    "channels",
    "online_depth",
    "sample",
)
GUIDE_LOCAL = ("accepting", "consultation")
#: From the least to the furthest online.
DEPTHS = ("none", "pre_review", "apply", "full")
Terms = ItemRecord | DraftRecord


def is_shorter(limit: Limit, than: Limit) -> bool:
    """Whether a limit is shorter whatever days it falls on: n working days last n calendar days at least."""
    if limit.unit == than.unit or limit.value == 0:
        return limit.value < than.value
    return limit.unit == "calendar_days" and limit.value <= than.value


def reduced(standard: ItemRecord, reductions: Reductions, local: Terms) -> ItemRecord:
    """The standard with the own offices that ``local`` has, and what is asked less."""
    own = local.model_dump(include=set(LOCAL), exclude_none=True)
    own |= _as_near(standard, local)
    units = {step.step: step.unit_id for step in local.steps or () if step.unit_id}
    fields: dict[str, Any] = {
        **standard.model_dump(exclude_none=True),
        **own,
        **demanded(standard, reductions),
        "steps": _steps(standard.steps, reductions.steps, units),
        "guide": _guide(standard.guide, reductions, local.guide),
        "delegated_to": [],
    }
    return ItemRecord.model_validate(fields)


def expected_visits(record: Terms, handling: Handling) -> int:
    """How often somebody must come by a record."""
    return reach.visits(record.online_depth, handling, record.visits)


def _as_near(standard: ItemRecord, local: Terms) -> dict[str, Any]:
    """The place's own visits, channels and depth, where they make it no harder than the standard."""
    more = [channel for channel in local.channels if channel not in standard.channels]
    nearer: dict[str, Any] = {
        "channels": [*standard.channels, *more],
        "online_depth": max(standard.online_depth, local.online_depth, key=DEPTHS.index),
    }
    declared = local.visits is not None or standard.visits is not None
    most = expected_visits(standard, standard.handling)
    if declared and (local.visits is None or local.visits > most):
        nearer["visits"] = standard.visits
    return nearer


def demanded(standard: ItemRecord, reductions: Reductions) -> dict[str, Any]:
    """Handling, limits, fee, materials and situations of the standard after the reductions."""
    dropped = frozenset(reductions.dropped_materials)
    promised = reductions.promised
    return {
        "handling": "immediate" if promised and not promised.value else standard.handling,
        "limits": standard.limits.model_copy(update={"promised": promised}) if promised else standard.limits,
        "fee": _fee(standard.fee, reductions.fee_fen),
        "materials": [material for material in standard.materials if material.name not in dropped],
        "situations": _situations(standard.situations, dropped),
    }


def found(standard: ItemRecord, record: Terms) -> Reductions:
    """What a record asks less of than the standard; whether it asks more is not said here."""
    names = {material.name for material in record.materials or ()}
    limits = {step.step: step.limit for step in record.steps or ()}
    return still_less(
        standard,
        Reductions(
            promised=record.limits.promised,
            dropped_materials=[one.name for one in standard.materials if one.name not in names],
            fee_fen=record.fee.amount_fen if record.fee else None,
            steps=[StepReduction(step=step, limit=limit) for step, limit in limits.items()],
        ),
    )


def instead_of(standard: ItemRecord, reductions: Reductions) -> Reductions:
    """What the standard asks for where it is reduced; of a dropped material its name is all there is."""
    limits = {step.step: step.limit for step in standard.steps}
    return Reductions(
        promised=standard.limits.promised if reductions.promised else None,
        fee_fen=standard.fee.amount_fen if reductions.fee_fen is not None else None,
        steps=[StepReduction(step=one.step, limit=limits[one.step]) for one in reductions.steps],
    )


def still_less(standard: ItemRecord, reductions: Reductions) -> Reductions:
    """Those of the reductions that ask less than this standard, e.g. after it was revised."""
    names = {material.name for material in standard.materials}
    limits = {step.step: step.limit for step in standard.steps}
    promised, fee = reductions.promised, reductions.fee_fen
    return Reductions(
        promised=promised if promised and is_shorter(promised, standard.limits.promised) else None,
        dropped_materials=[name for name in reductions.dropped_materials if name in names],
        fee_fen=fee if fee is not None and fee < standard.fee.amount_fen else None,
        steps=[
            one for one in reductions.steps if one.step in limits and is_shorter(one.limit, limits[one.step])
        ],
    )


def _fee(fee: Fee, fen: int | None) -> Fee:
    return fee if fen is None else fee.model_copy(update={"amount_fen": fen, "text": _price(fen, fee.text)})


def _price(fen: int, text: str) -> str:
    """The lower fee in the wording of the standard's: 3500元/例 becomes 1750元/例."""
    if not fen:
        return "不收费"
    amount = f"{fen // 100}" if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02}"
    return f"{amount}元{text.partition('元')[2]}"


def _situations(situations: Sequence[Situation], dropped: frozenset[str]) -> list[Situation]:
    made = []
    for situation in situations:
        options = [
            option.model_copy(update={"materials": [one for one in option.materials if one not in dropped]})
            for option in situation.options
        ]
        made.append(situation.model_copy(update={"options": options}))
    return made


def _steps(
    steps: Sequence[ItemStep], shorter: Sequence[StepReduction], units: dict[str, str]
) -> list[ItemStep]:
    limits = {one.step: one.limit for one in shorter}
    return [
        step.model_copy(
            update={
                "limit": limits.get(step.step, step.limit),
                "unit_id": units.get(step.step, step.unit_id),
            }
        )
        for step in steps
    ]


def _guide(standard: Guide, reductions: Reductions, local: Guide) -> Guide:
    """The standard's words with the place's own address; what a reduction makes untrue is composed anew."""
    changed: dict[str, Any] = {name: getattr(local, name) for name in GUIDE_LOCAL}
    if reductions.promised:
        changed["time_limit"] = None
    if reductions.fee_fen is not None:
        changed["fee"] = None
    if reductions.dropped_materials:
        changed["materials_note"] = None
    if reductions.promised or reductions.steps:
        changed["flow"] = []
    return standard.model_copy(update=changed)
