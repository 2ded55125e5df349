"""A class name in a list, such as 各乡镇人民政府, stands for each place of that level (mission C2)."""

from __future__ import annotations

from collections.abc import Iterable

from services.catalog.domain.entries import Entry
from services.catalog.domain.text import same

#: The usual wordings; the directory's own `class_name` goes before them.
_LEVELS = {
    same(name): level
    for level, names in {
        "county": ("各县(市、区)人民政府", "各区县人民政府", "各县市区人民政府"),
        "town": (
            "各乡镇人民政府",
            "乡镇人民政府",
            "各乡(镇)人民政府",
            "各镇人民政府",
            "各街道办事处",
            "街道办事处",
            "各街道(镇)",
            "各镇街",
            "各镇(街道)",
        ),
        "village": (
            "村委会(居委会)",
            "村(居)委会",
            "各村(居)委会",
            "各村(居)民委员会",
            "村(居)民委员会",
            "各村(社区)",
            "村委会",
            "居委会",
        ),
    }.items()
    for name in names
}
_LEVEL_BY_DIGITS = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}
#: Where a list is not named: the number that its level's items begin with.
_LISTS = {"province": "01", "city": "02", "county": "03", "town": "05", "village": "06"}


def level_of(place: Entry) -> str:
    """The level of a place, said by the directory or else by the digits of its code."""
    return place.record.level or _LEVEL_BY_DIGITS[len(place.entry_id)]


def list_of(place: Entry) -> str:
    """The two digits that the base codes of a place's own list begin with."""
    return _LISTS[level_of(place)]


def is_class(body: str) -> bool:
    """Whether a body is a class of places by its usual wording."""
    return same(body) in _LEVELS


def places_meant(body: str, at: Entry, places: Iterable[Entry]) -> tuple[Entry, ...]:
    """The places that a row's 实施主体 stands for when the table is imported ``at`` a place.

    A body that is no class stands for the place itself; so does a class of the place's own level. Empty where
    the directory has no place of that class there.
    """
    under = [place for place in places if place.entry_id.startswith(at.entry_id)]
    named = tuple(
        place for place in under if place.record.class_name and same(place.record.class_name) == same(body)
    )
    if named:
        return named
    level = _LEVELS.get(same(body))
    if level is None or level == level_of(at):
        return (at,)
    return tuple(place for place in under if level_of(place) == level and not place.record.class_name)


def unit_meant(body: str, at: str, units: Iterable[Entry]) -> Entry | None:
    """The unit that a body names at a place: by its name, or as that place's one of the class."""
    own = [unit for unit in units if unit.place == at]
    for unit in own:
        if same(unit.record.name) == same(body):
            return unit
    for unit in own:
        if unit.record.class_name and same(unit.record.class_name) == same(body):
            return unit
    if not is_class(body):
        return None
    of_class = [unit for unit in own if unit.record.class_name]
    return of_class[0] if len(of_class) == 1 else None
