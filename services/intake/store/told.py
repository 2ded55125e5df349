"""What the applicant was told: one document a notice, from `notify.notices`, beside the case.

Sequences of that topic count per notice, so it cannot be kept in the case itself. Deliveries are written
under their number: the same event twice writes the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pymongo import UpdateOne

from contracts.notify import DeliveryEvent, NoticeDelivered, NoticeFailed
from services.intake.domain.case import Line
from services.runtime.batches import Batch
from services.runtime.live import Live
from services.runtime.mongo import patiently
from services.runtime.service import Service


class Told:
    """The collection `told`."""

    def __init__(self, service: Service) -> None:
        self._notices = service.database["told"]
        service.index("told", [("case_no", 1)])
        self._writes: Batch[UpdateOne, None] = Batch(self._write_all)
        self.live: Live = service.live("told")

    async def note(self, event: DeliveryEvent) -> None:
        """Note what became of a delivery; nothing where the notice is about no case."""
        if event.case_no is None:
            return
        slot = f"deliveries.{event.delivery}"
        at = event.delivered_at if isinstance(event, NoticeDelivered) else event.at
        fields = {
            "case_no": event.case_no,
            "event": event.event_type,
            f"{slot}.channel": event.channel,
            f"{slot}.{event.type}": at,
        }
        await self._writes(UpdateOne({"_id": event.notice_id}, {"$set": fields}, upsert=True))

    async def lines(self, case_no: str) -> list[Line]:
        """Lines for the timeline of a case."""
        with patiently():
            found = await self._notices.find({"case_no": case_no}).to_list(500)
        return [
            Line(at, type, {"event": notice["event"], "channel": delivery["channel"]})
            for notice in found
            for delivery in notice["deliveries"].values()
            for type, at in delivery.items()
            if type in _SHOWN and isinstance(at, datetime)
        ]

    async def _write_all(self, operations: Sequence[UpdateOne]) -> list[None]:
        with patiently():
            await self._notices.bulk_write(list(operations), ordered=False)
        return [None] * len(operations)


_SHOWN = frozenset(("notice-sent", NoticeDelivered.type, NoticeFailed.type))
