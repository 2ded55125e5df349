"""Facts end the same in every order; a rating is given once, by whom it concerns; rates divide rightly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from services.evaluation.domain import facts, rating
from services.evaluation.domain.facts import CaseFacts
from services.evaluation.domain.figures import Cell, Counts, by_day, by_key, total
from services.evaluation.domain.rating import AlreadyRated, NotFinished, Rating, RatingClosed
from services.runtime.change import Change
from services.runtime.problems import Invalid, NotFound
from tests.support import happenings as h

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def facts_after(*events: Any) -> CaseFacts:
    case: CaseFacts | None = None
    for event in events:
        case = facts.apply(case, event).state
    assert case is not None
    return case


def give(case: CaseFacts | None, **how: Any) -> Change[Rating]:
    given: dict[str, Any] = {
        "person_ref": h.APPLICANT,
        "grade": 5,
        "reasons": [],
        "comment": None,
        "channel": "web",
        "days": 30,
        "now": NOW,
    }
    return rating.rate(case, **{**given, **how})


def test_every_order_of_events_ends_in_the_same_facts() -> None:
    intake = [h.received(), h.correction(), h.accepted()]
    expected = facts_after(*intake, h.decided(), h.rated())
    for first, second, third in permutations(([*intake], [h.decided()], [h.rated()])):
        assert facts_after(*first, *second, *third) == expected


def test_a_decision_without_its_acceptance_is_a_stub_that_is_filled() -> None:
    stub = facts_after(h.decided())
    assert not stub.complete and stub.about is not None
    assert facts_after(h.decided(), h.accepted()).complete


def test_what_nobody_had_to_bring_is_counted() -> None:
    accepted = facts_after(h.accepted()).intake
    assert accepted is not None and accepted.materials_saved == 2  # a licence and a commitment


def test_a_deemed_acceptance_counts_on_the_day_of_submission() -> None:
    case = facts_after(h.of_case("case-accepted", "by-law-after-five-days"))
    assert case.intake is not None
    assert case.intake.accepted_at == case.intake.received_at


@pytest.mark.parametrize("ending", ["refused", "lapsed", "withdrawn", "withdrawn-after"])
def test_a_case_may_end_in_other_ways(ending: str) -> None:
    events = {
        "refused": h.of_case("acceptance-refused", "not-competent"),
        "lapsed": h.of_case("case-lapsed", "not-answered"),
        "withdrawn": h.of_case("application-withdrawn", "without-a-reason"),
        "withdrawn-after": h.of_case("case-withdrawn", "on-request"),
    }
    assert facts_after(h.received(), events[ending]).ended_at is not None


# -- rating ---------------------------------------------------------------------------------------------


def finished(**changes: Any) -> CaseFacts:
    return facts_after(h.accepted(**changes), h.decided(**changes))


def test_the_applicant_and_who_handed_in_may_rate_and_nobody_else() -> None:
    case = finished(submitter_ref=h.STRANGER)
    assert give(case).state.grade == 5
    assert give(case, person_ref=h.STRANGER).state.grade == 5
    for nobody in (None, "", "a1.ffffffffffffffff"):
        with pytest.raises(NotFound):
            give(case, person_ref=nobody)
    with pytest.raises(NotFound):
        give(None)


def test_an_open_case_cannot_be_rated_and_a_rated_one_not_again() -> None:
    with pytest.raises(NotFinished):
        give(facts_after(h.accepted()))
    with pytest.raises(AlreadyRated):
        give(facts_after(h.accepted(), h.decided(), h.rated()))


def test_the_time_for_rating_ends() -> None:
    case = finished()
    assert case.ended_at is not None
    last_day = case.ended_at + timedelta(days=30)
    assert give(case, now=last_day).state.grade == 5
    with pytest.raises(RatingClosed):
        give(case, now=last_day + timedelta(days=1))


def test_the_rating_names_who_served_and_the_event_carries_no_word_of_the_person() -> None:
    change = give(finished(), grade=1, reasons=["slow", "排队两小时"], comment="张三说他不管")
    (event,) = change.events
    assert change.state.window_id == "w-02" and change.state.officer_id == "o-370104101-0003"
    assert change.state.reasons == ("slow", "other") and change.state.own_words == ("排队两小时",)
    published = event.encode().decode()
    assert "张三" not in published and "排队" not in published and '"has_comment":true' in published
    assert "张三" not in str(change.note)


@pytest.mark.parametrize("words", ["办事效率高", "Quick", "speed"])
def test_a_reason_is_known_by_its_code_and_by_its_words(words: str) -> None:
    assert give(finished(), reasons=[words]).state.reasons == ("speed",)


@pytest.mark.parametrize(
    "number",
    ["13800005678", "138-0000-5678", "370104 19900307 1234", "37010419900307123X", "１３８００００５６７８"],
)
def test_numbers_in_a_comment_are_hidden(number: str) -> None:
    comment = give(finished(), comment=f"请打电话 {number} 找我").state.comment
    assert comment == "请打电话 [已隐去] 找我"


def test_a_comment_keeps_what_is_no_number() -> None:
    text = "2026年11月23日来的,等了45分钟,跑了3趟!👍"
    assert rating.without_numbers(text).startswith("2026年11月23日来的")
    assert rating.without_numbers("写信到 zhang@person.example 即可") == "写信到 [已隐去] 即可"


@pytest.mark.parametrize("hidden", ["a\x00b", "a\u202eb", "a\u200bb"])
def test_invisible_characters_are_refused(hidden: str) -> None:
    with pytest.raises(Invalid):
        give(finished(), comment=hidden)


def test_an_invitation_is_named_by_its_event_and_open_for_the_days() -> None:
    change = rating.invite(h.decided(), "approval:e1", days=30, now=NOW)
    assert change.state.invitation_id == "approval:e1"
    assert change.state.open_until == date(2026, 12, 5)
    assert [event.type for event in change.events] == ["rating-invited"]


# -- figures --------------------------------------------------------------------------------------------

MONDAY = date(2026, 11, 23)


def test_rates_are_shares_of_what_they_say_and_nothing_of_nothing() -> None:
    counts = Counts(
        received=8, online=2, accepted=6, immediate=3, decided=3, on_time=2, ratings=4, content=3, grades=15
    )
    assert (counts.online_rate, counts.immediate_rate, counts.on_time_rate) == (0.25, 0.5, 0.6667)
    assert (counts.satisfaction, counts.average_grade) == (0.75, 3.75)
    nothing = Counts()
    assert {nothing.online_rate, nothing.on_time_rate, nothing.satisfaction, nothing.average_grade} == {None}


def test_cells_add_up_by_key_by_day_and_together() -> None:
    cells = [
        Cell("u-1", MONDAY, Counts(accepted=2)),
        Cell("u-1", MONDAY + timedelta(days=2), Counts(accepted=1, decided=1)),
        Cell(None, MONDAY, Counts(received=1)),
    ]
    assert total(cells) == Counts(received=1, accepted=3, decided=1)
    assert by_key(cells) == {"u-1": Counts(accepted=3, decided=1)}
    days = by_day(cells, MONDAY, MONDAY + timedelta(days=3))
    assert [counts.accepted for counts in days.values()] == [2, 0, 1, 0]
