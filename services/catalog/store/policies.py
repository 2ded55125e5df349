"""Policies, enterprises' files and proposals in the database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.catalog.domain.benefits.policies import Policy
from services.catalog.domain.benefits.policy_conditions import File
from services.catalog.domain.benefits.proposals import Proposal
from services.runtime import mapping
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service

#: Files or proposals that are looked at in one go.
_PAGE = 500


class Policies:
    """The collections `policies`, `enterprise_files` and `proposals`."""

    def __init__(self, service: Service) -> None:
        self.records = service.records(
            "policies", Policy, key="policy_code", converter=mapping.converter(), topic="catalog.policies"
        )
        self.files = service.records(
            "enterprise_files", File, key="applicant_ref", converter=mapping.converter()
        )
        self.proposals = service.records(
            "proposals", Proposal, key="proposal_id", converter=mapping.converter(), topic="catalog.proposals"
        )
        service.index("policies", [("place", 1)])
        service.index("proposals", [("place", 1), ("state", 1), ("pay_by", 1)])
        service.index("proposals", [("policy_code", 1), ("state", 1)])
        service.index("proposals", [("state", 1), ("lapses_on", 1)])
        self._database = service.database

    async def page(self, where: Mapping[str, Any], *, after: str | None, limit: int) -> list[Policy]:
        """A page of policies in the order of their codes."""
        query = {"$and": [where, {"_id": {"$gt": after}}]} if after else dict(where)
        return await self.records.find(query, limit=limit)

    async def in_force(self) -> list[Policy]:
        """Policies that propose by themselves; whether their day has come is the domain's."""
        return await self.records.find({"live.without_application": True, "withdrawn": None}, limit=10_000)

    async def files_after(self, after: str | None) -> list[File]:
        """The next files in the order of their references."""
        return await self.files.find({"_id": {"$gt": after}} if after else {}, limit=_PAGE)

    async def overdue_answers(self, today: date) -> list[Proposal]:
        """Proposals whose last day has passed without an answer."""
        where: Document = {"state": "proposed", "lapses_on": {"$lt": today.isoformat()}}
        return await self.proposals.find(where, limit=_PAGE)

    async def proposal_page(
        self, where: Mapping[str, Any], *, after: tuple[Any, str] | None, limit: int
    ) -> list[Proposal]:
        """A page of proposals, the soonest to be paid or answered first."""
        query = dict(where)
        if after is not None:
            later = [{"lapses_on": {"$gt": after[0]}}, {"lapses_on": after[0], "_id": {"$gt": after[1]}}]
            query = {"$and": [query, {"$or": later}]}
        return await self.proposals.find(query, sort=[("lapses_on", 1), ("_id", 1)], limit=limit)

    async def counts(self, where: Mapping[str, Any]) -> dict[str, Document]:
        """Proposals and sums by state."""
        group = {
            "_id": "$state",
            "count": {"$sum": 1},
            "amount_fen": {"$sum": {"$ifNull": ["$payment.amount_fen", 0]}},
        }
        rows = await self._database.aggregate("proposals", [{"$match": dict(where)}, {"$group": group}])
        return {row["_id"]: {"count": row["count"], "amount_fen": row["amount_fen"]} for row in rows}

    async def item_name(self, item_code: str) -> str | None:
        """The name of a published item that is not withdrawn."""
        fields = {"published.record.name": 1}
        where: Document = {"_id": item_code, "published": {"$ne": []}, "withdrawn": None}
        with patiently():
            found = await self._database["items"].find_one(where, fields)
        return str(found["published"][-1]["record"]["name"]) if found else None


def overdue(today: date) -> Document:
    """Consented, and not paid by its day."""
    return {"state": "consented", "pay_by": {"$lt": today.isoformat()}}


def in_search(words: str) -> Document:
    """Policies whose name holds what was typed."""
    text = {"$regex": re.escape(words.strip()), "$options": "i"}
    return {"$or": [{"live.name": text}, {"draft.name": text}, {"_id": text}]}
