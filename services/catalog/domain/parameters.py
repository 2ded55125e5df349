"""What a place decides about the rules of its catalog, in versions with an effective instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from contracts import Actor
from contracts.base import lineage
from services.catalog.domain.checks.national_words import NATIONAL
from services.catalog.domain.checks.word_lists import Entry, ListName, WordLists
from services.catalog.domain.item.drafts import ReviewRule
from services.catalog.domain.refusals import Stale, WhichRevision
from services.runtime.change import Change
from services.runtime.problems import Invalid

Name = Literal["review", "catch-all", "vague", "risk-areas", "licences"]
LISTS: tuple[ListName, ...] = ("catch-all", "vague", "risk-areas", "licences")
#: The whole country, above every place.
COUNTRY = "00"


@dataclass(frozen=True, slots=True)
class Value:
    """One version of a parameter; it holds from its instant until that of a higher one."""

    number: int
    effective_from: datetime
    by: str
    at: datetime
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """All versions of one parameter at one place."""

    parameter_id: str
    name: Name
    place: str
    versions: tuple[Value, ...]

    @property
    def revision(self) -> int:
        """Counts the edits (ETag)."""
        return len(self.versions)

    def at(self, instant: datetime) -> Value | None:
        """The version that holds at an instant."""
        begun = [one for one in self.versions if one.effective_from <= instant]
        return max(begun, key=lambda one: one.number, default=None)


def parameter_id(name: Name, place: str) -> str:
    """The name of a parameter's document."""
    return f"{name}:{place}"


def above(place: str) -> list[str]:
    """A place and those that it lies in, nearest first, the country last."""
    return [*reversed(lineage(place)), *([COUNTRY] if place[:2] != COUNTRY else [])]


def holding(
    found: Iterable[Parameter], name: Name, place: str, now: datetime
) -> tuple[Parameter, Value] | None:
    """The nearest place's version that holds; None where the built-in default does."""
    by_place = {one.place: one for one in found if one.name == name}
    for code in above(place):
        parameter = by_place.get(code)
        if parameter is not None and (value := parameter.at(now)) is not None:
            return parameter, value
    return None


def review_rule(value: Mapping[str, Any] | None) -> ReviewRule:
    """The rule that a version says; the single sign-off without one."""
    if value is None:
        return ReviewRule()
    return ReviewRule(tuple(value["units"]), value.get("approving_unit"))


def entries(name: ListName, value: Mapping[str, Any] | None) -> tuple[Entry, ...]:
    """The entries that a version says; the national ones without one."""
    if value is None:
        built_in: tuple[Entry, ...] = getattr(NATIONAL, name.replace("-", "_"))
        return built_in
    return tuple(Entry.model_validate(one) for one in value["entries"])


def word_lists(found: Iterable[Parameter], place: str, now: datetime) -> WordLists:
    """The lists that hold at a place."""
    known = list(found)

    def of(name: ListName) -> tuple[Entry, ...]:
        held = holding(known, name, place, now)
        return entries(name, held[1].value if held else None)

    return WordLists(of("catch-all"), of("vague"), of("risk-areas"), of("licences"))


def set_up(
    name: Name,
    place: str,
    value: Mapping[str, Any],
    *,
    by: str,
    actor: Actor,
    now: datetime,
    effective_from: datetime | None = None,
) -> Change[Parameter]:
    """A place's first own version."""
    first = Value(1, _begins(effective_from, now), by, now, value)
    made = Parameter(parameter_id(name, place), name, place, (first,))
    return Change(made, "set", actor, now, note={"version": 1})


def alter(
    present: Parameter,
    value: Mapping[str, Any],
    *,
    revision: int | None,
    by: str,
    actor: Actor,
    now: datetime,
    effective_from: datetime | None = None,
) -> Change[Parameter] | None:
    """A further version; None where it says what the last one says."""
    if revision is None:
        raise WhichRevision()
    if revision != present.revision:
        raise Stale(present.revision)
    begins, last = _begins(effective_from, now), present.versions[-1]
    if last.value == value and effective_from is None:
        return None
    version = Value(last.number + 1, begins, by, now, value)
    changed = replace(present, versions=(*present.versions, version))
    return Change(changed, "altered", actor, now, note={"version": version.number})


def _begins(effective_from: datetime | None, now: datetime) -> datetime:
    if effective_from is not None and effective_from < now:
        raise Invalid(
            "生效时间不能早于现在。",
            "It cannot take effect in the past.",
            code="effective-from-too-early",
            field="effective_from",
        )
    return effective_from or now
