"""Keys and secrets of this checkout's stack: made once at random, kept in a file only its owner reads."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

CLIENTS = ("catalog", "intake", "approval", "notify", "evaluation")


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _readable_password() -> str:
    # No 0/O, 1/l/I: it is read from a terminal and typed into a browser.
    return "-".join(
        "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4)) for _ in range(3)
    )


@dataclass(frozen=True)
class Credentials:
    """`master_key` encrypts personal fields, `reference_key` makes applicant references (base64)."""

    master_key: str = field(default_factory=_key, repr=False)
    reference_key: str = field(default_factory=_key, repr=False)
    digest_key: str = field(default_factory=_key, repr=False)
    demo_password: str = field(default_factory=_readable_password, repr=False)
    clients: dict[str, str] = field(
        default_factory=lambda: {name: secrets.token_urlsafe(24) for name in CLIENTS}, repr=False
    )

    @classmethod
    def kept_in(cls, file: Path) -> "Credentials":
        """Those of the last run, completed where a newer version needs more; `DEMO_PASSWORD` wins."""
        known = json.loads(file.read_text()) if file.exists() else {}
        made = cls(**known)
        if asdict(made) != known:
            file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                json.dump(asdict(made), out, indent=2)
        given = os.environ.get("DEMO_PASSWORD")
        return cls(**{**asdict(made), "demo_password": given}) if given else made
