"""Review rules and word lists of places as documents."""

from __future__ import annotations

from collections.abc import Sequence

from services.catalog.domain.parameters import Name, Parameter, above, parameter_id
from services.runtime import mapping
from services.runtime.service import Service


class Parameters:
    """One document for each parameter of each place that has set it."""

    def __init__(self, service: Service) -> None:
        self.records = service.records(
            "parameters", Parameter, key="parameter_id", converter=mapping.converter()
        )

    async def for_place(self, place: str, names: Sequence[Name]) -> list[Parameter]:
        """What a place and those above it have set of these."""
        ids = [parameter_id(name, code) for name in names for code in above(place)]
        return await self.records.find({"_id": {"$in": ids}}, limit=len(ids))
