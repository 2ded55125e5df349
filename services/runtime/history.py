"""The history of a document: each entry carries the hash of the one before, so that tampering shows (A9).

The hash is SHA-256 over the canonical JSON (RFC 8785) of the entry without its own hash, with times as the
database keeps them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from services.runtime.clock import rfc3339

#: What the first entry has as ``prev``.
GENESIS = "0" * 64


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no one form in a history; say it as text or a whole number")


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785) of what a history may hold: text, whole numbers, instants, lists and maps.

    orjson sorts, escapes and spaces as the standard says, five times faster than a library for it; the two
    differ in fractions only, which are refused, and in names beyond the basic plane, which we do not give.
    """
    return orjson.dumps(_plain(value), option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)


def digest(entry: Mapping[str, Any]) -> str:
    """Hash of an entry, whatever it says of its own hash."""
    body = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(canonical(body)).hexdigest()


def entry(
    *, seq: int, prev: str, type: str, at: datetime, actor: Mapping[str, Any], data: Mapping[str, Any]
) -> dict[str, Any]:
    """The next entry of a chain."""
    made: dict[str, Any] = {
        "seq": seq,
        "type": type,
        "at": at,
        "actor": dict(actor),
        "data": dict(data),
        "prev": prev,
    }
    made["hash"] = digest(made)
    return made


def _digest_or_none(entry: Mapping[str, Any]) -> str | None:
    try:
        return digest(entry)
    except (TypeError, ValueError):
        return None  # it holds what no entry of ours can hold


def first_fault(entries: Iterable[Mapping[str, Any]], head: Mapping[str, Any] | None = None) -> str | None:
    """What is wrong with a chain, or None. ``head`` is the ``{seq, hash}`` that the document ends with."""
    seq, prev = 0, GENESIS
    for found in entries:
        seq += 1
        if found.get("seq") != seq:
            return f"entry {seq} is missing or out of place"
        if found.get("prev") != prev:
            return f"entry {seq} does not follow the one before"
        if found.get("hash") != _digest_or_none(found):
            return f"entry {seq} was changed"
        prev = found["hash"]
    if head is not None and (head["seq"] != seq or head["hash"] != prev):
        return f"the history ends at entry {seq}, the document says {head['seq']}"
    return None
