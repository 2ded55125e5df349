"""Which item is handled in which hall, and the negative list that two people keep."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts import Actor
from contracts.catalog import DirectoryRecord
from contracts.offers import ItemExcluded, ItemExclusionLifted, ItemOffered, ItemOfferEnded
from services.catalog.domain.entries import Entry
from services.catalog.domain.halls import offer_rates, offers
from services.catalog.domain.halls.offer_refusals import (
    AlreadyExcluded,
    Excluded,
    NoProposal,
    NotOffered,
    NotSecret,
    OwnProposal,
    UnknownTheme,
)
from services.catalog.domain.halls.offers import Offer
from services.catalog.store.offers import Offerable

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
EDITOR, APPROVER = Actor(role="editor", officer_id="e"), Actor(role="catalog-approver", officer_id="a")
BLANK = Offer("h-370104:05-0008-370104", "h-370104", "05-0008-370104", "370104")
WINDOWS = [
    Entry(
        f"w-{number}",
        "window",
        "h-370104",
        "370104",
        DirectoryRecord(name="窗口", theme=theme, functions=["综合受理"]),
    )
    for number, theme in enumerate(("社保", None))
]


def offered(present: Offer = BLANK, theme: str = "社保", kinds: tuple[str, ...] = ()) -> Any:
    return offers.offer(present, theme, kinds, windows=WINDOWS, actor=EDITOR, now=NOW)


def proposed(present: Offer = BLANK, reason: Any = "场地限制", secret: bool = False) -> Offer:
    return offers.propose_exclusion(
        present,
        reason,
        "检验检测中心",
        secret=secret,
        by="e",
        note=None,
        actor=EDITOR,
        now=NOW,
    ).state


def approved(present: Offer) -> Any:
    return offers.approve(present, by="a", unit="u-370104-01", actor=APPROVER, now=NOW)


def test_an_item_enters_a_theme_that_the_hall_has_windows_of() -> None:
    change = offered()
    (event,) = change.events
    assert isinstance(event, ItemOffered)
    assert (event.subject, event.theme) == (BLANK.offer_id, "社保")
    assert offered(change.state) is None
    assert offered(change.state, "一门式").state.theme == "一门式"
    with pytest.raises(UnknownTheme) as unknown:
        offered(theme="公安")
    assert unknown.value.extra["known"] == ["一门式", "社保"]
    with pytest.raises(UnknownTheme):
        offered(kinds=("即办",))


def test_an_offer_ends_with_a_reason_and_says_what_it_was() -> None:
    change = offers.end(offered().state, "事项划转", actor=EDITOR, now=NOW)
    (event,) = change.events
    assert isinstance(event, ItemOfferEnded)
    assert (event.theme, event.reason) == ("社保", "事项划转")
    with pytest.raises(NotOffered):
        offers.end(change.state, "再次", actor=EDITOR, now=NOW)


def test_the_negative_list_needs_a_second_person_and_ends_the_offer_in_the_same_act() -> None:
    waiting = proposed(offered().state)
    assert waiting.offered
    assert waiting.exclusion is None
    with pytest.raises(OwnProposal):
        offers.approve(waiting, by="e", unit="u", actor=APPROVER, now=NOW)
    change = approved(waiting)
    ended, excluded = change.events
    assert isinstance(ended, ItemOfferEnded)
    assert isinstance(excluded, ItemExcluded)
    assert (excluded.reason, excluded.approved_by, excluded.handled_at) == (
        "场地限制",
        "u-370104-01",
        "检验检测中心",
    )
    assert not change.state.offered
    with pytest.raises(NoProposal):
        approved(change.state)
    with pytest.raises(Excluded):
        offered(change.state)
    with pytest.raises(AlreadyExcluded):
        proposed(change.state)


def test_lifting_needs_a_second_person_too() -> None:
    there = approved(proposed()).state
    waiting = offers.propose_lifting(there, by="e", note="新址启用", actor=EDITOR, now=NOW).state
    (event,) = approved(waiting).events
    assert isinstance(event, ItemExclusionLifted)
    assert offered(approved(waiting).state).state.offered


def test_what_is_sent_back_says_why_and_leaves_all_as_it_was() -> None:
    present = offered().state
    back = offers.send_back(proposed(present), "场地足够", by="a", actor=APPROVER, now=NOW).state
    assert (back.offered, back.exclusion, back.proposal, back.returned) == (True, None, None, "场地足够")


def test_secrecy_is_a_reason_only_for_what_is_marked_secret() -> None:
    with pytest.raises(NotSecret):
        proposed(reason="国家秘密")
    assert approved(proposed(reason="国家秘密", secret=True)).state.exclusion.reason == "国家秘密"


def test_the_rate_leaves_secret_items_out_and_names_what_is_neither_offered_nor_excluded() -> None:
    items = [
        Offerable(str(number), "370104", f"事项{number}", "公共服务", "u", number == 4, False)
        for number in range(1, 6)
    ]
    items.append(Offerable("9", "370104101", "镇里的事项", "公共服务", "u", False, False))
    hall = Entry("h-370104", "hall", "370104", "370104", DirectoryRecord(name="中心"))
    there = {"1": offered().state, "2": approved(proposed()).state, "4": offered().state}
    (rate,) = offer_rates.rates([hall], items, {"h-370104": there})
    assert (rate.items, rate.offered, rate.excluded, rate.rate) == (4, 1, 1, 0.25)
    assert [gap.item_code for gap in rate.gaps] == ["3", "5"]
