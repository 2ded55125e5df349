"""Who is told of what, and how a delivery gets through or does not."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from contracts import Actor
from services.notify import texts
from services.notify.domain import notice as domain
from services.notify.domain import rules
from services.notify.domain.delivery import Outcome, Policy
from services.notify.domain.notice import NothingFailed, Notice
from services.notify.domain.quiet import QuietHours
from services.notify.domain.rules import Means, Told
from services.runtime.change import Change
from tests.support import happenings as h

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ALL = Means(frozenset(("sms", "email", "inbox")), 1)
POLICY = Policy()
OPERATOR = Actor(role="operator", officer_id="o-1")


def notice_of(event: Any, *told: Told, means: Means = ALL) -> Notice:
    made = rules.notice(event, "intake:e1", "e1", told=told, means=means, now=NOW)
    assert made is not None
    return domain.store(made, now=NOW, hold=timedelta(seconds=60)).state


def ways(notice: Notice) -> list[tuple[str, str]]:
    return [(d.recipient_ref, d.channel) for d in notice.deliveries]


def after(notice: Notice, *results: str, at: datetime = NOW, **more: Any) -> Change[Notice]:
    outcomes = [Outcome(n, result, **more) for n, result in enumerate(results, 1)]  # type: ignore[arg-type]
    change = domain.record(notice, outcomes, policy=POLICY, now=at)
    assert change is not None
    return change


def types(change: Change[Notice]) -> list[str]:
    return [event.type for event in change.events]


# -- who ------------------------------------------------------------------------------------------------


def test_the_applicant_is_told_by_text_and_in_the_inbox() -> None:
    assert ways(notice_of(h.accepted())) == [(h.APPLICANT, "sms"), (h.APPLICANT, "inbox")]


def test_an_email_goes_out_where_the_applicant_has_an_address() -> None:
    notice = notice_of(h.accepted(applicant={"email_masked": "zh***@example.cn"}))
    assert [channel for _, channel in ways(notice)] == ["sms", "email", "inbox"]


def test_a_channel_that_the_installation_lacks_is_not_used() -> None:
    notice = notice_of(h.accepted(), means=Means(frozenset(("inbox",)), 1))
    assert ways(notice) == [(h.APPLICANT, "inbox")]


def test_the_inbox_has_it_at_once_and_says_so_only_where_nothing_else_does() -> None:
    with_text = rules.notice(h.accepted(), "intake:e1", "e1", told=(), means=ALL, now=NOW)
    assert with_text is not None
    assert domain.store(with_text, now=NOW, hold=timedelta(seconds=60)).events == ()
    alone = rules.notice(
        h.accepted(applicant={"phone_masked": None}), "intake:e1", "e1", told=(), means=ALL, now=NOW
    )
    assert alone is not None
    assert types(domain.store(alone, now=NOW, hold=timedelta(seconds=60))) == ["notice-delivered"]


def test_an_acceptance_after_the_decision_goes_to_the_inbox_only() -> None:
    decided_before = Told("case-decided", frozenset(("sms", "inbox")))
    assert ways(notice_of(h.accepted(), decided_before)) == [(h.APPLICANT, "inbox")]


def test_who_hands_in_for_another_reads_it_in_the_own_inbox() -> None:
    notice = notice_of(h.accepted(submitter_ref=h.STRANGER))
    assert (h.STRANGER, "inbox") in ways(notice) and (h.STRANGER, "sms") not in ways(notice)
    officer = notice_of(h.accepted(submitter_ref="o-370104-0003"))
    assert {ref for ref, _ in ways(officer)} == {h.APPLICANT}


def test_a_party_is_told_what_that_party_must_bring_and_the_applicant_everything() -> None:
    missing = [
        {"name": "疫苗接收记录", "problem": "没有提交", "remedy": "由接种单位提供", "party_ref": h.STRANGER},
        {"name": "病历资料", "problem": "缺第2页", "remedy": "补齐"},
    ]
    notice = notice_of(h.correction(missing=missing))
    words = texts.load()
    by_ref = {d.recipient_ref: words.render(notice, d, "zh").body for d in notice.deliveries}
    assert "疫苗接收记录" in by_ref[h.APPLICANT] and "病历资料" in by_ref[h.APPLICANT]
    assert "疫苗接收记录" in by_ref[h.STRANGER] and "病历资料" not in by_ref[h.STRANGER]
    assert (h.STRANGER, "sms") in ways(notice)


def test_an_invitation_takes_the_ways_that_the_person_was_told_by_before() -> None:
    by_mail = Told("case-decided", frozenset(("email", "inbox")))
    assert [c for _, c in ways(notice_of(h.invited(), by_mail))] == ["email", "inbox"]
    assert [c for _, c in ways(notice_of(h.invited()))] == ["sms", "inbox"]


@pytest.mark.parametrize(("grade", "told"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_bad_rating_goes_to_the_supervisors_and_no_other(grade: int, told: bool) -> None:
    made = rules.notice(h.rated(grade=grade), "evaluation:e", "e", told=(), means=ALL, now=NOW)
    assert (made is not None) == told
    if made is not None:
        assert ways(made) == [("supervisor:370104", "inbox")]


def test_a_recomputed_date_is_told_only_if_it_moved() -> None:
    due = {"on": "2026-12-21", "provisional": True}
    clock = {"promised_due": {"on": "2026-12-21", "provisional": False}}
    previous = {"promised_due": due, "statutory_due": due}
    made = [
        rules.notice(
            h.of_case("due-dates-recomputed", "calendar-of-2027", clock=clock | moved, previous=previous),
            "approval:e",
            "e",
            told=(),
            means=ALL,
            now=NOW,
        )
        for moved in ({}, {"promised_due": {"on": "2026-12-22", "provisional": False}})
    ]
    assert made[0] is None and made[1] is not None


# -- words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_rule_has_its_words_in_every_language(language: texts.Language) -> None:
    happenings = [
        *(h.received(), h.correction(), h.accepted(), h.decided(), h.refused(), h.invited()),
        h.of_case("acceptance-refused", "not-competent"),
        h.of_case("clock-stopped", "special-step"),
        h.of_case("deadline-extended", "to-90-days"),
        h.of_case("case-withdrawn", "on-request"),
        h.rated(grade=1),
    ]
    for event in happenings:
        notice = notice_of(event)
        text = texts.load().render(notice, notice.deliveries[0], language)
        assert text.title and text.body and "{" not in text.body and "None" not in text.body


def test_every_rule_names_a_template_of_the_newest_edition() -> None:
    words = texts.load()
    for language in texts.LANGUAGES:
        named = {rule.template or type for type, rule in rules.RULES.items()}
        assert named <= set(words.templates(words.newest, language))


def test_a_provisional_date_is_never_told_as_final() -> None:
    clock = {"promised_due": {"on": "2027-01-05", "provisional": True}}
    notice = notice_of(h.accepted(clock=clock))
    words = texts.load()
    assert "2027年1月5日（暂定" in words.render(notice, notice.deliveries[0], "zh").body
    assert "5 January 2027 (provisional" in words.render(notice, notice.deliveries[0], "en").body


def test_a_refusal_tells_its_reason_and_what_can_be_done() -> None:
    notice = notice_of(h.refused())
    body = texts.load().render(notice, notice.deliveries[0], "zh").body
    assert "不予许可" in body and h.refused().reason in body and h.refused().remedies in body


# -- getting through ------------------------------------------------------------------------------------


def test_what_the_gateway_takes_is_sent_and_then_delivered_by_its_receipt() -> None:
    sent = after(notice_of(h.accepted()), "sent")
    assert types(sent) == ["notice-sent"]
    assert sent.state.due_at is None and sent.state.receipt_at == NOW + timedelta(minutes=1)
    arrived = after(sent.state, "delivered", asked=True)
    assert types(arrived) == ["notice-delivered"] and arrived.state.deliveries[0].attempts == 1
    assert arrived.state.receipt_at is None


def test_a_passing_failure_is_tried_again_ever_later_and_not_for_ever() -> None:
    notice, waits, at = notice_of(h.accepted()), [], NOW
    while notice.deliveries[0].state == "queued":
        change = after(notice, "later", at=at)
        notice = change.state
        if notice.due_at is not None:
            waits.append(notice.due_at - at)
            at = notice.due_at
    assert waits == list(POLICY.pauses)
    failed = notice.deliveries[0]
    assert (failed.state, failed.failure, failed.attempts) == ("failed", "tries-used-up", len(waits) + 1)
    assert types(change) == ["notice-failed"] and notice.troubled


def test_addresses_that_cannot_be_had_use_up_no_try() -> None:
    change = after(notice_of(h.accepted()), "waiting")
    assert change.state.deliveries[0].attempts == 0 and change.state.due_at is not None


def test_a_time_out_is_unknown_and_said_once() -> None:
    unknown = after(notice_of(h.accepted()), "unknown")
    assert types(unknown) == ["notice-outcome-unknown"]
    silent = domain.record(
        unknown.state, [Outcome(1, "silent")], policy=POLICY, now=NOW + timedelta(minutes=1)
    )
    assert silent is not None and types(silent) == []
    found = after(unknown.state, "sent", asked=True)
    assert types(found) == ["notice-sent"] and found.state.deliveries[0].attempts == 1


def test_an_unknown_one_without_receipt_for_a_day_fails() -> None:
    unknown = after(notice_of(h.accepted()), "unknown").state
    day_later = after(unknown, "silent", at=NOW + timedelta(hours=24))
    assert day_later.state.deliveries[0].failure == "no-receipt"
    assert types(day_later) == ["notice-failed"]


def test_a_text_that_cannot_get_through_is_followed_by_an_email() -> None:
    change = after(notice_of(h.accepted()), "refused", has_email=True)
    failed = change.events[0]
    assert failed.type == "notice-failed" and failed.model_dump()["next_channel"] == "email"
    follower = change.state.deliveries[-1]
    assert (follower.channel, follower.state, follower.number) == ("email", "queued", 3)


def test_without_an_address_the_inbox_is_what_remains() -> None:
    change = after(notice_of(h.accepted()), "refused")
    assert change.events[0].model_dump()["next_channel"] == "inbox"
    assert len(change.state.deliveries) == 2


def test_an_outcome_that_comes_too_late_changes_nothing() -> None:
    failed = after(notice_of(h.accepted()), "refused").state
    assert domain.record(failed, [Outcome(1, "sent")], policy=POLICY, now=NOW) is None


def test_a_person_sends_again_what_failed_and_only_that() -> None:
    failed = after(notice_of(h.accepted()), "refused").state
    again = domain.resend(failed, actor=OPERATOR, now=NOW).state
    assert again.deliveries[0].state == "queued" and again.deliveries[0].series == 2
    assert again.due_at == NOW
    with pytest.raises(NothingFailed):
        domain.resend(again, actor=OPERATOR, now=NOW)


def test_an_email_that_may_have_gone_out_is_not_sent_twice() -> None:
    notice = notice_of(h.accepted(applicant={"phone_masked": None, "email_masked": "zh***@example.cn"}))
    begun = domain.begin(notice, [1], now=NOW).state
    assert begun.deliveries[0].begun_at == NOW
    unknown = after(begun, "unknown").state
    assert unknown.due_at == NOW + timedelta(hours=24)


# -- quiet hours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "end"),
    [("22:59", None), ("23:00", "24 07:00"), ("06:59", "23 07:00"), ("07:00", None), ("12:00", None)],
)
def test_quiet_hours_may_pass_midnight(hour: str, end: str | None) -> None:
    at = datetime.fromisoformat(f"2026-11-23T{hour}:00+08:00")
    found = QuietHours(time(23), time(7)).end_after(at)
    expected = None if end is None else datetime.fromisoformat(f"2026-11-{end.replace(' ', 'T')}:00+08:00")
    assert found == expected


def test_a_text_waits_for_the_end_of_quiet_hours_and_the_inbox_does_not() -> None:
    end = NOW + timedelta(hours=5)
    notice = notice_of(h.accepted(), means=Means(frozenset(("sms", "inbox")), 1, not_before=end))
    assert notice.due_at == end
    assert notice.deliveries[1].state == "delivered"
