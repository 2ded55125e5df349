"""The cases, and how lists of them are found."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from services.intake.domain.case import Case
from services.runtime import mapping
from services.runtime.live import Live
from services.runtime.problems import BadRequest
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

    async def page(
        self, where: dict[str, Any], *, limit: int, cursor: str | None
    ) -> tuple[list[Case], str | None]:
        """Newest first, one page and the cursor of the next."""
        if cursor:
            where = {"$and": [where, _after(cursor)]}
        found = await self.records.find(where, sort=_NEWEST_FIRST, limit=limit + 1)
        page = found[:limit]
        return page, _cursor(page[-1]) if len(found) > limit else None

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


def _cursor(case: Case) -> str:
    return f"{int(case.submitted_at.timestamp() * 1000):x}.{case.case_no}"


#: Eleven digits of milliseconds reach to the year 2527.
_CURSOR = re.compile(r"([0-9a-f]{1,11})\.([0-9A-Z-]{1,40})")


def _after(cursor: str) -> dict[str, Any]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise BadRequest(
            "翻页标记无效，请从第一页重新开始。",
            "Not one of our cursors; start again.",
            field="cursor",
        )
    at = datetime.fromtimestamp(int(found[1], 16) / 1000, UTC)
    return {
        "$or": [
            {"submitted_at": {"$lt": at}},
            {"submitted_at": at, "_id": {"$lt": found[2]}},
        ]
    }
