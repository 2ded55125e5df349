"""Packages 一件事: merging of forms, materials, time and fee; what the lint finds; who may publish."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import Actor
from contracts.blocks import Limit
from contracts.packages import PackageRecord
from services.catalog.domain.packages import acts, lint
from services.catalog.domain.packages.draft import Held, Library, PackageDraft, as_steps
from services.catalog.domain.packages.materials import bare
from services.catalog.domain.packages.merge import earlier, merged
from services.catalog.domain.packages.package import Package
from services.catalog.domain.packages.plan import plan
from services.catalog.domain.packages.refusals import (
    NothingToRenew,
    OwnPackageDraft,
    PackageHasErrors,
    PackageNotReviewed,
    PartBeginsLater,
    UnknownAnswer,
)
from services.catalog.domain.packages.time import critical_path
from tests.support.packages import (
    BIRTH,
    CARD,
    INSURANCE,
    NOW,
    ONLY_CHILD,
    TOWN,
    draft,
    held,
    library,
    newborn,
)

EDITOR, APPROVER = Actor(role="editor", officer_id="e1"), Actor(role="catalog-approver", officer_id="a1")
ALL = library(held(BIRTH), held(INSURANCE), held(CARD), held(ONLY_CHILD))


def days(value: int, unit: str = "working_days") -> Limit:
    return Limit.model_validate({"value": value, "unit": unit})


def material(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, **fields}


def made(content: PackageDraft, of: Library = ALL) -> PackageRecord:
    record = merged(content, of)
    assert record is not None
    return record


def rules(content: PackageDraft, of: Library = ALL, place: str = TOWN) -> set[str]:
    return {finding.rule for finding in lint.findings(content, place, of, NOW)}


# -- materials ------------------------------------------------------------------------------------------


def test_the_same_material_stands_once_with_the_strictest_form_and_the_parts_that_need_it() -> None:
    of = library(
        held(BIRTH, materials=[material("居民身份证", form="copy", copies=3)]),
        held(INSURANCE, materials=[material(" 居民身份证（原件）", form="original", copies=1)]),
        held(CARD, materials=[material("居民身份证复印件", form="copy", copies=2)]),
    )
    (only,) = made(draft(BIRTH, INSURANCE, CARD), of).materials
    assert (only.name, only.form, only.copies) == ("居民身份证", "original", 1)
    assert [(need.item_code, need.form, need.copies) for need in only.needed_by] == [
        (BIRTH, "copy", 3), (INSURANCE, "original", 1), (CARD, "copy", 2),
    ]  # fmt: skip
    assert [need.name for need in only.needed_by][2] == "居民身份证复印件", "as the part's own record has it"


def test_a_licence_type_makes_two_names_one_material_but_never_two_of_one_part() -> None:
    id_card = {"licence_type": "id_card", "form": "copy"}
    of = library(
        held(BIRTH, materials=[material("身份证", **id_card)]),
        held(INSURANCE, materials=[material("居民身份证", **id_card)]),
        held(CARD, materials=[material("父亲身份证", **id_card), material("母亲身份证", **id_card)]),
    )
    names = [one.name for one in made(draft(BIRTH, INSURANCE, CARD), of).materials]
    assert names == ["身份证", "父亲身份证", "母亲身份证"]


def test_what_different_people_bring_is_not_the_same() -> None:
    parties = [{"party": "guardian", "name": "监护人"}]
    of = library(
        held(BIRTH, materials=[material("居民身份证")]),
        held(INSURANCE, parties=parties, materials=[material("居民身份证", provided_by=["guardian"])]),
    )
    found = made(draft(BIRTH, INSURANCE), of).materials
    assert [one.provided_by for one in found] == [[], ["监护人"]]


def test_it_may_follow_later_or_be_promised_only_where_every_part_allows_it() -> None:
    lenient = {"deferrable": True, "by_commitment": True, "required": False, "licence_type": "id_card"}
    of = library(
        held(BIRTH, materials=[material("户口簿", **lenient), material("照片", **lenient)]),
        held(INSURANCE, materials=[material("户口簿"), material("照片", **lenient)]),
    )
    strict, free = made(draft(BIRTH, INSURANCE), of).materials
    assert (strict.deferrable, strict.by_commitment, strict.licence_type, strict.required) == (
        False, False, None, True,
    )  # fmt: skip
    assert (free.deferrable, free.by_commitment, free.licence_type, free.required) == (
        True, True, "id_card", False,
    )  # fmt: skip


def test_the_result_of_an_earlier_part_is_brought_by_nobody() -> None:
    certificate = {"type_code": "insurance_record", "name": "参保登记表"}
    of = library(
        held(INSURANCE, result=certificate, materials=[]),
        held(CARD, materials=[material("参保登记表")]),
    )
    before = made(draft(INSURANCE, (CARD, [INSURANCE])), of)
    assert [one.made_by for one in before.materials] == [INSURANCE]
    assert "made-later" not in rules(draft(INSURANCE, (CARD, [INSURANCE])), of)
    beside = draft(INSURANCE, CARD)
    assert [one.made_by for one in made(beside, of).materials] == [None]
    assert "made-later" in rules(beside, of)


@pytest.mark.parametrize(
    ("written", "known_as"),
    [
        ("居民身份证（复印件）", "居民身份证"),
        ("户口簿原件及复印件", "户口簿"),
        ("《出生医学证明》", "出生医学证明"),
        ("复印件", "复印件"),
    ],
)
def test_what_is_said_of_the_form_is_no_part_of_a_name(written: str, known_as: str) -> None:
    assert bare(written) == known_as


# -- the form -------------------------------------------------------------------------------------------


def asked(
    question: str, labels: list[str], code: str = "household", needs: str | None = None
) -> dict[str, Any]:
    options = [
        {"option": f"o{n}", "label": label, "materials": [needs] if needs and not n else []}
        for n, label in enumerate(labels)
    ]
    return {"situations": [{"situation": code, "question": question, "options": options}]}


def test_a_question_that_two_parts_ask_alike_is_asked_once_and_answers_both() -> None:
    of = library(
        held(BIRTH, materials=[material("结婚证")], **asked("是否已婚？", ["是", "否"], needs="结婚证")),
        held(INSURANCE, materials=[], **asked("是否已婚?", ["否", "是"], code="married")),
    )
    record = made(draft(BIRTH, INSURANCE), of)
    (question,) = record.form.questions
    assert [
        (option.label, [(answer.item_code, answer.situation, answer.option) for answer in option.answers])
        for option in question.options
    ] == [
        ("是", [(BIRTH, "household", "o0"), (INSURANCE, "married", "o1")]),
        ("否", [(BIRTH, "household", "o1"), (INSURANCE, "married", "o0")]),
    ]
    (need,) = record.materials[0].needed_by
    assert [(choice.question, choice.option) for choice in need.when] == [("household", "o0")]
    assert [one.name for one in plan(record, {"household": "o1"}).materials] == []
    assert [one.name for one in plan(record, {"household": "o0"}).materials] == ["结婚证"]
    assert [one.name for one in plan(record, {}).materials] == ["结婚证"], "not answered: it may be needed"


def test_the_same_question_with_other_answers_stands_twice_and_is_found() -> None:
    of = library(
        held(BIRTH, **asked("婚姻状况？", ["已婚", "未婚"])),
        held(INSURANCE, **asked("婚姻状况？", ["已婚", "未婚", "离异"])),
    )
    content = draft(BIRTH, INSURANCE)
    assert [question.question for question in made(content, of).form.questions] == [
        "household",
        "household-2",
    ]
    assert "asked-twice" in rules(content, of)


# -- time and fee ---------------------------------------------------------------------------------------


def test_what_runs_in_parallel_does_not_add_up() -> None:
    limits = {"a": days(5), "b": days(20), "c": days(3), "d": days(1)}
    found = critical_path([("a", []), ("b", []), ("c", ["a"]), ("d", ["b", "c"])], limits)
    assert (found.working_days, found.calendar_days, found.path) == (21, 0, ["b", "d"])


def test_working_and_calendar_days_are_told_apart() -> None:
    limits = {"a": days(10), "b": days(13, "calendar_days"), "c": days(7, "calendar_days")}
    found = critical_path([("a", []), ("b", []), ("c", ["a", "b"])], limits)
    assert (found.working_days, found.calendar_days, found.path) == (10, 7, ["a", "c"]), (
        "10 working > 13 days"
    )


def test_a_package_of_what_is_decided_at_once_takes_no_day() -> None:
    found = critical_path([("a", []), ("b", ["a"])], {"a": days(0), "b": days(0)})
    assert (found.working_days, found.calendar_days) == (0, 0)


def test_fees_are_added_up() -> None:
    fee = {"amount_fen": 1500, "text": "15元/证", "basis": "某文"}
    record = made(draft(BIRTH, CARD), library(held(BIRTH), held(CARD, fee=fee)))
    assert record.fee_fen == 1500


# -- the plan -------------------------------------------------------------------------------------------


def test_answers_leave_out_parts_and_what_comes_after_them_moves_up() -> None:
    questions = newborn()["questions"]
    content = draft(BIRTH, (ONLY_CHILD, [BIRTH]), (CARD, [ONLY_CHILD]), questions=questions)
    record = made(content)
    assert [part.item_code for part in plan(record, {}).parts] == [BIRTH, ONLY_CHILD, CARD]
    without = plan(record, {"only_child": "no"})
    assert [(part.item_code, part.after) for part in without.parts] == [(BIRTH, []), (CARD, [BIRTH])]
    assert without.promised.working_days < record.promised.working_days
    assert all(need.item_code != ONLY_CHILD for one in without.materials for need in one.needed_by)
    for wrong in ({"only_child": "maybe"}, {"colour": "red"}):
        with pytest.raises(UnknownAnswer):
            plan(record, wrong)


@given(st.lists(st.sets(st.integers(0, 7)), min_size=2, max_size=8), st.data())
def test_any_cut_of_any_order_can_be_walked_and_takes_no_longer(befores: list[set[int]], data: Any) -> None:
    order = [(f"p{n}", [f"p{b}" for b in sorted(before) if b < n]) for n, before in enumerate(befores)]
    limits = {code: days(data.draw(st.integers(0, 30))) for code, _ in order}
    whole = critical_path(order, limits)
    assert whole.working_days <= sum(limit.value for limit in limits.values())
    assert whole.working_days >= max(limit.value for limit in limits.values())
    before = earlier(order)
    assert all(code not in before[code] for code, _ in order)
    assert len(as_steps(order)) == len(order)


# -- the lint -------------------------------------------------------------------------------------------


def test_a_sound_package_has_no_finding() -> None:
    assert rules(draft(BIRTH, INSURANCE, (CARD, [INSURANCE]))) == set()
    # The allowance is paid to a card: whether to the one of this package is the editor's to say.
    assert rules(draft(BIRTH, CARD, ONLY_CHILD)) == {"made-later"}


@pytest.mark.parametrize(
    ("rule", "content", "of"),
    [
        ("too-few", draft(BIRTH), ALL),
        ("item-twice", draft(BIRTH, CARD, BIRTH), ALL),
        ("unknown-item", draft(BIRTH, "99-0001-370104101"), ALL),
        ("cycle", draft((BIRTH, [CARD]), (CARD, [BIRTH])), ALL),
        ("cycle", draft((BIRTH, [BIRTH]), CARD), ALL),
        ("unknown-part", draft(BIRTH, (CARD, [INSURANCE])), ALL),
        ("item-unpublished", draft(BIRTH, CARD), library(held(BIRTH), held(CARD, None))),
        ("item-secret", draft(BIRTH, CARD), library(held(BIRTH), held(CARD, secret=True))),
        ("item-main", draft(BIRTH, CARD), library(held(BIRTH), held(CARD, main_item=True))),
        (
            "item-without-application",
            draft(BIRTH, CARD),
            library(held(BIRTH), held(CARD, service_type="主动服务")),
        ),
        ("item-withdrawn", draft(BIRTH, CARD), library(held(BIRTH), replace(held(CARD), withdrawn_from=NOW))),
    ],
)
def test_what_cannot_be_published_is_named(rule: str, content: PackageDraft, of: Library) -> None:
    found = [finding for finding in lint.findings(content, TOWN, of, NOW) if finding.rule == rule]
    assert found and found[0].severity == "error"
    assert found[0].text.endswith("。")


def test_a_withdrawn_item_is_named_with_its_code() -> None:
    of = library(held(BIRTH), replace(held(CARD), withdrawn_from=NOW))
    texts = [finding.text for finding in lint.findings(draft(BIRTH, CARD), TOWN, of, NOW)]
    assert any("社保卡申领及发放" in text and CARD in text and "撤销" in text for text in texts)


def test_one_standard_item_of_two_places_is_the_same_item_twice() -> None:
    other = "05-0033-370104102"
    assert "item-twice" in rules(draft(CARD, other), library(held(CARD), held(other)), place="370104")


def test_an_item_of_another_branch_does_not_belong() -> None:
    other = "05-0045-370105101"
    assert "item-elsewhere" in rules(draft(CARD, other), library(held(CARD), held(other)))


def test_a_superseded_version_is_a_warning_and_renewing_pins_the_new_one() -> None:
    of = library(held(BIRTH), replace(held(CARD), newest=2))
    content = draft(BIRTH, CARD)
    (finding,) = lint.findings(content, TOWN, of, NOW)
    assert (finding.rule, finding.severity) == ("stale", "warning")
    package = drafted(content)
    after = acts.renew(package, of, editor="e2", actor=EDITOR, now=NOW).state
    assert after.draft is not None
    assert [part.version for part in after.draft.content.parts] == [1, 2]
    assert after.draft.editors == ("e1", "e2")
    with pytest.raises(NothingToRenew):
        acts.renew(after, of, editor="e2", actor=EDITOR, now=NOW)


# -- the acts -------------------------------------------------------------------------------------------


def drafted(content: PackageDraft) -> Package:
    return acts.create(Package("P-0001", TOWN), content, editor="e1", actor=EDITOR, now=NOW).state


def signed(content: PackageDraft) -> Package:
    change = acts.sign(drafted(content), by="a1", unit="u-1", actor=APPROVER, now=NOW)
    assert change is not None
    return change.state


def published(content: PackageDraft, of: Library = ALL, **given: Any) -> Any:
    found = lint.findings(content, TOWN, of, NOW)
    return acts.publish(
        given.pop("package", None) or signed(content), merged(content, of), found, of,
        actor=APPROVER, now=given.pop("now", NOW), **given,
    )  # fmt: skip


CONTENT = draft(BIRTH, INSURANCE, (CARD, [INSURANCE]))


def test_nobody_signs_what_has_errors_and_a_part_published_since_is_to_be_pinned() -> None:
    unpinned = replace(held(BIRTH), version=None, record=None)
    found = lint.findings(draft(BIRTH, CARD), TOWN, library(unpinned, held(CARD)), NOW)
    assert "item-not-pinned" not in {finding.rule for finding in found}, "the draft names a version"
    parts = [part.model_copy(update={"version": None}) for part in draft(BIRTH, CARD).parts]
    content = draft(BIRTH, CARD).model_copy(update={"parts": parts})
    of = library(replace(unpinned, newest=2), held(CARD))
    found = [one for one in lint.findings(content, TOWN, of, NOW) if one.severity == "error"]
    assert "item-not-pinned" in {finding.rule for finding in found}
    with pytest.raises(PackageHasErrors):
        acts.sign(drafted(content), found, by="a1", unit="u-1", actor=APPROVER, now=NOW)


def test_a_second_person_signs_and_the_event_carries_the_whole_record() -> None:
    with pytest.raises(OwnPackageDraft):
        acts.sign(drafted(CONTENT), by="e1", unit="u-1", actor=EDITOR, now=NOW)
    with pytest.raises(PackageNotReviewed):
        published(CONTENT, package=drafted(CONTENT))
    change = published(CONTENT)
    (event,) = change.events
    assert (event.type, event.version, event.signed_by) == ("package-published", 1, ["u-1"])
    assert event.record == merged(CONTENT, ALL)
    assert event.record_sha256 == event.record.digest()
    assert change.state.draft is None


def test_a_package_with_a_withdrawn_item_is_refused_with_its_name() -> None:
    of = library(held(BIRTH), held(INSURANCE), replace(held(CARD), withdrawn_from=NOW))
    with pytest.raises(PackageHasErrors) as caught:
        published(CONTENT, of)
    assert "社保卡申领及发放" in caught.value.zh


def test_it_begins_no_earlier_than_its_parts() -> None:
    later = replace(held(CARD), effective_from=NOW + timedelta(days=3))
    of = library(held(BIRTH), held(INSURANCE), later)
    with pytest.raises(PartBeginsLater):
        published(CONTENT, of)
    assert published(CONTENT, of, effective_from=NOW + timedelta(days=3)).state.latest == 1


def test_a_version_to_come_carries_the_one_in_force() -> None:
    first = published(CONTENT).state
    again = acts.edit(
        first, draft(BIRTH, INSURANCE), editor="e1", revision=first.revision, actor=EDITOR, now=NOW
    )
    assert again is not None
    second = acts.sign(again.state, by="a1", unit="u-1", actor=APPROVER, now=NOW)
    assert second is not None
    begins = NOW + timedelta(days=2)
    change = published(draft(BIRTH, INSURANCE), package=second.state, effective_from=begins)
    (event,) = change.events
    assert (event.version, event.in_force.version) == (2, 1)
    assert [version.number for version in change.state.published] == [1, 2]
    assert change.state.shown(NOW).number == 1
    assert change.state.shown(begins).number == 2


def test_a_withdrawn_item_ends_the_package_that_contains_it_and_no_other() -> None:
    state = published(CONTENT).state

    def ended(package: Package, code: str, version: int = 1) -> Any:
        return acts.end_with_item(
            package,
            code,
            version,
            f"事项 {code} 已撤销。",
            effective_to=NOW + timedelta(days=1),
            actor=EDITOR,
            now=NOW,
        )

    change = ended(state, CARD)
    (event,) = change.events
    assert (event.type, event.item_code, event.effective_to) == (
        "package-withdrawn", CARD, NOW + timedelta(days=1),
    )  # fmt: skip
    assert CARD in event.reason
    assert ended(change.state, CARD) is None, "the event again"
    assert ended(state, ONLY_CHILD) is None, "not a part"
    assert ended(state, CARD, 0) is None, "an older life of the item"


def test_a_part_that_is_there_twice_in_the_draft_does_not_break_the_merging() -> None:
    record = merged(draft(BIRTH, CARD, BIRTH), ALL)
    assert record is not None
    assert [part.item_code for part in record.parts] == [BIRTH, CARD]
    assert merged(draft((BIRTH, [CARD]), (CARD, [BIRTH])), ALL) is None
    assert merged(draft(BIRTH), ALL) is None


def test_what_is_held_without_a_record_is_left_out_of_the_merging() -> None:
    gone: Held = held(CARD, None)
    assert merged(draft(BIRTH, INSURANCE, CARD), library(held(BIRTH), held(INSURANCE), gone)) is not None
