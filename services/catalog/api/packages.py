"""`/api/catalog/packages`: packages (一件事) found and read, and cut to one's answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.catalog.api import package_shapes as shapes
from services.catalog.api.documents import as_drawing, as_page, as_pdf
from services.catalog.api.package_acts import PackageCode, draft_answer
from services.catalog.api.people import READERS, etag, sees_drafts
from services.catalog.app import App
from services.catalog.documents import package_guide
from services.catalog.documents.heading import Heading
from services.catalog.documents.paper import Paper
from services.catalog.domain.packages.package import Package, PackageVersion
from services.catalog.domain.packages.plan import plan
from services.catalog.domain.packages.refusals import UnknownAnswer
from services.catalog.handlers import packages
from services.catalog.store import packages as of_packages
from services.catalog.store import queries
from services.runtime import http
from services.runtime.problems import NotFound, Unauthenticated
from services.runtime.tokens import MaybeCaller, Principal

Number = Annotated[int | None, Query(ge=1, le=1_000_000)]
State = Literal["published", "draft", "approved", "withdrawn", "all"]
Answers = Annotated[tuple[Annotated[str, Query(max_length=260)], ...], Query(max_length=50)]


def routes(app: App) -> APIRouter:
    """What is published is public; drafts are for those who prepare them."""
    router = APIRouter(prefix="/api/catalog/packages", tags=["packages"])

    @router.get("")
    async def listed(
        caller: MaybeCaller,
        q: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        subject: Literal["person", "enterprise"] | None = None,
        state: State = "published",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """Packages by name, life event, pinyin or initials. With ``place``: those at and below it and those
        of the places above, which serve it. Other states than published are for editors and approvers.
        """
        now = app.clock()
        parts = [of_packages.in_state(state, now)]
        if state != "published":
            parts.append(queries.under(_own_prefix(caller)))
        if place:
            parts.append(queries.on_the_line_of(place))
        if subject:
            parts.append(of_packages.of_subject(subject))
        if q.strip():
            parts.append(of_packages.like(q))
        page, more = await app.store.packages.listed({"$and": parts}, now, cursor=cursor, limit=limit)
        return http.JSON({"packages": [shapes.entry(line) for line in page], "next_cursor": more})

    @router.get("/{package_code}")
    async def read(
        package_code: PackageCode, caller: MaybeCaller, version: int | Literal["draft"] | None = None
    ) -> Response:
        """The version in force (or the next one), the one asked for, or ``version=draft``."""
        package = await _visible(app, package_code, caller)
        if version == "draft" or (version is None and not package.published):
            if package.draft is None or not sees_drafts(caller, package.place):
                raise NotFound()
            return await draft_answer(app, package)
        found = await chosen(app, package, version)
        body = shapes.published(package, found, app.clock())
        if sees_drafts(caller, package.place):
            known = await packages.library(app, found.content, package.place)
            body |= {"draft_state": package.draft_state, "content": found.content}
            body["items"] = shapes.derived(None, [], known)["items"]
        return http.JSON(body, headers=etag(package.revision))

    @router.get("/{package_code}/plan")
    async def planned(
        package_code: PackageCode,
        caller: MaybeCaller,
        version: Number = None,
        answer: Answers = (),
    ) -> Response:
        """The package for somebody's answers (``answer=question:option``, repeated): parts, what runs in
        parallel, materials, time, fee, and where each part is applied for.
        """
        package = await _visible(app, package_code, caller)
        found = await chosen(app, package, version)
        cut = plan(found.record, _answers(answer))
        known = await packages.library(app, found.content, package.place)
        return http.JSON(await shapes.planned(app, cut, known))

    @router.get("/{package_code}/guide")
    async def guide(
        package_code: PackageCode, caller: MaybeCaller, version: Number = None, answer: Answers = ()
    ) -> Response:
        """The merged guide for somebody's answers, as a web page."""
        return as_page(await _guide(app, package_code, caller, version, answer))

    @router.get("/{package_code}/guide.pdf")
    async def guide_pdf(
        package_code: PackageCode, caller: MaybeCaller, version: Number = None, answer: Answers = ()
    ) -> Response:
        """The same to print."""
        return await as_pdf(app, await _guide(app, package_code, caller, version, answer))

    @router.get("/{package_code}/process.svg")
    async def process(
        package_code: PackageCode, caller: MaybeCaller, version: Number = None, answer: Answers = ()
    ) -> Response:
        """The parts drawn in the order in which they are done."""
        found = await chosen(app, await _visible(app, package_code, caller), version)
        return as_drawing(package_guide.svg(found.record.name, plan(found.record, _answers(answer))))

    return router


async def _guide(
    app: App, package_code: str, caller: Principal | None, number: int | None, answer: Sequence[str]
) -> Paper:
    package = await _visible(app, package_code, caller)
    found = await chosen(app, package, number)
    known = await packages.library(app, found.content, package.place)
    records = {code: held.record for code, held in known.items() if held.record is not None}
    state = package.state_of(found, app.clock())
    heading = Heading(package_code, found.number, state, found.effective_from, what="一件事编码")
    return package_guide.paper(
        found.record.name,
        heading.line(),
        heading.marks(found.record),
        plan(found.record, _answers(answer)),
        records,
    )


def _own_prefix(caller: Principal | None) -> str:
    if caller is None:
        raise Unauthenticated("请先登录。", "Sign in to see what is not published.")
    caller.require(*READERS)
    return caller.place or "-"


async def _visible(app: App, package_code: str, caller: Principal | None) -> Package:
    package = await app.store.packages.records.require(package_code)
    if not package.published and not sees_drafts(caller, package.place):
        if caller is not None:
            caller.must_oversee(package.place, f"package {package_code}")
        raise NotFound()
    return package


async def chosen(app: App, package: Package, number: int | None) -> PackageVersion:
    """The published version meant; 404 where there is none."""
    if number is None:
        found = package.shown(app.clock())
    else:
        found = await app.store.packages.version(package, number)
    if found is None:
        raise NotFound("没有这个版本。", "There is no such version.", field="version")
    return found


def _answers(given: Sequence[str]) -> dict[str, Any]:
    pairs = [one.partition(":") for one in given]
    if any(not colon or not option for _, colon, option in pairs):
        raise UnknownAnswer()
    return {question: option for question, _, option in pairs}
