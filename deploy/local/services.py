"""The processes of the product and the environment of each: the one table of what the local run sets."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.credentials import CLIENTS, Credentials
from deploy.local.programs import Program

SERVICES = ("catalog", "intake", "approval", "notify", "evaluation", "portal")
GATEWAYS = "gateways"
PORTS = (*SERVICES[:-1], GATEWAYS, "smtp")
"""What needs a port of its own besides the portal, whose port is the user's choice."""


@dataclass(frozen=True)
class Addresses:
    """Where everything listens; `ports` has one entry for each of PORTS and for `portal`."""

    mongodb_uri: str
    bootstrap_servers: str
    ports: dict[str, int]

    def url(self, name: str) -> str:
        """Base URL of a process on this machine."""
        return f"http://127.0.0.1:{self.ports[name]}"


def programs(addresses: Addresses, credentials: Credentials, fonts: Path | None = None) -> dict[str, Program]:
    """A program for each service and one for the sample gateways; `fonts` is a folder with a Chinese font."""
    made = {
        service: Program(
            command=[sys.executable, "-m", f"services.{service}.main", "both"],
            environment=_common(service, addresses, credentials)
            | _own(addresses, credentials, fonts)[service],
        )
        for service in SERVICES
    }
    made[GATEWAYS] = Program(
        command=[sys.executable, "-m", "deploy.local.gateways"],
        environment={
            "GATEWAYS_PORT": str(addresses.ports[GATEWAYS]),
            "GATEWAYS_SMTP_PORT": str(addresses.ports["smtp"]),
            "PYTHONUNBUFFERED": "1",
        },
    )
    return made


def _common(service: str, addresses: Addresses, credentials: Credentials) -> dict[str, str]:
    """What every service reads (services/runtime/settings.py)."""
    return {
        "MONGODB_URI": addresses.mongodb_uri,
        "KAFKA_BOOTSTRAP_SERVERS": addresses.bootstrap_servers,
        "YICHUANG_PORT": str(addresses.ports[service]),
        "YICHUANG_TOPIC_PARTITIONS": "6",
        "YICHUANG_ISSUER": addresses.url("portal"),
        "YICHUANG_JWKS_URL": addresses.url("portal") + "/api/jwks",
        "YICHUANG_DIGEST_KEY": credentials.digest_key,
        # Log lines are on disk before a kill -9 can take them.
        "PYTHONUNBUFFERED": "1",
    }


def _own(addresses: Addresses, credentials: Credentials, fonts: Path | None) -> dict[str, dict[str, str]]:
    """What one service alone reads; an unknown YICHUANG_ setting would be refused by it."""
    return {
        "catalog": {"YICHUANG_FONT_PATH": str(fonts)} if fonts else {},
        "intake": {
            "YICHUANG_MASTER_KEY": credentials.master_key,
            "YICHUANG_REFERENCE_KEY": credentials.reference_key,
        },
        "approval": {},
        "notify": {
            "YICHUANG_INTAKE_URL": addresses.url("intake"),
            "YICHUANG_TOKEN_URL": addresses.url("portal") + "/api/token",
            "YICHUANG_CLIENT_SECRET": credentials.clients["notify"],
            "YICHUANG_SMS_URL": addresses.url(GATEWAYS),
            "YICHUANG_SMTP_HOST": "127.0.0.1",
            "YICHUANG_SMTP_PORT": str(addresses.ports["smtp"]),
        },
        "evaluation": {},
        "portal": {
            "YICHUANG_CLIENTS": json.dumps(credentials.clients),
            "YICHUANG_DEMO_PASSWORD": credentials.demo_password,
            "YICHUANG_MASTER_KEY": credentials.master_key,
            "YICHUANG_REFERENCE_KEY": credentials.reference_key,
            "YICHUANG_UPSTREAMS": json.dumps({name: addresses.url(name) for name in CLIENTS}),
        },
    }
