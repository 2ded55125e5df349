"""`/api/catalog/review-rules` and `/api/catalog/word-lists`: what a place decided (see `publishing`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response
from pydantic import Field

from contracts.base import Identifier
from services.catalog.api.people import APPROVERS, EDITORS, READERS, etag, person, revision_if_any
from services.catalog.api.publishing import Instant
from services.catalog.app import App
from services.catalog.domain import parameters
from services.catalog.domain.checks import word_lists
from services.catalog.domain.checks.word_lists import Entry, ListName
from services.catalog.domain.parameters import LISTS, Name, Parameter
from services.catalog.handlers import parameters as handlers
from services.runtime import http
from services.runtime.problems import Invalid
from services.runtime.tokens import Caller

PlaceInPath = Annotated[str, Path(pattern=r"^[0-9]{2,12}$")]
IfMatch = Annotated[str | None, Header()]
#: Who decides how drafts are reviewed: not those whose drafts they are.
RULERS = (*APPROVERS, "operator")
#: What a version says, in the words of its API.
_Content = Callable[[Name, Mapping[str, Any] | None], dict[str, Any]]


class RuleBody(http.Body):
    """Units that sign, then the one that approves; neither is the single sign-off."""

    units: list[Identifier] = Field(max_length=20)
    approving_unit: Identifier | None = None
    effective_from: Instant | None = None


class ListBody(http.Body):
    """The whole list as it shall be."""

    entries: list[Entry] = Field(max_length=500)
    effective_from: Instant | None = None


def routes(app: App) -> APIRouter:
    """Read by editors and approvers of the place; set with If-Match."""
    router = APIRouter(prefix="/api/catalog", tags=["parameters"])

    async def held(name: Name, place: str) -> tuple[Parameter | None, Parameter | None]:
        """The place's own parameter, and the one that holds there."""
        found = await app.store.parameters.for_place(place, (name,))
        holds = parameters.holding(found, name, place, app.clock())
        return next((one for one in found if one.place == place), None), holds[0] if holds else None

    @router.get("/review-rules/{place}")
    async def rule(place: PlaceInPath, caller: Caller) -> Response:
        """Who must agree to a draft of the place."""
        caller.require(*READERS)
        caller.must_oversee(place, "review rule")
        return _answered(app, _rule, "review", place, *await held("review", place))

    @router.put("/review-rules/{place}")
    async def set_rule(
        place: PlaceInPath, body: RuleBody, caller: Caller, if_match: IfMatch = None
    ) -> Response:
        """Set who must agree from now on, or from an instant; drafts under review keep their rule."""
        acting = person(caller, *RULERS)
        caller.must_oversee(place, "review rule")
        if len(set(body.units)) != len(body.units):
            raise Invalid(
                "units：同一单位只列一次。", "units: name each unit once.", code="unit-twice", field="units"
            )
        await handlers.must_be_units(app, place, list(body.units), "units")
        if body.approving_unit:
            await handlers.must_be_units(app, place, [body.approving_unit], "approving_unit")
        own = await handlers.put(
            app,
            "review",
            place,
            {"units": list(body.units), "approving_unit": body.approving_unit},
            acting,
            revision=revision_if_any(if_match),
            effective_from=body.effective_from,
        )
        return _answered(app, _rule, "review", place, own, (await held("review", place))[1])

    @router.get("/word-lists")
    async def lists(caller: Caller, place: Annotated[str, Query(pattern=r"^[0-9]{2,12}$")]) -> Response:
        """All word lists that hold at a place."""
        caller.require(*READERS)
        caller.must_oversee(place, "word lists")
        shown = [_shown(app, _list, name, place, *await held(name, place)) for name in LISTS]
        return http.JSON({"lists": shown})

    @router.get("/word-lists/{name}/{place}")
    async def word_list(name: ListName, place: PlaceInPath, caller: Caller) -> Response:
        """One word list as it holds at a place."""
        caller.require(*READERS)
        caller.must_oversee(place, "word list")
        return _answered(app, _list, name, place, *await held(name, place))

    @router.put("/word-lists/{name}/{place}")
    async def set_list(
        name: ListName, place: PlaceInPath, body: ListBody, caller: Caller, if_match: IfMatch = None
    ) -> Response:
        """Set the place's own list; it replaces the one that was inherited."""
        acting = person(caller, *EDITORS)
        caller.must_oversee(place, "word list")
        if (field := word_lists.misfit(name, tuple(body.entries))) is not None:
            raise Invalid(
                f"{field}：这份清单的每个词条都要填写，词条不能重复。",
                f"{field}: needed in this list, and each phrase stands there once.",
                code="entry-misfit",
                field=field,
            )
        value = {"entries": [entry.model_dump(mode="json", exclude_none=True) for entry in body.entries]}
        own = await handlers.put(
            app,
            name,
            place,
            value,
            acting,
            revision=revision_if_any(if_match),
            effective_from=body.effective_from,
        )
        return _answered(app, _list, name, place, own, (await held(name, place))[1])

    return router


def _rule(_: Name, value: Mapping[str, Any] | None) -> dict[str, Any]:
    rule = parameters.review_rule(value)
    return {"units": rule.units, "approving_unit": rule.approving_unit}


def _list(name: Name, value: Mapping[str, Any] | None) -> dict[str, Any]:
    assert name != "review"
    return {"name": name, "entries": parameters.entries(name, value)}


def _answered(
    app: App, content: _Content, name: Name, place: str, own: Parameter | None, holds: Parameter | None
) -> Response:
    return http.JSON(_shown(app, content, name, place, own, holds), headers=etag(own.revision if own else 0))


def _shown(
    app: App, content: _Content, name: Name, place: str, own: Parameter | None, holds: Parameter | None
) -> dict[str, Any]:
    value = holds.at(app.clock()) if holds else None
    return {
        "place": place,
        **content(name, value.value if value else None),
        "version": value.number if value else 0,
        "effective_from": value.effective_from if value else None,
        "inherited_from": holds.place if holds and holds.place != place else None,
        "built_in": holds is None,
        "revision": own.revision if own else 0,
        "versions": [
            {
                "version": one.number,
                "effective_from": one.effective_from,
                "by": one.by,
                "at": one.at,
                **content(name, one.value),
            }
            for one in (own.versions if own else ())
        ],
    }
