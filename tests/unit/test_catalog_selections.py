"""Selections: who may take part, what happens when times come, and who wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.marketplace import AgencySelected, EntriesClosed, SelectionCancelled, SelectionOpened
from services.catalog.domain.marketplace import awards, closing, selections
from services.catalog.domain.marketplace.closing import SYSTEM, Standing
from services.catalog.domain.marketplace.draws import bid_digest, ranked
from services.catalog.domain.marketplace.selections import Owner, Selection
from services.runtime.problems import Problem
from tests.support import marketplace as m

NOBODY: frozenset[str] = frozenset()
NONCE = "cd" * 16


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Problem) as refused:
        act()
    return refused.value.code


def entered(selection: Selection, *agency_ids: str, **given: Any) -> Selection:
    for agency_id in agency_ids:
        selection = selections.enter(selection, m.entry(agency_id, **given), actor=SYSTEM).state
    return selection


def closed(selection: Selection, **standings: Standing) -> Selection:
    known = {**m.good(*(one.agency_id for one in selection.entries)), **standings}
    change = closing.close(selection, known, actor=SYSTEM, now=m.UNTIL)
    assert change is not None
    return change.state


def bidding(**prices: int) -> Selection:
    """A sealed bid whose entries are closed; prices in 分 by the agency's letter."""
    selection = m.selection("bid")
    for letter, price in prices.items():
        agency_id = getattr(m, letter)
        seal = bid_digest(m.ID, agency_id, price, NONCE)
        selection = entered(selection, agency_id, salt=None, bid_sha256=seal)
    return closed(selection)


def revealed(selection: Selection, **prices: int) -> Selection:
    for letter, price in prices.items():
        selection = awards.answer(
            selection, getattr(m, letter), price, NONCE, actor=SYSTEM, now=m.UNTIL
        ).state
    return selection


# -- opening and entering -------------------------------------------------------------------------------


def test_an_opening_binds_the_seed_and_says_no_word_of_the_client() -> None:
    (event,) = selections.open_selection(m.selection(ceiling_fen=2_000_000), actor=m.CITIZEN).events
    assert isinstance(event, SelectionOpened)
    assert event.seed_commitment
    assert event.criteria == ["价款 20000.00 元"]
    assert "养老" not in event.encode().decode()


@pytest.mark.parametrize("hours", [0, 0.9, 24 * 61, -5])
def test_entries_stay_open_for_an_hour_to_sixty_days(hours: float) -> None:
    wrong = m.selection(entries_until=m.NOW + timedelta(hours=hours))
    assert code_of(lambda: selections.open_selection(wrong, actor=m.CITIZEN)) == "selection-terms"


def test_a_comparison_has_nothing_to_witness() -> None:
    wrong = m.selection("comparison", witnessed=True)
    assert code_of(lambda: selections.open_selection(wrong, actor=m.CITIZEN)) == "selection-terms"


@pytest.mark.parametrize(
    ("mode", "given", "code"),
    [
        ("draw", {"salt": None}, "entry-incomplete"),
        ("comparison", {"price_fen": 1}, "entry-incomplete"),
        ("comparison", {"price_fen": 9_000_000, "days": 3}, "above-ceiling"),
        ("comparison", {"price_fen": 1, "days": 99}, "too-slow"),
        ("bid", {}, "entry-incomplete"),
        ("bid", {"bid_sha256": "ab" * 32, "price_fen": 5}, "entry-incomplete"),
        ("draw", {"at": m.UNTIL}, "entries-over"),
        ("draw", {"at": m.UNTIL + timedelta(seconds=1)}, "entries-over"),
    ],
)
def test_what_an_entry_must_bring(mode: str, given: dict[str, Any], code: str) -> None:
    selection = m.selection(mode, ceiling_fen=2_000_000, max_days=20)
    assert code_of(lambda: entered(selection, m.A, **given)) == code


