"""What is made from one record: guide, process map, element table; drafts too, for those who may see them."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from services.catalog.api.items import ItemCode, WhichVersion, chosen, visible
from services.catalog.app import App
from services.catalog.documents import elements, guide, process_map
from services.catalog.documents.heading import Heading
from services.catalog.domain.record import DraftRecord, opened
from services.runtime import http
from services.runtime.tokens import MaybeCaller, Principal

#: A page of ours has its own style and no script; nothing in a record can bring one in.
_PAGE = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"}


def routes(app: App) -> APIRouter:
    """All made when asked for, from the record as it is."""
    router = APIRouter(prefix="/api/catalog/items/{item_code}", tags=["documents"])

    @router.get("/guide")
    async def guide_page(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """办事指南 in the form of 附件5, as a web page."""
        record, heading = await _record(app, item_code, caller, version)
        return Response(guide.page(record, heading), media_type="text/html; charset=utf-8", headers=_PAGE)

    @router.get("/guide.pdf")
    async def guide_pdf(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """The same to print; 503 where the machine has no Chinese font."""
        record, heading = await _record(app, item_code, caller, version)
        printed = await app.printer.pdf(record, heading)
        name = quote(f"{record.name}服务指南.pdf")
        disposition = {"content-disposition": f"inline; filename*=UTF-8''{name}"}
        return Response(printed, media_type="application/pdf", headers=disposition)

    @router.get("/process.svg")
    async def process(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """运行图谱, drawn from the steps."""
        record, _ = await _record(app, item_code, caller, version)
        return Response(process_map.svg(record), media_type="image/svg+xml", headers=_PAGE)

    @router.get("/elements")
    async def element_table(
        item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None
    ) -> Response:
        """实施要素一览表 as data."""
        record, heading = await _record(app, item_code, caller, version)
        return http.JSON(elements.elements(record, heading))

    return router


async def _record(
    app: App, item_code: str, caller: Principal | None, version: WhichVersion
) -> tuple[DraftRecord, Heading]:
    item = await visible(app, item_code, caller)
    found = await chosen(app, item, caller, version)
    if found is None:
        assert item.draft is not None
        return item.draft.record, Heading(item_code, 0, item.draft_state or "draft", None)
    state = item.state_of(found, app.clock())
    return opened(found.record), Heading(item_code, found.number, state, found.effective_from)
