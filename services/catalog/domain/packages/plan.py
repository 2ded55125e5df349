"""What one person's package is: the parts, questions and materials that the answers leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.packages import PackageMaterial, PackagePart, PackageQuestion, PackageRecord, PackageTime
from services.catalog.domain.packages.refusals import UnknownAnswer
from services.catalog.domain.packages.time import critical_path


@dataclass(frozen=True, slots=True)
class Plan:
    """A package cut to somebody's answers; an unanswered question leaves all its parts in."""

    parts: tuple[PackagePart, ...]
    questions: tuple[PackageQuestion, ...]
    materials: tuple[PackageMaterial, ...]
    promised: PackageTime
    statutory: PackageTime
    fee_fen: int


def plan(record: PackageRecord, answers: Mapping[str, str]) -> Plan:
    """The package for these answers (question → option). UnknownAnswer."""
    _must_be_answers(record, answers)
    codes = _chosen(record, answers)
    parts = tuple(_joined(record, codes))
    order = [(part.item_code, part.after) for part in parts]
    return Plan(
        parts,
        tuple(question for question in record.form.questions if _is_asked(question, codes)),
        tuple(_needed(record, codes, answers)),
        critical_path(order, {part.item_code: part.promised for part in parts}),
        critical_path(order, {part.item_code: part.statutory for part in parts}),
        sum(part.fee_fen for part in parts),
    )


def _must_be_answers(record: PackageRecord, answers: Mapping[str, str]) -> None:
    options = {
        question.question: {option.option for option in question.options}
        for question in record.form.questions
    }
    for question, option in answers.items():
        if option not in options.get(question, ()):
            raise UnknownAnswer()


def _chosen(record: PackageRecord, answers: Mapping[str, str]) -> set[str]:
    depending: set[str] = set()
    taken: set[str] = set()
    for question in record.form.questions:
        for option in question.options:
            depending.update(option.parts)
            if answers.get(question.question, option.option) == option.option:
                taken.update(option.parts)
    return {part.item_code for part in record.parts if part.item_code not in depending} | taken


def _joined(record: PackageRecord, codes: set[str]) -> list[PackagePart]:
    """The chosen parts; one that came after a part that is left out comes after those before that one."""
    before = {part.item_code: part.after for part in record.parts}
    known: dict[str, list[str]] = {}

    def real(code: str) -> list[str]:
        if code not in known:
            found: list[str] = []
            for one in before.get(code, ()):
                found += [one] if one in codes else real(one)
            known[code] = list(dict.fromkeys(found))
        return known[code]

    return [
        part.model_copy(update={"after": real(part.item_code)})
        for part in record.parts
        if part.item_code in codes
    ]


def _is_asked(question: PackageQuestion, codes: set[str]) -> bool:
    return any(
        option.parts or any(answer.item_code in codes for answer in option.answers)
        for option in question.options
    )


def _needed(record: PackageRecord, codes: set[str], answers: Mapping[str, str]) -> list[PackageMaterial]:
    found = []
    for material in record.materials:
        needs = [
            need
            for need in material.needed_by
            if need.item_code in codes
            and (
                not need.when
                or any(answers.get(choice.question, choice.option) == choice.option for choice in need.when)
            )
        ]
        if needs:
            maker = material.made_by if material.made_by in codes else None
            found.append(material.model_copy(update={"needed_by": needs, "made_by": maker}))
    return found