def test_an_agency_enters_once_and_may_leave_before_the_closing() -> None:
    selection = entered(m.selection(), m.A)
    assert code_of(lambda: entered(selection, m.A)) == "already-entered"
    left = selections.leave(selection, m.A, actor=SYSTEM, now=m.NOW).state
    assert entered(left, m.A).entries
    assert code_of(lambda: selections.leave(left, m.B, actor=SYSTEM, now=m.NOW)) == "not-entered"
    assert code_of(lambda: selections.leave(selection, m.A, actor=SYSTEM, now=m.UNTIL)) == "entries-over"


def test_a_selection_takes_as_many_agencies_as_one_event_can_tell_of() -> None:
    many = tuple(m.entry(f"ag-{number:018}", salt="ab" * 32) for number in range(100))
    full = m.selection(entries=many, invited=tuple(one.agency_id for one in many) * 3)
    assert code_of(lambda: entered(full, m.A)) == "full"
    drawn = awards.draw(closed(full), m.SEED, NOBODY, now=m.UNTIL)
    assert drawn is not None
    assert len(drawn.events[0].encode()) < 64 * 1024


def test_who_is_related_to_the_client_keeps_out() -> None:
    assert code_of(lambda: entered(m.selection(related=(m.A,)), m.A)) == "related"


# -- closing --------------------------------------------------------------------------------------------


def test_at_the_closing_only_the_eligible_stay_and_the_others_are_named() -> None:
    selection = entered(m.selection(min_grade="C"), m.E, m.D, m.C, m.B, m.A)
    frozen = closed(
        selection,
        **{
            m.C: Standing("B", "资质不在有效期内"),
            m.D: Standing("A", "在黑名单期内"),
            m.E: Standing("D", None),
        },
    )
    assert [one.agency_id for one in frozen.entries] == [m.A, m.B]
    assert dict(frozen.excluded) == {
        m.C: "资质不在有效期内",
        m.D: "在黑名单期内",
        m.E: "信用等级低于 C 级",
    }


@pytest.mark.parametrize("many", [0, 1])
@pytest.mark.parametrize("mode", ["draw", "draw_with_inquiry", "bid"])
def test_nothing_is_drawn_or_bid_for_among_less_than_two(mode: str, many: int) -> None:
    selection = m.selection(mode)
    selection = replace(selection, entries=tuple(m.entry(one) for one in (m.A, m.B)[:many]))
    again = closed(selection)
    assert (again.state, again.round) == ("open", 2)
    assert again.entries_until == m.UNTIL + timedelta(days=3)
    assert again.commitment == selection.commitment
    change = closing.close(again, m.good(m.A), actor=SYSTEM, now=again.entries_until)
    assert change is not None
    assert change.state.state == "cancelled"
    (event,) = change.events
    assert isinstance(event, SelectionCancelled)
    assert event.reason == f"有效报名 {many} 家，不足 2 家"


def test_with_cancel_wanted_too_few_ends_it_at_once() -> None:
    assert closed(entered(m.selection(if_too_few="cancel"), m.A)).state == "cancelled"


def test_nothing_closes_before_its_time_or_with_an_entrant_nobody_looked_up() -> None:
    selection = entered(m.selection(), m.A, m.B)
    early = m.UNTIL - timedelta(seconds=1)
    assert closing.close(selection, m.good(m.A, m.B), actor=SYSTEM, now=early) is None
    assert closing.close(selection, m.good(m.A), actor=SYSTEM, now=m.UNTIL) is None
    frozen = closed(selection)
    assert closing.close(frozen, m.good(m.A, m.B), actor=SYSTEM, now=m.UNTIL) is None


def test_only_a_comparison_is_closed_early_and_only_with_somebody_to_choose() -> None:
    def close(selection: Selection) -> Any:
        standings = m.good(*(one.agency_id for one in selection.entries))
        return closing.close(selection, standings, actor=m.CITIZEN, now=m.NOW, early=True)

    assert code_of(lambda: close(entered(m.selection(), m.A, m.B))) == "not-now"
    assert code_of(lambda: close(m.selection("comparison"))) == "too-few-entries"
    assert close(entered(m.selection("comparison"), m.A, price_fen=1, days=1)).state.state == "choosing"


