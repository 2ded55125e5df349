"""The HTTP side of intake."""

from __future__ import annotations

from fastapi import APIRouter

from services.intake.api import (
    cases,
    enterprises,
    files,
    market,
    packages,
    people,
    progress,
    receipt,
    wordings,
)
from services.intake.intake import Intake


def routers(intake: Intake) -> list[APIRouter]:
    """All routes of intake."""
    return [
        module.routes(intake)
        for module in (cases, progress, files, people, receipt, market, packages, wordings, enterprises)
    ]


__all__ = ["routers"]
