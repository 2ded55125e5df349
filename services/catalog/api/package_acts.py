"""Acts on packages: composing, previewing, reviewing, publishing, renewing, withdrawing."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path
from fastapi.responses import Response
from pydantic import Field, model_validator

from contracts.base import PlaceCode
from services.catalog.api import package_shapes as shapes
from services.catalog.api.people import APPROVERS, EDITORS, etag, person, revision
from services.catalog.api.publishing import Instant
from services.catalog.app import App
from services.catalog.domain.packages import acts, lint
from services.catalog.domain.packages.draft import PackageDraft
from services.catalog.domain.packages.merge import merged
from services.catalog.domain.packages.package import Package
from services.catalog.handlers import packages
from services.runtime import http
from services.runtime.change import Change
from services.runtime.problems import Wrong
from services.runtime.tokens import Caller, Principal

PackageCode = Annotated[str, Path(pattern=r"^P-[0-9]{4,9}-[0-9]{2,12}$")]


class PlacedDraft(http.Body):
    """A package at a place as it is composed."""

    place: PlaceCode
    draft: PackageDraft


class PackageReview(http.Body):
    """Consent, or the draft given back with a reason."""

    outcome: Literal["signed", "sent_back"] = "signed"
    reason: str | None = Field(None, min_length=2, max_length=1000)

    @model_validator(mode="after")
    def _reason_with_sending_back(self) -> PackageReview:
        if self.outcome == "sent_back" and not self.reason:
            raise Wrong("reason", "退回时请写明理由", "say why it is sent back")
        return self


class PackagePublication(http.Body):
    """From when the version is in force; now where nothing is said."""

    effective_from: Instant | None = None


class PackageEnd(http.Body):
    """The end of a package."""

    reason: str = Field(min_length=2, max_length=1000)
    effective_to: Instant | None = None


def routes(app: App) -> APIRouter:
    """Composing is for editors, signing and withdrawing for approvers, publishing for both."""
    router = APIRouter(prefix="/api/catalog/packages", tags=["packages"])

    @router.post("")
    async def create(body: PlacedDraft, caller: Caller, key: http.Keyed) -> Response:
        """A new package; parts without a version are pinned to the one in force."""
        acting = person(caller, *EDITORS)
        caller.must_oversee(body.place, "new package")
        package = await packages.create(app, body.place, body.draft, acting, key)
        return await draft_answer(app, package, 201)

    @router.post("/preview")
    async def preview(body: PlacedDraft, caller: Caller) -> Response:
        """What a draft comes to, without keeping it: merged lists, time, fee, rows, findings."""
        caller.require(*EDITORS, *APPROVERS)
        caller.must_oversee(body.place, "package preview")
        content, known = await packages.pinned_draft(app, body.draft, body.place)
        found = lint.findings(content, body.place, known, app.clock())
        return http.JSON({"content": content, **shapes.derived(merged(content, known), found, known)})

    @router.put("/{package_code}/draft")
    async def edit(
        package_code: PackageCode,
        body: PackageDraft,
        caller: Caller,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Put the whole content in as the draft; If-Match is the ETag that was read."""
        acting = person(caller, *EDITORS)
        await _must_be_theirs(app, package_code, caller)
        return await draft_answer(
            app, await packages.edit(app, package_code, body, acting, revision(if_match))
        )

    @router.post("/{package_code}/renew")
    async def renew(package_code: PackageCode, caller: Caller, key: http.Keyed) -> Response:
        """Pin every part to its version in force, as a draft to be reviewed."""
        acting = person(caller, *EDITORS)
        await _must_be_theirs(app, package_code, caller)
        return await draft_answer(app, await packages.renew(app, package_code, acting, key))

    @router.post("/{package_code}/review")
    async def review(
        package_code: PackageCode, caller: Caller, key: http.Keyed, body: PackageReview | None = None
    ) -> Response:
        """The second person's consent, never of one who edited the draft; 409 while there are errors."""
        await _must_be_theirs(app, package_code, caller)
        acting, now = person(caller, *APPROVERS), app.clock()
        if body is None or body.outcome != "sent_back":
            return _answer(app, await packages.sign(app, package_code, acting, key))
        reason = body.reason or ""

        def decide(package: Package) -> Change[Package]:
            return acts.send_back(package, reason, actor=acting.actor, now=now)

        return _answer(app, await packages.act(app, package_code, decide, key))

    @router.post("/{package_code}/publish")
    async def publish(
        package_code: PackageCode, caller: Caller, key: http.Keyed, body: PackagePublication | None = None
    ) -> Response:
        """Publish the signed draft; 409 with the findings while there are errors."""
        await _must_be_theirs(app, package_code, caller)
        acting = person(caller, *APPROVERS, *EDITORS)
        begins = body.effective_from if body else None
        return _answer(app, await packages.publish(app, package_code, acting, begins, key))

    @router.post("/{package_code}/withdraw")
    async def withdraw(
        package_code: PackageCode, body: PackageEnd, caller: Caller, key: http.Keyed
    ) -> Response:
        """End a published package with a reason."""
        await _must_be_theirs(app, package_code, caller)
        acting, now = person(caller, *APPROVERS), app.clock()

        def decide(package: Package) -> Change[Package]:
            return acts.withdraw(
                package, body.reason, actor=acting.actor, now=now, effective_to=body.effective_to
            )

        return _answer(app, await packages.act(app, package_code, decide, key))

    return router


async def _must_be_theirs(app: App, package_code: str, caller: Principal) -> None:
    package = await app.store.packages.records.require(package_code)
    caller.must_oversee(package.place, f"package {package_code}")


async def draft_answer(app: App, package: Package, status: int = 200) -> Response:
    """A draft with what is derived of it."""
    assert package.draft is not None
    content = package.draft.content
    known = await packages.library(app, content, package.place)
    found = lint.findings(content, package.place, known, app.clock())
    body = shapes.drafted(package, merged(content, known), found, known)
    return http.JSON(body, status, etag(package.revision))


def _answer(app: App, package: Package) -> Response:
    newest = package.published[-1] if package.published else None
    body = {
        "package_code": package.package_code,
        "place": package.place,
        "version": package.latest,
        "effective_from": newest.effective_from if newest else None,
        "state": package.state(app.clock()) if package.draft is None else package.draft_state,
        "revision": package.revision,
    }
    return http.JSON(body, headers=etag(package.revision))
