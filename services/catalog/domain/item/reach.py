"""How far items reach online and how often people must come: the rules of the public lists (mission C17).

The lists are 零跑腿 and 只跑一次 (seed 004 二(十)), 可办 (seed 002 二(三)8), 全程网办 and 预审 (seed 004
二(十一)). They are computed from the records in force; nobody keeps them by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from contracts.blocks import Handling, ItemKind
from contracts.items import OnlineDepth
from services.catalog.domain import sources

ReachList = Literal["no_visit", "one_visit", "apply", "full", "pre_review"]
LISTS: tuple[ReachList, ...] = ("no_visit", "one_visit", "apply", "full", "pre_review")
#: From the least to the furthest; who reaches further reaches all before.
_DEPTHS: tuple[OnlineDepth, ...] = ("none", "pre_review", "apply", "full")


@dataclass(frozen=True, slots=True)
class Group:
    """Items at one place that are alike in all that the rules look at, and how many they are.

    Only what counts is in a group: published and in force, by application (主动服务 needs none), not secret
    (非涉密), no 主项. ``declared`` is 到办事现场次数 where the record says it.
    """

    place: str
    kind: ItemKind
    online_depth: OnlineDepth
    handling: Handling
    declared: int | None
    items: int


def visits(depth: OnlineDepth, handling: Handling, declared: int | None) -> int:
    """How often somebody must come. What the record declares goes before what its depth lets expect:

    全程网办 is from application to delivery (申请、受理、审查、决定、送达, seed 004 二(十)), so nobody comes.
    What is applied for or checked online needs one visit, to show originals and take the result. What is done
    at the window needs one where it is decided there and then, else two: to hand in and to collect.
    """
    if declared is not None:
        return declared
    if depth == "full":
        return 0
    return 1 if depth != "none" or handling == "immediate" else 2


def is_on(name: ReachList, group: Group) -> bool:
    """Whether a list has the items of a group."""
    if name in ("no_visit", "one_visit"):
        times = visits(group.online_depth, group.handling, group.declared)
        return times == (0 if name == "no_visit" else 1)
    return _DEPTHS.index(group.online_depth) >= _DEPTHS.index(name)


@dataclass(frozen=True, slots=True)
class Target:
    """A share that a list must reach among some of the items."""

    name: ReachList
    share: float
    source: str
    text: str
    kind: ItemKind | None = None
    #: Digits of the place codes that it is for; None: all.
    digits: int | None = None

    def is_for(self, group: Group) -> bool:
        """Whether the items of a group are in its denominator."""
        return (self.kind is None or group.kind == self.kind) and (
            self.digits is None or len(group.place) == self.digits
        )


TARGETS: tuple[Target, ...] = (
    Target("apply", 0.5, sources.VILLAGE_ONLINE, "村（社区）依申请事项网上可办率", digits=12),
    Target("full", 0.8, sources.ONLINE_DEPTH, "非涉密行政许可事项全程网办率", kind="行政许可"),
    Target("pre_review", 1.0, sources.ONLINE_DEPTH, "非涉密行政许可事项网上预审率", kind="行政许可"),
)


@dataclass(frozen=True, slots=True)
class Count:
    """Items on a list among all that count; ``share`` is None where there are none."""

    items: int
    of: int

    @property
    def share(self) -> float | None:
        """From 0 to 1."""
        return self.items / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Reached:
    """A target and what was reached of it; ``met`` is None where it concerns no item."""

    target: Target
    count: Count

    @property
    def met(self) -> bool | None:
        """Whether the share is reached."""
        return None if self.count.share is None else self.count.share >= self.target.share


def counted(groups: Iterable[Group]) -> dict[ReachList, Count]:
    """Each list's count."""
    all_of = list(groups)
    whole = sum(group.items for group in all_of)
    return {name: Count(sum(group.items for group in all_of if is_on(name, group)), whole) for name in LISTS}


def reached(groups: Iterable[Group], targets: Iterable[Target] = TARGETS) -> list[Reached]:
    """Each target's count."""
    all_of = list(groups)
    found = []
    for target in targets:
        meant = [group for group in all_of if target.is_for(group)]
        on = sum(group.items for group in meant if is_on(target.name, group))
        found.append(Reached(target, Count(on, sum(group.items for group in meant))))
    return found


def by_place(groups: Iterable[Group]) -> dict[str, list[Group]]:
    """The groups of each place, in the order of the codes."""
    found: dict[str, list[Group]] = {}
    for group in sorted(groups, key=lambda group: group.place):
        found.setdefault(group.place, []).append(group)
    return found
