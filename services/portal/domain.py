"""Accounts, what a token says of them, and the refusals of a sign-in (RFC 6749 §5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.runtime.problems import Problem, TooManyRequests


@dataclass(frozen=True, slots=True)
class Account:
    """A person or a client that may sign in. ``person_ref`` stands for a citizen's number, which is not kept;
    ``id_masked`` is what the person sees of it.
    """

    username: str
    kind: Literal["person", "client"]
    secret_hash: str
    name: str
    roles: tuple[str, ...]
    place: str = ""
    unit: str | None = None
    hall: str | None = None
    window: str | None = None
    person_ref: str | None = None
    id_masked: str | None = None
    phone_masked: str | None = None
    demo: bool = False
    disabled: bool = False

    def claims(self) -> dict[str, Any]:
        """The claims that the services read (design §8); what is not set is left out."""
        said = {
            "roles": list(self.roles),
            "place": self.place,
            "unit": self.unit,
            "hall": self.hall,
            "window": self.window,
            "name": self.name,
            "person_ref": self.person_ref,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One link of a chain of renewals, kept by its hash; the whole chain ends at ``expires_at``."""

    hash: str
    chain: str
    username: str
    expires_at: datetime
    used_at: datetime | None = None


class TokenRefused(Problem):
    """400: a sign-in that is not granted; ``error`` is the word that OAuth has for it."""

    default_code = "token-refused"

    def __init__(self, zh: str, en: str, *, error: str, **kw: Any) -> None:
        super().__init__(zh, en, code=error.replace("_", "-"), error=error, **kw)


class WrongPassword(TokenRefused):
    """The same for an unknown name and for a wrong password."""

    def __init__(self) -> None:
        super().__init__("用户名或密码不正确。", "Wrong user name or password.", error="invalid_grant")


class WrongClient(TokenRefused):
    """401: an unknown client or a wrong secret."""

    status = 401

    def __init__(self) -> None:
        super().__init__("客户端身份或密钥不正确。", "Wrong client or secret.", error="invalid_client")


class SessionOver(TokenRefused):
    """The refresh token is unknown, used, expired, or its chain was ended."""

    def __init__(self) -> None:
        super().__init__(
            "登录已过期，请重新登录。", "The session is over, sign in again.", error="invalid_grant"
        )


class MissingParameter(TokenRefused):
    """A parameter of the grant was not sent."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"缺少参数 {name}。", f"Parameter {name} is missing.", error="invalid_request", field=name
        )


class UnsupportedGrant(TokenRefused):
    """Another grant than the three that exist here."""

    def __init__(self) -> None:
        super().__init__(
            "grant_type 应为 password、client_credentials 或 refresh_token。",
            "grant_type is password, client_credentials or refresh_token.",
            error="unsupported_grant_type",
            field="grant_type",
        )


class TooManyAttempts(TooManyRequests):
    """429: too many wrong passwords; the right one is not tried either until the time is over."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "密码错误次数过多，请稍后再试。",
            "Too many failed attempts, try again later.",
            code="too-many-attempts",
            error="slow_down",
            retry_after=max(1, seconds),
        )
