"""Versions in time: after any acts at most one is in force, and none that nobody agreed to."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts import Actor
from contracts.catalog import ItemPublished
from deploy.local import sample
from services.catalog.domain.checks import lint
from services.catalog.domain.item import items, publishing, review, timeline
from services.catalog.domain.item.drafts import Draft, ReviewRule
from services.catalog.domain.item.items import Item, Version
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.refusals import AfterWithdrawal, FromTooEarly
from services.runtime.change import Change
from services.runtime.problems import Problem

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ACTOR = Actor(role="catalog-approver", officer_id="o-1")
RECORD = DraftRecord.model_validate(sample.guide_item())
UNITS = ("u-1", "u-2", "u-3")
PEOPLE = ("an", "bo", "chen", "deng")
RULES = (ReviewRule(), ReviewRule(("u-1",)), ReviewRule(("u-1", "u-2"), "u-3"), ReviewRule((), "u-3"))
hours = st.integers(-30, 200).map(lambda number: timedelta(hours=number))


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def agreed(item: Item, text: str, now: datetime) -> Item:
    base = item.base() or RECORD
    edited = items.edit(item, base.model_copy(update={"remark": text}), editor="an", actor=ACTOR, now=now)
    assert edited is not None
    signed = review.sign(edited.state, by="bo", unit="u-1", actor=ACTOR, now=now)
    assert signed is not None
    return signed.state


def published(item: Item, text: str, now: datetime, begins: datetime | None = None) -> Item:
    return publishing.publish(agreed(item, text, now), actor=ACTOR, now=now, effective_from=begins).state


def new() -> Item:
    return Item("20-0005-3701", "20-0005", "3701", "known")


def test_no_version_takes_effect_in_the_past_but_today_is_not_the_past() -> None:
    for begins in (day(-900), day(-1.01)):
        with pytest.raises(FromTooEarly):
            published(new(), "一", START, begins)
    item = published(new(), "一", START, day(-0.9))
    with pytest.raises(FromTooEarly):
        published(item, "二", START, day(-2))


def test_an_item_that_ended_is_not_published_anew_in_the_past() -> None:
    item = published(new(), "一", START)
    item = publishing.withdraw(item, "依据废止", actor=ACTOR, now=START, effective_to=day(5)).state
    with pytest.raises(FromTooEarly):
        published(item, "二", day(20), day(6))
    assert published(item, "二", day(20)).latest == 2


def test_a_replacement_of_the_same_day_does_not_begin_before_what_it_replaces() -> None:
    item = published(new(), "一", day(-30))
    item = published(item, "二", day(0.1))
    with pytest.raises(FromTooEarly):
        published(item, "三", day(0.2), day(0.05))
    assert published(item, "三", day(0.2), day(0.1)).published[-1].supersedes == 2


def test_when_an_item_ends_the_version_in_force_and_those_to_come_end_with_it() -> None:
    item = published(new(), "一", START)
    item = published(item, "二", START, day(10))
    item = publishing.withdraw(item, "依据废止", actor=ACTOR, now=START, effective_to=day(5)).state
    first, second = item.published
    assert (item.state_of(first, day(4)), item.state_of(first, day(5))) == ("in_force", "withdrawn")
    assert (item.state_of(second, day(4)), item.state_of(second, day(11))) == ("published", "withdrawn")
    assert item.in_force(day(11)) is None


def test_a_version_published_before_the_end_calls_the_withdrawal_off() -> None:
    item = published(new(), "一", START)
    item = publishing.withdraw(item, "依据废止", actor=ACTOR, now=START, effective_to=day(5)).state
    with pytest.raises(AfterWithdrawal):
        published(item, "二", day(1), day(6))
    going_on = published(item, "二", day(1), day(5))
    assert (going_on.withdrawn, going_on.ended) == (None, ())
    assert [version.number for version in going_on.published] == [1, 2]
    assert going_on.published[-1].supersedes == 1


def test_between_an_end_and_a_new_beginning_nothing_is_in_force() -> None:
    first = published(new(), "一", START)
    ended = publishing.withdraw(first, "依据废止", actor=ACTOR, now=day(1)).state
    with pytest.raises(FromTooEarly):
        published(ended, "二", day(1.5), day(0.9))
    again = published(ended, "二", day(2), day(9))
    assert (again.in_force(day(3)), again.published[-1].supersedes) == (None, None)
    (old,) = first.published
    assert again.state_of(old, day(3)) == "withdrawn"
    assert again.state_of(again.published[-1], day(9)) == "in_force"


@dataclass
class Lives:
    """All that was ever published, and the intervals in which each version was in force."""

    versions: list[Version] = field(default_factory=list)

    def intervals(self, item: Item) -> list[tuple[datetime, datetime | None]]:
        found = []
        for version in self.versions:
            end = timeline.end(version, self.versions, item.ends())
            if end is None or end[0] > version.effective_from:
                found.append((version.effective_from, end[0] if end else None))
        return sorted(found, key=lambda one: one[0])


class Acts(RuleBasedStateMachine):
    """Any people in any order at any instant; what is refused is refused by a rule."""

    def __init__(self) -> None:
        super().__init__()
        self.item, self.now, self.rule = new(), START, RULES[0]
        self.lives = Lives()
        self.waiting: dict[int, Draft] = {}

    @initialize(rule=st.sampled_from(RULES))
    def place(self, rule: ReviewRule) -> None:
        self.rule = rule

    def _do(self, act: Any, *given: Any, **named: Any) -> Change[Item] | None:
        change: Change[Item] | None = None
        with contextlib.suppress(Problem):
            change = act(self.item, *given, actor=ACTOR, now=self.now, **named)
        if change is not None:
            self.item = change.state
        return change

    @rule(passing=st.sampled_from([0, 1, 30, 72]))
    def wait(self, passing: int) -> None:
        self.now += timedelta(hours=passing)

    @rule(rule=st.sampled_from(RULES))
    def decide_on_the_rule(self, rule: ReviewRule) -> None:
        self.rule = rule

    @rule(who=st.sampled_from(PEOPLE), text=st.sampled_from(["甲", "乙"]), broken=st.booleans())
    def edit(self, who: str, text: str, broken: bool) -> None:
        materials = [{"name": "其他材料"}] if broken else [{"name": "申请书"}]
        record = DraftRecord.model_validate(
            {**RECORD.model_dump(exclude_none=True), "remark": text, "materials": materials}
        )
        self._do(items.edit, record, editor=who)

    @rule(who=st.sampled_from(PEOPLE))
    def submit(self, who: str) -> None:
        self._do(review.submit, self.rule, by=who)

    @rule(who=st.sampled_from(PEOPLE), unit=st.sampled_from(UNITS))
    def sign(self, who: str, unit: str) -> None:
        self._do(review.sign, self.rule, by=who, unit=unit)

    @rule(who=st.sampled_from(PEOPLE), unit=st.sampled_from(UNITS))
    def approve(self, who: str, unit: str) -> None:
        self._do(review.approve, by=who, unit=unit)

    @rule(unit=st.sampled_from(UNITS))
    def send_back(self, unit: str) -> None:
        self._do(review.send_back, "依据不全", unit=unit)

    @rule(who=st.sampled_from(PEOPLE))
    def waive(self, who: str) -> None:
        if self.item.draft is not None:
            for finding in lint.errors(self.item.draft.record):
                self._do(review.waive, finding.id, "范本原文", by=who, unit="u-1")

    @rule(text=st.uuids(), shift=st.none() | hours, editor=st.sampled_from(["an", "an", "first", "third"]))
    def go_the_whole_way(self, text: object, shift: timedelta | None, editor: str) -> None:
        """As it should be: edited, sent in, signed by every unit, approved, published — or by its writer."""
        self._do(items.edit, RECORD.model_copy(update={"remark": str(text)}), editor=editor)
        self._do(review.submit, self.rule, by="an")
        for who, unit in (("first", "u-1"), ("second", "u-2")):
            self._do(review.sign, self.rule, by=who, unit=unit)
        self._do(review.approve, by="third", unit="u-3")
        self.publish(shift)

    @rule(shift=st.none() | hours)
    def publish_it(self, shift: timedelta | None) -> None:
        self.publish(shift)

    def publish(self, shift: timedelta | None) -> None:
        draft, begins = self.item.draft, self.now + shift if shift is not None else None
        change = self._do(publishing.publish, self.rule, by="an", effective_from=begins)
        if change is None:
            return
        assert draft is not None
        self._must_have_been_agreed_to(draft)
        version = self.item.published[-1]
        assert [one.number for one in self.lives.versions] == list(range(1, version.number))
        over = self.item.ended[-1].latest if self.item.ended else 0
        since = [one for one in self.lives.versions if one.number > over]
        before = timeline.begun(since, version.effective_from)
        assert version.supersedes == (before.number if before else None)
        self.lives.versions.append(version)
        (event,) = change.events
        assert isinstance(event, ItemPublished)
        present = self.item.in_force(self.now)
        assert event.in_force is None or (present is not None and event.in_force.version == present.number)

    def _must_have_been_agreed_to(self, draft: Draft) -> None:
        signers = [signature.by for signature in draft.signatures]
        others = [*signers, *([draft.approval.by] if draft.approval else [])]
        assert others
        assert len(set(others)) == len(others)
        assert not set(others) & set(draft.editors)
        waived = {waiver.finding for waiver in draft.waivers}
        assert all(one.waivable and one.id in waived for one in lint.errors(draft.record))
        if self.rule.joint:
            asked = draft.submission
            assert asked is not None and asked.joint
            assert set(asked.units) <= {signature.unit for signature in draft.signatures}
            assert (draft.approval.unit if draft.approval else None) == asked.approving_unit

    @rule(shift=st.none() | hours)
    def withdraw(self, shift: timedelta | None) -> None:
        ends = self.now + shift if shift is not None else None
        self._do(publishing.withdraw, "依据废止", effective_to=ends)

    @invariant()
    def one_version_at_a_time(self) -> None:
        intervals = self.lives.intervals(self.item)
        for (_, end), (begin, _) in pairwise(intervals):
            assert end is not None and end <= begin

    @invariant()
    def the_version_in_force_is_the_one_whose_time_it_is(self) -> None:
        for instant in (self.now, *(self.now + timedelta(hours=n) for n in (1, 40, 250))):
            current = self.item.in_force(instant)
            states = {
                one.number: timeline.state(one, self.lives.versions, self.item.ends(), instant)
                for one in self.lives.versions
            }
            in_force = [number for number, state in states.items() if state == "in_force"]
            assert in_force == ([current.number] if current else [])
            for version in self.item.published:
                assert self.item.state_of(version, instant) == states[version.number]


TestActs = Acts.TestCase
TestActs.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
