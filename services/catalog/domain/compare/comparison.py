"""The same item in several places side by side, and what to cut to be lowest (mission C12).

Seed 004 一(二): "从申报事项材料、办理时限、收费标准三个方面……逐一进行比对,找准差距,做出赶超承诺", goal
"申报材料数100%最少,办理时限100%最短".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from contracts.blocks import Limit
from contracts.items import ItemRecord
from services.catalog.domain.compare.comparison_sets import PeerItem
from services.catalog.domain.likeness import is_asked

#: Five working days take seven calendar days; holidays are left out of the comparison.
_WEEK = Fraction(7, 5)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one place asks for one item. None where its list does not say."""

    source: str
    name: str
    materials: tuple[str, ...] | None
    count: int | None
    promised: Limit | None
    fee_fen: int | None
    fee_text: str | None
    item_code: str | None = None

    @property
    def days(self) -> Fraction | None:
        """The promised time in calendar days."""
        return None if self.promised is None else days_of(self.promised)


@dataclass(frozen=True, slots=True)
class MaterialAsked:
    """One of the own materials, and how many of the others that name theirs ask for it too."""

    name: str
    asked_by: int
    of: int
    cut: bool
    """Whether to drop it: of those that fewest others ask for, as many as it takes to be lowest."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """What to cut to ask no more than anybody else; zero and None where nothing is to be cut."""

    materials: int
    candidates: tuple[MaterialAsked, ...]
    promised: Limit | None
    days: int
    """By how many days of the own limit's unit."""
    fee_fen: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """An own item beside the same one elsewhere."""

    base_code: str
    own: Terms
    others: tuple[Terms, ...]

    def best(self, measure: Callable[[Terms], int | Fraction | None]) -> int | Fraction | None:
        """The lowest of all that say it, the own one included."""
        said = [value for one in (self.own, *self.others) if (value := measure(one)) is not None]
        return min(said, default=None)

    def leads(self, measure: Callable[[Terms], int | Fraction | None]) -> bool | None:
        """Whether nobody asks less; None where no other place says it."""
        others = [value for one in self.others if (value := measure(one)) is not None]
        mine = measure(self.own)
        return None if not others or mine is None else mine <= min(others)

    def cuts(self) -> Cuts:
        """The concrete list."""
        count = _gap(self, lambda one: one.count)
        promised, days = self._shorter()
        return Cuts(count, self._candidates(count), promised, days, _gap(self, lambda one: one.fee_fen))

    def _candidates(self, count: int) -> tuple[MaterialAsked, ...]:
        named = [one.materials for one in self.others if one.materials is not None]
        asked = [
            # Of two that are asked for alike the later one: the application itself stands first.
            (sum(is_asked(name, theirs) for theirs in named), -at, name)
            for at, name in enumerate(self.own.materials or ())
        ]
        ranked = sorted(asked)
        to_cut = {name for _, _, name in ranked[:count]}
        return tuple(MaterialAsked(name, times, len(named), name in to_cut) for times, _, name in ranked)

    def _shorter(self) -> tuple[Limit | None, int]:
        own, best = self.own.promised, self.best(lambda one: one.days)
        if own is None or best is None or not self.others or days_of(own) <= best:
            return None, 0
        value = math.floor(best if own.unit == "calendar_days" else best / _WEEK)
        return Limit(value=value, unit=own.unit), own.value - value


def days_of(limit: Limit) -> Fraction:
    """A limit in calendar days."""
    return Fraction(limit.value) * (_WEEK if limit.unit == "working_days" else 1)


def _gap(comparison: Comparison, measure: Callable[[Terms], int | None]) -> int:
    mine = measure(comparison.own)
    others = [value for one in comparison.others if (value := measure(one)) is not None]
    return max(0, mine - min(others)) if mine is not None and others else 0


def of_record(source: str, record: ItemRecord, item_code: str) -> Terms:
    """What an item of the catalog asks."""
    return Terms(
        source=source,
        name=record.name,
        materials=tuple(material.name for material in record.materials),
        count=len(record.materials),
        promised=record.limits.promised,
        fee_fen=record.fee.amount_fen,
        fee_text=record.fee.text,
        item_code=item_code,
    )


def of_peer(source: str, peer: PeerItem) -> Terms:
    """What a row of another place's list asks."""
    return Terms(source, peer.name, peer.materials, peer.asks, peer.promised, peer.fee_fen, peer.fee_text)


def lead_shares(found: Sequence[Comparison]) -> dict[str, tuple[int, int]]:
    """Of the compared items those that are lowest, and those that can be judged: materials, time, fee."""
    measures: dict[str, Callable[[Terms], int | Fraction | None]] = {
        "materials": lambda one: one.count,
        "time": lambda one: one.days,
        "fee": lambda one: one.fee_fen,
    }
    shares = {}
    for name, measure in measures.items():
        judged = [leads for one in found if (leads := one.leads(measure)) is not None]
        shares[name] = (sum(judged), len(judged))
    return shares
