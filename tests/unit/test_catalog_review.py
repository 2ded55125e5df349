"""Joint review, approval and waivers: who may act, in which order, and what takes consent back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts import Actor
from contracts.catalog import ItemPublished
from deploy.local import sample
from services.catalog.domain.checks import lint
from services.catalog.domain.item import items, publishing, review
from services.catalog.domain.item.drafts import ReviewRule
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.item.review_refusals import (
    NoSuchFinding,
    NotASigner,
    NotSigned,
    NotSubmitted,
    NotTheApprovingUnit,
    NotWaivable,
    SignedAlready,
    SignedByAnother,
)
from services.catalog.domain.refusals import NoDraft, NotReviewed, OpenErrors, OwnDraft

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ACTOR = Actor(role="catalog-approver", officer_id="o-1")
ESTABLISHMENT, JUSTICE, GOVERNMENT = "u-370104-02", "u-370104-05", "u-370104-01"
RULE = ReviewRule((ESTABLISHMENT, JUSTICE), GOVERNMENT)
SINGLE = ReviewRule()
RECORD = DraftRecord.model_validate(sample.guide_item())
CATCH_ALL = "与预防接种异常反应鉴定有关的其他材料"


def drafted(**fields: Any) -> Item:
    record = DraftRecord.model_validate({**RECORD.model_dump(exclude_none=True), **fields})
    item = Item("20-0005-3701", "20-0005", "3701", "known")
    return items.create(item, record, editor="editor", actor=ACTOR, now=NOW).state


def submitted(item: Item, rule: ReviewRule = RULE) -> Item:
    change = review.submit(item, rule, by="editor", actor=ACTOR, now=NOW)
    assert change is not None
    return change.state


def signed(item: Item, by: str, unit: str, rule: ReviewRule = RULE) -> Item:
    change = review.sign(item, rule, by=by, unit=unit, actor=ACTOR, now=NOW)
    assert change is not None
    return change.state


def approved(item: Item, by: str = "mayor", unit: str = GOVERNMENT) -> Item:
    change = review.approve(item, by=by, unit=unit, actor=ACTOR, now=NOW)
    assert change is not None
    return change.state


def all_signed() -> Item:
    return signed(signed(submitted(drafted()), "li", ESTABLISHMENT), "wang", JUSTICE)


def edited(item: Item, **fields: Any) -> Item:
    base = item.base()
    assert base is not None
    change = items.edit(item, base.model_copy(update=fields), editor="editor", actor=ACTOR, now=NOW)
    assert change is not None
    return change.state


def waived(item: Item, rule: str = "catch-all", by: str = "editor") -> Item:
    assert item.draft is not None
    (finding,) = [one for one in lint.findings(item.draft.record) if one.rule == rule]
    change = review.waive(item, finding.id, "范本原文", by=by, unit="u-07", actor=ACTOR, now=NOW)
    assert change is not None
    return change.state


def with_catch_all() -> Item:
    return drafted(materials=[{"name": CATCH_ALL}])


def test_a_draft_goes_from_unit_to_unit_and_then_to_the_government() -> None:
    item = drafted()
    assert item.draft_state == "draft"
    item = submitted(item)
    assert item.draft is not None
    assert (item.draft_state, item.draft.waits_for) == ("in_review", (ESTABLISHMENT, JUSTICE))
    item = signed(item, "wang", JUSTICE)
    assert item.draft is not None
    assert (item.draft_state, item.draft.waits_for) == ("in_review", (ESTABLISHMENT,))
    item = signed(item, "li", ESTABLISHMENT)
    assert item.draft is not None
    assert (item.draft_state, item.draft.waits_for) == ("signed", (GOVERNMENT,))
    item = approved(item)
    assert item.draft_state == "approved"
    (event,) = publishing.publish(item, RULE, actor=ACTOR, now=NOW, by="editor").events
    assert isinstance(event, ItemPublished)
    assert (event.signed_by, event.approved_by) == ([JUSTICE, ESTABLISHMENT], GOVERNMENT)


def test_the_version_keeps_who_signed_approved_and_published() -> None:
    item = publishing.publish(approved(all_signed()), RULE, actor=ACTOR, now=NOW, by="editor").state
    (version,) = item.published
    assert [signature.by for signature in version.signatures] == ["li", "wang"]
    assert version.approval is not None
    assert (version.approval.by, version.published_by) == ("mayor", "editor")


def test_nothing_is_published_before_the_approval() -> None:
    for item in (drafted(), submitted(drafted()), all_signed()):
        with pytest.raises(NotReviewed):
            publishing.publish(item, RULE, actor=ACTOR, now=NOW)


def test_a_single_signature_does_not_do_where_the_place_asks_for_more() -> None:
    item = signed(drafted(), "li", ESTABLISHMENT, SINGLE)
    assert item.draft_state == "approved"
    with pytest.raises(NotReviewed):
        publishing.publish(item, RULE, actor=ACTOR, now=NOW)


def test_a_joint_review_begins_with_the_submission() -> None:
    with pytest.raises(NotSubmitted):
        review.sign(drafted(), RULE, by="li", unit=ESTABLISHMENT, actor=ACTOR, now=NOW)
    with pytest.raises(NoDraft):
        review.submit(Item("a", "a", "3701", "k"), RULE, by="editor", actor=ACTOR, now=NOW)


def test_sending_in_twice_changes_nothing() -> None:
    assert review.submit(submitted(drafted()), RULE, by="editor", actor=ACTOR, now=NOW) is None


def test_only_the_named_units_sign_and_each_once() -> None:
    item = submitted(drafted())
    with pytest.raises(NotASigner):
        review.sign(item, RULE, by="zhou", unit="u-370104-11", actor=ACTOR, now=NOW)
    item = signed(item, "li", ESTABLISHMENT)
    assert review.sign(item, RULE, by="li", unit=ESTABLISHMENT, actor=ACTOR, now=NOW) is None
    with pytest.raises(SignedByAnother):
        review.sign(item, RULE, by="zhao", unit=ESTABLISHMENT, actor=ACTOR, now=NOW)


def test_approval_waits_for_every_unit_and_names_those_outstanding() -> None:
    item = signed(submitted(drafted()), "li", ESTABLISHMENT)
    with pytest.raises(NotSigned) as refused:
        review.approve(item, by="mayor", unit=GOVERNMENT, actor=ACTOR, now=NOW)
    assert refused.value.extra["outstanding"] == [JUSTICE]
    with pytest.raises(NotSigned):
        review.approve(submitted(drafted(), SINGLE), by="mayor", unit=GOVERNMENT, actor=ACTOR, now=NOW)


def test_the_approver_is_of_the_named_unit_and_is_nobody_who_acted_before() -> None:
    item = all_signed()
    with pytest.raises(NotTheApprovingUnit):
        review.approve(item, by="mayor", unit=JUSTICE, actor=ACTOR, now=NOW)
    with pytest.raises(OwnDraft):
        review.approve(item, by="editor", unit=GOVERNMENT, actor=ACTOR, now=NOW)
    with pytest.raises(SignedAlready):
        review.approve(item, by="wang", unit=GOVERNMENT, actor=ACTOR, now=NOW)
    assert review.approve(approved(item), by="mayor", unit=GOVERNMENT, actor=ACTOR, now=NOW) is None


def test_an_edit_takes_everything_back() -> None:
    item = edited(approved(all_signed()), remark="改一处")
    assert item.draft is not None
    assert (item.draft_state, item.draft.signatures, item.draft.approval) == ("draft", (), None)


def test_giving_back_begins_the_review_anew_and_the_reason_stays_until_it_is_sent_in_again() -> None:
    item = review.send_back(all_signed(), "依据不全", unit=GOVERNMENT, actor=ACTOR, now=NOW).state
    assert item.draft is not None
    assert (item.draft_state, item.draft.returned) == ("draft", "依据不全")
    item = edited(item, remark="已补充")
    assert item.draft is not None
    assert item.draft.returned == "依据不全"
    item = submitted(item)
    assert item.draft is not None
    assert (item.draft.returned, item.draft.outstanding) == (None, (ESTABLISHMENT, JUSTICE))


def test_a_unit_that_is_not_asked_cannot_give_a_draft_back() -> None:
    with pytest.raises(NotASigner):
        review.send_back(submitted(drafted()), "不同意", unit="u-370104-11", actor=ACTOR, now=NOW)


def test_a_rule_of_later_leaves_a_review_under_way_as_it_is() -> None:
    item = submitted(drafted(), ReviewRule((JUSTICE,)))
    item = signed(item, "wang", JUSTICE, RULE)
    assert item.draft_state == "approved"
    assert publishing.publish(item, RULE, actor=ACTOR, now=NOW).state.latest == 1


def test_a_draft_with_open_errors_is_neither_sent_in_nor_signed() -> None:
    item = with_catch_all()
    with pytest.raises(OpenErrors) as refused:
        review.submit(item, RULE, by="editor", actor=ACTOR, now=NOW)
    assert refused.value.extra["findings"][0]["quote"] == "其他材料"
    with pytest.raises(OpenErrors):
        review.sign(item, by="li", unit=ESTABLISHMENT, actor=ACTOR, now=NOW)


def test_a_waiver_lets_a_clause_stand_and_is_kept_in_the_version() -> None:
    item = signed(waived(with_catch_all()), "li", ESTABLISHMENT, SINGLE)
    item = publishing.publish(item, actor=ACTOR, now=NOW).state
    (waiver,) = item.published[0].waivers
    assert (waiver.reason, waiver.by, waiver.quote, waiver.subject) == (
        "范本原文",
        "editor",
        "其他材料",
        CATCH_ALL,
    )


def test_a_waiver_stands_in_the_next_draft_until_the_text_changes() -> None:
    item = signed(waived(with_catch_all()), "li", ESTABLISHMENT, SINGLE)
    item = edited(publishing.publish(item, actor=ACTOR, now=NOW).state, remark="第二版")
    assert item.draft is not None
    assert len(item.draft.waivers) == 1
    assert signed(item, "li", ESTABLISHMENT, SINGLE).draft_state == "approved"
    assert item.draft.record.materials is not None
    other = item.draft.record.materials[0].model_copy(update={"name": "与鉴定有关的其他材料"})
    changed = edited(item, materials=[other])
    assert changed.draft is not None
    assert changed.draft.waivers == ()
    back = edited(changed, materials=item.draft.record.materials)
    with pytest.raises(OpenErrors):
        review.sign(back, by="li", unit=ESTABLISHMENT, actor=ACTOR, now=NOW)


def test_who_waives_has_a_hand_in_the_draft_and_takes_signatures_back() -> None:
    item = drafted(basis=[])
    item = signed(replace_conditions(item), "li", ESTABLISHMENT, SINGLE)
    assert item.draft_state == "approved"
    waiver_id = item.draft.waivers[0].finding if item.draft else ""
    change = review.unwaive(item, waiver_id, by="editor", actor=ACTOR, now=NOW)
    assert change is not None
    assert change.state.draft_state == "draft"
    assert review.unwaive(change.state, waiver_id, by="editor", actor=ACTOR, now=NOW) is None
    by_approver = waived(change.state, by="li")
    with pytest.raises(OwnDraft):
        review.sign(by_approver, by="li", unit=ESTABLISHMENT, actor=ACTOR, now=NOW)


def replace_conditions(item: Item) -> Item:
    return waived(edited(item, conditions=["法律规定的其他条件"]))


def test_only_what_may_be_waived_is_waived_and_only_what_is_there() -> None:
    item = drafted(materials=[{"name": "居住证明"}])
    assert item.draft is not None
    (finding,) = lint.errors(item.draft.record)
    with pytest.raises(NotWaivable):
        review.waive(item, finding.id, "历来如此", by="editor", unit="u", actor=ACTOR, now=NOW)
    with pytest.raises(NoSuchFinding):
        review.waive(item, "0" * 16, "没有", by="editor", unit="u", actor=ACTOR, now=NOW)


def test_a_waiver_of_another_rule_does_not_help() -> None:
    item = waived(with_catch_all())
    assert item.draft is not None
    forged = replace(item.draft.waivers[0], finding="0" * 16)
    item = replace(item, draft=replace(item.draft, waivers=(forged,)))
    with pytest.raises(OpenErrors):
        review.sign(item, by="li", unit=ESTABLISHMENT, actor=ACTOR, now=NOW)
