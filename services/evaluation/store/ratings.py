"""Ratings, one a service, and invitations to rate, one a decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.evaluation.domain.rating import Invitation, Rating
from services.runtime import mapping
from services.runtime.mongo import patiently
from services.runtime.paging import Cursors
from services.runtime.records import Records
from services.runtime.service import Service


class Ratings:
    """What people said, and who was asked."""

    def __init__(self, service: Service) -> None:
        self.records: Records[Rating] = service.records(
            "ratings", Rating, key="service_id", converter=mapping.converter(), topic="evaluation.ratings"
        )
        self.invitations: Records[Invitation] = service.records(
            "invitations",
            Invitation,
            key="invitation_id",
            converter=mapping.converter(),
            topic="evaluation.invitations",
        )
        for who in ("applicant_ref", "submitter_ref"):
            service.index("invitations", [(who, 1), ("open_until", -1), ("_id", -1)], name=who)
        self._ratings = service.database["ratings"]
        self._cursors = Cursors(service.digest_key, "evaluation.invitations")

    async def open_invitations(
        self, person_ref: str, *, today: date, cursor: str | None, limit: int
    ) -> tuple[list[Invitation], str | None]:
        """A person's invitations that have not run out, the one open longest first, rated ones too.

        One page, and the cursor of the next.
        """
        who = {"$or": [{"applicant_ref": person_ref}, {"submitter_ref": person_ref}]}
        still = {"open_until": {"$gte": today.isoformat()}}
        place = {}
        if (after := self._cursors.read(cursor)) is not None:
            until, id = after
            place = {"$or": [{"open_until": {"$lt": until}}, {"open_until": until, "_id": {"$lt": id}}]}
        found = await self.invitations.find(
            {"$and": [who, still, *([place] if place else [])]},
            sort=(("open_until", -1), ("_id", -1)),
            limit=limit + 1,
        )
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], self._cursors.made(last.open_until.isoformat(), last.invitation_id)

    async def rated_among(self, service_ids: Iterable[str]) -> set[str]:
        """Those of the services that were rated."""
        wanted = list(service_ids)
        with patiently():
            found = await self._ratings.find({"_id": {"$in": wanted}}, {"_id": 1}).to_list(len(wanted) or 1)
        return {document["_id"] for document in found}
