"""The directory: places, halls, service points, units and windows, each below its parent (mission P4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from contracts import Actor
from contracts.catalog import DirectoryEntryClosed, DirectoryEntryPublished, DirectoryRecord, EntryKind
from services.catalog.domain.refusals import Stale, WhichRevision
from services.runtime.change import Change
from services.runtime.problems import Conflict, Invalid

_PLACE = re.compile(r"[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?)?")
#: What may stand directly below what.
_BELOW: dict[str, tuple[str, ...]] = {
    "place": ("place",),
    "hall": ("place",),
    "point": ("place", "hall"),
    "unit": ("place", "unit"),
    "window": ("hall", "point"),
}
_WORDS = {"place": "行政区划", "hall": "大厅", "point": "服务点", "unit": "部门", "window": "窗口"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``place`` is the place it lies in (of a place, its own code); ``revision`` its ETag."""

    entry_id: str
    kind: EntryKind
    parent_id: str | None
    place: str
    record: DirectoryRecord
    revision: int = 1
    closed: bool = False


def place_of(entry_id: str, kind: EntryKind, parent_id: str | None, parent: Entry | None) -> str:
    """In which place an entry lies; refuses a code that is none and a parent that cannot be one."""
    if kind == "place":
        _must_be_place(entry_id, parent_id)
        return entry_id
    if parent is None or parent.closed:
        raise Invalid(
            "上级目录不存在，请先登记上级。",
            "The parent entry does not exist; publish it first.",
            code="unknown-parent",
            field="parent_id",
        )
    if parent.kind not in _BELOW[kind]:
        above = "、".join(_WORDS[one] for one in _BELOW[kind])
        raise Invalid(
            f"{_WORDS[kind]}的上级应当是：{above}。",
            f"A {kind} stands below: {', '.join(_BELOW[kind])}.",
            code="wrong-parent",
            field="parent_id",
        )
    return parent.place


def _must_be_place(code: str, parent_id: str | None) -> None:
    if not _PLACE.fullmatch(code):
        raise Invalid(
            "行政区划代码应为 2、4、6、9 或 12 位数字。",
            "A place code has 2, 4, 6, 9 or 12 digits.",
            code="not-a-place-code",
            field="entry_id",
        )
    # The parent itself need not be here: a county's catalog begins with the county.
    if parent_id is not None and (parent_id == code or not code.startswith(parent_id)):
        raise Invalid(
            "上级区划代码应当是本代码的前几位。",
            "The parent of a place is a prefix of its code.",
            code="wrong-parent",
            field="parent_id",
        )


def set_up(entry: Entry, *, actor: Actor, now: datetime) -> Change[Entry]:
    """Publish a new entry."""
    return Change(entry, "set_up", actor, now, (_published(entry, actor, now),))


def alter(
    entry: Entry, new: Entry, *, revision: int | None, actor: Actor, now: datetime
) -> Change[Entry] | None:
    """Publish an entry's new state (a closed one opens again); None where nothing changes."""
    if revision is None:
        raise WhichRevision()
    if revision != entry.revision:
        raise Stale(entry.revision)
    if new.kind != entry.kind or new.place != entry.place:
        raise Conflict(
            "目录的类别和所在区划不能修改，请关闭后另行登记。",
            "Kind and place of an entry cannot change; close it and publish another.",
            code="entry-moved",
            field="kind",
        )
    altered = replace(new, revision=entry.revision + 1)
    if replace(altered, revision=entry.revision) == entry:
        return None
    return Change(altered, "altered", actor, now, (_published(altered, actor, now),))


def close(entry: Entry, reason: str | None, *, actor: Actor, now: datetime) -> Change[Entry] | None:
    """Close an entry; its last state stays readable. None where it is closed already."""
    if entry.closed:
        return None
    closed = replace(entry, closed=True, revision=entry.revision + 1)
    event = DirectoryEntryClosed(
        place_code=entry.place,
        at=now,
        actor=actor,
        entry_id=entry.entry_id,
        kind=entry.kind,
        parent_id=entry.parent_id,
        record=entry.record,
        reason=reason,
    )
    return Change(closed, "closed", actor, now, (event,))


def _published(entry: Entry, actor: Actor, now: datetime) -> DirectoryEntryPublished:
    return DirectoryEntryPublished(
        place_code=entry.place,
        at=now,
        actor=actor,
        entry_id=entry.entry_id,
        kind=entry.kind,
        parent_id=entry.parent_id,
        record=entry.record,
    )