# -- the draw -------------------------------------------------------------------------------------------


def test_the_list_is_told_before_the_seed_and_the_draw_is_what_anybody_computes() -> None:
    selection = entered(m.selection(), m.A, m.B, m.C)
    change = closing.close(selection, m.good(m.A, m.B, m.C), actor=SYSTEM, now=m.UNTIL)
    assert change is not None
    (event,) = change.events
    assert isinstance(event, EntriesClosed)
    assert m.SEED.hex() not in event.encode().decode()
    drawn = awards.draw(change.state, m.SEED, NOBODY, now=m.UNTIL)
    assert drawn is not None
    (told,) = drawn.events
    assert isinstance(told, AgencySelected)
    order = ranked(m.SEED, m.ID, [one.lot for one in change.state.entries])
    assert [one.agency_id for one in told.ranking] == [one.agency_id for one in order]
    assert (told.agency_id, told.seed) == (order[0].agency_id, m.SEED.hex())
    assert awards.draw(drawn.state, m.SEED, NOBODY, now=m.UNTIL) is None


def test_another_seed_than_the_bound_one_draws_nothing() -> None:
    drawn = awards.draw(closed(entered(m.selection(), m.A, m.B)), bytes(32), NOBODY, now=m.UNTIL)
    assert drawn is not None
    assert (drawn.state.state, drawn.state.winner) == ("cancelled", None)


def test_who_is_barred_between_closing_and_draw_does_not_win() -> None:
    frozen = closed(entered(m.selection(), m.A, m.B))
    first = ranked(m.SEED, m.ID, [one.lot for one in frozen.entries])[0].agency_id
    drawn = awards.draw(frozen, m.SEED, {first}, now=m.UNTIL)
    assert drawn is not None
    assert drawn.state.winner not in (None, first)
    nobody = awards.draw(frozen, m.SEED, {m.A, m.B}, now=m.UNTIL)
    assert nobody is not None
    assert nobody.state.state == "cancelled"


def test_a_witness_draws_the_number_after_the_closing_and_it_changes_the_order() -> None:
    frozen = closed(entered(m.selection(witnessed=True), m.A, m.B, m.C))
    assert frozen.state == "witnessing"
    assert awards.draw(frozen, m.SEED, NOBODY, now=m.UNTIL) is None

    def seen(number: str, by: str = "supervisor") -> Selection:
        return awards.witness(frozen, number, by=by, actor=m.APPROVER, now=m.UNTIL).state

    assert code_of(lambda: seen("042917", by="citizen")) == "own-selection"
    scores = set()
    for number in ("000000", "042917"):
        drawn = awards.draw(seen(number), m.SEED, NOBODY, now=m.UNTIL)
        assert drawn is not None
        scores.add(drawn.state.ranking)
    assert len(scores) == 2
    assert code_of(
        lambda: awards.witness(m.selection(), "042917", by="s", actor=m.APPROVER, now=m.UNTIL)
    ) == ("not-now")
    lapsed = awards.lapse(frozen, m.SEED, now=m.UNTIL + timedelta(days=5))
    assert lapsed is not None
    assert (lapsed.state.state, lapsed.state.seed) == ("cancelled", m.SEED.hex())


def test_a_client_cannot_call_off_what_a_draw_will_show_and_an_official_reveals_it() -> None:
    frozen = closed(entered(m.selection(), m.A, m.B))
    assert (
        code_of(lambda: awards.cancel(frozen, "不想要了", m.SEED, actor=m.CITIZEN, now=m.UNTIL)) == "not-now"
    )
    official = awards.cancel(frozen, "项目取消", m.SEED, actor=m.APPROVER, now=m.UNTIL).state
    assert (official.seed, official.reason) == (m.SEED.hex(), "项目取消")
    own = awards.cancel(m.selection(), "我不办了", m.SEED, actor=m.CITIZEN, now=m.NOW)
    (event,) = own.events
    assert isinstance(event, SelectionCancelled)
    assert (event.reason, event.seed) == ("委托人取消", None)


