"""The rules of intake, without database and broker."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts import Actor
from contracts.blocks import Limit, Material, Missing
from contracts.items import ItemLimits, ItemMaterial, ItemRecord
from services.intake.domain import acts
from services.intake.domain.answers import Application, Setting
from services.intake.domain.case import Case, Line, Party, Sealed
from services.intake.domain.dates import Terms
from services.intake.domain.items import Item, Version, applicable
from services.intake.domain.materials import check
from services.intake.domain.refusals import (
    ChannelNotOffered,
    MainItem,
    NotInForce,
    NotInThisState,
    StillMissing,
    UnknownItem,
    Withdrawn,
    WrongPlace,
)
from services.intake.domain.timeline import timeline
from services.workdays import Calendar
from tests.support import intake as sample

NOW = datetime(2026, 11, 23, 1, 31, tzinfo=UTC)  # Monday, 9:31 in the hall
CLERK = Actor(role="clerk", officer_id="o-1", channel="window")
BOX = Sealed("AES-256-GCM", "master:1", b"")
GENERAL = {"household": "general"}
HANDED_IN = [
    Material(name=sample.APPLICATION_FORM, source="file"),
    Material(name=sample.ID_CARD, source="licence", licence_no="id_card-a1.0123456789abcdef"),
    Material(name=sample.ADDRESS, source="commitment"),
]


def version(number: int = 1, since: datetime = sample.LONG_AGO, **given: Any) -> Version:
    return Version(sample.ITEM_CODE, number, sample.PLACE, since, sample.record(**given))


def party(role: str = "applicant", ref: str = "a1.0123456789abcdef") -> Party:
    return Party(ref, role, "citizen", "张*", "370***********001X", "tail", BOX, "138****5678")


def within(now: datetime = NOW) -> Setting:
    return Setting(CLERK, now, Calendar.official(), Terms())


def application(
    materials: list[Material] = HANDED_IN, situation: dict[str, str] = GENERAL, **given: Any
) -> Application:
    made = version(**given)
    return Application(
        case_no="370104-20261123-7K3M9QX4",
        version=made,
        channel="window",
        applicant=party(),
        parties=(party("school", "a1.fedcba9876543210"),),
        submitter_ref="a1.0123456789abcdef",
        account=None,
        hall_id="h-1",
        situation=situation,
        checked=check(made.record, situation, materials, {"school": "a1.fedcba9876543210"}),
    )


def received() -> Case:
    return acts.submit(application(), within(), at_the_window=False).state


def test_complete_at_the_window_is_accepted_and_complete_online_is_received() -> None:
    at_window = acts.submit(application(), within(), at_the_window=True)
    assert (at_window.state.state, at_window.events[0].type) == ("accepted", "case-accepted")
    online = acts.submit(application(), within(), at_the_window=False)
    assert (online.state.state, online.events[0].type) == ("received", "case-received")
    assert online.state.answer_due == date(2026, 11, 30)
    on_receipt = acts.submit(application(acceptance="on_receipt"), within(), at_the_window=False)
    assert on_receipt.state.state == "accepted"


def test_the_clock_starts_on_the_day_after_and_keeps_both_limits() -> None:
    acceptance = acts.submit(application(), within(), at_the_window=True).state.acceptance
    assert acceptance is not None
    assert acceptance.clock.starts_on == date(2026, 11, 24)
    assert acceptance.clock.promised_due.on == date(2026, 12, 21)
    assert not acceptance.clock.promised_due.provisional
    assert acceptance.clock.statutory_due.provisional
    assert acceptance.receipt_no == "R-370104-20261123-7K3M9QX4"


def test_what_is_deferred_follows_while_the_case_can_still_be_decided_in_time() -> None:
    materials = [*HANDED_IN, Material(name=sample.SCHOOL, source="deferred")]
    school = {"household": "school_child"}
    acceptance = acts.submit(application(materials, school), within(), at_the_window=True).state.acceptance
    assert acceptance is not None and acceptance.deferred[0].due_on == date(2026, 12, 7)
    short = ItemLimits(
        promised=Limit(value=3, unit="working_days"), statutory=Limit(value=30, unit="working_days")
    )
    acceptance = acts.submit(
        application(materials, school, limits=short), within(), at_the_window=True
    ).state.acceptance
    assert acceptance is not None and acceptance.deferred[0].due_on == date(2026, 11, 26)


def test_a_situation_chooses_materials_and_the_party_that_brings_them() -> None:
    record: ItemRecord = version().record
    assert check(record, GENERAL, HANDED_IN).missing == ()
    holders = {"school": "a1." + "f" * 16}
    (missing,) = check(record, {"household": "school_child"}, HANDED_IN, holders).missing
    assert (missing.name, missing.party_ref) == (sample.SCHOOL, "a1." + "f" * 16)


def test_a_material_that_is_not_required_is_taken_but_never_missed() -> None:
    first = version().record.materials[0]
    record = sample.record(materials=[first, ItemMaterial(name="户型图", required=False)], situations=[])
    given = [Material(name=first.name, source="file")]
    assert check(record, {}, given).missing == ()
    plan = Material(name="户型图", source="file")
    assert [one.name for one in check(record, {}, [*given, plan]).materials] == [first.name, "户型图"]
    (wrong,) = check(record, {}, [*given, Material(name="户型图", source="deferred")]).missing
    assert wrong.name == "户型图"


def test_a_main_item_is_not_applied_for_itself() -> None:
    kept = version()
    main = replace(kept, record=sample.record(main_item=True))
    item = Item(kept.item_code, (main,))
    with pytest.raises(MainItem):
        applicable(item, place=kept.place, channel="window", now=kept.effective_from)


def test_two_questions_may_name_the_same_material() -> None:
    question = version().record.situations[0]
    other = question.model_copy(update={"situation": "second"})
    record = sample.record(situations=[question, other])
    answers = {"household": "general", "second": "school_child"}
    assert [m.name for m in check(record, answers, HANDED_IN).missing] == [sample.SCHOOL]


def test_form_and_copies_are_the_lists_where_they_were_not_said() -> None:
    record = sample.record(materials=[ItemMaterial(name="照片", copies=2, form="copy")], situations=[])
    (paper,) = check(record, {}, [Material(name="照片", source="file")]).materials
    assert (paper.form, paper.copies) == ("copy", 2)
    file = Material(name="照片", source="file", file_id="f-1", sha256="0" * 64)
    assert check(record, {}, [file]).materials[0].form == "electronic"


def test_what_came_without_a_file_came_on_paper_even_where_the_list_asks_for_a_file() -> None:
    record = sample.record(materials=[ItemMaterial(name="照片", form="electronic")], situations=[])
    (paper,) = check(record, {}, [Material(name="照片", source="file")]).materials
    assert (paper.source, paper.form, paper.file_id) == ("file", "original", None)


def test_only_what_is_received_can_be_accepted() -> None:
    accepted = acts.accept(received(), version(), within()).state
    with pytest.raises(NotInThisState):
        acts.accept(accepted, version(), within())
    lacking = acts.submit(application([]), within(), at_the_window=True).state
    with pytest.raises(StillMissing):
        acts.accept(lacking, version(), within())


def test_a_defect_named_by_the_window_waits_until_just_that_is_handed_in() -> None:
    asked = Missing(name="补充说明", problem="情况不清", remedy="请提交书面说明")
    case = acts.correct(received(), [asked], within()).state
    case = acts.supplement(case, version(), [HANDED_IN[0]], within()).state
    assert (case.state, [m.name for m in case.missing]) == ("correction_requested", ["补充说明"])
    case = acts.supplement(case, version(), [Material(name="补充说明", source="file")], within()).state
    assert case.state == "received" and case.answer_due == date(2026, 11, 30)
    assert acts.accept(case, version(), within()).state.state == "accepted"


def test_who_withdraws_before_acceptance_ends_it_and_after_it_asks() -> None:
    change = acts.withdraw(received(), within(), reason=None)
    assert (change.state.state, change.events[0].type) == ("withdrawn", "application-withdrawn")
    accepted = acts.accept(received(), version(), within()).state
    change = acts.withdraw(accepted, within(), reason="other")
    assert (change.state.state, change.events[0].type) == ("withdrawal_requested", "withdrawal-requested")
    with pytest.raises(NotInThisState):
        acts.withdraw(change.state, within(), reason=None)


def test_silence_of_five_working_days_accepts_as_of_the_submission() -> None:
    case = received()
    assert acts.deem_accepted(case, version(), within(NOW + timedelta(days=7))) is None
    change = acts.deem_accepted(case, version(), within(NOW + timedelta(days=8)))
    assert change is not None and change.state.acceptance is not None
    assert change.state.acceptance.at == NOW and change.state.acceptance.deemed


def test_a_correction_lapses_the_day_after_its_date() -> None:
    case = acts.submit(application([]), within(), at_the_window=True).state
    last = case.notices[-1].answer_by
    noon = datetime(last.year, last.month, last.day, 4, tzinfo=UTC)
    assert acts.lapse(case, within(noon)) is None
    change = acts.lapse(case, within(noon + timedelta(days=1)))
    assert change is not None and change.state.state == "lapsed"
    answered = replace(case, state="received")
    assert acts.lapse(answered, within(noon + timedelta(days=1))) is None


def test_of_the_versions_in_effect_the_highest_number_is_in_force() -> None:
    tomorrow = NOW + timedelta(days=1)
    item = Item(sample.ITEM_CODE, (version(1), version(2, tomorrow), version(3)))
    assert item.in_force(NOW).version == 3
    assert Item(sample.ITEM_CODE, (version(1), version(2, tomorrow))).in_force(tomorrow).version == 2
    with pytest.raises(NotInForce):
        Item(sample.ITEM_CODE, (version(1, tomorrow),)).in_force(NOW)
    with pytest.raises(UnknownItem):
        Item(sample.ITEM_CODE).in_force(NOW)
    with pytest.raises(Withdrawn):
        replace(item, effective_to=NOW).in_force(NOW)
    assert replace(item, effective_to=tomorrow).in_force(NOW)


def test_place_and_channel_must_be_the_items() -> None:
    item = Item(sample.ITEM_CODE, (version(channels=["window"]),))
    with pytest.raises(WrongPlace):
        applicable(item, place="370104", channel="window", now=NOW)
    with pytest.raises(ChannelNotOffered):
        applicable(item, place=sample.PLACE, channel="web", now=NOW)


def test_the_timeline_tells_the_facts_and_once_after_each_that_the_applicant_was_told() -> None:
    def told(type: str, about: str, channel: str, seconds: int) -> Line:
        return Line(NOW + timedelta(seconds=seconds), type, {"event": about, "channel": channel})

    accepted = acts.submit(application(), within(), at_the_window=True).state
    lines = [
        told("notice-delivered", "rating-invited", "sms", 9),
        told("notice-delivered", "case-accepted", "inbox", 1),
        told("notice-delivered", "case-accepted", "sms", 5),
        told("notice-sent", "case-accepted", "sms", 2),
    ]
    fact, notice = timeline(accepted, lines)
    assert (fact["event"], fact["kind"]) == ("case-accepted", "fact")
    assert (notice["event"], notice["kind"], notice["about"]) == (
        "notice-delivered",
        "notice",
        "case-accepted",
    )
    assert notice["text"] == "已通知（站内信已送达、短信已送达）"
    _, failed = timeline(accepted, [told("notice-failed", "case-accepted", "sms", 3)], english=True)
    assert failed["text"] == "Could not be told (text message not delivered)"
