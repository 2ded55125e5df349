"""Opaque cursors of lists: what the next page begins after, signed, so that a forged one is told (400)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

import orjson

from services.runtime.problems import BadRequest

_SIGNATURE = 16


class BadCursor(BadRequest):
    """400: not a cursor that this list gave."""

    def __init__(self) -> None:
        super().__init__(
            "cursor 无效，请从第一页重新查询。",
            "The cursor is not one of this list; begin at the first page.",
            code="bad-cursor",
            field="cursor",
        )


class Cursors:
    """Makes and reads the cursors of one list."""

    def __init__(self, key: bytes, list_name: str) -> None:
        self._key, self._list = key, list_name.encode()

    def made(self, *after: Any) -> str:
        """A cursor that points behind a row with these sort values."""
        body = orjson.dumps(after)
        return base64.urlsafe_b64encode(self._signature(body) + body).decode().rstrip("=")

    def read(self, cursor: str | None) -> list[Any] | None:
        """The sort values, or None without a cursor. BadCursor."""
        if cursor is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except (binascii.Error, ValueError):
            raise BadCursor() from None
        body = raw[_SIGNATURE:]
        if not hmac.compare_digest(raw[:_SIGNATURE], self._signature(body)):
            raise BadCursor()
        values: list[Any] = orjson.loads(body)
        return values

    def _signature(self, body: bytes) -> bytes:
        return hmac.new(self._key, self._list + b"\0" + body, hashlib.sha256).digest()[:_SIGNATURE]
