"""What a local change may not do: add a material, a step or time, raise a fee, reword the standard (C9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from contracts.blocks import Limit
from contracts.items import Fee, ItemMaterial, ItemRecord, ItemStep
from contracts.reductions import Reductions
from services.catalog.domain.levels import reductions
from services.catalog.domain.levels.reductions import GUIDE_LOCAL, LOCAL, Terms, expected_visits, is_shorter
from services.runtime.problems import Invalid

_UNITS = {"working_days": "个工作日", "calendar_days": "日"}
_FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子件"}
#: Fields with rules of their own; all others but the local ones are as the standard has them.
_RULED = frozenset((*LOCAL, "limits", "fee", "materials", "steps", "guide", "delegated_to"))
_WORDS = {
    "name": "事项名称",
    "kind": "事项类型",
    "category": "事项类别",
    "origin": "事项来源",
    "scope": "适用范围",
    "secret": "涉密",
    "basis": "实施依据",
    "service_targets": "服务对象",
    "service_type": "服务类型",
    "provision": "提供方式",
    "conditions": "办理条件",
    "handling": "办件类型",
    "acceptance": "受理方式",
    "parties": "当事方",
    "situations": "情形",
    "result": "办理结果",
    "intermediary_services": "中介服务",
    "remark": "备注",
    "joint_bodies": "共同实施部门",
}
_CHANNELS = {"window": "大厅窗口", "web": "网上", "phone": "手机", "kiosk": "自助终端", "agent": "帮办代办"}
_DEPTHS = {"none": "不能网上办理", "pre_review": "网上预审", "apply": "网上可办", "full": "全程网办"}
#: Values of lists in the words that are printed.
_VALUES = {
    "immediate": "即办件",
    "promised": "承诺件",
    "on_receipt": "收件即受理",
    "after_check": "核验后受理",
    "window": "窗口领取",
    "post": "邮寄",
    "electronic": "电子送达",
}
#: By which of its fields a block is known to people.
_NAMES = ("name", "title", "question", "label", "text", "description")
#: Words that ask for something to be brought. 一带 and 带路 are of names of places.
_DEMAND = re.compile(
    r"提供|提交|证明|原件|复印件|出示|携|加盖|户口[本簿]|材料|请持|缴|(?<!一)带(?![路街道巷])"
)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is more than, or other than, the standard; ``standard`` is its value in words."""

    field: str
    rule: str
    standard: str
    zh: str
    en: str


