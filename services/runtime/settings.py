"""Settings shared by every service, from the environment; each is read by code, an unknown one is refused."""

from __future__ import annotations

import os
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "YICHUANG_"

Role = Literal["serve", "work", "both"]


class Settings(BaseSettings):
    """Base of each service's settings: ``YICHUANG_<FIELD>`` in the environment unless an alias is given."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", populate_by_name=True)

    service: str
    host: str = "127.0.0.1"
    port: int = 0

    mongodb_uri: SecretStr = Field(SecretStr("mongodb://127.0.0.1:27017"), validation_alias="MONGODB_URI")
    mongodb_driver: Literal["motor", "pymongo"] = Field("motor", validation_alias="MONGODB_DRIVER")
    kafka_bootstrap_servers: str = Field("127.0.0.1:9092", validation_alias="KAFKA_BOOTSTRAP_SERVERS")
    #: Put before database, topic and group names, so that several installations share one cluster.
    names_prefix: str = ""
    topic_partitions: int = Field(24, ge=1)
    topic_replication: int = Field(1, ge=1)

    #: Who signs tokens, for whom, and where the keys are (OIDC).
    issuer: str = "http://127.0.0.1:8080"
    audience: str = "yichuang"
    jwks_url: str = "http://127.0.0.1:8080/api/jwks"

    #: Key of the hashes kept of request bodies (idempotency), base64, the same on every replica.
    digest_key: SecretStr

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    #: Largest request body in bytes.
    max_body: int = Field(10 * 1024 * 1024, ge=1024)
    #: Requests a second one signed-in caller may make, over five seconds; 0 turns the limit off.
    rate_limit: int = Field(200, ge=0)

    @property
    def database(self) -> str:
        """Name of this service's own database."""
        return f"{self.names_prefix}{self.service}"

    @property
    def group(self) -> str:
        """Kafka consumer group of this service."""
        return f"{self.names_prefix}{self.service}"

    def topic(self, name: str) -> str:
        """The topic's name on this broker."""
        return f"{self.names_prefix}{name}"

    @model_validator(mode="after")
    def _no_unknown_environment(self) -> Self:
        known = {f"{PREFIX}{name}".upper() for name in type(self).model_fields}
        unknown = [name for name in os.environ if name.startswith(PREFIX) and name.upper() not in known]
        if unknown:
            raise ValueError(f"unknown settings {', '.join(sorted(unknown))}; see .env.example")
        return self

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read the environment; what is given wins."""
        return cls(**given)
