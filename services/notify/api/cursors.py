"""Opaque places in a list; a forged one is a bad request."""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, datetime

import orjson
from bson import Timestamp

from services.notify.domain.notice import Notice
from services.runtime.problems import BadRequest


class ForgedCursor(BadRequest):
    """400: not a cursor that was given out here."""

    def __init__(self, field: str) -> None:
        super().__init__(
            f"{field} 无效，请使用上一次返回的值，或从头开始。",
            f"{field} is not a value given out here; use the one of the last answer, or start anew.",
            code="bad-cursor",
            field=field,
        )


def after_notice(notice: Notice) -> str:
    """The place after a notice in a list, newest first."""
    return _encode(orjson.dumps([int(notice.stored_at.timestamp() * 1000), notice.notice_id]))


def notice_place(cursor: str | None) -> tuple[datetime, str] | None:
    """Read it back."""
    if cursor is None:
        return None
    try:
        milliseconds, id = orjson.loads(_decode(cursor))
        if not isinstance(milliseconds, int) or not isinstance(id, str):
            raise ForgedCursor("cursor")
        return datetime.fromtimestamp(milliseconds / 1000, UTC), id
    except (ValueError, TypeError, OverflowError, OSError, binascii.Error) as error:
        raise ForgedCursor("cursor") from error


def after_entry(position: Timestamp) -> str:
    """The place after an entry of the feed."""
    return _encode(struct.pack(">II", position.time, position.inc))


def feed_place(after: str | None) -> Timestamp | None:
    """Read it back; nothing is the beginning."""
    if not after:
        return None
    try:
        return Timestamp(*struct.unpack(">II", _decode(after)))
    except (ValueError, struct.error, binascii.Error) as error:
        raise ForgedCursor("after") from error


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
