"""Words of commitments: what an applicant commits to instead of a proof, now or when a case was filed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.intake.intake import Intake
from services.runtime import http

ItemCode = Annotated[str, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
Part = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]


def routes(intake: Intake) -> APIRouter:
    """`/api/intake/commitment-texts`; public, as the lists are that they come from (seed 001 三(三)2)."""
    router = APIRouter(prefix="/api/intake/commitment-texts", tags=["commitments"])

    @router.get("")
    async def of_item(item_code: ItemCode) -> Response:
        """The published words for the materials of an item that a commitment may stand for."""
        version = (await intake.items.get(item_code)).in_force(intake.clock())
        found = await intake.wordings.of(version.place, version.record)
        return http.JSON(
            {"texts": [{**asdict(wording), "material": name} for name, wording in found.items()]}
        )

    @router.get("/{proof}/{number}")
    async def numbered(proof: Part, number: Annotated[int, Path(ge=1, le=1_000_000)]) -> Response:
        """The words that a case names as `text_version`, replaced since or not."""
        return http.JSON(asdict(await intake.wordings.numbered(f"{proof}/{number}")))

    return router
