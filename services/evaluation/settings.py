"""Settings of evaluation."""

from __future__ import annotations

from pydantic import Field

from services.runtime.settings import Settings as Common


class Settings(Common):
    """``YICHUANG_…``."""

    service: str = "evaluation"
    #: Days, from the end of a case, in which it can be rated.
    rating_days: int = Field(30, ge=1, le=365)
