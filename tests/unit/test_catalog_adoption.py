"""What a place may ask less of, and what is refused with the standard's value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts import Actor
from contracts.adoption import ItemAdopted, LocalReductionFiled
from contracts.blocks import Limit, UnitRef
from contracts.catalog import DirectoryRecord, ItemPublished
from contracts.items import Fee, ItemMaterial, ItemRecord, ItemStep
from contracts.reductions import Reductions, StepReduction
from deploy.local import sample
from services.catalog.domain.entries import Entry
from services.catalog.domain.item import items, publishing
from services.catalog.domain.item.drafts import Signature
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.record import DraftRecord, opened
from services.catalog.domain.levels import adoption, adoption_rates
from services.catalog.domain.levels.adoption import Taking
from services.catalog.domain.levels.adoption_rates import HandedDown, TakenOver
from services.catalog.domain.levels.adoption_refusals import AlreadyAdopted, BeforeTheStandard, NotHandedDown
from services.catalog.domain.levels.reduction_rules import NotAReduction, must_be_less, reductions_of
from services.catalog.domain.levels.reductions import instead_of, is_shorter, reduced
from services.catalog.domain.levels.standards import Standard

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COUNTY, TOWN, VILLAGE = "370104", "370104101", "370104101201"
ACTOR = Actor(role="catalog-approver", officer_id="o-1")
ABOVE, UNIT = UnitRef(unit_id="u-370104-01", name="槐荫区人民政府"), UnitRef(unit_id="u-1", name="槐南镇政府")


def days(value: int, unit: str = "working_days") -> Limit:
    return Limit(value=value, unit=unit)


def standard(**fields: Any) -> ItemRecord:
    record = sample.item_record("05-0008", TOWN)
    record |= {"unit_id": "u-370104-01", "delegated_to": ["town"], **fields}
    return ItemRecord.model_validate(record)


def county_item(record: ItemRecord | None = None) -> Item:
    draft = opened(record or standard())
    item = Item("05-0008-370104", "05-0008", COUNTY, "各乡镇人民政府|最低生活保障")
    made = items.create(item, draft, editor="e", actor=ACTOR, now=NOW).state
    assert made.draft is not None
    signed = replace(made, draft=replace(made.draft, signatures=(Signature("a", "u-370104-01", NOW),)))
    return publishing.publish(signed, actor=ACTOR, now=NOW).state


def place(code: str, name: str = "槐南镇") -> Entry:
    return Entry(code, "place", None, code, DirectoryRecord(name=name))


def adopted(base: Item | None = None, existing: Item | None = None) -> Item:
    taking = Taking(base or county_item(), place(TOWN), UNIT, ABOVE)
    return adoption.adopt(taking, existing, by="a", approver="u-t", actor=ACTOR, now=NOW).state


def publish(item: Item, record: DraftRecord | None = None) -> Any:
    if record is not None:
        changed = items.edit(item, record, editor="e", actor=ACTOR, now=NOW)
        assert changed is not None
        item = changed.state
    assert item.draft is not None
    draft = replace(item.draft, signatures=(Signature("a", "u-t", NOW),))
    signed = replace(item, draft=draft)
    return adoption.as_published(signed, publishing.publish(signed, actor=ACTOR, now=NOW))


def shorter(record: ItemRecord, by: int) -> Reductions:
    """So many days less, off the longest step."""
    longest = max(record.steps, key=lambda step: step.limit.value)
    step = StepReduction(step=longest.step, limit=days(longest.limit.value - by))
    return Reductions(promised=days(record.limits.promised.value - by), steps=[step])


def test_an_adopted_item_has_its_own_code_and_the_standard_word_for_word() -> None:
    taking = Taking(county_item(), place(TOWN), UNIT, ABOVE)
    change = adoption.adopt(taking, None, by="a", approver="u-t", actor=ACTOR, now=NOW)
    (event,) = change.events
    assert isinstance(event, ItemAdopted)
    assert (event.item_code, event.version, event.base_version) == (f"05-0008-{TOWN}", 1, 1)
    assert (event.level, event.unit, event.approved_by) == ("town", UNIT, "u-t")
    base, own = standard().model_dump(), event.record.model_dump()
    differs = {name for name in base if base[name] != own[name]}
    assert differs <= {"unit_id", "delegated_to", "accepting_places"}
    assert event.record.unit_id == "u-1"
    assert event.record.delegated_to == []


@pytest.mark.parametrize("code", ["370105101", COUNTY, "3701", VILLAGE])
def test_what_is_not_handed_down_to_a_place_cannot_be_adopted_there(code: str) -> None:
    taking = Taking(county_item(), place(code), UNIT, ABOVE)
    with pytest.raises(NotHandedDown):
        adoption.adopt(taking, None, by="a", approver="u-t", actor=ACTOR, now=NOW)


def test_a_place_may_be_named_instead_of_its_level() -> None:
    base = county_item(standard(delegated_to=[VILLAGE]))
    assert adoption.handed_down(base, place(VILLAGE), NOW) is not None
    assert adoption.handed_down(base, place("370104101202"), NOW) is None
    assert adoption.handed_down(base, place(TOWN), NOW) is None


def test_adopting_twice_is_refused_and_giving_back_lets_adopt_again() -> None:
    item = adopted()
    with pytest.raises(AlreadyAdopted):
        adopted(existing=item)
    given_back = publishing.withdraw(item, "人手不足", actor=ACTOR, now=NOW).state
    again = adopted(existing=given_back)
    assert (again.latest, again.withdrawn, again.published[0].supersedes) == (2, None, None)


def test_a_shorter_limit_is_one_that_is_shorter_on_whatever_days_it_falls() -> None:
    assert is_shorter(days(4), days(5))
    assert not is_shorter(days(5), days(5))
    assert is_shorter(days(5, "calendar_days"), days(5))
    assert not is_shorter(days(6, "calendar_days"), days(5))
    assert not is_shorter(days(4), days(20, "calendar_days"))
    assert is_shorter(days(0), days(1, "calendar_days"))


def more(record: ItemRecord, **fields: Any) -> NotAReduction:
    with pytest.raises(NotAReduction) as refused:
        reductions_of(standard(), opened(record).model_copy(update={"delegated_to": [], **fields}))
    return refused.value


def test_more_than_the_standard_is_refused_with_the_field_and_its_value() -> None:
    base = standard()
    added = more(base, materials=[*base.materials, ItemMaterial(name="户口簿复印件")])
    assert (added.code, added.field) == ("material-added", f"materials.{len(base.materials)}")
    assert base.materials[0].name in added.extra["standard"]
    longer = more(base, limits=base.limits.model_copy(update={"promised": days(30)}))
    assert (longer.code, longer.field) == ("time-added", "limits.promised")
    assert f"{base.limits.promised.value}个工作日" in longer.zh
    dearer = more(base, fee=Fee(amount_fen=100, text="1元/件", basis="某文件"))
    assert (dearer.code, dearer.field, dearer.extra["standard"]) == ("fee-raised", "fee", "不收费")
    step = ItemStep(step="visit2", name="再次入户", role="reviewer", limit=days(1))
    assert more(base, steps=[*base.steps, step]).code == "step-added"
    slower = base.steps[0].model_copy(update={"limit": days(9)})
    assert more(base, steps=[slower, *base.steps[1:]]).code == "time-added"
    assert more(base, conditions=["另有条件"]).field == "conditions"
    copies = base.materials[0].model_copy(update={"copies": 3})
    assert more(base, materials=[copies, *base.materials[1:]]).code == "differs-from-standard"
    assert more(base, delegated_to=["village"]).code == "handed-on"


@pytest.mark.parametrize(
    ("change", "code", "field", "its"),
    [
        ({"visits": 5}, "visits-added", "visits", "1次"),
        ({"channels": ["window"]}, "channel-dropped", "channels", "大厅窗口、网上、手机、自助终端、帮办代办"),
        ({"online_depth": "none", "visits": 1}, "depth-lowered", "online_depth", "网上可办"),
        ({"joint_bodies": [{"name": "某局", "unit_id": "u-370104-07"}]},
         "differs-from-standard", "joint_bodies", "无"),
        ({"guide": {"accepting": "请另带户口本原件和无犯罪记录证明"}},
         "demand-in-text", "guide.accepting", "无"),
        ({"guide": {"consultation": [{"kind": "phone", "text": "0531-1，来前请提供材料"}]}},
         "demand-in-text", "guide.consultation.0.text", "无"),
        ({"accepting_places": [{"address": "一带路 1 号", "opening": "须携身份证"}]},
         "demand-in-text", "accepting_places.0.opening", "无"),
    ],
)  # fmt: skip
def test_no_way_is_harder_than_the_standard(change: dict[str, Any], code: str, field: str, its: str) -> None:
    base = standard(online_depth="apply")
    record = DraftRecord.model_validate({**opened(base).model_dump(), "delegated_to": [], **change})
    with pytest.raises(NotAReduction) as refused:
        reductions_of(base, record)
    assert (refused.value.code, refused.value.field, refused.value.extra["standard"]) == (code, field, its)


def test_easier_ways_and_own_addresses_are_the_places_own() -> None:
    base = standard(online_depth="apply", channels=["window"])
    own = {
        "delegated_to": [],
        "visits": 0,
        "channels": ["web", "window"],
        "online_depth": "full",
        "guide": {"accepting": "槐南镇便民服务中心（一带路 1 号）"},
    }
    record = DraftRecord.model_validate({**opened(base).model_dump(), **own})
    assert reductions_of(base, record) == Reductions()
    # A standard that goes further than the place did: what the place lacks is made good.
    further = standard(online_depth="full", channels=["window", "phone"])
    less = record.model_copy(update={"online_depth": "none", "visits": 3})
    made = reduced(further, Reductions(), less)
    assert (made.online_depth, made.visits, made.channels) == ("full", None, ["window", "phone", "web"])


def test_values_are_told_in_words() -> None:
    base = standard()
    titles = "、".join(one.title for one in base.basis)
    assert more(base, basis=[]).extra["standard"] == titles
    told = more(base, service_targets=["甲"]).extra["standard"]
    assert told == "、".join(base.service_targets)
    assert "[" not in told


def test_all_violations_are_named_at_once() -> None:
    base = standard()
    found = more(
        base,
        limits=base.limits.model_copy(update={"promised": days(99)}),
        fee=Fee(amount_fen=1, text="0.01元", basis="某文件"),
    )
    assert {one["field"] for one in found.extra["violations"]} == {"limits.promised", "fee"}


def test_a_reduction_is_read_back_from_the_record_that_it_makes() -> None:
    base = standard(fee={"amount_fen": 350000, "text": "3500元/例", "basis": "某复函"})
    named = {name for one in base.situations for option in one.options for name in option.materials}
    dropped = next(iter(sorted(named)), base.materials[-1].name)
    asked = Reductions(
        promised=days(base.limits.promised.value - 5),
        dropped_materials=[dropped],
        fee_fen=175000,
        steps=[StepReduction(step=base.steps[1].step, limit=days(0))],
    )
    made = reduced(base, must_be_less(base, asked), base)
    assert reductions_of(base, opened(made)) == asked
    assert made.fee.text == "1750元/例"
    assert dropped not in {name for one in made.situations for o in one.options for name in o.materials}
    at_once = reduced(base, Reductions(promised=days(0)), base)
    assert at_once.handling == "immediate"
    assert reductions_of(base, opened(at_once)) == Reductions(promised=days(0))


def test_reductions_asked_for_by_name_are_refused_where_they_ask_more() -> None:
    base = standard()
    asked = Reductions(
        promised=days(99),
        dropped_materials=["没有这份"],
        fee_fen=1,
        steps=[StepReduction(step="nowhere", limit=days(1))],
    )
    with pytest.raises(NotAReduction) as refused:
        must_be_less(base, asked)
    codes = [one["rule"] for one in refused.value.extra["violations"]]
    assert codes == ["time-added", "unknown-material", "fee-raised", "step-added"]


def test_a_local_reduction_is_published_as_a_filing_and_its_taking_back_too() -> None:
    item = adopted()
    less = shorter(standard(), 5)
    change = publish(item, adoption.with_reductions(item, less))
    (event,) = change.events
    assert isinstance(event, LocalReductionFiled)
    assert (event.reductions, event.filed_with, event.base_version) == (less, ABOVE, 1)
    assert event.filing_no == f"BA-05-0008-{TOWN}-2"
    (filing,) = change.state.adopted.filings
    assert filing.standard == instead_of(standard(), less)
    assert (filing.standard.promised, filing.approved_by) == (standard().limits.promised, "u-t")
    back = publish(change.state, adoption.with_reductions(change.state, Reductions()))
    (event,) = back.events
    assert isinstance(event, LocalReductionFiled)
    assert event.reductions == Reductions()
    assert [one.version for one in back.state.adopted.filings] == [2, 3]
    ended = publishing.withdraw(back.state, "人手不足", actor=ACTOR, now=NOW).state
    again = adopted(existing=ended)
    assert again.adopted is not None
    assert again.adopted.filings == back.state.adopted.filings


def test_a_local_change_of_address_alone_is_no_filing() -> None:
    item = adopted()
    base = item.base()
    assert base is not None
    moved = base.model_copy(update={"accepting_places": standard().accepting_places})
    (event,) = publish(item, moved).events
    assert isinstance(event, ItemPublished)
    assert (event.change, event.base_version, event.reductions) == ("revised", 1, None)


def test_a_revised_standard_renews_the_draft_and_keeps_the_reductions_that_still_are_some() -> None:
    item = adopted()
    base = standard()
    name = base.materials[-1].name
    less = shorter(base, 5).model_copy(update={"dropped_materials": [name]})
    item = publish(item, adoption.with_reductions(item, less)).state
    # The new standard is as short as the place was.
    short = reduced(base, shorter(base, 5), base)
    newer = Standard(2, NOW, short.model_copy(update={"conditions": ["新条件"], "delegated_to": ["town"]}))
    change = adoption.renew(item, newer, now=NOW)
    assert change is not None
    renewed = change.state
    assert renewed.draft is not None
    assert renewed.draft.record.conditions == ["新条件"]
    assert renewed.draft.record.limits.promised == less.promised
    assert name not in [one.name for one in renewed.draft.record.materials or ()]
    assert adoption.renew(renewed, newer, now=NOW) is None
    published = publish(renewed)
    (event,) = published.events
    # The promised time is no reduction any more, so this is a filing as well.
    assert isinstance(event, LocalReductionFiled)
    assert (event.change, event.base_version) == ("standard_revised", 2)
    assert event.reductions == Reductions(dropped_materials=[name])
    assert published.state.adopted.next is None


def test_a_renewed_draft_takes_effect_with_its_standard_at_the_earliest() -> None:
    later = Standard(2, NOW + timedelta(days=9), standard(conditions=["新条件"]))
    change = adoption.renew(adopted(), later, now=NOW)
    assert change is not None
    with pytest.raises(BeforeTheStandard):
        publish(change.state)


def test_what_is_handed_down_no_more_ends_and_a_later_version_outlasts_an_older_recall() -> None:
    item = adopted()
    ended = adoption.recall(item, "上级不再委托下放该事项。", NOW, 2, now=NOW)
    assert ended is not None
    assert ended.state.withdrawn is not None
    newer = adoption.renew(item, Standard(3, NOW, standard(conditions=["新"])), now=NOW)
    assert newer is not None
    assert adoption.recall(newer.state, "旧", NOW, 2, now=NOW) is None


def test_the_rate_counts_what_is_handed_down_leaves_secret_items_out_and_names_the_gaps() -> None:
    def handed(code: str, secret: bool = False, origin: str = COUNTY) -> HandedDown:
        return HandedDown(
            f"{code}-{origin}", code, origin, f"事项{code}", "公共服务", 1, frozenset(("town",)), secret
        )

    def taken(code: str, at: str, **fields: Any) -> tuple[tuple[str, str], TakenOver]:
        return (at, code), TakenOver(f"{code}-{at}", code, at, 1, fields.pop("adopted", True), **fields)

    standards = [handed("1"), handed("2"), handed("3"), handed("4", secret=True), handed("1", origin="3701")]
    towns = [place(TOWN, "甲镇"), place("370104102", "乙镇"), place(VILLAGE, "村")]
    have = dict(
        [
            taken("1", TOWN),
            taken("2", TOWN, next_version=2),
            taken("3", TOWN, ended=True),
            taken("1", "370104102", adopted=False),
        ]
    )
    first, second = adoption_rates.rates(standards, have, towns)
    assert (first.delegated, first.adopted, first.revised) == (3, 2, 1)
    assert [gap.base_code for gap in first.gaps] == ["3"]
    assert (second.adopted, second.rate) == (0, 0.0)
    assert first.gaps[0].place == COUNTY
    assert adoption_rates.by_level([first, second]) == {"town": (6, 2)}
