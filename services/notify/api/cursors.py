"""Places in the feed. Not signed, unlike cursors of lists: subscribers keep them for years, keys change."""

from __future__ import annotations

import base64
import binascii
import struct

from bson import Timestamp

from services.runtime.problems import BadRequest


class ForgedPlace(BadRequest):
    """400: not a place that was given out here."""

    def __init__(self) -> None:
        super().__init__(
            "after 无效，请使用上一次返回的值，或从头开始。",
            "after is not a value given out here; use the one of the last answer, or start anew.",
            code="bad-cursor",
            field="after",
        )


def after_entry(position: Timestamp) -> str:
    """The place after an entry of the feed."""
    packed = struct.pack(">II", position.time, position.inc)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def feed_place(after: str | None) -> Timestamp | None:
    """Read it back; nothing is the beginning."""
    if not after:
        return None
    try:
        packed = base64.urlsafe_b64decode(after.encode() + b"=" * (-len(after) % 4))
        return Timestamp(*struct.unpack(">II", packed))
    except (ValueError, struct.error, binascii.Error) as error:
        raise ForgedPlace() from error
