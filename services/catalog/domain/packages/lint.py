"""The lint of a package: what keeps it from being published, and what an editor should look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.item.process import cycle_in
from services.catalog.domain.packages.draft import Held, Library, PackageDraft, as_steps
from services.catalog.domain.packages.form import differing
from services.catalog.domain.packages.materials import made_too_late
from services.catalog.domain.packages.merge import earlier, known_parts, order_of
from services.catalog.domain.sources import ONE_MATTER
from services.catalog.domain.text import same

Rule = Callable[[PackageDraft, str, Library, datetime], Iterator[Finding]]


def findings(draft: PackageDraft, place: str, library: Library, now: datetime) -> list[Finding]:
    """All findings, in the order of the form. ``library`` has the items that the parts name."""
    return [found for rule in RULES for found in rule(draft, place, library, now)]


def errors(found: list[Finding]) -> list[Finding]:
    """The findings that forbid publishing."""
    return [finding for finding in found if finding.severity == "error"]


def is_stale(held: Held) -> bool:
    """Whether a newer version than the pinned one is in force."""
    return held.version is not None and held.newest is not None and held.newest > held.version


def _enough(draft: PackageDraft, place: str, library: Library, now: datetime) -> Iterator[Finding]:
    if len({part.item_code for part in draft.parts}) < 2:
        yield Finding("parts", "too-few", "一件事至少包含两个事项，请继续添加。", ONE_MATTER)


def _twice(draft: PackageDraft, place: str, library: Library, now: datetime) -> Iterator[Finding]:
    """One item, and one standard item (同一事项、同一编码), stands once."""
    seen: set[str] = set()
    for number, part in enumerate(draft.parts):
        held = library.get(part.item_code)
        standard = held.record.base_code if held and held.record else part.item_code
        if part.item_code in seen or standard in seen:
            name = held.name if held else part.item_code
            text = f"“{name}”重复，请保留一项。"
            yield Finding(f"parts.{number}", "item-twice", text, ONE_MATTER, quote=part.item_code)
        seen |= {part.item_code, standard}


def _there(draft: PackageDraft, place: str, library: Library, now: datetime) -> Iterator[Finding]:
    """Only what is published and in force can be joined; a withdrawn item is named."""
    for number, part in enumerate(draft.parts):
        if found := _trouble(part.item_code, part.version, place, library, now):
            rule, text = found
            yield Finding(f"parts.{number}", rule, text, ONE_MATTER, quote=part.item_code)


def _trouble(
    code: str, version: int | None, place: str, library: Library, now: datetime
) -> tuple[str, str] | None:
    held = library.get(code)
    if held is None:
        return "unknown-item", f"事项 {code} 不存在，请从事项库中选择。"
    if held.withdrawn_from is not None:
        return "item-withdrawn", f"“{held.name}”（{code}）已经撤销，请移出或者换成接替它的事项。"
    if held.record is None and version is None and held.newest:
        return (
            "item-not-pinned",
            f"“{held.name}”（{code}）第 {held.newest} 版已经发布，请更新这个一件事后再审签。",
        )
    if held.record is None:
        state = "还没有发布" if version is None else f"没有第 {version} 版"
        return "item-unpublished", f"“{held.name}”（{code}）{state}，发布后才能加入。"
    if held.record.secret:
        return "item-secret", f"“{held.name}”涉密，不能加入公开的一件事。"
    if held.record.main_item:
        return "item-main", f"“{held.name}”是主项，请选择它下面的办理项。"
    if held.record.service_type == "主动服务":
        return "item-without-application", f"“{held.name}”是主动服务，不需要申请，不能作为一件事的组成事项。"
    if not (held.place.startswith(place) or place.startswith(held.place)):
        return "item-elsewhere", f"“{held.name}”属于另一地区，请选择本地或者上级、下级的事项。"
    return None


def _stale(draft: PackageDraft, place: str, library: Library, now: datetime) -> Iterator[Finding]:
    for number, part in enumerate(draft.parts):
        held = library.get(part.item_code)
        if held is not None and is_stale(held):
            text = f"“{held.name}”现行第 {held.newest} 版，这里仍是第 {held.version} 版，请更新。"
            yield Finding(f"parts.{number}.version", "stale", text, ONE_MATTER, severity="warning")


def _order(draft: PackageDraft, place: str, library: Library, now: datetime) -> Iterator[Finding]:
    """消除互为前置、互相等待."""
    codes = {part.item_code for part in draft.parts}
    names = {code: held.name for code, held in library.items()}
    for number, part in enumerate(draft.parts):
        for before in part.after:
            if before not in codes:
                text = "先办的事项不在这个一件事中，请去掉或者加入该事项。"
                yield Finding(f"parts.{number}.after", "unknown-part", text, ONE_MATTER, quote=before)
    if cycle := cycle_in(as_steps((part.item_code, part.after) for part in draft.parts)):
        walk = "→".join(names.get(code, code) for code in cycle)
        yield Finding("parts", "cycle", f"事项互为前置，无法走完：{walk}。", ONE_MATTER)


def _questions(draft: PackageDraft, place: str, library: Library, now: datetime) -> Iterator[Finding]:
    codes = {part.item_code for part in draft.parts}
    seen: set[str] = set()
    for number, question in enumerate(draft.questions):
        field = f"questions.{number}"
        if question.question in seen or same(question.text) in seen:
            yield Finding(field, "question-twice", "问题重复，请保留一个。", ONE_MATTER, quote=question.text)
        seen |= {question.question, same(question.text)}
        options = [option.option for option in question.options]
        labels = [same(option.label) for option in question.options]
        if len(set(options)) < len(options) or len(set(labels)) < len(labels):
            yield Finding(field, "option-twice", "选项重复，请合并。", ONE_MATTER, quote=question.text)
        if not any(option.parts for option in question.options):
            text = "这个问题不选择任何事项，请去掉，或者为选项指定事项。"
            yield Finding(field, "chooses-nothing", text, ONE_MATTER, quote=question.text)
        for option in question.options:
            for code in option.parts:
                if code not in codes:
                    text = f"选项“{option.label}”选择的事项不在这个一件事中。"
                    yield Finding(field, "unknown-part", text, ONE_MATTER, quote=code)


def _asked_twice(draft: PackageDraft, place: str, library: Library, now: datetime) -> Iterator[Finding]:
    """一表申请: two parts that ask the same with other answers make people answer twice."""
    for code, question in differing(known_parts(draft, library)):
        text = f"“{library[code].name}”与其他事项问同一个问题而选项不同，申请人要答两遍；请统一选项。"
        yield Finding("form", "asked-twice", text, ONE_MATTER, severity="warning", quote=question)


def _made_later(draft: PackageDraft, place: str, library: Library, now: datetime) -> Iterator[Finding]:
    """A part that needs what another part makes comes after it, or people would have to bring it."""
    before = earlier(order_of(draft))
    parts = [(code, record) for code, record in known_parts(draft, library) if code in before]
    for code, material, maker in made_too_late(parts, before):
        text = (
            f"“{library[code].name}”需要的“{material.name}”是“{library[maker].name}”的办理结果，"
            "如果是同一份，请把它排在后面，申请人就不必携带。"
        )
        yield Finding("parts", "made-later", text, ONE_MATTER, severity="warning", quote=material.name)


RULES: tuple[Rule, ...] = (
    _enough,
    _there,
    _twice,
    _stale,
    _order,
    _questions,
    _asked_twice,
    _made_later,
)
