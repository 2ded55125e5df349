"""The HTTP side of notify: notices of a case, inboxes, failures (`notices`), feed and live line (`feed`)."""

from __future__ import annotations

from fastapi import APIRouter

from services.notify.api import feed, notices
from services.notify.handlers import App


def routes(app: App) -> APIRouter:
    """All routes."""
    router = APIRouter()
    for part in (notices, feed):
        router.routes.extend(part.routes(app).routes)
    return router
