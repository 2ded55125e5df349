"""Wrong guesses of the last four digits, counted per case number on every replica together."""

from __future__ import annotations

from datetime import timedelta

from services.intake.domain.refusals import TooManyTries
from services.runtime.mongo import patiently
from services.runtime.service import Service

LIMIT = 5
WINDOW = timedelta(minutes=15)


class Tries:
    """The collection `tries`; whether the case exists makes no difference to it."""

    def __init__(self, service: Service) -> None:
        self._tries, self._clock = service.database["tries"], service.clock
        service.index("tries", [("until", 1)], expireAfterSeconds=0)

    async def must_be_left(self, case_no: str) -> None:
        """429 where too many were wrong lately."""
        with patiently():
            found = await self._tries.find_one({"_id": case_no})
        now = self._clock()
        if found and found["wrong"] >= LIMIT and found["until"] > now:
            raise TooManyTries(int((found["until"] - now).total_seconds()) + 1)

    async def wrong(self, case_no: str) -> None:
        """Count one; the window begins anew when the old one is over."""
        now = self._clock()
        with patiently():
            await self._tries.delete_one({"_id": case_no, "until": {"$lte": now}})
            await self._tries.update_one(
                {"_id": case_no},
                {"$inc": {"wrong": 1}, "$setOnInsert": {"until": now + WINDOW}},
                upsert=True,
            )
