"""W3C trace context, carried through HTTP, the outbox and Kafka by one context variable."""

from __future__ import annotations

import os
import re
from contextvars import ContextVar

_PATTERN = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")

current: ContextVar[str] = ContextVar("traceparent", default="")


def continued(traceparent: str | None) -> str:
    """A new span of the given trace, or of a new trace where none or a malformed one is given."""
    found = _PATTERN.fullmatch(traceparent or "")
    trace_id = found.group(1) if found else os.urandom(16).hex()
    return f"00-{trace_id}-{os.urandom(8).hex()}-01"


def trace_id(traceparent: str) -> str:
    """The 32 hexadecimal digits that name the trace."""
    return traceparent[3:35]
