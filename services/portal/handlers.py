"""The three grants: by password, by client secret, by refresh token."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.portal.domain import Account, RefreshToken, SessionOver, WrongClient, WrongPassword
from services.portal.passwords import Attempts, Passwords
from services.portal.signing import Signer
from services.portal.store import Store
from services.runtime.clock import Clock
from services.runtime.logs import logger

#: A refresh token used again within this time renews once more: the answer was lost, or a tab was doubled.
#: Later, it was stolen, and the session ends (RFC 9700 §4.14).
REUSE_GRACE = timedelta(seconds=10)
LONGEST_PASSWORD = 1024


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the grants stand on."""

    store: Store
    signer: Signer
    passwords: Passwords
    attempts: Attempts
    clock: Clock
    session_life: timedelta


@dataclass(frozen=True, slots=True)
class Granted:
    """An access token, and for a person the means to renew it."""

    access_token: str
    expires_in: int
    refresh_token: str | None = None


async def by_password(desk: SignIn, username: str, password: str, address: str) -> Granted:
    """A person signs in. WrongPassword; TooManyAttempts."""
    async with desk.attempts.attempt(username, address):
        account = await _proven(desk, "person", username, password)
        if account is None:
            raise WrongPassword()
    now = desk.clock()
    return await _grant(desk, account, secrets.token_hex(16), now + desk.session_life)


async def by_client_secret(desk: SignIn, client_id: str, secret: str, address: str) -> Granted:
    """A system signs in; it gets no refresh token (RFC 6749 §4.4.3). WrongClient; TooManyAttempts."""
    async with desk.attempts.attempt(client_id, address):
        account = await _proven(desk, "client", client_id, secret)
        if account is None:
            raise WrongClient()
    return Granted(desk.signer.sign(account), desk.signer.life)


async def by_refresh_token(desk: SignIn, token: str) -> Granted:
    """A session goes on with a new refresh token; the account is read again. SessionOver."""
    now = desk.clock()
    used = await desk.store.use_refresh_token(_hash(token), now)
    if used is None:
        raise SessionOver()
    if used.used_at is not None and now - used.used_at > REUSE_GRACE:
        logger().warning("audit_refresh_token_reused", sub=used.username)
        await desk.store.end_chain(used.chain)
        raise SessionOver()
    account = await desk.store.account(used.username)
    if account is None:
        await desk.store.end_chain(used.chain)
        raise SessionOver()
    return await _grant(desk, account, used.chain, used.expires_at)


async def _proven(desk: SignIn, kind: str, username: str, secret: str) -> Account | None:
    account = await desk.store.account(username) if len(username) <= 100 else None
    kept = account.secret_hash if account and account.kind == kind else None
    right = await desk.passwords.is_right(kept, secret[:LONGEST_PASSWORD])
    if not right:
        logger().warning("audit_sign_in_failed", kind=kind, known=account is not None)
    return account if right else None


async def _grant(desk: SignIn, account: Account, chain: str, until: datetime) -> Granted:
    token = secrets.token_urlsafe(32)
    await desk.store.add_refresh_token(RefreshToken(_hash(token), chain, account.username, until))
    return Granted(desk.signer.sign(account), desk.signer.life, token)


def _hash(token: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
