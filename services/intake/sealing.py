"""Encryption of people's data: a data key for each person and file, kept wrapped by the master key (P6).

Who destroys the wrapped key of a person has erased what was sealed for that person, in every copy and backup.
The algorithm is named in what is sealed; another one (SM4-GCM) is one more entry of :data:`CIPHERS`.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any, Protocol

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.intake.domain.case import Sealed
from services.intake.domain.identity import IdType
from services.intake.keys import Keyring
from services.runtime.references import person_ref


class Erased(Exception):
    """The person's key was destroyed: what was sealed with it cannot be read by anybody any more."""


class Cipher(Protocol):
    """Authenticated encryption with a 32-byte key; ``context`` is bound to the text and must be the same."""

    def seal(self, key: bytes, text: bytes, context: bytes) -> bytes:
        """Encrypted, with the nonce in front."""

    def open(self, key: bytes, box: bytes, context: bytes) -> bytes:
        """The text; raises where key, box or context is another."""


class Aes256Gcm:
    """AES-256-GCM with a random nonce of 96 bits."""

    def seal(self, key: bytes, text: bytes, context: bytes) -> bytes:
        """Encrypted, with the nonce in front."""
        nonce = os.urandom(12)
        return nonce + AESGCM(key).encrypt(nonce, text, context)

    def open(self, key: bytes, box: bytes, context: bytes) -> bytes:
        """The text."""
        return AESGCM(key).decrypt(box[:12], box[12:], context)


CIPHERS: dict[str, Cipher] = {"AES-256-GCM": Aes256Gcm()}
CURRENT = "AES-256-GCM"


class DataKey:
    """The opened key of one person or file: seals and opens what belongs to it."""

    def __init__(self, name: str, key: bytes) -> None:
        self._name, self._key = name, key

    def seal(self, text: bytes, context: str) -> Sealed:
        """Encrypt for this place (``context``) and no other."""
        return Sealed(CURRENT, self._name, CIPHERS[CURRENT].seal(self._key, text, context.encode()))

    def open(self, sealed: Sealed, context: str) -> bytes:
        """Decrypt."""
        return CIPHERS[sealed.algorithm].open(self._key, sealed.box, context.encode())

    def seal_fields(self, fields: Mapping[str, Any], context: str) -> Sealed:
        """Encrypt named values."""
        return self.seal(orjson.dumps(dict(fields)), context)

    def open_fields(self, sealed: Sealed, context: str) -> dict[str, Any]:
        """Decrypt named values."""
        found: dict[str, Any] = orjson.loads(self.open(sealed, context))
        return found


class Sealing:
    """Makes and opens data keys by the master key."""

    def __init__(self, master: Keyring) -> None:
        self._master = master

    def new_key(self, owner: str) -> tuple[Sealed, DataKey]:
        """A fresh data key of a person or file: wrapped, as it is stored, and opened."""
        key, name = os.urandom(32), self._master.current
        box = CIPHERS[CURRENT].seal(self._master.key(name), key, f"key:{owner}".encode())
        return Sealed(CURRENT, name, box), DataKey(owner, key)

    def opened(self, wrapped: Sealed, owner: str) -> DataKey:
        """The data key of a person or file."""
        master = self._master.key(wrapped.key)
        try:
            key = CIPHERS[wrapped.algorithm].open(master, wrapped.box, f"key:{owner}".encode())
        except (InvalidTag, ValueError) as error:
            raise Erased(owner) from error
        return DataKey(owner, key)


class References:
    """Keyed hashes that stand for numbers: the person's reference is the blind index of the file."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def person(self, id_type: IdType, number: str) -> str:
        """The reference of a person or body, the same in the portal's tokens."""
        return person_ref(self._key, id_type, number)

    def licence(self, type: str | None, number: str) -> str:
        """What stands for the number of a licence in events: the number may be a citizen number."""
        return f"{type or 'licence'}-{person_ref(self._key, 'licence', number)}"

    def tail(self, case_no: str, last_four: str) -> str:
        """Hash of the last four characters of a number, good for one case only."""
        text = f"tail:{case_no}:{last_four.upper()}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()[:32]

    def holds(self, stored: str, case_no: str, last_four: str) -> bool:
        """Whether these are the last four, in constant time."""
        return hmac.compare_digest(stored, self.tail(case_no, last_four))
