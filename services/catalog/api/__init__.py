"""HTTP of the catalog (design §7)."""

from __future__ import annotations

from fastapi import APIRouter

from services.catalog.api import adoption, directory, documents, imports, items, publishing
from services.catalog.app import App


def routes(app: App) -> APIRouter:
    """All routes."""
    router = APIRouter()
    for part in (directory, imports, items, publishing, documents, adoption):
        router.include_router(part.routes(app))
    return router
