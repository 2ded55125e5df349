"""Settings of approval."""

from __future__ import annotations

from services.runtime import settings as runtime


class Settings(runtime.Settings):
    """Environment of approval; see the base class for what every service reads."""

    service: str = "approval"
