"""Policies for enterprises in figures (惠企政策兑现): one document a proposal."""

from __future__ import annotations

import re
from datetime import date
from typing import cast

from contracts.applicants import ProposalAnswer, ProposalConsented
from contracts.policies import BenefitPaid, ProposalEventData
from services.evaluation.domain.facts import civil
from services.runtime.message import Message
from services.runtime.mongo import Database, Document, patiently
from services.runtime.service import Service


class Benefits:
    """The collection `benefits`. Proposal and answer come in any order."""

    def __init__(self, service: Service) -> None:
        self._database: Database = service.database
        service.index("benefits", [("place", 1), ("proposed_on", 1)])

    async def keep_proposal(self, message: Message) -> None:
        """That it was proposed, and what was paid."""
        event = cast(ProposalEventData, message.data)
        fields: Document = {"policy_code": event.policy_code, "policy_name": event.policy_name}
        first: Document = {"proposed_on": civil(event.at).isoformat()}
        if isinstance(event, BenefitPaid):
            # The newest event may come first after a compaction: then its day stands for the proposal's.
            fields |= {"paid_fen": event.amount_fen, "paid_on": event.paid_on.isoformat()}
        await self._keep(message, "catalog", {"place": event.place_code, **fields}, first)

    async def keep_answer(self, message: Message) -> None:
        """What the enterprise said."""
        event = cast(ProposalAnswer, message.data)
        said = "consented" if isinstance(event, ProposalConsented) else "declined"
        fields = {"answer": said, "answered_on": civil(event.at).isoformat()}
        await self._keep(message, "intake", fields, {})

    async def count(self, place: str, first: date, last: date) -> list[Document]:
        """Of what was proposed under a place from one day to another: answers and payments by policy."""
        where = {
            "place": {"$regex": f"^{re.escape(place)}"},
            "proposed_on": {"$gte": first.isoformat(), "$lte": last.isoformat()},
        }
        group: Document = {
            "_id": "$policy_code",
            "policy_name": {"$last": "$policy_name"},
            "proposed": {"$sum": 1},
            "consented": {"$sum": {"$cond": [{"$eq": ["$answer", "consented"]}, 1, 0]}},
            "declined": {"$sum": {"$cond": [{"$eq": ["$answer", "declined"]}, 1, 0]}},
            "paid": {"$sum": {"$cond": [{"$gt": ["$paid_on", None]}, 1, 0]}},
            "paid_fen": {"$sum": {"$ifNull": ["$paid_fen", 0]}},
        }
        rows = await self._database.aggregate(
            "benefits", [{"$match": where}, {"$group": group}, {"$sort": {"_id": 1}}]
        )
        return [{"policy_code": row.pop("_id"), **row} for row in rows]

    async def _keep(self, message: Message, publisher: str, fields: Document, first: Document) -> None:
        collection = self._database["benefits"]
        number = f"seen.{publisher}"
        with patiently():
            await collection.update_one({"_id": message.subject}, {"$setOnInsert": {"seen": {}}}, upsert=True)
            if first:
                unset = {"_id": message.subject, "proposed_on": {"$exists": False}}
                await collection.update_one(unset, {"$set": first})
            await collection.update_one(
                {
                    "_id": message.subject,
                    "$or": [{number: {"$exists": False}}, {number: {"$lt": message.sequence}}],
                },
                {"$set": {**fields, number: message.sequence}},
            )
