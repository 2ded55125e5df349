"""惠企政策: conditions, who puts a policy in force, what follows for an enterprise, to the payment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts import Actor
from contracts.applicants import EnterpriseFeatures
from contracts.items import Basis
from contracts.policies import BenefitPaid, BenefitProposed, Condition, PolicyPublished
from services.catalog.domain.benefits import policies, proposals
from services.catalog.domain.benefits.policies import AmountRule, Policy, PolicyRecord
from services.catalog.domain.benefits.policy_conditions import File, matched
from services.catalog.domain.benefits.proposals import Proposal
from services.catalog.domain.refusals import Stale
from services.runtime.problems import Invalid

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
EDITOR, APPROVER = (
    Actor(role="editor", officer_id="editor"),
    Actor(role="catalog-approver", officer_id="boss"),
)
REF = "a1.5f1c0a9be3d27746"
FILE = File(
    REF,
    "370104101",
    EnterpriseFeatures(
        industry="C1392",
        size="small",
        place_code="370104101",
        registered_on=date(2023, 5, 18),
        licence_types=["food-production"],
    ),
)


def condition(feature: Any, operator: Any, *values: str) -> Condition:
    return Condition(feature=feature, operator=operator, values=list(values), text=f"{feature} {operator}")


def record(**given: Any) -> PolicyRecord:
    fields: dict[str, Any] = {
        "name": "小微企业创新券补助",
        "basis": [Basis(title="槐荫区惠企政策清单（示例）")],
        "benefit": "一次性补助1万元",
        "amount": AmountRule(kind="fixed", fixed_fen=1_000_000),
        "item_code": "06-0101-370104",
        "without_application": True,
        "conditions": [condition("size", "in", "micro", "small")],
        "valid_from": date(2026, 12, 1),
        "valid_to": date(2027, 11, 30),
    }
    return PolicyRecord(**{**fields, **given})


def in_force(**given: Any) -> Policy:
    draft = policies.prepare(
        Policy("hq-1", "370104"), record(**given), editor="editor", actor=EDITOR, now=NOW
    )
    return policies.publish(draft.state, by="boss", unit="u-1", actor=APPROVER, now=NOW).state


@pytest.mark.parametrize(
    ("one", "fits"),
    [
        (condition("industry", "in", "C"), True),
        (condition("industry", "in", "c13", "D"), True),
        (condition("industry", "in", "C14"), False),
        (condition("industry", "not_in", "F"), True),
        (condition("size", "in", "medium", "large"), False),
        (condition("size", "not_in", "large"), True),
        (condition("place_code", "under", "370104"), True),
        (condition("place_code", "under", "370105", "3702"), False),
        (condition("registered_on", "on_or_after", "2023-05-18"), True),
        (condition("registered_on", "on_or_before", "2023-05-17"), False),
        (condition("licence_types", "has", "food-production", "green-factory"), True),
        (condition("licence_types", "has_not", "food-production"), False),
        (condition("licence_types", "has_not", "green-factory"), True),
    ],
)
def test_a_condition_compares_one_feature(one: Condition, fits: bool) -> None:
    assert (matched([one], FILE) is not None) is fits


def test_what_is_not_known_fits_no_condition() -> None:
    empty = replace(FILE, features=EnterpriseFeatures())
    for one in (
        condition("industry", "not_in", "F"),
        condition("size", "not_in", "large"),
        condition("place_code", "under", "37"),
        condition("registered_on", "on_or_before", "2030-01-01"),
    ):
        assert matched([one], empty) is None


def test_each_condition_that_fits_is_told_with_its_reason() -> None:
    found = matched([condition("size", "in", "small"), condition("place_code", "under", "3701")], FILE)
    assert found is not None
    assert [(one.condition, one.reason) for one in found] == [
        ("size in", "企业规模：小型"),
        ("place_code under", "登记地：370104101"),
    ]


@pytest.mark.parametrize(
    "one",
    [
        condition("size", "has", "small"),
        condition("size", "in", "tiny"),
        condition("place_code", "under", "3701x"),
        condition("industry", "in", "食品"),
        condition("registered_on", "on_or_after", "2021-02-30"),
        condition("registered_on", "on_or_after", "2021-01-01", "2022-01-01"),
    ],
)
def test_a_condition_that_nothing_can_meet_is_refused_and_named(one: Condition) -> None:
    with pytest.raises(Invalid) as refused:
        policies.prepare(
            Policy("hq-1", "370104"),
            record(conditions=[condition("size", "in", "small"), one]),
            editor="editor",
            actor=EDITOR,
            now=NOW,
        )
    assert (refused.value.code, refused.value.field) == ("bad-condition", "record.conditions.1")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"conditions": []}, "no-condition"),
        ({"valid_to": date(2026, 11, 30)}, "ends-before-it-begins"),
        ({"amount": AmountRule(kind="fixed")}, "bad-amount"),
        ({"amount": AmountRule(kind="by_size")}, "bad-amount"),
        ({"amount": AmountRule(kind="assessed", fixed_fen=1)}, "bad-amount"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        policies.prepare(Policy("hq-1", "370104"), record(**given), editor="editor", actor=EDITOR, now=NOW)
    assert refused.value.code == code


def test_a_second_person_puts_it_in_force_with_a_basis() -> None:
    draft = policies.prepare(Policy("hq-1", "370104"), record(), editor="editor", actor=EDITOR, now=NOW).state
    with pytest.raises(policies.OwnPolicy):
        policies.publish(draft, by="editor", unit="u-1", actor=EDITOR, now=NOW)
    bare = replace(draft, draft=record(basis=[]))
    with pytest.raises(policies.PolicyWithoutBasis):
        policies.publish(bare, by="boss", unit="u-1", actor=APPROVER, now=NOW)
    done = policies.publish(draft, by="boss", unit="u-1", actor=APPROVER, now=NOW)
    (event,) = done.events
    assert isinstance(event, PolicyPublished)
    assert done.state.state == "published"
    with pytest.raises(policies.NothingToPublish):
        policies.publish(done.state, by="boss", unit="u-1", actor=APPROVER, now=NOW)
    with pytest.raises(Stale):
        policies.edit(done.state, record(), revision=1, editor="editor", actor=EDITOR, now=NOW)


def test_files_are_compared_once_a_period_and_anew_after_a_change() -> None:
    policy = in_force(repeats="yearly", valid_to=None)
    today = date(2026, 12, 1)
    assert policy.is_to_match(today) and not policy.is_to_match(date(2026, 11, 30))
    halfway = policies.compared(policy, REF, period="2026", actor=EDITOR, now=NOW).state
    assert halfway.is_to_match(today) and halfway.matched_to == REF
    done = policies.compared(halfway, None, period="2026", actor=EDITOR, now=NOW).state
    assert not done.is_to_match(today) and done.is_to_match(date(2027, 1, 1))
    assert not in_force(without_application=False).is_to_match(today)


def proposed(**given: Any) -> Proposal:
    change = proposals.propose(in_force(**given), FILE, NOW)
    assert change is not None and isinstance(change.events[0], BenefitProposed)
    return change.state


def test_what_fits_is_proposed_once_a_period_with_a_last_day() -> None:
    found = proposed()
    assert found.proposal_id == proposals.proposal_id("hq-1", REF, "once")
    assert (found.expected_fen, found.lapses_on) == (1_000_000, date(2026, 12, 31))
    assert proposed(valid_to=date(2026, 12, 10)).lapses_on == date(2026, 12, 10)
    by_size = AmountRule(kind="by_size", by_size_fen={"small": 5})
    assert proposed(amount=by_size, repeats="yearly").expected_fen == 5
    assert proposals.propose(in_force(conditions=[condition("size", "in", "large")]), FILE, NOW) is None
    assert proposals.propose(in_force(), FILE, NOW - timedelta(days=2)) is None
    ended = policies.withdraw(in_force(), "资金用完", actor=APPROVER, now=NOW).state
    assert proposals.propose(ended, FILE, NOW) is None


def test_an_answer_in_time_counts_though_it_comes_in_after_the_day() -> None:
    found = proposed()
    late = datetime(2027, 1, 1, 1, tzinfo=UTC)
    lapsed = proposals.lapse(found, now=late)
    assert lapsed is not None and lapsed.state.state == "lapsed"
    assert proposals.lapse(found, now=NOW) is None
    assert proposals.consent(lapsed.state, at=late, actor=EDITOR) is None
    said = proposals.consent(lapsed.state, at=datetime(2026, 12, 31, 15, tzinfo=UTC), actor=EDITOR)
    assert said is not None and (said.state.state, said.state.pay_by) == ("consented", date(2027, 1, 30))
    assert proposals.decline(said.state, "other", at=late, actor=EDITOR) is None


def test_money_is_paid_once_after_the_consent() -> None:
    found = proposed()
    paying: dict[str, Any] = {"by": "chief", "actor": APPROVER, "now": NOW + timedelta(days=10)}
    with pytest.raises(proposals.NotConsented):
        proposals.pay(found, 1, date(2026, 12, 5), None, **paying)
    said = proposals.consent(found, at=NOW + timedelta(days=2), actor=EDITOR)
    assert said is not None
    for day in (date(2026, 12, 2), date(2026, 12, 12)):
        with pytest.raises(Invalid):
            proposals.pay(said.state, 1, day, None, **paying)
    paid = proposals.pay(said.state, 1_000_000, date(2026, 12, 5), None, **paying)
    (event,) = paid.events
    assert isinstance(event, BenefitPaid) and event.amount_fen == 1_000_000
    with pytest.raises(proposals.NotConsented):
        proposals.pay(paid.state, 1, date(2026, 12, 5), None, **paying)
