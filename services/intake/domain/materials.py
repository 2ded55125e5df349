"""The check of what was handed in against the item's list: everything missing is named at once (一次告知)."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from contracts.blocks import Material, MaterialForm, MaterialSource, Missing
from contracts.items import ItemMaterial, ItemRecord
from services.intake.domain.refusals import invalid


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found."""

    materials: tuple[Material, ...]
    missing: tuple[Missing, ...]

    def names(self, source: MaterialSource) -> list[str]:
        """Names of the materials that were handed in in this way."""
        return list(dict.fromkeys(one.name for one in self.materials if one.source == source))


def situation_of(record: ItemRecord, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to the item's questions (情形); 422 for an unknown one and for one left open."""
    questions = {question.situation: question for question in record.situations}
    for name in answers:
        if name not in questions:
            raise invalid(
                f"situation.{name}", "unknown-situation", "该事项没有这个情形。", "No such situation."
            )
    for name, question in questions.items():
        if answers.get(name) not in {option.option for option in question.options}:
            raise invalid(
                f"situation.{name}",
                "situation",
                f"请回答：{question.question}",
                f"Choose one of: {', '.join(option.option for option in question.options)}.",
            )
    return dict(answers)


def needed(record: ItemRecord, situation: Mapping[str, str]) -> list[ItemMaterial]:
    """Materials that the situation asks for: those that no option names, and those of chosen options."""
    named: set[str] = set()
    chosen: set[str] = set()
    for question in record.situations:
        for option in question.options:
            named.update(option.materials)
            if situation.get(question.situation) == option.option:
                chosen.update(option.materials)
    return [material for material in record.materials if material.name not in named - chosen]


def check(
    record: ItemRecord,
    situation: Mapping[str, str],
    given: Sequence[Material],
    holders: Mapping[str, str] = MappingProxyType({}),
    asked: Container[str] = (),
) -> Checked:
    """Compare with the list; 422 for a material that neither the item has nor a notice ``asked`` for.

    ``holders`` are the references of the parties by the code that the item gives them.
    """
    known = {material.name: material for material in record.materials}
    for number, one in enumerate(given):
        if one.name not in known and one.name not in asked:
            raise invalid(
                f"materials.{number}.name",
                "unknown-material",
                "材料名称不在该事项的材料清单中，请按清单填写。",
                "The item's list has no such material.",
            )
    by_name = {one.name: one for one in given}
    missing = tuple(
        lack
        for material in needed(record, situation)
        if (lack := _lack(record, material, by_name.get(material.name), holders)) is not None
    )
    lacking = {lack.name for lack in missing}
    good = [one for one in given if one.name not in lacking]
    return Checked(
        materials=tuple(_material(one, known.get(one.name)) for one in good),
        missing=missing,
    )


def _lack(
    record: ItemRecord, material: ItemMaterial, given: Material | None, holders: Mapping[str, str]
) -> Missing | None:
    """Why this material is not there, to whom it is said, and what to do."""
    if given is None and not material.required:
        return None
    if given is None:
        problem = "未提交"
    elif given.source == "deferred" and not material.deferrable:
        problem = "该材料不适用容缺受理，不能后补"
    elif given.source == "commitment" and not material.by_commitment:
        problem = "该材料不适用告知承诺，不能以承诺代替"
    else:
        return None
    return Missing(
        name=material.name,
        problem=problem,
        remedy=_remedy(record, material),
        party_ref=_bringer(material, holders),
    )


_FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子件"}
#: What has no file came on paper (in events: source `file`, no `file_id`), even where the list asks for one.
_PAPER_FORMS: dict[MaterialForm, MaterialForm] = {"electronic": "original"}


def _remedy(record: ItemRecord, material: ItemMaterial) -> str:
    words = f"请提交{_FORMS[material.form]}{material.copies}份"
    if material.deferrable:
        words += "，或申请容缺后补"
    if material.by_commitment:
        words += "，或作出书面承诺"
    names = {party.party: party.name for party in record.parties}
    bringers = [names[code] for code in material.provided_by if code in names]
    return f"{words}；由{'、'.join(bringers)}提供" if bringers else words


def _bringer(material: ItemMaterial, holders: Mapping[str, str]) -> str | None:
    if "applicant" in material.provided_by:
        return None
    return next((holders[code] for code in material.provided_by if code in holders), None)


def _material(given: Material, listed: ItemMaterial | None) -> Material:
    """With form and copies as the list has them, where it was handed in and they were not said."""
    if given.source != "file" or listed is None:
        return given
    form = given.form or ("electronic" if given.file_id else _PAPER_FORMS.get(listed.form, listed.form))
    return given.model_copy(update={"form": form, "copies": given.copies or listed.copies})
