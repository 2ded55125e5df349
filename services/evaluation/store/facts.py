"""Case facts in the database, with what figures are counted by derived beside the blocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.evaluation.domain.facts import CaseFacts, civil
from services.runtime import mapping
from services.runtime.mongo import Document, patiently
from services.runtime.records import Records
from services.runtime.service import Service

COLLECTION = "case_facts"
#: A decided case of which nothing else is known after this long is counted as incomplete (events.md §5).
INCOMPLETE_AFTER = timedelta(minutes=15)


class Facts:
    """The facts of each case."""

    def __init__(self, service: Service) -> None:
        self.records: Records[CaseFacts] = service.records(
            COLLECTION, CaseFacts, key="case_no", converter=_converter()
        )
        self._collection: Any = service.database[COLLECTION]
        for day in ("received", "accepted", "decided", "rated"):
            service.index(
                COLLECTION,
                [(f"keys.{day}_day", 1), ("keys.place_code", 1)],
                name=f"by_{day}",
                partialFilterExpression={f"keys.{day}_day": {"$type": "string"}},
            )
        service.index(
            COLLECTION,
            [("approval.decided_at", 1)],
            name="incomplete",
            partialFilterExpression={"keys.complete": False},
        )

    async def count_incomplete(self, now: datetime) -> int:
        """Cases whose decision is known for long and whose acceptance is not."""
        where = {"keys.complete": False, "approval.decided_at": {"$lt": now - INCOMPLETE_AFTER}}
        with patiently():
            return int(await self._collection.count_documents(where))


def _converter() -> Any:
    converter = mapping.converter()
    plain = mapping.make_dict_unstructure_fn(CaseFacts, converter)

    def with_keys(case: CaseFacts) -> Document:
        return {**plain(case), "keys": _keys(case)}

    converter.register_unstructure_hook(CaseFacts, with_keys)
    return converter


def _keys(case: CaseFacts) -> Document:
    """What is counted on which day, and by what it is grouped: nothing here that the blocks do not say."""
    about, intake, approval, rating = case.about, case.intake, case.approval, case.rating
    decided_at = approval.decided_at if approval and case.complete else None
    return {
        "place_code": about.place_code if about else None,
        "item_code": about.item_code if about else None,
        "unit_id": about.unit_id if about else None,
        "hall_id": about.hall_id if about else None,
        "window_id": intake.window_id if intake else None,
        "received_day": _day(intake.received_at) if intake else None,
        "accepted_day": _day(intake.accepted_at) if intake else None,
        "decided_day": _day(decided_at),
        "rated_day": _day(rating.rated_at) if rating and about else None,
        "complete": case.complete,
    }


def _day(instant: datetime | None) -> str | None:
    return civil(instant).isoformat() if instant else None
