"""The codes of standard items: one item, one code everywhere (同一事项、同一编码, mission C3)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence

from pymongo.errors import BulkWriteError, DuplicateKeyError

from services.catalog.domain.text import same
from services.runtime.mongo import Database, patiently
from services.runtime.service import Service

COLLECTION = "standards"
#: Stands for the list of a code that an editor gave; each is a list of its own.
_GIVEN = "given:"


class Codes:
    """Which base code names which item of which list; a code is given once and never again."""

    def __init__(self, service: Service) -> None:
        self._database: Database = service.database
        service.index(COLLECTION, [("list", 1), ("known_as", 1)], unique=True)
        service.index(COLLECTION, [("known_as", 1)])

    async def known(self, list_number: str, names: Sequence[str]) -> dict[str, str]:
        """Name → base code of the items that are known already: from the list, or by an editor's own code."""
        known = {same(name): name for name in names}
        lists = {"$or": [{"list": list_number}, {"list": {"$regex": f"^{_GIVEN}"}}]}
        with patiently():
            cursor = self._database[COLLECTION].find({"known_as": {"$in": list(known)}, **lists})
            found = await cursor.to_list(None)
        # The list's own code goes before one that was given elsewhere.
        found.sort(key=lambda code: (code["list"] == list_number, code["_id"]))
        return {known[code["known_as"]]: code["_id"] for code in found}

    async def claim(self, list_number: str, serials: Mapping[str, int | None]) -> dict[str, str]:
        """The base code of each standard item of a list, once given: known, by row number, or the next."""
        names = list(serials)
        known = await self.known(list_number, names)
        new = [name for name in names if name not in known]
        if not new:
            return known
        free = max(await self._next_serial(list_number), 1 + max(serials[name] or 0 for name in new))
        documents = []
        for name in new:
            number = serials[name]
            if number is None:
                number, free = free, free + 1
            code = f"{list_number}-{number:04}"
            documents.append({"_id": code, "list": list_number, "known_as": same(name), "number": number})
        with contextlib.suppress(BulkWriteError), patiently():
            await self._database[COLLECTION].insert_many(documents, ordered=False)
        known = await self.known(list_number, names)
        # Whose number was taken by another item gets the next free one.
        for name in names:
            known[name] = known.get(name) or await self.claim_one(list_number, name)
        return known

    async def claim_one(self, list_number: str, name: str) -> str:
        """The base code of one standard item: known, or the next free one of the list."""
        known_as = same(name)
        while True:
            number = await self._next_serial(list_number)
            code = f"{list_number}-{number:04}"
            if await self._insert(code, list_number, known_as):
                return code
            if found := await self.known(list_number, [name]):
                return found[name]

    async def register(self, base_code: str, name: str) -> bool:
        """Take a code that an editor gives; False where it names another item."""
        known_as = same(name)
        if await self._insert(base_code, f"{_GIVEN}{base_code}", known_as):
            return True
        with patiently():
            found = await self._database[COLLECTION].find_one({"_id": base_code})
        return found is None or found["known_as"] == known_as

    async def _insert(self, base_code: str, list_number: str, known_as: str) -> bool:
        document = {
            "_id": base_code,
            "list": list_number,
            "known_as": known_as,
            "number": _serial_of(base_code),
        }
        try:
            with patiently():
                await self._database[COLLECTION].insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    async def _next_serial(self, list_number: str) -> int:
        prefix = {"_id": {"$regex": f"^{re.escape(list_number)}-"}}
        with patiently():
            last = await self._database[COLLECTION].find(prefix).sort("number", -1).limit(1).to_list(1)
        return int(last[0]["number"]) + 1 if last else 1


def _serial_of(base_code: str) -> int:
    tail = base_code.rpartition("-")[2]
    return int(tail) if tail.isascii() and tail.isdigit() and len(tail) < 10 else 0
