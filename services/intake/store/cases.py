"""The cases, and how lists of them are found."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from services.intake.domain.case import Case
from services.runtime import mapping
from services.runtime.live import Live
from services.runtime.paging import Cursors
from services.runtime.service import Service

_NEWEST_FIRST = (("submitted_at", -1), ("_id", -1))


class Cases:
    """The collection `cases`, whose events are `intake.cases`."""

    def __init__(self, service: Service) -> None:
        self.records = service.records(
            "cases", Case, key="case_no", converter=mapping.converter(), topic="intake.cases"
        )
        for field in ("place", "readers"):
            service.index("cases", [(field, 1), ("submitted_at", -1), ("_id", -1)])
        service.index("cases", [("materials.file_id", 1)], sparse=True)
        service.index("cases", [("answer_due", 1)], partialFilterExpression={"answer_due": {"$gt": ""}})
        service.index(
            "cases",
            [("notices.answer_by", 1)],
            partialFilterExpression={"state": "correction_requested"},
        )
        self.live: Live = service.live("cases")
        self._cursors = Cursors(service.digest_key, "intake.cases")

    async def page(
        self, where: dict[str, Any], *, limit: int, cursor: str | None
    ) -> tuple[list[Case], str | None]:
        """Newest first, one page and the cursor of the next."""
        if (after := self._cursors.read(cursor)) is not None:
            where = {"$and": [where, _after(*after)]}
        found = await self.records.find(where, sort=_NEWEST_FIRST, limit=limit + 1)
        page = found[:limit]
        if len(found) <= limit:
            return page, None
        last = page[-1]
        return page, self._cursors.made(int(last.submitted_at.timestamp() * 1000), last.case_no)

    async def with_file(self, file_id: str) -> list[Case]:
        """Cases that a file belongs to."""
        return await self.records.find({"materials.file_id": file_id}, limit=100)

    async def unanswered(self, today: date) -> list[Case]:
        """Received, and the day of the answer has passed."""
        # The lower bound lets the database use the partial index.
        due = {"$gt": "", "$lt": today.isoformat()}
        where = {"answer_due": due, "state": {"$in": ["received", "pre_reviewed"]}}
        return await self.records.find(where, limit=200)

    async def uncorrected(self, today: date) -> list[Case]:
        """A correction was asked for, and the newest notice's day has passed."""
        where = {"state": "correction_requested", "notices.answer_by": {"$lt": today.isoformat()}}
        return await self.records.find(where, limit=200)


def under(place: str) -> dict[str, Any]:
    """Cases of a place and of all places below it."""
    return {"place": {"$regex": f"^{re.escape(place)}"}}


def own(readers: list[str]) -> dict[str, Any]:
    """Cases that a person filed, or that are filed for or about that person."""
    return {"readers": {"$in": readers}}


def _after(milliseconds: int, case_no: str) -> dict[str, Any]:
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return {"$or": [{"submitted_at": {"$lt": at}}, {"submitted_at": at, "_id": {"$lt": case_no}}]}