class NotAReduction(Invalid):
    """A local change asks more than the standard, or other things; ``violations`` names all of them."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        first = violations[0]
        super().__init__(
            f"认领的事项只能减材料、压时限、降收费：{first.zh}",
            f"A place may only ask less than the standard: {first.en}",
            code=first.rule,
            field=first.field,
            standard=first.standard,
            violations=[asdict(one) for one in violations],
        )


def reductions_of(standard: ItemRecord, record: Terms) -> Reductions:
    """What a record asks less of than the standard; :class:`NotAReduction` naming all that is more."""
    less = reductions.found(standard, record)
    if violations := list(_violations(standard, record, less)):
        raise NotAReduction(violations)
    return less


def must_be_less(standard: ItemRecord, asked: Reductions) -> Reductions:
    """Reductions as they will be kept; refused where one is unknown to the standard or asks more."""
    if violations := list(_asked_more(standard, asked)):
        raise NotAReduction(violations)
    return reductions.still_less(standard, asked)


def in_words(limit: Limit) -> str:
    """A limit as it is printed."""
    return f"{limit.value}{_UNITS[limit.unit]}" if limit.value else "当场办结"


# -- reductions that are asked for by name --------------------------------------------------------------


def _asked_more(standard: ItemRecord, asked: Reductions) -> Iterator[Violation]:
    yield from _time("promised", "承诺时限", asked.promised, standard.limits.promised)
    names = [material.name for material in standard.materials]
    for number, name in enumerate(asked.dropped_materials):
        if name not in names:
            its = _listed(names)
            zh = f"标准中没有材料“{name}”；标准的材料是：{its}。"
            en = f"the standard has no such material; it asks for: {its}."
            yield Violation(f"dropped_materials.{number}", "unknown-material", its, zh, en)
    if asked.fee_fen is not None and asked.fee_fen > standard.fee.amount_fen:
        yield _dearer("fee_fen", standard.fee)
    steps = {step.step: step for step in standard.steps}
    for number, one in enumerate(asked.steps):
        if (step := steps.get(one.step)) is None:
            yield _step_added(f"steps.{number}", one.step, standard.steps)
        else:
            yield from _time(f"steps.{number}.limit", f"环节“{step.name}”的时限", one.limit, step.limit)


# -- a whole record -------------------------------------------------------------------------------------


def _violations(standard: ItemRecord, record: Terms, less: Reductions) -> Iterator[Violation]:
    for number, material in enumerate(record.materials or ()):
        yield from _material(number, material, standard.materials)
    yield from _steps(standard.steps, record.steps or ())
    promised = record.limits.promised
    yield from _time("limits.promised", "承诺时限", promised, standard.limits.promised)
    if promised is None:
        yield _differs("limits.promised", "承诺时限", in_words(standard.limits.promised))
    if record.fee is not None and record.fee.amount_fen > standard.fee.amount_fen:
        yield _dearer("fee", standard.fee)
    elif record.fee is None or (less.fee_fen is None and record.fee != standard.fee):
        yield _differs("fee", "收费", standard.fee.text)
    yield from _access(standard, record)
    yield from _own_words(standard, record)
    yield from _rest(standard, record, less)


def _access(standard: ItemRecord, record: Terms) -> Iterator[Violation]:
    """Nobody comes more often, or by fewer ways, than the standard has it."""
    handling = record.handling or standard.handling
    its = expected_visits(standard, standard.handling)
    if (given := expected_visits(record, handling)) > its:
        words = f"{its}次"
        zh, en = (
            f"到现场次数{given}次比标准多；标准是{words}。",
            f"the standard asks for {its} visits at most.",
        )
        yield Violation("visits", "visits-added", words, zh, en)
    if lost := [channel for channel in standard.channels if channel not in record.channels]:
        words = _listed([_CHANNELS[one] for one in standard.channels])
        gone = _listed([_CHANNELS[one] for one in lost])
        zh, en = f"受理渠道少了{gone}；标准的渠道是：{words}。", f"the standard's channels are: {words}."
        yield Violation("channels", "channel-dropped", words, zh, en)
    if reductions.DEPTHS.index(record.online_depth) < reductions.DEPTHS.index(standard.online_depth):
        words, mine = _DEPTHS[standard.online_depth], _DEPTHS[record.online_depth]
        zh, en = f"网办深度“{mine}”低于标准；标准是：{words}。", f"the standard's online depth is: {words}."
        yield Violation("online_depth", "depth-lowered", words, zh, en)


def _own_words(standard: ItemRecord, record: Terms) -> Iterator[Violation]:
    """The place's own texts say where and whom to ask; none of them asks for anything."""
    theirs = {text for _, text in _local_texts(standard)}
    shown = standard.guide.accepting or "无"
    for field, text in _local_texts(record):
        if text not in theirs and (found := _DEMAND.search(text)):
            zh = f"这里只写地点和联系方式，不能另提要求（“{found[0]}”）；标准的文字是：{shown}。"
            en = f"only place and contact stand here, no demands; the standard's words: {shown}."
            yield Violation(field, "demand-in-text", shown, zh, en)


def _local_texts(record: Terms) -> Iterator[tuple[str, str]]:
    if record.guide.accepting:
        yield "guide.accepting", record.guide.accepting
    for number, way in enumerate(record.guide.consultation):
        yield f"guide.consultation.{number}.text", way.text
    for number, place in enumerate(record.accepting_places):
        for name in ("name", "address", "phone", "opening"):
            if text := getattr(place, name):
                yield f"accepting_places.{number}.{name}", text


