"""Read copies of the marketplace: agencies that applicants may choose, and selections beside the cases."""

from __future__ import annotations

from typing import Any

from contracts.base import lineage
from contracts.marketplace import AgencyEventData, AgencyRemoved, FrozenSelection, SelectionEventData
from services.intake.domain.case import Case
from services.runtime.message import Message
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service

#: What a selection has come to, by the newest event of it.
_STATES = {
    "selection-opened": "open",
    "entries-closed": "closed",
    "agencies-drawn": "quoting",
    "agency-selected": "selected",
    "selection-cancelled": "cancelled",
}


class Market:
    """The collections `agencies` and `selections`, one document a subject; the newest event wins."""

    def __init__(self, service: Service) -> None:
        self._agencies = service.database["agencies"]
        self._selections = service.database["selections"]
        service.index("agencies", [("services", 1)])
        service.index("selections", [("case_no", 1)], sparse=True)

    async def keep_agency(self, message: Message, event: AgencyEventData) -> None:
        """Note the agency as it stands now."""
        fields = event.model_dump(
            mode="json", include={"name", "services", "qualified", "grade", "barred", "barred_until"}
        )
        removed = isinstance(event, AgencyRemoved)
        await self._keep(self._agencies, message, {**fields, "place": event.place_code, "removed": removed})

    async def keep_selection(self, message: Message, event: SelectionEventData) -> None:
        """Note the selection as it stands now."""
        fields = event.model_dump(
            mode="json",
            include={"service_code", "service_name", "mode", "case_no", "opened_by", "unit_id"},
        )
        entries = event.entries if isinstance(event, FrozenSelection) else []
        fields |= {
            "place": event.place_code,
            "state": _STATES[event.type],
            "entries_until": event.entries_until,
            "entry_count": len(entries),
            "agency_id": getattr(event, "agency_id", None),
            "price_fen": getattr(event, "price_fen", None),
            "reason": getattr(event, "reason", None) if event.type == "selection-cancelled" else None,
        }
        if fields["case_no"] is None:
            del fields["case_no"]
        await self._keep(self._selections, message, fields)

    async def of_case(self, case: Case) -> list[Document]:
        """The selections for a case, opened by somebody whose case it is or by a unit of its place.

        Anybody can name a case's number at an opening; what a stranger opened is not shown on it.
        """
        with patiently():
            found = await self._selections.find({"case_no": case.case_no}).sort("_id", 1).to_list(100)
        mine = [one for one in found if _belongs(one, case)]
        names = await self._names([one["agency_id"] for one in mine if one.get("agency_id")])
        return [_shown(one, names) for one in mine]

    async def offering(self, service_code: str, place: str, today: str) -> list[Document]:
        """Agencies that may be chosen for a service at a place on a day (ISO), the best grade first."""
        able = {
            "$elemMatch": {
                "service_code": service_code,
                "$or": [{"until": None}, {"until": {"$gte": today}}],
            }
        }
        free = {"$or": [{"barred": False}, {"barred_until": {"$ne": None, "$lt": today}}]}
        where = {"qualified": able, "place": {"$in": lineage(place)}, "removed": False, **free}
        with patiently():
            found = await self._agencies.find(where).sort([("grade", 1), ("_id", 1)]).to_list(500)
        return [{"agency_id": one["_id"], "name": one["name"], "grade": one["grade"]} for one in found]

    async def _names(self, agency_ids: list[str]) -> dict[str, str]:
        with patiently():
            found = await self._agencies.find({"_id": {"$in": agency_ids}}, {"name": 1}).to_list(100)
        return {one["_id"]: one["name"] for one in found}

    async def _keep(self, collection: Any, message: Message, fields: Document) -> None:
        number = message.sequence
        with patiently():
            await collection.update_one(
                {"_id": message.subject}, {"$setOnInsert": {"sequence": 0}}, upsert=True
            )
            await collection.update_one(
                {"_id": message.subject, "sequence": {"$lt": number}},
                {"$set": {**fields, "sequence": number}},
            )


def _belongs(selection: Document, case: Case) -> bool:
    if selection.get("opened_by") in case.readers:
        return True
    place: str = selection["place"]
    return selection.get("unit_id") is not None and (
        case.place.startswith(place) or place.startswith(case.place)
    )


def _shown(selection: Document, names: dict[str, str]) -> Document:
    fields = ("service_code", "service_name", "mode", "state", "entries_until", "entry_count", "price_fen")
    agency_id = selection.get("agency_id")
    return {
        "selection_id": selection["_id"],
        **{name: selection.get(name) for name in (*fields, "reason")},
        "agency": {"agency_id": agency_id, "name": names.get(agency_id, agency_id)} if agency_id else None,
    }
