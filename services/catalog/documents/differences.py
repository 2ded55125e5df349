"""What two versions of an item differ in, for people: materials by name, steps by code (mission C8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from contracts.blocks import ExtensionLimit, Limit
from services.catalog.documents import words
from services.catalog.documents.labels import CODES, FIELDS
from services.catalog.domain.checks.lint_proofs import AREAS
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.text import same

#: By which field the entries of a list are known again, and which one names them.
_KNOWN_BY = {
    "materials": ("name", "name"),
    "steps": ("step", "name"),
    "situations": ("situation", "question"),
    "situations.options": ("option", "label"),
    "parties": ("party", "name"),
    "joint_bodies": ("name", "name"),
    "regulators": ("name", "name"),
    "regulatory_measures": ("text", "text"),
    "result.recipients": ("name", "name"),
    "basis": ("title", "title"),
    "accepting_places": ("address", "address"),
    "guide.consultation": ("text", "text"),
}
#: Lists of texts, each of which comes and goes by itself; other lists of plain values change as a whole.
_TEXTS = frozenset(("conditions", "service_targets", "intermediary_services", "guide.flow"))
_LIMITS = frozenset(("limits.promised", "limits.statutory", "steps.limit", "result.deliver_within"))
_WHOLE = frozenset((*_LIMITS, "limits.extension", "materials.basis"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is other than before; the texts are how people read the values."""

    path: str
    label: str
    kind: Literal["added", "removed", "changed"]
    before: Any
    after: Any
    before_text: str | None
    after_text: str | None


def differences(before: DraftRecord, after: DraftRecord) -> list[Difference]:
    """All differences, in the order of the record's fields."""
    old, new = (one.model_dump(mode="json", exclude_none=True) for one in (before, after))
    return list(_fields(old, new, "", "", ""))


def _fields(
    old: Mapping[str, Any], new: Mapping[str, Any], kind: str, path: str, label: str
) -> Iterator[Difference]:
    for name in dict.fromkeys((*old, *new)):
        inner = f"{kind}.{name}" if kind else name
        named = FIELDS.get(inner) or FIELDS.get(name, name)
        yield from _values(
            old.get(name),
            new.get(name),
            inner,
            f"{path}.{name}" if path else name,
            f"{label} · {named}" if label else named,
        )


def _values(old: Any, new: Any, kind: str, path: str, label: str) -> Iterator[Difference]:
    if old == new:
        return
    if kind in _KNOWN_BY:
        yield from _entries(old or [], new or [], kind, path, label)
    elif kind in _TEXTS:
        yield from _texts(old or [], new or [], kind, path, label)
    elif isinstance(old, Mapping) and isinstance(new, Mapping) and kind not in _WHOLE:
        yield from _fields(old, new, kind, path, label)
    else:
        yield _difference(old, new, kind, path, label)


def _entries(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], kind: str, path: str, label: str
) -> Iterator[Difference]:
    key, name = _KNOWN_BY[kind]
    before = {same(str(entry[key])): entry for entry in old}
    after = {same(str(entry[key])): entry for entry in new}
    for known in dict.fromkeys((*before, *after)):
        was, now = before.get(known), after.get(known)
        shown: Mapping[str, Any] = now or was or {}
        inner, named = f"{path}[{shown[key]}]", f"{label}“{shown[name]}”"
        if was and now:
            yield from _fields(was, now, kind, inner, named)
        else:
            yield _difference(was, now, kind, inner, named)
    if [one for one in before if one in after] != [one for one in after if one in before]:
        was_order, order = ([str(entry[name]) for entry in entries] for entries in (old, new))
        yield _difference(was_order, order, kind, path, f"{label} · 顺序")


def _texts(old: list[str], new: list[str], kind: str, path: str, label: str) -> Iterator[Difference]:
    for text in old:
        if text not in new:
            yield _difference(text, None, kind, path, label)
    for text in new:
        if text not in old:
            yield _difference(None, text, kind, path, label)
    if sorted(old) == sorted(new):
        yield _difference(old, new, kind, path, f"{label} · 顺序")


def _difference(old: Any, new: Any, kind: str, path: str, label: str) -> Difference:
    change: Literal["added", "removed", "changed"] = "changed"
    if _nothing(old):
        change = "added"
    elif _nothing(new):
        change = "removed"
    return Difference(path, label, change, old, new, _read(old, kind), _read(new, kind))


def _nothing(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _read(value: Any, kind: str) -> str | None:
    """A value in words; None where there is none."""
    if _nothing(value):
        return None
    if kind in _LIMITS:
        return words.limit(Limit.model_validate(value))
    if kind == "limits.extension":
        return words.extension(ExtensionLimit.model_validate(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "；".join(_pairs(value, kind))
    if isinstance(value, list):
        return "、".join(_read(one, kind) or "" for one in value)
    if kind.endswith("_file_id"):
        return f"文件 {str(value)[3:9]}"
    known = AREAS if kind == "risk_areas" else CODES.get(kind, {})
    return known.get(str(value), str(value))


def _pairs(value: Mapping[str, Any], kind: str) -> Iterator[str]:
    """The fields of an entry that say something: what is off or empty is left out."""
    for name, inner in value.items():
        if inner is False or _nothing(inner):
            continue
        path = f"{kind}.{name}"
        yield f"{FIELDS.get(path) or FIELDS.get(name, name)}：{_read(inner, path)}"