# -- prices ---------------------------------------------------------------------------------------------


def test_the_lowest_revealed_bid_wins_and_who_does_not_reveal_is_out() -> None:
    selection = revealed(bidding(A=1_000, B=3_000, C=2_000), B=3_000, C=2_000)
    assert awards.award(selection, m.SEED, NOBODY, now=m.UNTIL) is None
    over = m.UNTIL + timedelta(hours=24)
    change = awards.award(selection, m.SEED, NOBODY, now=over)
    assert change is not None
    assert (change.state.winner, change.state.price_fen) == (m.C, 2_000)
    assert code_of(lambda: awards.answer(selection, m.A, 1_000, NONCE, actor=SYSTEM, now=over)) == (
        "answers-over"
    )


def test_when_all_have_revealed_nobody_waits() -> None:
    selection = revealed(bidding(A=1_000, B=3_000), A=1_000, B=3_000)
    assert selection.due_at == selection.closed_at
    change = awards.award(selection, m.SEED, NOBODY, now=m.UNTIL)
    assert change is not None
    assert change.state.winner == m.A


@pytest.mark.parametrize(
    ("agency", "price", "nonce", "code"),
    [
        (m.A, 999, NONCE, "seal-broken"),
        (m.A, 1_000, "ee" * 16, "seal-broken"),
        (m.A, 1_000, None, "seal-broken"),
        (m.D, 1_000, NONCE, "not-entered"),
    ],
)
def test_only_the_sealed_price_can_be_revealed(agency: str, price: int, nonce: str | None, code: str) -> None:
    selection = bidding(A=1_000, B=2_000)
    assert code_of(lambda: awards.answer(selection, agency, price, nonce, actor=SYSTEM, now=m.UNTIL)) == code


def test_a_price_is_revealed_once_and_not_above_the_ceiling() -> None:
    once = revealed(bidding(A=1_000, B=2_000), A=1_000)
    assert code_of(lambda: revealed(once, A=1_000)) == "already-answered"
    dear = replace(once, terms=replace(once.terms, ceiling_fen=1_500))
    assert code_of(lambda: revealed(dear, B=2_000)) == "above-ceiling"


def test_nobody_reveals_and_it_ends_with_the_seed_shown() -> None:
    change = awards.award(bidding(A=1, B=2), m.SEED, NOBODY, now=m.UNTIL + timedelta(days=1))
    assert change is not None
    assert (change.state.state, change.state.reason) == ("cancelled", "没有有效报价")
    assert change.state.seed == m.SEED.hex()


def test_of_equal_bids_the_better_grade_wins_then_the_draw() -> None:
    selection = revealed(bidding(A=1_000, B=1_000, C=1_000), A=1_000, B=1_000, C=1_000)
    order = [one.agency_id for one in ranked(m.SEED, m.ID, [one.lot for one in selection.entries])]
    change = awards.award(selection, m.SEED, NOBODY, now=m.UNTIL)
    assert change is not None
    assert change.state.winner == order[0]
    better = tuple(
        replace(one, grade="A") if one.agency_id == order[-1] else one for one in selection.entries
    )
    change = awards.award(replace(selection, entries=better), m.SEED, NOBODY, now=m.UNTIL)
    assert change is not None
    assert change.state.winner == order[-1]


@given(st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 10**9), min_size=2))
def test_a_bid_never_pays_more_than_the_lowest_price(prices: dict[str, int]) -> None:
    change = awards.award(revealed(bidding(**prices), **prices), m.SEED, NOBODY, now=m.UNTIL)
    assert change is not None
    assert change.state.price_fen == min(prices.values())


def inquiry(**terms: Any) -> Selection:
    """摇号询价 after its draw: two of four are asked."""
    frozen = closed(entered(m.selection("draw_with_inquiry", asked=2, **terms), m.A, m.B, m.C, m.D))
    drawn = awards.draw(frozen, m.SEED, NOBODY, now=m.UNTIL)
    assert drawn is not None
    return drawn.state


