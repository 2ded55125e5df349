"""The portal put together."""

from __future__ import annotations

import base64
from datetime import timedelta

from services.portal import demo
from services.portal.api import Portal, routes
from services.portal.domain import Account
from services.portal.handlers import SignIn
from services.portal.passwords import Attempts, Passwords
from services.portal.proxy import Proxy
from services.portal.settings import Settings
from services.portal.signing import Signer
from services.portal.store import Store
from services.portal.website import Website
from services.runtime.clock import Clock, system_clock
from services.runtime.service import Service, run
from services.runtime.tokens import Verifier


def build(settings: Settings, *, clock: Clock = system_clock) -> Service:
    """The composition root."""
    service = Service(settings, clock=clock)
    store, passwords = Store(service), Passwords()
    signer = Signer(issuer=settings.issuer, audience=settings.audience, life=settings.token_life)
    # Its own tokens are verified with its own keys, without a call to itself.
    service.verifier = Verifier(issuer=settings.issuer, audience=settings.audience, fetch_keys=signer.key_set)
    proxy = Proxy(settings.upstreams)

    async def prepare() -> None:
        await signer.load(store, base64.b64decode(settings.master_key.get_secret_value()))
        password, reference_key = settings.demo_password, settings.reference_key
        await demo.prepare(
            store,
            passwords,
            password.get_secret_value() if password else None,
            base64.b64decode(reference_key.get_secret_value()) if reference_key else None,
        )
        await _prepare_clients(settings, store, passwords)

    service.on_start(prepare)
    service.on_stop(proxy.close)
    sign_in = SignIn(store, signer, passwords, Attempts(), clock, timedelta(seconds=settings.session_life))
    service.serve(routes(Portal(settings, sign_in, proxy, Website(settings.static))))
    return service


async def _prepare_clients(settings: Settings, store: Store, passwords: Passwords) -> None:
    for client_id, secret in settings.clients.items():
        known = await store.account(client_id)
        if known and await passwords.is_right(known.secret_hash, secret.get_secret_value()):
            continue
        kept = await passwords.hash(secret.get_secret_value())
        await store.put_account(Account(client_id, "client", kept, client_id, ("service",)))


def main() -> None:
    """Entry point of `yichuang-portal`."""
    run(lambda: build(Settings.load()))


if __name__ == "__main__":
    main()
