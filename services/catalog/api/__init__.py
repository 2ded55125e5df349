"""HTTP of the catalog (design §7)."""

from __future__ import annotations

from fastapi import APIRouter

from services.catalog.api import (
    adoption,
    agencies,
    agency_services,
    comparison,
    directory,
    documents,
    exports,
    filings,
    imports,
    item_files,
    items,
    offers,
    package_acts,
    packages,
    parameters,
    policies,
    proof_lists,
    proofs,
    proposals,
    publishing,
    reach,
    reviews,
    search,
    selections,
    versions,
)
from services.catalog.app import App


def routes(app: App) -> APIRouter:
    """All routes."""
    router = APIRouter()
    for part in (
        directory,
        imports,
        exports,
        items,
        item_files,
        publishing,
        reviews,
        versions,
        parameters,
        documents,
        adoption,
        filings,
        offers,
        comparison,
        package_acts,
        packages,
        reach,
        agency_services,
        agencies,
        selections,
        proofs,
        proof_lists,
        search,
        policies,
        proposals,
    ):
        router.routes.extend(part.routes(app).routes)
    return router
