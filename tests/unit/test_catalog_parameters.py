"""What places decide: inherited from above, in versions that each hold from an instant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts import Actor
from services.catalog.domain import parameters
from services.catalog.domain.checks.national_words import NATIONAL
from services.catalog.domain.checks.word_lists import misfit
from services.catalog.domain.item.drafts import ReviewRule
from services.catalog.domain.parameters import Name, Parameter
from services.catalog.domain.refusals import Stale, WhichRevision
from services.runtime.problems import Invalid

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ACTOR = Actor(role="operator", officer_id="o-1")


def set_at(place: str, name: Name = "review", **value: Any) -> Parameter:
    return parameters.set_up(name, place, value, by="o-1", actor=ACTOR, now=NOW).state


def altered(parameter: Parameter, days: int = 0, **value: Any) -> Parameter:
    change = parameters.alter(
        parameter,
        value,
        revision=parameter.revision,
        by="o-1",
        actor=ACTOR,
        now=NOW,
        effective_from=NOW + timedelta(days=days),
    )
    assert change is not None
    return change.state


@pytest.mark.parametrize(
    ("place", "chain"),
    [
        ("370104101201", ["370104101201", "370104101", "370104", "3701", "37", "00"]),
        ("3701", ["3701", "37", "00"]),
        ("00", ["00"]),
    ],
)
def test_a_place_lies_in_those_whose_code_begins_its_own(place: str, chain: list[str]) -> None:
    assert parameters.above(place) == chain


def test_the_nearest_place_decides() -> None:
    found = [set_at("3701", units=["u-city"]), set_at("370104", units=["u-county"])]
    for place, unit in (("370104101", "u-county"), ("370105", "u-city")):
        held = parameters.holding(found, "review", place, NOW)
        assert held is not None
        assert parameters.review_rule(held[1].value) == ReviewRule((unit,))
    assert parameters.holding(found, "review", "37", NOW) is None
    assert parameters.review_rule(None) == ReviewRule()


def test_a_version_to_come_holds_from_its_instant() -> None:
    later = altered(set_at("3701", units=["u-1"]), 3, units=["u-2"])
    for day, unit in ((0, "u-1"), (2, "u-1"), (3, "u-2")):
        value = later.at(NOW + timedelta(days=day))
        assert value is not None
        assert value.value["units"] == [unit]


def test_what_is_to_come_alone_leaves_the_one_above_in_force() -> None:
    begins = NOW + timedelta(days=1)
    own = parameters.set_up(
        "review", "370104", {"units": ["u-2"]}, by="o", actor=ACTOR, now=NOW, effective_from=begins
    ).state
    held = parameters.holding([own, set_at("37", units=["u-1"])], "review", "370104", NOW)
    assert held is not None
    assert held[0].place == "37"


def test_an_edit_names_the_revision_and_does_not_reach_back() -> None:
    present = set_at("3701", units=[])
    for revision, refusal in ((None, WhichRevision), (0, Stale)):
        with pytest.raises(refusal):
            parameters.alter(present, {"units": ["u"]}, revision=revision, by="o", actor=ACTOR, now=NOW)
    with pytest.raises(Invalid):
        altered(present, -1, units=["u"])
    same = parameters.alter(present, {"units": []}, revision=1, by="o", actor=ACTOR, now=NOW)
    assert same is None


def test_lists_that_a_place_has_not_set_are_the_national_ones() -> None:
    own = set_at("3701", "vague", entries=[{"phrase": "原则上"}])
    lists = parameters.word_lists([own], "370104", NOW)
    assert [entry.phrase for entry in lists.vague] == ["原则上"]
    assert lists.catch_all == NATIONAL.catch_all


@pytest.mark.parametrize("name", parameters.LISTS)
def test_the_national_lists_are_sound(name: Any) -> None:
    entries = parameters.entries(name, None)
    assert entries
    assert misfit(name, entries) is None
    assert all(entry.suggestion and entry.source for entry in entries)
