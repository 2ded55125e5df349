"""How far items reach online, and how often somebody must come (零跑腿, 只跑一次, 可办, 全程网办, 预审)."""

from typing import Any

import pytest

from services.catalog.domain.item import reach
from services.catalog.domain.item.reach import Group

VILLAGE, TOWN = "370104101201", "370104101"


def group(items: int = 1, **fields: Any) -> Group:
    usual: dict[str, Any] = {
        "place": TOWN, "kind": "公共服务", "online_depth": "none", "handling": "promised", "declared": None,
    }  # fmt: skip
    return Group(**{**usual, **fields}, items=items)


@pytest.mark.parametrize(
    ("depth", "handling", "declared", "times"),
    [
        ("full", "promised", None, 0),
        ("full", "immediate", None, 0),
        ("apply", "promised", None, 1),
        ("pre_review", "promised", None, 1),
        ("none", "immediate", None, 1),
        ("none", "promised", None, 2),
        ("full", "promised", 1, 1),
        ("none", "promised", 0, 0),
    ],
)
def test_what_the_record_declares_goes_before_what_its_depth_lets_expect(
    depth: Any, handling: Any, declared: int | None, times: int
) -> None:
    assert reach.visits(depth, handling, declared) == times


def test_who_reaches_further_is_on_the_lists_of_the_nearer() -> None:
    on = {
        depth: [
            name for name in ("pre_review", "apply", "full") if reach.is_on(name, group(online_depth=depth))
        ]
        for depth in ("none", "pre_review", "apply", "full")
    }
    assert on == {
        "none": [], "pre_review": ["pre_review"], "apply": ["pre_review", "apply"],
        "full": ["pre_review", "apply", "full"],
    }  # fmt: skip


def test_each_list_is_counted_among_all_that_counts() -> None:
    groups = [
        group(3, online_depth="full"),
        group(1, online_depth="apply"),
        group(4),
        group(2, handling="immediate"),
    ]
    counts = {name: (count.items, count.of, count.share) for name, count in reach.counted(groups).items()}
    assert counts == {
        "no_visit": (3, 10, 0.3), "one_visit": (3, 10, 0.3), "apply": (4, 10, 0.4), "full": (3, 10, 0.3),
        "pre_review": (4, 10, 0.4),
    }  # fmt: skip
    assert reach.counted([])["full"].share is None


def test_the_targets_of_the_seeds_have_denominators_of_their_own() -> None:
    """Village items 50 % (seed 002); of 行政许可 80 % to the end and 100 % with a pre-check (seed 004)."""
    groups = [
        group(1, place=VILLAGE, online_depth="apply"),
        group(1, place=VILLAGE),
        group(8, kind="行政许可", online_depth="full"),
        group(1, kind="行政许可", online_depth="pre_review"),
        group(1, kind="行政许可"),
        group(90),
    ]
    found = {one.target.text: (one.count.items, one.count.of, one.met) for one in reach.reached(groups)}
    assert found == {
        "村（社区）依申请事项网上可办率": (1, 2, True),
        "非涉密行政许可事项全程网办率": (8, 10, True),
        "非涉密行政许可事项网上预审率": (9, 10, False),
    }
    assert [one.met for one in reach.reached([group()])] == [None, None, None]


def test_places_stand_in_the_order_of_their_codes() -> None:
    places = reach.by_place([group(place=VILLAGE), group(place=TOWN), group(2, place=VILLAGE)])
    assert [(place, sum(one.items for one in of)) for place, of in places.items()] == [
        (TOWN, 1),
        (VILLAGE, 3),
    ]
