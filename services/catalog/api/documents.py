"""What is made from one record: guide, process map, element table, acceptance list, handbook, item list.

Of any version (``version=``); of drafts, too, for those who may see them. The handbook is for staff.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.catalog.api.items import ItemCode, WhichVersion, chosen, visible
from services.catalog.api.people import READERS
from services.catalog.app import App
from services.catalog.documents import (
    acceptance_list,
    element_table,
    elements,
    guide,
    handbook,
    item_list,
    page,
    process_map,
)
from services.catalog.documents.heading import Heading
from services.catalog.documents.paper import Paper
from services.catalog.domain.item.record import DraftRecord, opened
from services.catalog.handlers import item_lists
from services.runtime import http
from services.runtime.problems import NotFound
from services.runtime.tokens import Caller, MaybeCaller, Principal

#: A page of ours has its own style and no script; nothing in a record can bring one in.
PAGE = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"}
#: Who works on cases or on the catalog.
STAFF = ("clerk", "agent", "reviewer", "chief", "supervisor", "regulator", *READERS)
PlaceOfList = Annotated[str, Query(pattern=r"^[0-9]{2,12}$")]


def routes(app: App) -> APIRouter:
    """All made when asked for, from the record as it is."""
    router = APIRouter(prefix="/api/catalog", tags=["documents"])
    _guides(router, app)
    _tables(router, app)
    _lists(router, app)
    _handbooks(router, app)
    return router


def _guides(router: APIRouter, app: App) -> None:
    @router.get("/items/{item_code}/guide")
    async def guide_page(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """办事指南 in the form of 附件5, as a web page."""
        return as_page(guide.paper(*await _record(app, item_code, caller, version)))

    @router.get("/items/{item_code}/guide.pdf")
    async def guide_pdf(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """The same to print; 503 where the machine has no Chinese font."""
        return await as_pdf(app, guide.paper(*await _record(app, item_code, caller, version)))

    @router.get("/items/{item_code}/process.svg")
    async def process(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """运行图谱, drawn from the steps."""
        record, _, units = await _record(app, item_code, caller, version)
        return as_drawing(process_map.svg(record, units))

    @router.get("/items/{item_code}/elements")
    async def element_table(
        item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None
    ) -> Response:
        """实施要素一览表 as data."""
        return http.JSON(elements.elements(*await _record(app, item_code, caller, version)))


def _tables(router: APIRouter, app: App) -> None:
    @router.get("/items/{item_code}/element-table")
    async def table_page(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """实施要素一览表 as a web page."""
        return as_page(element_table.paper(*await _record(app, item_code, caller, version)))

    @router.get("/items/{item_code}/element-table.pdf")
    async def table_pdf(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """The same to print."""
        return await as_pdf(app, element_table.paper(*await _record(app, item_code, caller, version)))


def _lists(router: APIRouter, app: App) -> None:
    @router.get("/items/{item_code}/acceptance-list")
    async def list_page(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """标准化受理清单 as a web page; public, so that people see what the window may ask."""
        record, heading, _ = await _record(app, item_code, caller, version)
        return as_page(acceptance_list.paper(record, heading))

    @router.get("/items/{item_code}/acceptance-list.pdf")
    async def list_pdf(item_code: ItemCode, caller: MaybeCaller, version: WhichVersion = None) -> Response:
        """The same to print."""
        record, heading, _ = await _record(app, item_code, caller, version)
        return await as_pdf(app, acceptance_list.paper(record, heading))

    @router.get("/item-list")
    async def item_list_page(place: PlaceOfList) -> Response:
        """事项清单 (一单) of a place: what is in force there, as a page to print."""
        return as_page(await _item_list(app, place))

    @router.get("/item-list.pdf")
    async def item_list_pdf(place: PlaceOfList) -> Response:
        """The same as PDF."""
        return await as_pdf(app, await _item_list(app, place))


def _handbooks(router: APIRouter, app: App) -> None:
    @router.get("/items/{item_code}/handbook")
    async def handbook_page(item_code: ItemCode, caller: Caller, version: WhichVersion = None) -> Response:
        """业务手册 for reviewers, as a web page."""
        return as_page(await _handbook(app, item_code, caller, version))

    @router.get("/items/{item_code}/handbook.pdf")
    async def handbook_pdf(item_code: ItemCode, caller: Caller, version: WhichVersion = None) -> Response:
        """The same to print."""
        return await as_pdf(app, await _handbook(app, item_code, caller, version))


async def _handbook(app: App, item_code: str, caller: Principal, version: WhichVersion) -> Paper:
    """Staff read the handbooks of the items below their place, and of those that come from above it."""
    caller.require(*STAFF)
    item = await app.store.items.require(item_code)
    if not (caller.place or "-").startswith(item.place):
        caller.must_oversee(item.place, f"handbook {item_code}")
    return handbook.paper(*await _record(app, item_code, caller, version))


async def _item_list(app: App, place: str) -> Paper:
    names = await app.store.names([place])
    if place not in names:
        raise NotFound("没有这个地区。", "There is no such place.", field="place")
    lines, sample = await item_lists.of_place(app, place)
    return item_list.paper(names[place], app.clock().date(), lines, sample=sample)


async def _record(
    app: App, item_code: str, caller: Principal | None, version: WhichVersion
) -> tuple[DraftRecord, Heading, Mapping[str, str]]:
    """The record meant, what its documents say of it, and the names of the units in it."""
    item = await visible(app, item_code, caller)
    found = await chosen(app, item, caller, version)
    if found is None:
        assert item.draft is not None
        record, heading = item.draft.record, Heading(item_code, 0, item.draft_state or "draft", None)
    else:
        state = item.state_of(found, app.clock())
        record, heading = opened(found.record), Heading(item_code, found.number, state, found.effective_from)
    doing = [step.unit_id for step in record.steps or ()]
    units = await app.store.names(
        unit for unit in (*doing, *(one.unit_id for one in record.regulatory_measures)) if unit
    )
    return record, heading, units


# -- answers --------------------------------------------------------------------------------------------


def as_page(paper: Paper) -> Response:
    """A document as a web page."""
    return Response(page.page(paper), media_type="text/html; charset=utf-8", headers=PAGE)


async def as_pdf(app: App, paper: Paper) -> Response:
    """A document to print."""
    printed = await app.printer.pdf(paper)
    name = quote(f"{paper.title}.pdf")
    disposition = {"content-disposition": f"inline; filename*=UTF-8''{name}"}
    return Response(printed, media_type="application/pdf", headers=disposition)


def as_drawing(svg: str) -> Response:
    """A drawing."""
    return Response(svg, media_type="image/svg+xml", headers=PAGE)
