"""Routes of the portal: tokens and keys, who am I, what is up, the services behind it, the pages."""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal import handlers
from services.portal.demo import ROLE_NAMES
from services.portal.domain import MissingParameter, UnsupportedGrant
from services.portal.handlers import Granted, SignIn
from services.portal.proxy import Proxy
from services.portal.settings import Settings
from services.portal.website import Website
from services.runtime.http import JSON
from services.runtime.problems import NotFound
from services.runtime.tokens import Caller

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_NOT_KEPT = {"cache-control": "no-store", "pragma": "no-cache"}
_GRANTS = ["password", "client_credentials", "refresh_token"]
#: Seconds that the answer of `/api/status` is used again, so that pages that ask do not load the services.
_STATUS_AGE = 2.0


@dataclass(frozen=True, slots=True)
class Portal:
    """What the routes stand on."""

    settings: Settings
    sign_in: SignIn
    proxy: Proxy
    website: Website


def routes(portal: Portal) -> APIRouter:
    """Every route, the pages last."""
    router = APIRouter()
    _identity(router, portal)
    _public(router, portal)
    _passed_on(router, portal)
    return router


def _identity(router: APIRouter, portal: Portal) -> None:
    desk, settings = portal.sign_in, portal.settings

    @router.post("/api/token", tags=["sign-in"])
    async def token(request: Request) -> Response:
        """RFC 6749: form fields `grant_type` and those of the grant; errors carry OAuth's `error`."""
        granted = await _grant(desk, request)
        body: dict[str, Any] = {
            "access_token": granted.access_token,
            "token_type": "Bearer",
            "expires_in": granted.expires_in,
        }
        if granted.refresh_token is not None:
            body["refresh_token"] = granted.refresh_token
        return JSON(body, headers=_NOT_KEPT)

    @router.get("/api/jwks", tags=["sign-in"])
    async def jwks() -> Response:
        """RFC 7517: the keys that tokens are verified with."""
        return JSON(await desk.signer.key_set(), headers={"cache-control": "public, max-age=300"})

    @router.get("/.well-known/openid-configuration", tags=["sign-in"])
    async def configuration() -> Response:
        """OpenID Connect Discovery 1.0."""
        issuer = settings.issuer
        return JSON(
            {
                "issuer": issuer,
                "token_endpoint": f"{issuer}/api/token",
                "jwks_uri": f"{issuer}/api/jwks",
                "userinfo_endpoint": f"{issuer}/api/me",
                "grant_types_supported": _GRANTS,
                "response_types_supported": [],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            }
        )

    @router.get("/api/me", tags=["sign-in"])
    async def me(caller: Caller) -> Response:
        """Who is signed in; of a citizen's number only the mask."""
        account = await desk.store.account(caller.sub)
        return JSON(
            {
                "sub": caller.sub,
                "name": caller.name,
                "roles": caller.roles,
                "place": caller.place,
                "unit": caller.unit,
                "hall": caller.hall,
                "window": caller.window,
                "id_masked": account.id_masked if account else None,
                "phone_masked": account.phone_masked if account else None,
            },
            headers=_NOT_KEPT,
        )


def _public(router: APIRouter, portal: Portal) -> None:
    seen: dict[str, Any] = {"at": float("-inf")}

    @router.get("/api/public/settings", tags=["pages"])
    async def public_settings() -> Response:
        """Whether this is a demo, and with which accounts."""
        sample = portal.settings.demo_password is not None
        accounts = await portal.sign_in.store.demo_accounts() if sample else []
        listed = [
            {
                "username": account.username,
                "role_zh": ROLE_NAMES[account.roles[0]][0],
                "role_en": ROLE_NAMES[account.roles[0]][1],
                "place": account.place,
            }
            for account in accounts
            if account.kind == "person"
        ]
        return JSON({"sample": sample, "demo_accounts": listed})

    @router.get("/api/status", tags=["pages"])
    async def status() -> Response:
        """Of each service `ready` or `away`."""
        if time.monotonic() - seen["at"] > _STATUS_AGE:
            seen.update(services=await portal.proxy.states(), at=time.monotonic())
        return JSON({"services": seen["services"]})


def _passed_on(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/api/{service}/{path:path}", methods=_METHODS, include_in_schema=False)
    async def relay(service: str, path: str, request: Request) -> Response:
        return await portal.proxy.relay(service, request)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def pages(path: str, request: Request) -> Response:
        if path == "api" or path.startswith("api/"):
            raise NotFound()
        return portal.website.answer(request, path)


async def _grant(desk: SignIn, request: Request) -> Granted:
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}

    def given(name: str) -> str:
        if not form.get(name):
            raise MissingParameter(name)
        return form[name]

    # The peer itself; X-Forwarded-For is anybody's word.
    address = request.client.host if request.client else "unknown"
    grant_type = given("grant_type")
    if grant_type == "password":
        return await handlers.by_password(desk, given("username"), given("password"), address)
    if grant_type == "client_credentials":
        basic = _basic(request)
        client_id, secret = basic or (given("client_id"), given("client_secret"))
        return await handlers.by_client_secret(desk, client_id, secret, address)
    if grant_type == "refresh_token":
        return await handlers.by_refresh_token(desk, given("refresh_token"))
    raise UnsupportedGrant()


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise MissingParameter("client_id") from None
    return unquote_plus(client_id), unquote_plus(secret)
