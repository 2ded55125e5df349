"""Acts on an item: drafts beside versions, the second person, effective instants, withdrawal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts import Actor
from contracts.catalog import ItemPublished, ItemWithdrawn
from contracts.items import ItemRecord
from deploy.local import sample
from services.catalog.domain.item import items, publishing, review
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.record import DraftRecord, opened
from services.catalog.domain.refusals import (
    AlreadyWithdrawn,
    EndsInThePast,
    FromTooEarly,
    NoDraft,
    NotPublished,
    NotReviewed,
    OpenErrors,
    OwnDraft,
    Stale,
)

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
EDITOR = Actor(role="editor", officer_id="editor")
APPROVER = Actor(role="catalog-approver", officer_id="approver")
RECORD = DraftRecord.model_validate(sample.guide_item())


def drafted(record: DraftRecord = RECORD) -> Item:
    item = Item("20-0005-3701", "20-0005", "3701", "known")
    return items.create(item, record, editor="editor", actor=EDITOR, now=NOW).state


def signed(item: Item) -> Item:
    change = review.sign(item, by="approver", unit="u-3701-07", actor=APPROVER, now=NOW)
    assert change is not None
    return change.state


def edited(item: Item, **fields: Any) -> Item:
    base = item.base()
    assert base is not None
    change = items.edit(item, base.model_copy(update=fields), editor="editor", actor=EDITOR, now=NOW)
    assert change is not None
    return change.state


def published(item: Item, at: datetime = NOW, begins: datetime | None = None) -> tuple[Item, ItemPublished]:
    change = publishing.publish(item, actor=APPROVER, now=at, effective_from=begins)
    (event,) = change.events
    assert isinstance(event, ItemPublished)
    return change.state, event


def live() -> Item:
    return published(signed(drafted()))[0]


def test_publishing_carries_the_whole_record_its_hash_and_who_signed() -> None:
    item, event = published(signed(drafted()))
    assert (event.version, event.change, event.supersedes, event.in_force) == (1, "new", None, None)
    assert event.record == ItemRecord.model_validate(sample.guide_item())
    assert event.record_sha256 == event.record.digest()
    assert event.signed_by == ["u-3701-07"]
    assert event.approved_by == "u-3701-07"
    assert event.place_code == "3701"
    assert event.effective_from == NOW
    assert item.draft is None
    assert item.in_force(NOW) is not None


def test_a_draft_that_nobody_signed_is_not_published() -> None:
    with pytest.raises(NotReviewed):
        publishing.publish(drafted(), actor=APPROVER, now=NOW)


def test_who_edited_never_signs() -> None:
    with pytest.raises(OwnDraft):
        review.sign(drafted(), by="editor", unit="u-3701-07", actor=EDITOR, now=NOW)


def test_an_edit_takes_back_the_signatures() -> None:
    item = edited(signed(drafted()), remark="改了一处")
    with pytest.raises(NotReviewed):
        publishing.publish(item, actor=APPROVER, now=NOW)


def test_an_approver_who_edited_cannot_sign_what_others_edited_after() -> None:
    change = items.edit(
        drafted(), RECORD.model_copy(update={"remark": "一"}), editor="approver", actor=APPROVER, now=NOW
    )
    assert change is not None
    with pytest.raises(OwnDraft):
        review.sign(edited(change.state, remark="二"), by="approver", unit="u", actor=APPROVER, now=NOW)


def test_signing_twice_changes_nothing() -> None:
    item = signed(drafted())
    assert review.sign(item, by="approver", unit="u-3701-07", actor=APPROVER, now=NOW) is None


def test_open_errors_of_the_lint_forbid_publishing_and_are_named() -> None:
    item = edited(drafted(), unit_id=None)
    with pytest.raises(OpenErrors) as refused:
        publishing.publish(item, actor=APPROVER, now=NOW)
    assert refused.value.field == "unit_id"
    with pytest.raises(OpenErrors):
        review.sign(item, by="approver", unit="u-3701-07", actor=APPROVER, now=NOW)


def test_a_stale_edit_is_refused() -> None:
    item = edited(drafted(), remark="别人改过")
    with pytest.raises(Stale):
        items.edit(item, RECORD, editor="editor", actor=EDITOR, now=NOW, revision=item.revision - 1)


def test_an_edit_that_says_nothing_new_changes_nothing() -> None:
    assert items.edit(drafted(), RECORD, editor="editor", actor=EDITOR, now=NOW) is None


def test_a_draft_stands_beside_the_live_version() -> None:
    item = edited(live(), remark="第二版")
    in_force = item.in_force(NOW)
    assert in_force is not None
    assert in_force.record.remark != "第二版"
    assert item.draft_state == "draft"


def test_a_replacement_on_the_same_day_closes_the_former_version_in_the_same_act() -> None:
    later = NOW + timedelta(hours=2)
    item, event = published(signed(edited(live(), remark="第二版")), at=later)
    assert (event.version, event.supersedes, event.change) == (2, 1, "revised")
    assert [version.number for version in item.published] == [2]


def test_a_version_to_come_leaves_the_present_one_in_force_and_says_so() -> None:
    begins = NOW + timedelta(days=7)
    item, event = published(signed(edited(live(), remark="第二版")), begins=begins)
    assert event.in_force is not None
    assert (event.in_force.version, event.supersedes) == (1, 1)
    first, second = item.published
    assert item.in_force(begins - timedelta(seconds=1)) == first
    assert item.in_force(begins) == second
    assert item.state_of(second, NOW) == "published"
    assert item.state_of(first, begins) == "superseded"


def test_of_two_versions_with_one_instant_the_higher_number_is_in_force() -> None:
    begins = NOW + timedelta(days=7)
    item, _ = published(signed(edited(live(), remark="第二版")), begins=begins)
    item, event = published(signed(edited(item, remark="第三版")), begins=begins)
    assert event.supersedes == 2
    in_force = item.in_force(begins)
    assert in_force is not None
    assert in_force.number == 3


def test_a_replacement_does_not_rewrite_the_past() -> None:
    item = signed(edited(live(), remark="第二版"))
    with pytest.raises(FromTooEarly):
        publishing.publish(item, actor=APPROVER, now=NOW, effective_from=NOW - timedelta(days=3))


def test_nothing_to_publish_is_refused() -> None:
    with pytest.raises(NoDraft):
        publishing.publish(live(), actor=APPROVER, now=NOW)


def test_a_withdrawal_needs_a_published_item_and_happens_once() -> None:
    with pytest.raises(NotPublished):
        publishing.withdraw(drafted(), "取消", actor=APPROVER, now=NOW)
    change = publishing.withdraw(live(), "依据废止", actor=APPROVER, now=NOW)
    (event,) = change.events
    assert isinstance(event, ItemWithdrawn)
    assert (event.reason, event.effective_to, event.version) == ("依据废止", NOW, 1)
    version = change.state.published[0]
    assert change.state.state_of(version, NOW) == "withdrawn"
    with pytest.raises(AlreadyWithdrawn):
        publishing.withdraw(change.state, "再次", actor=APPROVER, now=NOW)


def test_an_item_cannot_end_in_the_past_though_clocks_may_differ() -> None:
    with pytest.raises(EndsInThePast):
        publishing.withdraw(
            live(), "依据废止", actor=APPROVER, now=NOW, effective_to=NOW - timedelta(minutes=2)
        )
    slow = NOW - timedelta(seconds=30)
    ended = publishing.withdraw(live(), "依据废止", actor=APPROVER, now=NOW, effective_to=slow).state
    assert ended.withdrawn is not None and ended.withdrawn.effective_to == NOW
    assert ended.has_ended(NOW)


def test_a_withdrawal_to_come_leaves_the_item_in_force_until_then() -> None:
    ends = NOW + timedelta(days=2)
    item = publishing.withdraw(live(), "依据废止", actor=APPROVER, now=NOW, effective_to=ends).state
    assert (item.has_ended(NOW), item.has_ended(ends)) == (False, True)
    assert item.in_force(NOW) == item.published[0]
    assert item.in_force(ends) is None


def test_a_withdrawn_item_may_be_published_anew_and_supersedes_nothing() -> None:
    ended = publishing.withdraw(live(), "依据废止", actor=APPROVER, now=NOW).state
    item, event = published(signed(edited(ended, remark="恢复")), at=NOW + timedelta(days=30))
    assert (event.version, event.supersedes) == (2, None)
    assert item.withdrawn is None


def test_a_draft_given_back_loses_its_signatures_and_keeps_the_reason() -> None:
    item = review.send_back(signed(drafted()), "依据不全", unit="u-3701-07", actor=APPROVER, now=NOW).state
    assert item.draft is not None
    assert (item.draft.signatures, item.draft.returned) == ((), "依据不全")


def test_a_published_record_opens_as_the_draft_it_was() -> None:
    record = ItemRecord.model_validate(sample.guide_item())
    assert opened(record) == RECORD
    assert replace(drafted(), draft=None).base() is None
