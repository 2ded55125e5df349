"""Keyed references: what stands for a person's number wherever the number itself may not go (P6)."""

from __future__ import annotations

import hashlib
import hmac


def person_ref(key: bytes, kind: str, number: str) -> str:
    """The reference of a numbered person or body, the same wherever the same key is used: ``a1.<16 hex>``.

    ``kind`` tells numbers of different registers apart (citizen, uscc …); ``number`` is normalised by the
    caller. ``1`` is the key's version. Without the key, the number cannot be found by trying all of them.
    """
    return "a1." + hmac.new(key, f"{kind}:{number}".encode(), hashlib.sha256).hexdigest()[:16]
