"""The merged form: what several parts ask in the same words is asked once (一表申请, seed 001 三(三)1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.items import ItemRecord, Situation
from contracts.packages import PackageAnswer, PackageChoice, PackageForm, PackageOption, PackageQuestion
from services.catalog.domain.packages.draft import DraftQuestion
from services.catalog.domain.text import same

Part = tuple[str, ItemRecord]


def merged_form(questions: Sequence[DraftQuestion], parts: Sequence[Part]) -> PackageForm:
    """The package's own questions, then those of the parts; the same words and answers stand once."""
    merged = [
        PackageQuestion(
            question=own.question,
            text=own.text,
            options=[PackageOption.model_validate(option.model_dump()) for option in own.options],
        )
        for own in questions
    ]
    for item_code, record in parts:
        for situation in record.situations:
            _take_in(merged, item_code, situation)
    return PackageForm(questions=merged)


def _take_in(merged: list[PackageQuestion], item_code: str, situation: Situation) -> None:
    for number, question in enumerate(merged):
        if _asks_the_same(question, situation):
            merged[number] = _answering(question, item_code, situation)
            return
    taken = {question.question for question in merged}
    code, further = situation.situation, 2
    while code in taken:
        code, further = f"{situation.situation}-{further}", further + 1
    asked = PackageQuestion(
        question=code,
        text=situation.question,
        options=[PackageOption(option=option.option, label=option.label) for option in situation.options],
    )
    merged.append(_answering(asked, item_code, situation))


def _asks_the_same(question: PackageQuestion, situation: Situation) -> bool:
    """Same words and the same choice of answers: with other answers one would not fit the other part."""
    return same(question.text) == same(situation.question) and _labels(question) == {
        same(option.label) for option in situation.options
    }


def _labels(question: PackageQuestion) -> set[str]:
    return {same(option.label) for option in question.options}


def _answering(question: PackageQuestion, item_code: str, situation: Situation) -> PackageQuestion:
    codes = {same(option.label): option.option for option in situation.options}
    options = [
        option.model_copy(
            update={
                "answers": [
                    *option.answers,
                    PackageAnswer(
                        item_code=item_code,
                        situation=situation.situation,
                        option=codes[same(option.label)],
                    ),
                ]
            }
        )
        for option in question.options
    ]
    return question.model_copy(update={"options": options})


def choices_for(form: PackageForm, item_code: str, record: ItemRecord, material: str) -> list[PackageChoice]:
    """The answers of the merged form that make a part ask for a material; empty where it asks always."""
    wanted = {
        (situation.situation, option.option)
        for situation in record.situations
        for option in situation.options
        if material in option.materials
    }
    return [
        PackageChoice(question=question.question, option=option.option)
        for question in form.questions
        for option in question.options
        for answer in option.answers
        if answer.item_code == item_code and (answer.situation, answer.option) in wanted
    ]


def differing(parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """Questions in the same words to which two parts offer other answers: (item_code, question)."""
    offered: dict[str, frozenset[str]] = {}
    for item_code, record in parts:
        for situation in record.situations:
            labels = frozenset(same(option.label) for option in situation.options)
            if offered.setdefault(same(situation.question), labels) != labels:
                yield item_code, situation.question
