"""HTTP of approval: work list, dossier, acts, live line, calculator, calendars."""

from services.approval.api.routes import routes

__all__ = ["routes"]
