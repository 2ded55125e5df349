"""The versions of an item and what they differ in (mission C8; shapes: `publishing`)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.catalog.api.items import ItemCode, chosen, visible, waiver
from services.catalog.api.people import must_see_version, sees_drafts
from services.catalog.app import App
from services.catalog.documents.differences import differences
from services.catalog.domain.item import timeline
from services.catalog.domain.item.items import Item, Version
from services.catalog.domain.item.record import DraftRecord, opened
from services.catalog.handlers import items
from services.runtime import http
from services.runtime.problems import NotFound
from services.runtime.tokens import MaybeCaller, Principal


def routes(app: App) -> APIRouter:
    """What was published is public; who signed by name of account is for those who prepare it."""
    router = APIRouter(prefix="/api/catalog/items/{item_code}", tags=["versions"])

    @router.get("/versions")
    async def versions(item_code: ItemCode, caller: MaybeCaller) -> Response:
        """All published versions, newest first, each with the time in which it holds."""
        item = await visible(app, item_code, caller)
        found = await items.versions(app, item)
        if found:
            must_see_version(caller, item, found[0])
        inside = sees_drafts(caller, item.place)
        shown = [_version(app, item, one, found, inside) for one in found]
        return http.JSON({"item_code": item_code, "versions": shown})

    @router.get("/diff")
    async def diff(
        item_code: ItemCode,
        caller: MaybeCaller,
        from_: Annotated[int, Query(alias="from", ge=1)],
        to: Annotated[int | Literal["draft"], Query()],
    ) -> Response:
        """What changed from one version to another, or to the draft."""
        item = await visible(app, item_code, caller)
        before, after = [await _record(app, item, caller, which) for which in (from_, to)]
        found = [asdict(one) for one in differences(before, after)]
        return http.JSON({"item_code": item_code, "from": from_, "to": to, "changes": found})

    return router


async def _record(
    app: App, item: Item, caller: Principal | None, which: int | Literal["draft"]
) -> DraftRecord:
    found = await chosen(app, item, caller, which)
    if found is not None:
        return opened(found.record)
    if item.draft is None:
        raise NotFound()
    return item.draft.record


def _version(app: App, item: Item, version: Version, known: list[Version], inside: bool) -> dict[str, Any]:
    now, ends = app.clock(), item.ends()
    ended = timeline.end(version, known, ends)
    shown: dict[str, Any] = {
        "number": version.number,
        "state": timeline.state(version, known, ends, now),
        "effective_from": version.effective_from,
        "ended_at": ended[0] if ended else None,
        "ended_by": ended[1] if ended else None,
        "published_at": version.published_at,
        "change": version.change,
        "supersedes": version.supersedes,
        "signed_by": version.signed_by,
        "approved_by": version.approved_by,
        "record_sha256": version.record_sha256,
    }
    if inside:
        shown |= {
            "signatures": [asdict(signature) for signature in version.signatures],
            "approval": asdict(version.approval) if version.approval else None,
            "published_by": version.published_by,
            "waivers": [waiver(one) for one in version.waivers],
        }
    return shown
