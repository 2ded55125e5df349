"""Agencies: who is admitted, by which qualification, until when, and who is barred."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.marketplace import AgencyAdmitted, AgencyBlacklisted
from services.catalog.domain.marketplace import agencies, agency_services, agency_standing
from services.catalog.domain.marketplace.agencies import Agency, AgencyDraft, Bar
from services.catalog.domain.marketplace.credit_codes import WrongCreditCode, check_character, credit_code
from services.runtime.problems import Problem
from tests.support import marketplace as m

SERVICES = {m.SERVICE: m.service()}
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Problem) as refused:
        act()
    return refused.value.code


def entered(letter: str = "A", **changes: Any) -> Agency:
    return Agency(m.A, m.PLACE, draft=AgencyDraft(m.record(letter, **changes), ("editor",), m.NOW))


def admit(agency: Agency, by: str = "approver", now: Any = m.NOW) -> Any:
    return agency_standing.admit(agency, SERVICES, by=by, actor=m.APPROVER, now=now)


def test_a_second_person_admits_and_the_event_says_until_when() -> None:
    change = admit(entered())
    (event,) = change.events
    assert isinstance(event, AgencyAdmitted)
    assert event.qualified[0].until == date(2028, 11, 22)
    assert change.state.state(m.TODAY) == "admitted"
    assert change.state.why_not(m.service(), m.TODAY) is None


def test_nobody_admits_what_the_same_person_entered() -> None:
    assert code_of(lambda: admit(entered(), by="editor")) == "own-draft"


@pytest.mark.parametrize(
    "certificate",
    [
        m.certificate(valid_to=m.TODAY - timedelta(days=1)),
        m.certificate(valid_from=m.TODAY + timedelta(days=1)),
        m.certificate(services=["zj-999"]),
    ],
    ids=["run out yesterday", "begins tomorrow", "for another service"],
)
def test_a_service_asks_for_a_certificate_that_is_valid_today(certificate: Any) -> None:
    assert code_of(lambda: admit(entered(qualifications=[certificate]))) == "qualification-missing"


def test_a_certificate_holds_to_the_end_of_its_last_day_and_no_further() -> None:
    last = date(2026, 12, 1)
    able = m.agency(record=m.record(qualifications=[m.certificate(valid_to=last)]))
    assert able.why_not(m.service(), last) is None
    assert able.why_not(m.service(), last + timedelta(days=1)) == "资质不在有效期内"
    renewed = m.record(
        qualifications=[m.certificate(valid_to=last), m.certificate(valid_from=last, valid_to=None)]
    )
    assert replace(able, record=renewed).qualified_until(m.service(), last) == (True, None)
    assert replace(able, record=renewed).why_not(m.service(), last + timedelta(days=1)) is None


def test_a_service_that_is_not_on_the_list_cannot_be_offered() -> None:
    assert code_of(lambda: agency_standing.admit(entered(), {}, by="x", actor=m.APPROVER, now=m.NOW)) == (
        "unknown-service"
    )
    cut = {m.SERVICE: replace(m.service(), cut="无法定依据")}
    assert code_of(lambda: agency_standing.admit(entered(), cut, by="x", actor=m.APPROVER, now=m.NOW)) == (
        "unknown-service"
    )


def test_a_bar_ends_after_its_last_day_by_itself() -> None:
    until = m.TODAY + timedelta(days=30)
    change = agency_standing.blacklist(
        m.agency(), until, "出具虚假报告。", SERVICES, actor=m.APPROVER, now=m.NOW
    )
    (event,) = change.events
    assert isinstance(event, AgencyBlacklisted)
    assert (event.barred, event.barred_until) == (True, until)
    assert change.state.why_not(m.service(), until) == "在黑名单期内"
    assert change.state.why_not(m.service(), until + timedelta(days=1)) is None


def test_a_bar_for_good_ends_only_by_readmission_with_a_reason() -> None:
    barred = m.agency(bar=Bar(m.NOW, None, "两次出具虚假报告。"))
    assert barred.state(date(2099, 1, 1)) == "blacklisted"
    noted = agency_standing.note_appeal(barred, "申诉理由成立。", actor=m.APPROVER, now=m.NOW).state
    assert noted.bar is not None
    assert noted.bar.appeal == "申诉理由成立。"
    back = agency_standing.readmit(noted, "申诉成立", SERVICES, actor=m.APPROVER, now=m.NOW)
    assert back.state.state(m.TODAY) == "admitted"
    assert code_of(
        lambda: agency_standing.readmit(back.state, "再次", SERVICES, actor=m.APPROVER, now=m.NOW)
    ) == ("not-barred")


def test_standing_is_for_the_admitted_and_says_what_is_wrong() -> None:
    def act(name: str, agency: Agency, *given: Any) -> Callable[[], object]:
        return lambda: getattr(agency_standing, name)(agency, *given, SERVICES, actor=m.APPROVER, now=m.NOW)

    yesterday = m.TODAY - timedelta(days=1)
    assert code_of(act("regrade", entered(), "A", "好")) == "not-admitted"
    assert code_of(act("regrade", m.agency(), "B", "一样")) == "same-grade"
    assert code_of(act("blacklist", m.agency(), yesterday, "过去")) == "bar-ends-in-the-past"
    assert code_of(act("regrade", m.agency(removed="退出"), "A", "好")) == "not-admitted"
    assert (
        agency_standing.remove(m.agency(removed="退出"), "再次", SERVICES, actor=m.APPROVER, now=m.NOW)
        is None
    )


@pytest.mark.parametrize(
    ("ratings", "grade"),
    [((5, 5), None), ((5, 5, 5), "A"), ((4, 4, 3), "B"), ((3, 3, 2), "C"), ((1, 2, 1), "D")],
)
def test_ratings_suggest_a_grade_from_three_on(ratings: tuple[int, ...], grade: str | None) -> None:
    assert agency_standing.suggested_grade(ratings) == grade


@given(st.text(_SIGNS, min_size=17, max_size=17), st.integers(0, 16), st.data())
def test_one_wrong_sign_of_a_credit_code_is_found(first: str, at: int, data: st.DataObject) -> None:
    """GB 32100: the weights are powers of 3, which has an inverse modulo 31."""
    whole = first + check_character(first)
    assert credit_code(f" {whole.lower()} ", "uscc") == whole
    other = data.draw(st.sampled_from([sign for sign in _SIGNS if sign != whole[at]]))
    with pytest.raises(WrongCreditCode):
        credit_code(whole[:at] + other + whole[at + 1 :], "uscc")


@pytest.mark.parametrize("wrong", ["", "9137010", "I" * 18, "91370104MA3C4N5P6\u200b", "0" * 19])
def test_what_is_no_credit_code(wrong: str) -> None:
    with pytest.raises(WrongCreditCode):
        credit_code(wrong, "uscc")


def test_a_known_credit_code_passes() -> None:
    """One in public use."""
    assert credit_code("91330100799655058B", "uscc") == "91330100799655058B"


@pytest.mark.parametrize("phone", ["13800005678", "138-0000-5678", "85061150", "+86 531 85061150"])
def test_a_mobile_number_is_no_office_number(phone: str) -> None:
    new = Agency(m.A, m.PLACE)
    assert code_of(
        lambda: agencies.enter(new, m.record(phone=phone), editor="e", actor=m.EDITOR, now=m.NOW)
    ) == ("office-phone")


def test_a_record_says_each_service_once_and_dates_in_order() -> None:
    twice = m.record(offers=[*m.record().offers, *m.record().offers])
    upside_down = m.record(qualifications=[m.certificate(valid_to=date(2020, 1, 1))])
    new = Agency(m.A, m.PLACE)
    for wrong, code in ((twice, "offered-twice"), (upside_down, "validity")):
        entered = partial(agencies.enter, new, wrong, editor="e", actor=m.EDITOR, now=m.NOW)
        assert code_of(entered) == code


def test_a_registration_cannot_become_another_body() -> None:
    change = lambda: agencies.edit(  # noqa: E731
        m.agency(), m.record("B"), editor="e", revision=1, actor=m.EDITOR, now=m.NOW
    )
    assert code_of(change) == "uscc-changed"


def test_an_edit_leaves_what_was_admitted_until_it_is_admitted_too() -> None:
    cheaper = m.record(offers=[agencies.Offer(service_code=m.SERVICE, price_fen=1, days=1)])
    edited = agencies.edit(m.agency(), cheaper, editor="ag", revision=1, actor=m.EDITOR, now=m.NOW)
    assert edited is not None
    assert edited.events == ()
    assert edited.state.record == m.record()
    assert agencies.edit(m.agency(), m.record(), editor="ag", revision=1, actor=m.EDITOR, now=m.NOW) is None
    returned = agencies.send_back(edited.state, "价格有误", actor=m.APPROVER, now=m.NOW).state
    assert returned.draft is not None
    assert returned.draft.returned == "价格有误"
    assert admit(edited.state).state.record == cheaper


def test_a_line_of_the_list_needs_a_basis_and_another_person() -> None:
    draft = agency_services.ServiceDraft(m.service(basis=[]).record, ("editor",), m.NOW)  # type: ignore[arg-type]
    line = agency_services.AgencyService(m.SERVICE, m.PLACE, draft=draft)
    publish = agency_services.publish
    assert code_of(lambda: publish(line, by="other", actor=m.APPROVER, now=m.NOW)) == "no-basis"
    assert code_of(lambda: publish(line, by="editor", actor=m.EDITOR, now=m.NOW)) == "own-draft"
    assert code_of(lambda: publish(m.service(), by="other", actor=m.APPROVER, now=m.NOW)) == "no-draft"
    upside_down = agency_services.PriceGuidance(text="市场价", lowest_fen=2, highest_fen=1)
    wrong = m.service(price=upside_down).record
    assert wrong is not None
    assert code_of(lambda: agency_services.prepare(line, wrong, editor="e", actor=m.EDITOR, now=m.NOW)) == (
        "price-range"
    )