def quoted(selection: Selection, *prices: int) -> Selection:
    for agency_id, price in zip(selection.asked, prices, strict=False):
        selection = awards.answer(selection, agency_id, price, None, actor=SYSTEM, now=m.UNTIL).state
    return selection


def test_of_those_drawn_the_lowest_price_wins() -> None:
    selection = inquiry()
    assert (selection.state, len(selection.asked)) == ("quoting", 2)
    outside = next(one.agency_id for one in selection.entries if one.agency_id not in selection.asked)
    assert code_of(lambda: awards.answer(selection, outside, 1, None, actor=SYSTEM, now=m.UNTIL)) == (
        "not-entered"
    )
    change = awards.award(quoted(selection, 500, 400), m.SEED, NOBODY, now=m.UNTIL)
    assert change is not None
    assert (change.state.winner, change.state.price_fen) == (selection.asked[1], 400)


def test_or_the_client_takes_among_those_that_gave_a_price() -> None:
    selection = inquiry(award="choice")
    over = m.UNTIL + timedelta(days=1)
    change = awards.award(quoted(selection, 500), m.SEED, NOBODY, now=over)
    assert change is not None
    assert change.state.state == "choosing"

    def choose(agency_id: str) -> Any:
        return awards.choose(change.state, agency_id, "离得近", NOBODY, actor=m.CITIZEN, now=over)

    assert code_of(lambda: choose(selection.asked[1])) == "not-among-them"
    assert choose(selection.asked[0]).state.price_fen == 500


# -- choosing and the end -------------------------------------------------------------------------------


def comparing(**changes: Any) -> Selection:
    selection = entered(m.selection("comparison", **changes), m.A, price_fen=900, days=3)
    return closed(entered(selection, m.B, price_fen=800, days=9))


def test_an_applicant_chooses_freely_and_the_own_words_do_not_travel() -> None:
    change = awards.choose(comparing(), m.A, "快", NOBODY, actor=m.CITIZEN, now=m.UNTIL)
    (event,) = change.events
    assert isinstance(event, AgencySelected)
    assert (event.agency_id, event.price_fen, event.reason) == (m.A, 900, None)
    unit = comparing(owner=Owner("editor", unit="u-370104-07"))
    (event,) = awards.choose(unit, m.B, "价低", NOBODY, actor=m.EDITOR, now=m.UNTIL).events
    assert isinstance(event, AgencySelected)
    assert event.reason == "价低"


def test_who_has_been_barred_since_cannot_be_chosen() -> None:
    assert code_of(lambda: awards.choose(comparing(), m.A, "快", {m.A}, actor=m.CITIZEN, now=m.UNTIL)) == (
        "not-eligible"
    )


def test_a_client_who_does_not_choose_in_time_ends_it() -> None:
    selection = comparing()
    assert selection.choose_by is not None
    assert awards.lapse(selection, None, now=m.UNTIL) is None
    lapsed = awards.lapse(selection, None, now=selection.choose_by)
    assert lapsed is not None
    assert lapsed.state.reason == "委托人逾期未选择"


def test_the_work_is_rated_once_after_the_choice() -> None:
    chosen = awards.choose(comparing(), m.A, "快", NOBODY, actor=m.CITIZEN, now=m.UNTIL).state
    done = awards.fulfil(chosen, 5, actor=m.CITIZEN, now=m.UNTIL).state
    assert (done.state, done.rating) == ("fulfilled", 5)
    assert code_of(lambda: awards.fulfil(done, 1, actor=m.CITIZEN, now=m.UNTIL)) == "not-now"
    assert code_of(lambda: awards.fulfil(comparing(), 1, actor=m.CITIZEN, now=m.UNTIL)) == "not-now"
    assert code_of(lambda: awards.cancel(done, "晚了", None, actor=m.APPROVER, now=m.UNTIL)) == "not-now"
