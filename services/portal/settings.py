"""Settings of the portal."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, model_validator

from services.runtime import settings as runtime

#: Where `npm run build` puts the pages.
BUILT_PAGES = Path(__file__).parent / "static"


class Settings(runtime.Settings):
    """Environment of the portal; see the base class for what every service reads."""

    service: str = "portal"

    #: Base URL of each service that is put under `/api/<name>/`.
    upstreams: dict[str, str] = Field(default_factory=dict)
    #: Service clients: client id → secret. They get the role `service`.
    clients: dict[str, SecretStr] = Field(default_factory=dict)

    #: Encrypts the signing key in the database; base64, 32 bytes.
    master_key: SecretStr
    #: Password of the demo accounts; without it there are none.
    demo_password: SecretStr | None = None
    #: Makes the references of demo citizens as intake does; base64, 32 bytes. Needed with the demo only.
    reference_key: SecretStr | None = None

    #: Seconds that an access token lives (reliability: 5 minutes).
    token_life: int = Field(300, ge=30, le=3600)
    #: Seconds that one sign-in can be renewed: a working day.
    session_life: int = Field(12 * 3600, ge=300)
    #: Folder of the built pages.
    static: Path = BUILT_PAGES

    @model_validator(mode="after")
    def _demo_needs_references(self) -> Settings:
        if self.demo_password is not None and self.reference_key is None:
            raise ValueError("YICHUANG_DEMO_PASSWORD needs YICHUANG_REFERENCE_KEY for the demo citizens")
        return self
