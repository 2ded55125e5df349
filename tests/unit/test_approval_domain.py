"""The rules of approval: who decides what when, and what the clock says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from contracts import Actor
from contracts.approval import (
    CalendarException,
    CaseDecided,
    CaseWithdrawn,
    ClockResumed,
    DossierOpened,
    WithdrawalRefused,
)
from contracts.blocks import Limit, Limits, Material, Missing, Pause
from contracts.intake import MaterialsSupplemented, WithdrawalRequested
from services.approval.domain import acts, calendars, clock, intake_facts, refusals
from services.approval.domain.acts import Verdict
from services.approval.domain.calendars import CalendarYear
from services.approval.domain.dossier import Dossier, areas_of
from services.approval.domain.items import Terms
from services.approval.domain.wording import checked
from services.workdays import Calendar
from tests.support.dossiers import (
    ACCEPTED_AT,
    APPLICANT,
    BEIJING,
    CASE,
    HALL,
    ITEM,
    UNIT,
    accepted,
    record,
    with_extension,
    with_gap,
    working_days,
)

OFFICIAL = Calendar.official()
REVIEWER = Actor(role="reviewer", officer_id="reviewer")
GRANT = Verdict("granted", "符合条件,准予。")
REFUSE = Verdict("refused", "不符合条件。", "可在六十日内申请行政复议,或者在六个月内提起行政诉讼。")


def on(day: int, month: int = 11, hour: int = 15, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=BEIJING)


def terms(**given: Any) -> Terms:
    return Terms.of(ITEM, 1, record(**given))


def opened(**given: Any) -> Dossier:
    return intake_facts.opened(accepted(**given), terms(), OFFICIAL, ACCEPTED_AT).state


def decide(
    dossier: Dossier,
    verdict: Verdict = GRANT,
    actor: Actor = REVIEWER,
    now: datetime | None = None,
    **item: Any,
) -> Dossier:
    return acts.decided(dossier, terms(**item), verdict, actor, OFFICIAL, now or on(30)).state


def pause(dossier: Dossier, now: datetime, end: date, actor: Actor = REVIEWER) -> Dossier:
    return acts.paused(dossier, terms(), "inspect", end, actor, OFFICIAL, now).state


def resume(dossier: Dossier, now: datetime) -> Dossier:
    return acts.resumed(dossier, None, None, REVIEWER, OFFICIAL, now).state


# -- opening --------------------------------------------------------------------------------------------


def test_acceptance_opens_the_dossier_and_starts_the_clock_on_the_next_day() -> None:
    change = intake_facts.opened(accepted(), terms(), OFFICIAL, ACCEPTED_AT)

    dossier, (event,) = change.state, change.events
    assert (dossier.state, dossier.unit_id) == ("open", UNIT)
    assert dossier.clock.starts_on == date(2026, 11, 24)
    assert dossier.clock.promised_due.on == date(2026, 12, 7)
    assert dossier.clock.statutory_due.on == date(2026, 12, 21)
    assert isinstance(event, DossierOpened)
    assert [step.step for step in event.steps] == ["accept", "inspect", "decide"]


def test_a_place_lies_in_all_its_ancestors() -> None:
    assert areas_of("370104101201") == ("37", "3701", "370104", "370104101", "370104101201")


def test_a_limit_that_reaches_past_the_known_calendar_is_provisional() -> None:
    dossier = opened(limits=Limits(promised=working_days(60), statutory=working_days(60)))

    assert dossier.clock.promised_due.provisional


# -- deciding -------------------------------------------------------------------------------------------


def test_a_decision_says_who_why_and_whether_in_time() -> None:
    change = acts.decided(opened(), terms(), GRANT, REVIEWER, OFFICIAL, on(30))

    (event,) = change.events
    assert isinstance(event, CaseDecided)
    assert event.on_time.promised and event.on_time.statutory
    assert event.days_used == 5
    assert event.legal_basis == "《社会救助暂行办法》第十一条"
    assert event.recipients == [APPLICANT, "u-370104-11"]
    assert event.clock.delivery_due and event.clock.delivery_due.on == date(2026, 12, 10)
    assert event.result and event.result.deliver_by == date(2026, 12, 10)
    assert event.decision_no == "370104101决〔2026〕20261123-7K3M9QX4号"
    assert change.state.desk == "decided"


def test_a_late_decision_says_so() -> None:
    dossier = decide(opened(), now=on(8, 12))

    assert dossier.decision
    assert (dossier.decision.promised_kept, dossier.decision.statutory_kept) == (False, True)


def test_on_the_due_day_it_is_still_in_time_late_in_the_evening() -> None:
    dossier = decide(opened(), now=on(7, 12, hour=23))

    assert dossier.decision and dossier.decision.promised_kept


def test_a_case_is_decided_once() -> None:
    with pytest.raises(refusals.AlreadyDecided):
        decide(decide(opened()), REFUSE)


def test_who_accepted_may_not_decide() -> None:
    same = Actor(role="reviewer", officer_id="clerk")

    with pytest.raises(refusals.AcceptorMayNotDecide):
        decide(opened(), actor=same)
    assert decide(opened(), actor=same, acceptor_may_decide=True).state == "decided"


def test_another_units_reviewer_may_not_decide() -> None:
    with pytest.raises(refusals.OtherUnit):
        decide(opened(), actor=Actor(role="reviewer", officer_id="r", unit_id="u-370104-07"))
    assert decide(opened(), actor=Actor(role="chief", officer_id="r", unit_id=UNIT)).state == "decided"


def test_a_window_decides_immediate_cases_of_its_own_hall_only() -> None:
    here = Actor(role="clerk", officer_id="clerk", hall_id=HALL)
    elsewhere = Actor(role="clerk", officer_id="clerk", hall_id="h-370105")
    immediate = opened(handling="immediate")

    assert decide(immediate, actor=here, acceptor_may_decide=True).state == "decided"
    for dossier, actor, may in (
        (immediate, elsewhere, True),
        (immediate, here, False),
        (opened(), here, True),
    ):
        with pytest.raises(refusals.NotAtThisWindow):
            decide(dossier, actor=actor, acceptor_may_decide=may)


def test_a_refusal_names_the_remedies() -> None:
    with pytest.raises(refusals.RemediesMissing):
        decide(opened(), Verdict("refused", "不符合条件。"))
    refused = decide(opened(), REFUSE)
    assert refused.decision and refused.decision.remedies == REFUSE.remedies


def test_with_a_gap_open_nothing_is_granted_but_it_may_be_refused() -> None:
    dossier = opened(**with_gap())

    with pytest.raises(refusals.OpenGaps) as refused:
        decide(dossier)
    assert refused.value.extra["missing"] == ["子女在校就读证明"]
    assert decide(dossier, REFUSE).state == "decided"


def test_while_the_items_version_is_on_its_way_nothing_is_decided() -> None:
    dossier = intake_facts.opened(accepted(), None, OFFICIAL, ACCEPTED_AT).state

    with pytest.raises(refusals.ItemVersionUnknown):
        acts.decided(dossier, None, GRANT, REVIEWER, OFFICIAL, on(30))


def test_while_the_clock_is_stopped_nothing_is_decided() -> None:
    with pytest.raises(refusals.ClockIsStopped):
        decide(pause(opened(), on(25), date(2026, 11, 30)), now=on(26))


@pytest.mark.parametrize(
    "text",
    [
        "身份证370104199003078723不符",
        "请致电13812345678",
        "138-1234-5678",
        "37010419900307872X",
        "13812345678",
    ],
)
def test_words_that_hold_a_persons_number_are_refused(text: str) -> None:
    with pytest.raises(refusals.PersonalDataInText):
        checked(text, "reason")


@pytest.mark.parametrize(
    "text",
    ["见《办法》第12条", "电话0531-85061150", "〔2026〕1234567890号", "2026年11月23日至2026年12月30日"],
)
def test_other_numbers_may_stand_in_a_text(text: str) -> None:
    assert checked(text, "reason") == text


# -- the clock ------------------------------------------------------------------------------------------


def test_a_pause_moves_the_due_dates_by_the_days_it_took() -> None:
    paused = pause(opened(), on(25), date(2026, 12, 2))
    assert paused.clock.stopped
    # Five working days, 11-25 to 12-01, are planned not to count.
    assert paused.clock.promised_due.on == date(2026, 12, 14)

    running = resume(paused, on(27))
    assert not running.clock.stopped
    assert running.clock.promised_due.on == date(2026, 12, 9)
    assert running.state == "open"


def test_a_pause_that_overran_its_plan_still_does_not_count() -> None:
    paused = pause(opened(), on(25), date(2026, 11, 27))

    assert resume(paused, on(4, 12)).clock.promised_due.on == date(2026, 12, 16)
    assert clock.days_left(paused, date(2026, 12, 3), OFFICIAL) == (9, "green")


def test_a_pause_and_its_end_on_one_day_cost_nothing() -> None:
    assert resume(pause(opened(), on(25, hour=9), date(2026, 11, 27)), on(25)).due == date(2026, 12, 7)


def test_only_a_step_of_which_the_item_says_so_stops_the_clock() -> None:
    for step, refusal in (("decide", refusals.StepDoesNotStopClock), ("none", refusals.UnknownStep)):
        with pytest.raises(refusal):
            acts.paused(opened(), terms(), step, date(2026, 12, 2), REVIEWER, OFFICIAL, on(25))


@pytest.mark.parametrize("end", [date(2026, 11, 25), date(2026, 12, 18)])
def test_a_pause_ends_after_today_and_within_the_steps_longest_time(end: date) -> None:
    with pytest.raises(refusals.PlannedEndOutOfRange):
        pause(opened(), on(25), end)
    assert pause(opened(), on(25), date(2026, 12, 17)).state == "paused"


def test_one_step_stops_the_clock_once_at_a_time_and_what_runs_is_not_resumed() -> None:
    paused = pause(opened(), on(25), date(2026, 12, 2))

    with pytest.raises(refusals.AlreadyPaused):
        pause(paused, on(26), date(2026, 12, 2))
    with pytest.raises(refusals.NotPaused):
        resume(opened(), on(26))


def test_the_guides_limit_is_extended_to_ninety_days_from_acceptance() -> None:
    dossier = opened(at=datetime(2026, 8, 31, 10, tzinfo=BEIJING), **with_extension())
    change = acts.extended(dossier, terms(), "情况特殊,需补充检验。", None, REVIEWER, OFFICIAL, on(28, 10))

    assert change.state.clock.promised_due.on == date(2026, 11, 29)
    assert change.state.clock.extended
    with pytest.raises(refusals.AlreadyExtended):
        acts.extended(change.state, terms(), "再次延长", None, REVIEWER, OFFICIAL, on(29, 10))


def test_an_extension_stays_within_the_item_and_gains_a_day() -> None:
    dossier = opened(at=datetime(2026, 8, 31, 10, tzinfo=BEIJING), **with_extension())
    for days in (10, 91):
        with pytest.raises(refusals.ExtensionOutOfRange):
            limit = Limit(value=days, unit="calendar_days")
            acts.extended(dossier, terms(), "情况特殊", limit, REVIEWER, OFFICIAL, on(28, 10))
    shorter = Limit(value=80, unit="calendar_days")
    made = acts.extended(dossier, terms(), "情况特殊", shorter, REVIEWER, OFFICIAL, on(28, 10)).state
    assert made.clock.promised_due.on == date(2026, 11, 19)


def test_without_an_extension_in_the_item_or_after_the_limit_there_is_none() -> None:
    with pytest.raises(refusals.NoExtension):
        acts.extended(opened(), terms(), "情况特殊", None, REVIEWER, OFFICIAL, on(25))
    late = opened(at=datetime(2026, 8, 3, 10, tzinfo=BEIJING), **with_extension())
    with pytest.raises(refusals.ExtensionTooLate):
        acts.extended(late, terms(), "情况特殊", None, REVIEWER, OFFICIAL, on(28, 10))


@pytest.mark.parametrize(
    ("today", "left", "lamp"),
    [
        (date(2026, 11, 23), 10, "green"),
        (date(2026, 12, 2), 3, "green"),
        (date(2026, 12, 3), 2, "yellow"),
        (date(2026, 12, 7), 0, "yellow"),
        (date(2026, 12, 8), -1, "red"),
    ],
)
def test_the_lamp_is_yellow_two_working_days_before_and_red_after(today: date, left: int, lamp: str) -> None:
    assert clock.days_left(opened(), today, OFFICIAL) == (left, lamp)


# -- facts of intake ------------------------------------------------------------------------------------


def supplement(*names: str, missing: bool = False) -> MaterialsSupplemented:
    facts = accepted()
    shared = {
        name: getattr(facts, name) for name in ("case_no", "item", "applicant", "submitter_ref", "unit")
    }
    return MaterialsSupplemented(
        place_code=facts.place_code,
        at=on(27),
        actor=Actor(role="citizen"),
        stage="after_acceptance",
        materials=[Material(name=name, source="file", file_id="f-2") for name in names],
        still_missing=[Missing(name="照片", problem="缺少", remedy="补交")] if missing else [],
        **shared,
    )


def withdrawal() -> WithdrawalRequested:
    facts = accepted()
    shared = {
        name: getattr(facts, name) for name in ("case_no", "item", "applicant", "submitter_ref", "unit")
    }
    return WithdrawalRequested(
        place_code=facts.place_code, at=on(27), actor=Actor(role="citizen"), reason="wrong_item", **shared
    )


def test_what_was_deferred_arrives_and_the_case_may_be_granted() -> None:
    dossier = intake_facts.supplemented(
        opened(**with_gap()), supplement("子女在校就读证明"), OFFICIAL, on(27)
    ).state

    assert dossier.gaps == ()
    assert decide(dossier).state == "decided"


def waiting_for_materials() -> Dossier:
    stop = Pause(pause_id="p1", reason="supplement", from_=date(2026, 11, 25), planned_end=date(2026, 12, 9))
    return replace(opened(), state="paused", pauses=(stop,))


def test_the_last_missing_material_lets_the_clock_run_again() -> None:
    change = intake_facts.supplemented(waiting_for_materials(), supplement("照片"), OFFICIAL, on(27))

    (event,) = change.events
    assert isinstance(event, ClockResumed) and event.pause.until == date(2026, 11, 27)
    assert (change.state.state, change.state.due) == ("open", date(2026, 12, 9))


def test_while_something_is_missing_the_clock_stands() -> None:
    change = intake_facts.supplemented(
        waiting_for_materials(), supplement("证明", missing=True), OFFICIAL, on(27)
    )

    assert change.events == () and change.state.state == "paused"


def test_a_withdrawal_ends_an_undecided_case_and_comes_too_late_for_a_decided_one() -> None:
    ended = intake_facts.withdrawn(opened(), withdrawal(), on(27))
    assert isinstance(ended.events[0], CaseWithdrawn) and ended.state.state == "closed"
    with pytest.raises(refusals.CaseEnded):
        decide(ended.state)

    late = intake_facts.withdrawn(decide(opened()), withdrawal(), on(30))
    assert isinstance(late.events[0], WithdrawalRefused) and late.state.state == "decided"
    assert intake_facts.withdrawn(ended.state, withdrawal(), on(28)).events == ()


# -- calendars ------------------------------------------------------------------------------------------


def of_2027(*off: date, before: CalendarYear | None = None, place: str = "00") -> CalendarYear:
    days = [CalendarException(date=day, counts=False, name="元旦") for day in off]
    return calendars.loaded(before, place, 2027, days, "国办发明电", REVIEWER, on(26)).state


def test_a_loaded_year_confirms_or_moves_provisional_dates_by_event() -> None:
    dossier = opened(limits=Limits(promised=working_days(30), statutory=working_days(60)))
    assert (dossier.due, dossier.clock.promised_due.provisional) == (date(2027, 1, 5), True)

    known = calendars.calendar_of(dossier.place, [of_2027(date(2027, 1, 1), date(2027, 1, 4))])
    change = calendars.recomputed(dossier, known, on(26))

    assert change is not None
    assert (change.state.due, change.state.clock.promised_due.provisional) == (date(2027, 1, 6), False)
    assert change.state.clock.calendar == "00-2027.1"
    assert calendars.recomputed(change.state, known, on(27)) is None


def test_a_case_that_is_over_is_not_recomputed() -> None:
    dossier = decide(opened(limits=Limits(promised=working_days(30), statutory=working_days(60))))

    assert calendars.recomputed(dossier, calendars.calendar_of(dossier.place, [of_2027()]), on(30)) is None


def test_a_year_loaded_again_is_a_new_edition_and_a_place_counts_by_its_own_ancestors() -> None:
    national = of_2027(date(2027, 1, 1), before=of_2027())
    local = of_2027(date(2027, 3, 3), place="3701")
    assert national.version == "00-2027.2"

    here, there = (calendars.calendar_of(place, [local, national]) for place in ("370104", "3702"))
    assert here.version == "00-2027.2+3701-2027.1" and not here.is_working_day(date(2027, 3, 3))
    assert there.is_working_day(date(2027, 3, 3)) and not there.is_working_day(date(2027, 1, 1))


def test_a_day_of_another_year_or_named_twice_is_no_calendar() -> None:
    for days in ((date(2028, 1, 1),), (date(2027, 1, 1), date(2027, 1, 1))):
        with pytest.raises(refusals.CalendarInvalid):
            of_2027(*days)


def test_the_numbers_of_two_cases_differ() -> None:
    assert opened().case_no == CASE
    other = opened(case_no="370104-20261123-9ABCDEF2")
    assert acts.decision_no(other, date(2026, 12, 1)) != acts.decision_no(opened(), date(2026, 12, 1))
