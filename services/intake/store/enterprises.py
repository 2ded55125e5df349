"""Enterprises' features, and what they are proposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.intake.domain.enterprises import Enterprise, Proposal
from services.runtime import mapping
from services.runtime.paging import Cursors
from services.runtime.service import Service


class Enterprises:
    """The collections `enterprises` and `proposals`."""

    def __init__(self, service: Service) -> None:
        self.records = service.records(
            "enterprises",
            Enterprise,
            key="applicant_ref",
            converter=mapping.converter(),
            topic="intake.applicants",
        )
        self.proposals = service.records(
            "proposals", Proposal, key="proposal_id", converter=mapping.converter(), topic="intake.proposals"
        )
        self.cursors = Cursors(service.digest_key, "enterprises")
        service.index("enterprises", [("place", 1)])
        service.index("proposals", [("applicant_ref", 1), ("_id", 1)])

    async def proposed_to(self, applicant_ref: str, *, after: str | None, limit: int) -> list[Proposal]:
        """A page of what an enterprise was proposed."""
        where: dict[str, Any] = {"applicant_ref": applicant_ref}
        return await self.proposals.find(where | ({"_id": {"$gt": after}} if after else {}), limit=limit)

    async def page(self, where: Mapping[str, Any], *, after: str | None, limit: int) -> list[Enterprise]:
        """A page of enterprises in the order of their references."""
        return await self.records.find({**where, **({"_id": {"$gt": after}} if after else {})}, limit=limit)
