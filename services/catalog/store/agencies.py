"""Agencies and the list of services in the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from services.catalog.domain.marketplace.agencies import Agency
from services.catalog.domain.marketplace.agency_services import AgencyService
from services.catalog.domain.text import same
from services.catalog.store import queries
from services.runtime import mapping
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service


class Agencies:
    """The collections `agencies` and `agency_services`."""

    def __init__(self, service: Service) -> None:
        converter = mapping.converter()
        plain = mapping.make_dict_unstructure_fn(Agency, converter)
        converter.register_unstructure_hook(Agency, lambda one: {**plain(one), **_derived(one)})
        self.records = service.records(
            "agencies", Agency, key="agency_id", converter=converter, topic="catalog.agencies"
        )
        self.services = service.records(
            "agency_services", AgencyService, key="service_code", converter=mapping.converter()
        )
        service.index("agencies", [("offered", 1), ("place", 1)])
        service.index("agencies", [("place", 1)])
        service.index("agency_services", [("place", 1)])
        self._items = service.database["items"]

    async def page(self, where: Mapping[str, Any], *, after: str | None, limit: int) -> list[Agency]:
        """A page of agencies in the order of their ids."""
        query = {"$and": [where, {"_id": {"$gt": after}}]} if after else dict(where)
        return await self.records.find(query, limit=limit)

    async def many(self, agency_ids: Iterable[str]) -> dict[str, Agency]:
        """Agencies by id."""
        wanted = sorted(set(agency_ids))
        found = await self.records.find({"_id": {"$in": wanted}}, limit=len(wanted) or 1)
        return {one.agency_id: one for one in found}

    async def offering(self, service_code: str, place: str) -> list[Agency]:
        """Agencies that offer a service and were admitted at a place or above it."""
        where = {"offered": service_code, **queries.at_or_above(place)}
        return await self.records.find(where, limit=1000)

    async def named(self, service_codes: Iterable[str]) -> dict[str, AgencyService]:
        """Services by code."""
        wanted = sorted(set(service_codes))
        found = await self.services.find({"_id": {"$in": wanted}}, limit=len(wanted) or 1)
        return {one.service_code: one for one in found}

    async def service_list(
        self, where: Mapping[str, Any], *, after: str | None, limit: int
    ) -> list[AgencyService]:
        """A page of the list of services in the order of their codes."""
        query = {"$and": [where, {"_id": {"$gt": after}}]} if after else dict(where)
        return await self.services.find(query, limit=limit)

    async def items_that_need(self, service: AgencyService, place: str | None = None) -> list[Document]:
        """Published items whose record names the service, or that the list names: code, name and place."""
        record = service.record
        if record is None:
            return []
        wanted = {"published.record.intermediary_services": {"$in": [record.name, service.service_code]}}
        by_code = {"base_code": {"$in": list(record.item_codes)}}
        where: Document = {
            "$and": [
                {"$or": [wanted, by_code]},
                {"published": {"$ne": []}, "withdrawn": None},
                queries.under(place or service.place),
            ]
        }
        with patiently():
            found = (
                await self._items.find(where, {"place": 1, "published.record.name": 1}).limit(50).to_list(50)
            )
        return [
            {"item_code": one["_id"], "place": one["place"], "name": one["published"][-1]["record"]["name"]}
            for one in found
        ]


def like(words: str) -> Document:
    """Agencies whose name or credit code contains what was typed."""
    return {"search": {"$regex": re.escape(same(words))}}


def _derived(agency: Agency) -> Document:
    """Fields that only queries use."""
    record = agency.record or (agency.draft.record if agency.draft else None)
    offered = agency.record.offers if agency.record else []
    ends = (
        [one.valid_to.isoformat() for one in agency.record.qualifications if one.valid_to]
        if agency.record
        else []
    )
    return {
        "search": same(f"{record.name} {record.uscc}") if record else "",
        "offered": [offer.service_code for offer in offered],
        "first_end": min(ends, default=None),
    }
