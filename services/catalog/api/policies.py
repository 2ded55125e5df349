"""`/api/catalog/policies`: policies for enterprises, read by everybody, kept by editors (mission C14)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response
from pydantic import Field

from contracts.base import PlaceCode
from contracts.policies import Condition
from services.catalog.api.people import APPROVERS, EDITORS, READERS, etag, person, revision, sees_drafts
from services.catalog.app import App
from services.catalog.domain.benefits.policies import Policy, PolicyRecord
from services.catalog.domain.benefits.policy_conditions import OPERATORS
from services.catalog.handlers import policies
from services.catalog.store import queries
from services.catalog.store.policies import in_search
from services.runtime import http
from services.runtime.http import VISIBLE
from services.runtime.paging import Cursors
from services.runtime.problems import NotFound, Unauthenticated
from services.runtime.tokens import Caller, MaybeCaller, Principal

Code = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
State = Literal["published", "draft", "withdrawn", "all"]


class NewPolicy(http.Body):
    """A policy with its code."""

    place: PlaceCode
    policy_code: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")
    record: PolicyRecord


class Reason(http.Body):
    """Why."""

    reason: str = Field(min_length=2, max_length=1000, pattern=VISIBLE)


class Preview(http.Body):
    """Conditions to be tried against the enterprises known at a place."""

    place: PlaceCode
    conditions: list[Condition] = Field(max_length=30)


def routes(app: App) -> APIRouter:
    """What is in force is public; drafts are for those who prepare them."""
    router = APIRouter(prefix="/api/catalog/policies", tags=["policies"])
    cursors = Cursors(app.digest_key, "policies")

    @router.get("")
    async def listed(
        caller: MaybeCaller,
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        q: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
        state: State = "published",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """The policies that hold at a place, its own and those from above; other states for who prepares."""
        after = cursors.read(cursor)
        where = _where(caller, place, q, state)
        found = await app.store.policies.page(where, after=after[0] if after else None, limit=limit + 1)
        more = cursors.made(found[limit - 1].policy_code) if len(found) > limit else None
        return http.JSON(
            {"policies": [_view(one, state != "published") for one in found[:limit]], "next_cursor": more}
        )

    @router.get("/features")
    async def features() -> Response:
        """What conditions may ask of an enterprise, and how."""
        return http.JSON({"features": {feature: list(operators) for feature, operators in OPERATORS.items()}})

    @router.post("")
    async def create(body: NewPolicy, caller: Caller, key: http.Keyed) -> Response:
        """A new policy, as a draft."""
        acting = person(caller, *EDITORS)
        caller.must_oversee(body.place, "policy")
        made = await policies.prepare(app, body.policy_code, body.place, body.record, acting, key)
        return http.JSON(_view(made, True), 201, etag(made.revision))

    @router.post("/preview")
    async def preview(body: Preview, caller: Caller) -> Response:
        """How many known enterprises would be meant: numbers only."""
        caller.require(*READERS)
        caller.must_oversee(body.place, "policy preview")
        fitting, known, tallies = await policies.preview(app, body.conditions, body.place)
        return http.JSON({"matching": fitting, "known": known, "conditions": tallies})

    @router.get("/{code}")
    async def read(code: Code, caller: MaybeCaller) -> Response:
        """One policy."""
        found = await app.store.policies.records.require(code)
        drafts = sees_drafts(caller, found.place)
        if found.live is None and not drafts:
            raise NotFound()
        view = _view(found, drafts)
        shown = view["record"] or view.get("draft")
        view["item_name"] = await app.store.policies.item_name(shown.item_code) if shown else None
        if drafts:
            view["proposals"] = await app.store.policies.counts({"policy_code": code})
        return http.JSON(view, headers=etag(found.revision))

    @router.put("/{code}/draft")
    async def edit(
        code: Code, body: PolicyRecord, caller: Caller, if_match: Annotated[str | None, Header()] = None
    ) -> Response:
        """Put the whole record in as the draft (If-Match)."""
        acting = person(caller, *EDITORS)
        await _must_oversee(app, code, caller)
        edited = await policies.edit(app, code, body, acting, revision(if_match))
        return http.JSON(_view(edited, True), headers=etag(edited.revision))

    @router.post("/{code}/publication")
    async def publish(code: Code, caller: Caller, key: http.Keyed) -> Response:
        """A second person puts the draft in force; enterprises are compared in the background."""
        acting = person(caller, *APPROVERS)
        await _must_oversee(app, code, caller)
        done = await policies.publish(app, code, acting, key)
        return http.JSON(_view(done, True), headers=etag(done.revision))

    @router.post("/{code}/withdrawal")
    async def withdraw(code: Code, body: Reason, caller: Caller, key: http.Keyed) -> Response:
        """End a policy with a reason."""
        acting = person(caller, *APPROVERS)
        await _must_oversee(app, code, caller)
        done = await policies.withdraw(app, code, body.reason, acting, key)
        return http.JSON(_view(done, True), headers=etag(done.revision))

    return router


async def _must_oversee(app: App, code: str, caller: Principal) -> None:
    found = await app.store.policies.records.require(code)
    caller.must_oversee(found.place, f"policy {code}")


def _where(caller: Principal | None, place: str | None, q: str, state: State) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    if state == "published":
        parts.append({"live": {"$ne": None}, "withdrawn": None})
        if place:
            parts.append(queries.at_or_above(place))
    else:
        if caller is None:
            raise Unauthenticated("请先登录。", "Sign in to see what is not in force.")
        caller.require(*READERS)
        parts.append(queries.under(caller.place or "-"))
        if place:
            parts.append(queries.under(place))
        parts += {
            "draft": [{"draft": {"$ne": None}}],
            "withdrawn": [{"withdrawn": {"$ne": None}}],
            "all": [],
        }[state]
    if q.strip():
        parts.append(in_search(q))
    return {"$and": parts}


def _view(policy: Policy, drafts: bool) -> dict[str, Any]:
    view: dict[str, Any] = {
        "policy_code": policy.policy_code,
        "place": policy.place,
        "state": policy.state,
        "revision": policy.revision,
        "record": policy.live,
        "published_at": policy.published_at,
        "withdrawn": policy.withdrawn,
    }
    if drafts:
        view |= {"draft": policy.draft, "editors": list(policy.editors), "matched_for": policy.matched_for}
    return view
