"""Settings of notify: where addresses are asked for, by which gateways is sent, and when not to ring."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints, model_validator

from services.runtime.settings import Settings as Common

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Settings(Common):
    """``YICHUANG_…``; a channel without an address of its gateway is not used."""

    service: str = "notify"
    #: Base address of intake, which alone knows phone numbers and addresses.
    intake_url: str = "http://127.0.0.1:8080"
    #: Where the own token is got, with ``service`` as client and this secret.
    token_url: str = "http://127.0.0.1:8080/api/token"
    client_secret: SecretStr = SecretStr("")
    #: Base address of the SMS gateway.
    sms_url: str | None = None
    smtp_host: str | None = None
    smtp_port: int = Field(25, ge=1, le=65535)
    #: How the connection to the mail server is protected.
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_from: str = "notice@localhost"
    #: Civil time of day between which no phone rings; both or neither. Off by default.
    quiet_from: TimeOfDay | None = None
    quiet_until: TimeOfDay | None = None

    @model_validator(mode="after")
    def _both_ends(self) -> Settings:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("set both quiet_from and quiet_until, or neither")
        return self
