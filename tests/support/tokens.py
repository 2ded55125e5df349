"""An issuer for tests: signs tokens as the portal does, with a key of its own."""

from __future__ import annotations

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from services.runtime.tokens import Verifier

ISSUER, AUDIENCE = "http://issuer.test", "yichuang"


class Issuer:
    """Makes tokens, and verifiers that know its key without HTTP."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})

    async def keys(self) -> dict[str, Any]:
        """The published key set."""
        return {"keys": [self.key.as_dict(private=False)]}

    def verifier(self) -> Verifier:
        """A verifier that trusts this issuer."""
        return Verifier(issuer=ISSUER, audience=AUDIENCE, fetch_keys=self.keys)

    def token(self, sub: str, *roles: str, life: float = 3600, **claims: Any) -> str:
        """An access token; ``claims`` are place, unit, hall, window, person_ref …"""
        now = int(time.time())
        body = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": sub,
            "iat": now,
            "exp": now + int(life),
            "roles": list(roles),
            **claims,
        }
        return jwt.encode({"alg": "ES256", "kid": "test", "typ": "at+jwt"}, body, self.key)

    def header(self, sub: str, *roles: str, **claims: Any) -> dict[str, str]:
        """The Authorization header of that person."""
        return {"Authorization": f"Bearer {self.token(sub, *roles, **claims)}"}
