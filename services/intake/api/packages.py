"""Packages (一件事) that can be applied for, from intake's own copies: there while the catalog is away."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from services.intake.intake import Intake
from services.intake.store.packages import HeldPackage
from services.runtime import http
from services.runtime.problems import NotFound

PackageCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]


def routes(intake: Intake) -> APIRouter:
    """Public."""
    router = APIRouter(prefix="/api/intake/packages", tags=["packages"])

    @router.get("")
    async def of_place(place: Annotated[str, Query(pattern=r"^[0-9]{2,12}$")]) -> Response:
        """The packages of a place and of the places above it."""
        found = await intake.packages.of_place(place, intake.clock())
        return http.JSON({"packages": [_shape(package) for package in found]})

    @router.get("/{package_code}")
    async def one(package_code: PackageCode) -> Response:
        """The version in force with its merged form and list."""
        found = await intake.packages.in_force(package_code, intake.clock())
        if found is None:
            raise NotFound()
        return http.JSON(_shape(found))

    return router


def _shape(package: HeldPackage) -> dict[str, Any]:
    return {
        "package_code": package.package_code,
        "place": package.place,
        "version": package.version,
        "effective_from": package.effective_from,
        "record": package.record,
    }
