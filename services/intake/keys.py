"""Keys by name and version: what is sealed says which key it needs, so that keys can be changed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping


class UnknownKey(LookupError):
    """Something was sealed with a key that this process was not given."""


class Keyring:
    """The master keys, by version. New things are sealed with the newest; older ones still open."""

    def __init__(self, name: str, versions: Mapping[int, bytes]) -> None:
        if not versions:
            raise ValueError(f"no {name} key is given")
        self.name, self._versions = name, dict(versions)

    @property
    def current(self) -> str:
        """Name of the newest key: ``master:1``."""
        return f"{self.name}:{max(self._versions)}"

    def key(self, name: str) -> bytes:
        """The key of that name."""
        kind, _, version = name.partition(":")
        if kind != self.name or not version.isdigit() or int(version) not in self._versions:
            raise UnknownKey(name)
        return self._versions[int(version)]


def keyring(name: str, text: str) -> Keyring:
    """From a setting: one base64 key of 32 bytes (version 1), or several as ``2:<base64>,1:<base64>``."""
    versions = {}
    for entry in text.split(","):
        version, _, encoded = entry.strip().rpartition(":")
        versions[int(version or 1)] = key_of(name, encoded)
    return Keyring(name, versions)


def key_of(name: str, encoded: str) -> bytes:
    """32 bytes from base64; the error never shows the text."""
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise ValueError(f"the {name} key is not base64") from None
    if len(key) != 32:
        raise ValueError(f"the {name} key must have 32 bytes")
    return key