def _rest(standard: ItemRecord, record: Terms, less: Reductions) -> Iterator[Violation]:
    """All other fields are the standard's; what follows from a reduction is as it must be."""
    mine = record.model_dump(mode="json", exclude_none=True)
    its = reductions.reduced(standard, less, standard).model_dump(mode="json", exclude_none=True)
    for field in ItemRecord.model_fields:
        if field not in _RULED and mine.get(field) != its.get(field):
            yield _differs(field, _WORDS.get(field, field), _shown(its.get(field)))
    for field in ("statutory", "extension"):
        if mine["limits"].get(field) != its["limits"].get(field):
            word = "法定时限" if field == "statutory" else "延长期限"
            yield _differs(f"limits.{field}", word, _shown(its["limits"].get(field)))
    for field in standard.guide.model_fields_set | record.guide.model_fields_set:
        if field not in GUIDE_LOCAL and mine["guide"].get(field) != its["guide"].get(field):
            yield _differs(f"guide.{field}", "办事指南的文字", _shown(its["guide"].get(field)))
    if record.delegated_to:
        zh = "承接的事项不得再委托（行政许可法第二十四条第三款）。"
        en = "what was handed down is not handed on (Administrative Licence Law, art. 24)."
        yield Violation("delegated_to", "handed-on", "无", zh, en)


def _material(number: int, given: ItemMaterial, standard: Sequence[ItemMaterial]) -> Iterator[Violation]:
    its = next((one for one in standard if one.name == given.name), None)
    if its is None:
        names = _listed([one.name for one in standard])
        zh = f"增加了材料“{given.name}”；标准的材料是：{names}。"
        en = f"a material was added; the standard asks for: {names}."
        yield Violation(f"materials.{number}", "material-added", names, zh, en)
    elif its != given:
        words = f"{_FORMS[its.form]}{its.copies}份"
        yield _differs(f"materials.{number}", f"材料“{its.name}”的要求", words)


def _steps(standard: Sequence[ItemStep], given: Sequence[ItemStep]) -> Iterator[Violation]:
    known = {step.step: step for step in standard}
    for number, step in enumerate(given):
        its = known.pop(step.step, None)
        if its is None:
            yield _step_added(f"steps.{number}", step.name, standard)
            continue
        yield from _time(f"steps.{number}.limit", f"环节“{its.name}”的时限", step.limit, its.limit)
        if step.model_copy(update={"limit": its.limit, "unit_id": its.unit_id}) != its:
            yield _differs(f"steps.{number}", f"环节“{its.name}”的要求", its.name)
    for step in known.values():
        yield _differs("steps", f"环节“{step.name}”", "必经环节")


# -- words ----------------------------------------------------------------------------------------------


def _time(field: str, word: str, given: Limit | None, its: Limit) -> Iterator[Violation]:
    if given is None or given == its or is_shorter(given, its):
        return
    zh = f"{word}{in_words(given)}比标准长；标准是{in_words(its)}。"
    yield Violation(field, "time-added", in_words(its), zh, f"the standard's limit is {in_words(its)}.")


def _dearer(field: str, its: Fee) -> Violation:
    zh, en = f"收费高于标准；标准是{its.text}。", f"the standard's fee is {its.text}."
    return Violation(field, "fee-raised", its.text, zh, en)


def _step_added(field: str, name: str, standard: Sequence[ItemStep]) -> Violation:
    names = _listed([step.name for step in standard])
    zh, en = f"增加了环节“{name}”；标准的环节是：{names}。", f"a step was added; the standard has: {names}."
    return Violation(field, "step-added", names, zh, en)


def _differs(field: str, word: str, its: str) -> Violation:
    zh = f"{word}与标准不同，应当按标准执行：{its}。"
    return Violation(field, "differs-from-standard", its, zh, f"as the standard has it: {its}.")


def _listed(names: Sequence[str]) -> str:
    return "、".join(names) or "无"


def _shown(value: object) -> str:
    """A value of the record in words, never as it is written in a program."""
    return _in_chinese(value)[:200] or "无"


def _in_chinese(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        if set(value) >= {"value", "unit"}:
            return in_words(Limit(value=value["value"], unit=value["unit"]))
        known = next((value[name] for name in _NAMES if value.get(name)), None)
        return _in_chinese(known) if known else "、".join(filter(None, map(_in_chinese, value.values())))
    if isinstance(value, list | tuple):
        return "、".join(filter(None, map(_in_chinese, value)))
    return "" if value is None else _VALUES.get(str(value), str(value))
