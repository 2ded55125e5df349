"""`/api/catalog/reach`: the lists 零跑腿, 只跑一次, 可办, 全程网办 and 预审, counted and published."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from contracts.blocks import ItemKind
from services.catalog.app import App
from services.catalog.domain.item import reach
from services.catalog.domain.item.reach import Count, Group, Reached, ReachList
from services.runtime import http

Place = Annotated[str, Query(pattern=r"^([0-9]{2,12})?$")]


def routes(app: App) -> APIRouter:
    """All public: the lists are there to be read, the figures to be asked about."""
    router = APIRouter(prefix="/api/catalog/reach", tags=["reach"])

    @router.get("")
    async def counted(place: Place = "") -> Response:
        """Counts and shares at and below a place, the targets, and the same for each place."""
        now = app.clock()
        groups = await app.store.reach.groups(place, now)
        places = reach.by_place(groups)
        names = await app.store.names(places)
        return http.JSON(
            {
                "place": place,
                "as_of": now,
                **_figures(groups),
                "places": [
                    {"place": code, "name": names.get(code, code), **_figures(of)}
                    for code, of in places.items()
                ],
            }
        )

    @router.get("/items")
    async def listed(
        on: Annotated[ReachList, Query(alias="list")],
        place: Place = "",
        kind: ItemKind | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """The items on a list at and below a place."""
        now = app.clock()
        groups = [group for group in await app.store.reach.groups(place, now) if reach.is_on(on, group)]
        page, more = await app.store.reach.listed(place, now, groups, kind=kind, cursor=cursor, limit=limit)
        units = await app.store.names(line.record.get("unit_id") or "" for line in page)
        items = [
            {
                "item_code": line.item_code,
                "place": line.place,
                "name": line.record["name"],
                "kind": line.record["kind"],
                "unit_name": units.get(line.record.get("unit_id") or "", line.record["implementing_body"]),
                "online_depth": line.record.get("online_depth") or "none",
                "visits": _visits(line.record),
                "sample": line.record.get("sample", False),
            }
            for line in page
        ]
        return http.JSON({"items": items, "next_cursor": more})

    return router


def _visits(record: Any) -> int:
    return reach.visits(record.get("online_depth") or "none", record["handling"], record.get("visits"))


def _figures(groups: list[Group]) -> dict[str, Any]:
    return {
        "items": sum(group.items for group in groups),
        "lists": {name: _count(count) for name, count in reach.counted(groups).items()},
        "targets": [_target(one) for one in reach.reached(groups) if one.count.of],
    }


def _count(count: Count) -> dict[str, Any]:
    return {"items": count.items, "of": count.of, "share": _rounded(count.share)}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _target(one: Reached) -> dict[str, Any]:
    target = one.target
    return {
        "list": target.name,
        "text": target.text,
        "source": target.source,
        "goal": target.share,
        "met": one.met,
        **_count(one.count),
    }
