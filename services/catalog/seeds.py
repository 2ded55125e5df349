"""Seeds of draws, kept so that nobody reads them before the list is frozen: under the service's key.

Who can read the database cannot read a seed, and who has the service's key alone has none to read.
"""

from __future__ import annotations

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.catalog.domain.marketplace.draws import SEED_BYTES


class Seeds:
    """Makes, seals and opens seeds; a seed is bound to its selection."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt=None, info=b"catalog draw seeds").derive(key))

    def new(self) -> bytes:
        """A seed from the machine's own randomness."""
        return os.urandom(SEED_BYTES)

    def sealed(self, selection_id: str, seed: bytes) -> str:
        """The seed as it is kept."""
        nonce = os.urandom(12)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, seed, selection_id.encode())).decode()

    def opened(self, selection_id: str, sealed: str) -> bytes:
        """The seed again; raises where the key, the selection or the text is another."""
        box = base64.b64decode(sealed)
        return self._cipher.decrypt(box[:12], box[12:], selection_id.encode())
