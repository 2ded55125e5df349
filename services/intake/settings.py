"""Settings of intake."""

from __future__ import annotations

from pydantic import Field, SecretStr

from services.runtime import settings


class Settings(settings.Settings):
    """The runtime's settings, and intake's own."""

    service: str = "intake"

    #: Wraps the data keys of persons and files: base64 of 32 bytes, or `2:<base64>,1:<base64>`.
    master_key: SecretStr
    #: Key of person references, base64 of 32 bytes, the same as the portal's.
    reference_key: SecretStr
    #: Address of the pages as people open them, for QR codes; empty: the issuer's.
    public_url: str = ""
    #: Working days that an applicant has to answer a correction notice.
    correction_days: int = Field(15, ge=1, le=250)
    #: Working days until a deferred material (容缺) must follow.
    deferral_days: int = Field(10, ge=1, le=250)
    #: Seconds between two looks for applications whose day has passed.
    sweep_seconds: float = Field(30.0, gt=0)
