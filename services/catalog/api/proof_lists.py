"""`/api/catalog/proof-lists`: the published lists, for everybody; publishing them, for approvers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response

from contracts.proofs import ProofList
from services.catalog.api.people import APPROVERS, READERS, person
from services.catalog.app import App
from services.catalog.domain.cleanup.proofs_publishing import Edition, Prepared
from services.catalog.domain.refusals import WhichRevision
from services.catalog.handlers import proofs
from services.runtime import http
from services.runtime.tokens import Caller

ThePlace = Annotated[str, Path(pattern=r"^[0-9]{2,12}$")]


def routes(app: App) -> APIRouter:
    """Reading what is published is public (seed 000 二(三)3, seed 001 三(三)2)."""
    router = APIRouter(prefix="/api/catalog/proof-lists", tags=["proof lists"])

    @router.get("")
    async def published(place: Annotated[str, Query(pattern=r"^[0-9]{2,12}$")]) -> Response:
        """The newest editions of a place and of those above it, with all entries, and which were before."""
        found = await app.store.proofs.published(place)
        names = await app.store.names(edition.place for edition in found)
        earlier = await app.store.proofs.earlier(found)
        lists = [
            {**_edition(one, names.get(one.place, one.place)), "earlier": _earlier(earlier[one.list_id])}
            for one in found
        ]
        return http.JSON({"lists": lists})

    @router.get("/{place}/{list}/editions/{number}")
    async def of_before(
        place: ThePlace, list: ProofList, number: Annotated[int, Path(ge=1, le=1_000_000)]
    ) -> Response:
        """One edition with all entries: what was published stays readable. ``newest`` is the one in force."""
        edition = await proofs.edition(app, place, list, number)
        newest = await app.store.proofs.editions.require(edition.list_id)
        names = await app.store.names([place])
        earlier = await app.store.proofs.earlier([newest])
        return http.JSON(
            {
                **_edition(edition, names.get(place, place)),
                "newest": newest.edition,
                "earlier": _earlier(earlier[newest.list_id]),
            }
        )

    @router.get("/{place}/{list}/preview")
    async def preview(place: ThePlace, list: ProofList, caller: Caller) -> Response:
        """What would be published now, what stands in the way, and the digest that publishing asks for."""
        caller.require(*READERS)
        caller.must_oversee(place, "proof list")
        ready = await proofs.prepared(app, place, list)
        present = await app.store.proofs.editions.get(f"{place}:{list}")
        return http.JSON(_prepared(ready, present, caller.sub), headers={"etag": f'"{ready.sha256}"'})

    @router.post("/{place}/{list}/publication")
    async def publish(
        place: ThePlace,
        list: ProofList,
        caller: Caller,
        key: http.Keyed,
        if_match: Annotated[str | None, Header(max_length=200)] = None,
    ) -> Response:
        """Publish the list as read in the preview (If-Match: its ETag); never by one who edited a row."""
        acting = person(caller, *APPROVERS)
        caller.must_oversee(place, "proof list")
        if if_match is None:
            raise WhichRevision()
        seen = if_match.strip().removeprefix("W/").strip('"')
        edition = await proofs.publish(app, place, list, seen, acting, key)
        names = await app.store.names([place])
        return http.JSON(_edition(edition, names.get(place, place)))

    return router


def _edition(edition: Edition, place_name: str) -> dict[str, Any]:
    return {
        "place": edition.place,
        "place_name": place_name,
        "list": edition.list,
        "edition": edition.edition,
        "published_at": edition.published_at,
        "entries": edition.record.entries,
        "inspections": edition.record.inspections,
    }


def _earlier(editions: Iterable[tuple[int, datetime]]) -> list[dict[str, Any]]:
    return [{"edition": number, "published_at": at} for number, at in editions]


def _prepared(ready: Prepared, present: Edition | None, sub: str) -> dict[str, Any]:
    return {
        "place": ready.place,
        "list": ready.list,
        "entries": ready.record.entries,
        "inspections": ready.record.inspections,
        "sha256": ready.sha256,
        "blocked": [
            {"proof_id": row.proof_id, "name": row.record.name, "code": issue.code, "text": issue.text}
            for row, issue in ready.blocked
        ],
        "open": ready.open,
        "edited_by_you": sub in ready.editors,
        "published": {
            "edition": present.edition,
            "published_at": present.published_at,
            "unchanged": present.sha256 == ready.sha256,
        }
        if present
        else None,
    }
