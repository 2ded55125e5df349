"""Time as the services see it: UTC, in whole milliseconds, because that is what the database keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

#: Returns the present instant. Passed in, so that tests decide what time it is.
Clock = Callable[[], datetime]

#: Civil time of every hall (北京时间, +08:00, no daylight saving).
BEIJING = timezone(timedelta(hours=8), "+08:00")


def milliseconds(instant: datetime) -> datetime:
    """The instant as the database will give it back: UTC, cut to milliseconds."""
    instant = instant.astimezone(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def system_clock() -> datetime:
    """The machine's clock."""
    return milliseconds(datetime.now(UTC))


def rfc3339(instant: datetime) -> str:
    """Civil time for people and for HTTP: ``2026-11-23T09:31:05+08:00``."""
    instant = instant.astimezone(BEIJING)
    return instant.isoformat(timespec="milliseconds" if instant.microsecond else "seconds")
