"""Quiet hours: civil time of day in which no phone is made to ring (N1). Off unless both ends are set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.runtime.clock import BEIJING, milliseconds


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, which may be past midnight; civil time (+08:00)."""

    begins: time
    ends: time

    def end_after(self, now: datetime) -> datetime | None:
        """When they end, if ``now`` is within them; else None."""
        civil = now.astimezone(BEIJING)
        clock = civil.time()
        over_midnight = self.begins > self.ends
        within = (
            (clock >= self.begins or clock < self.ends) if over_midnight else self.begins <= clock < self.ends
        )
        if not within:
            return None
        day = civil.date() + timedelta(days=1 if over_midnight and clock >= self.begins else 0)
        return milliseconds(datetime.combine(day, self.ends, BEIJING))
