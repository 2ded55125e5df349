"""The key pair that tokens are signed with: made once, kept encrypted, published as a key set."""

from __future__ import annotations

import secrets
import time
from typing import Any

import uuid_utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.jwk import ECKey

from services.portal.domain import Account
from services.portal.store import Store

ALGORITHM = "ES256"
_PURPOSE = b"yichuang portal signing key"


class Signer:
    """Signs access tokens (RFC 9068, ``typ: at+jwt``)."""

    def __init__(self, *, issuer: str, audience: str, life: int) -> None:
        self._issuer, self._audience, self.life = issuer, audience, life
        self._key: ECKey | None = None

    async def load(self, store: Store, master_key: bytes) -> None:
        """Take the key from the database, or make it; of several portals that start at once, one makes it."""
        seal = AESGCM(HKDF(SHA256(), 32, None, _PURPOSE).derive(master_key))
        made = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        nonce = secrets.token_bytes(12)
        kept = await store.signing_key(nonce + seal.encrypt(nonce, made.as_pem(private=True), _PURPOSE))
        pem = seal.decrypt(kept[:12], kept[12:], _PURPOSE)
        self._key = ECKey.import_key(pem, {"use": "sig", "alg": ALGORITHM})
        self._key.ensure_kid()

    @property
    def key(self) -> ECKey:
        """The key pair; :meth:`load` comes first."""
        if self._key is None:
            raise RuntimeError("the signing key is not loaded yet")
        return self._key

    async def key_set(self) -> dict[str, Any]:
        """The public part, as `/api/jwks` shows it."""
        return {"keys": [self.key.as_dict(private=False)]}

    def sign(self, account: Account) -> str:
        """An access token for an account."""
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": account.username,
            "iat": now,
            "exp": now + self.life,
            "jti": str(uuid_utils.uuid4()),
            **account.claims(),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid, "typ": "at+jwt"}, claims, self.key)
