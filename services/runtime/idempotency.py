"""`Idempotency-Key`: same key and body, same answer; the same key with another body is refused."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from services.runtime.problems import Invalid


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A key as sent by one submitter, with the keyed hash of what came with it.

    The hash is keyed because a body may hold a citizen number, which a plain hash would give away.
    """

    submitter: str
    key: str
    body: str

    @classmethod
    def of(cls, submitter: str, key: str, request: bytes, secret: bytes) -> IdempotencyKey:
        """``request`` is what must be the same: method, path and body."""
        return cls(submitter, key, hmac.new(secret, request, hashlib.sha256).hexdigest())

    def stored(self) -> dict[str, str]:
        """As kept in the document or the history entry."""
        return asdict(self)

    def must_match(self, stored: Mapping[str, Any]) -> None:
        """Refuse a key that was used with something else before."""
        if not hmac.compare_digest(str(stored["body"]), self.body):
            raise Invalid(
                "这个 Idempotency-Key 已用于另一份内容；新的请求请换一个新的键。",
                "This Idempotency-Key was used with another body; use a new key for a new request.",
                code="idempotency-key-reused",
                field="Idempotency-Key",
            )
