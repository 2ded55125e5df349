"""Accounts, refresh tokens and the signing key as documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.portal.domain import Account, RefreshToken
from services.runtime import mapping
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service


class Store:
    """What the portal keeps. None of it is an act on a case, so it has no history and no outbox."""

    def __init__(self, service: Service) -> None:
        self._accounts = service.database["accounts"]
        self._sessions = service.database["refresh_tokens"]
        self._keys = service.database["signing_keys"]
        self._converter = mapping.converter()
        service.index("refresh_tokens", [("chain", 1)], name="chain")
        service.index("refresh_tokens", [("expires_at", 1)], name="expired", expireAfterSeconds=0)

    # -- accounts ---------------------------------------------------------------------------------------

    async def account(self, username: str) -> Account | None:
        """An account by its name, or None; a disabled one is None, too."""
        with patiently():
            found = await self._accounts.find_one({"_id": username})
        if found is None or found["disabled"]:
            return None
        return self._converter.structure({**found, "username": found["_id"]}, Account)

    async def put_account(self, account: Account) -> None:
        """Store an account, new or changed."""
        document: Document = self._converter.unstructure(account)
        username = document.pop("username")
        with patiently():
            await self._accounts.update_one({"_id": username}, {"$set": document}, upsert=True)

    async def drop_demo_accounts(self, besides: Iterable[str]) -> None:
        """Remove the demo accounts that are not wanted any more."""
        with patiently():
            await self._accounts.delete_many({"demo": True, "_id": {"$nin": list(besides)}})

    async def demo_accounts(self) -> list[Account]:
        """The demo accounts."""
        with patiently():
            found = await self._accounts.find({"demo": True}).sort("_id", 1).to_list(200)
        return [self._converter.structure({**d, "username": d["_id"]}, Account) for d in found]

    # -- refresh tokens ---------------------------------------------------------------------------------

    async def add_refresh_token(self, token: RefreshToken) -> None:
        """Store the next link of a chain."""
        with patiently():
            await self._sessions.insert_one(self._to_document(token))

    async def use_refresh_token(self, hash: str, now: datetime) -> RefreshToken | None:
        """The token as it was before this use, or None; of two uses at once, one finds it unused."""
        with patiently():
            found: Any = await self._sessions.find_one_and_update(
                {"_id": hash, "used_at": None, "expires_at": {"$gt": now}},
                {"$set": {"used_at": now}},
                return_document=ReturnDocument.BEFORE,
            )
            if found is None:
                found = await self._sessions.find_one({"_id": hash, "expires_at": {"$gt": now}})
        if found is None:
            return None
        return self._converter.structure({**found, "hash": found["_id"]}, RefreshToken)

    async def end_chain(self, chain: str) -> None:
        """Sign a session out: none of its refresh tokens is good any more."""
        with patiently():
            await self._sessions.delete_many({"chain": chain})

    def _to_document(self, token: RefreshToken) -> Document:
        document: Document = self._converter.unstructure(token)
        return {"_id": document.pop("hash"), **document}

    # -- signing key ------------------------------------------------------------------------------------

    async def signing_key(self, sealed: bytes) -> bytes:
        """The sealed key that is kept; ``sealed`` becomes it where there is none."""
        with patiently():
            found = await self._keys.find_one({"_id": "current"})
            if found is None:
                try:
                    await self._keys.insert_one({"_id": "current", "sealed": sealed})
                    return sealed
                except DuplicateKeyError:
                    found = await self._keys.find_one({"_id": "current"})
        return bytes(found["sealed"])
