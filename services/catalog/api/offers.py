"""进驻: items in halls and window themes, the negative list, and the rate (mission C10)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field, StringConstraints, model_validator

from contracts.offers import ExclusionReason
from services.catalog.api import many
from services.catalog.api.adoption import OVERSEERS
from services.catalog.api.items import ItemCode
from services.catalog.api.offer_views import hall_list, listed, rate
from services.catalog.api.people import APPROVERS, EDITORS, person
from services.catalog.app import App
from services.catalog.domain.halls.offer_refusals import NoHall
from services.catalog.domain.halls.offers import Offer
from services.catalog.handlers import offers
from services.catalog.store.offers import State
from services.runtime import http
from services.runtime.http import VISIBLE
from services.runtime.paging import Cursors
from services.runtime.problems import NotFound, Problem, Wrong
from services.runtime.tokens import Caller, Principal

HallId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
Code = Annotated[str, StringConstraints(max_length=128)]
Words = Annotated[str, StringConstraints(min_length=2, max_length=500, pattern=VISIBLE)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=VISIBLE)]


class Offering(http.Body):
    """A window theme, and which of its windows where not all take it."""

    theme: Word
    window_kinds: list[Word] = Field(default_factory=list, max_length=20)


class ManyOffers(Offering):
    """Many items enter one theme of one hall."""

    hall_id: Code
    item_codes: list[Code] = Field(min_length=1, max_length=1000)


class ManyEndings(http.Body):
    """Many items leave one hall."""

    hall_id: Code
    item_codes: list[Code] = Field(min_length=1, max_length=1000)
    reason: Words


class Excluding(http.Body):
    """Why an item is not handled in the hall, and where it is instead."""

    reason: ExclusionReason
    handled_at: Words
    note: Words | None = None


class ManyExclusions(Excluding):
    """Many items that cannot be handled in one hall for one reason."""

    hall_id: Code
    item_codes: list[Code] = Field(min_length=1, max_length=1000)


class Lifting(http.Body):
    """Why an item can be handled in the hall now."""

    note: Words | None = None


class Review(http.Body):
    """The second person's answer."""

    outcome: Literal["approved", "sent_back"] = "approved"
    reason: Words | None = None

    @model_validator(mode="after")
    def _reason_with_sending_back(self) -> Review:
        if self.outcome == "sent_back" and not self.reason:
            raise Wrong("reason", "退回时请写明理由", "say why it is sent back")
        return self


class ManyReviews(http.Body):
    """Proposals of one hall that are approved at once."""

    hall_id: Code
    item_codes: list[Code] = Field(min_length=1, max_length=1000)


def routes(app: App) -> APIRouter:
    """What a hall handles is public; offering is the editor's, the negative list two people's."""
    router = APIRouter(prefix="/api/catalog", tags=["offers"])
    cursors = Cursors(app.digest_key, "offers")

    @router.get("/halls/{hall_id}/items")
    async def of_hall(hall_id: HallId) -> Response:
        """Public: what is handled in a hall by window theme, and what is not and where instead."""
        found = await offers.of_hall(app, hall_id)
        if found.hall.kind not in ("hall", "point"):
            raise NotFound()
        return http.JSON(hall_list(found))

    @router.get("/offers")
    async def offered(
        caller: Caller,
        place: Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")] = None,
        hall_id: Annotated[str | None, Query(max_length=128)] = None,
        state: State | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """Items at halls with what waits for approval; the halls at and below a place."""
        caller.require(*OVERSEERS)
        wanted = place or caller.place
        caller.must_oversee(wanted, "offers")
        after = cursors.read(cursor)
        page = await app.store.offers.page(
            wanted, hall_id, state, after=after[0] if after else None, limit=limit + 1
        )
        shown = page[:limit]
        names = await offers.named(app, shown)
        more = cursors.made(shown[-1].offer_id) if len(page) > limit else None
        return http.JSON({"offers": [listed(one, names) for one in shown], "next_cursor": more})

    @router.get("/offer-rates")
    async def rates(caller: Caller, place: Annotated[str, Query(pattern=r"^[0-9]{2,12}$")]) -> Response:
        """进驻率 of each hall at and below a place, with the items that are missing."""
        caller.require(*OVERSEERS)
        caller.must_oversee(place, "offer rates")
        return http.JSON({"halls": [rate(one) for one in await offers.rates(app, place)]})

    @router.put("/offers/{hall_id}/{item_code}")
    async def offer(hall_id: HallId, item_code: ItemCode, body: Offering, caller: Caller) -> Response:
        """The item enters a window theme of the hall, or moves to another; the same again changes nothing."""
        acting = person(caller, *EDITORS)
        await _their_hall(app, hall_id, caller)
        found = await offers.offer(app, hall_id, item_code, body.theme, body.window_kinds, acting)
        return http.JSON(listed(found))

    @router.delete("/offers/{hall_id}/{item_code}")
    async def end(
        hall_id: HallId,
        item_code: ItemCode,
        caller: Caller,
        reason: Annotated[str, Query(min_length=2, max_length=500, pattern=VISIBLE)],
    ) -> Response:
        """The item leaves the hall."""
        acting = person(caller, *EDITORS)
        await _their_hall(app, hall_id, caller)
        return http.JSON(listed(await offers.end(app, hall_id, item_code, reason, acting)))

    @router.post("/offers")
    async def offer_many(body: ManyOffers, caller: Caller, request: Request) -> Response:
        """Many items enter one theme: ``{"done":[…],"refused":[{"item_code","code","message"}]}``."""
        acting = person(caller, *EDITORS)
        await _their_hall(app, body.hall_id, caller)
        return await _many(
            request,
            body.item_codes,
            lambda code: offers.offer(app, body.hall_id, code, body.theme, body.window_kinds, acting),
        )

    @router.post("/offers/endings")
    async def end_many(body: ManyEndings, caller: Caller, request: Request) -> Response:
        """Many items leave one hall."""
        acting = person(caller, *EDITORS)
        await _their_hall(app, body.hall_id, caller)
        return await _many(
            request, body.item_codes, lambda code: offers.end(app, body.hall_id, code, body.reason, acting)
        )

    @router.put("/offers/{hall_id}/{item_code}/exclusion")
    async def exclude(hall_id: HallId, item_code: ItemCode, body: Excluding, caller: Caller) -> Response:
        """Propose that the item is on the hall's negative list; only 场地限制 and 国家秘密 are reasons."""
        acting = person(caller, *EDITORS)
        await _their_hall(app, hall_id, caller)
        found = await offers.propose_exclusion(
            app, hall_id, item_code, body.reason, body.handled_at, body.note, acting
        )
        return http.JSON(listed(found))

    @router.post("/offers/exclusions")
    async def exclude_many(body: ManyExclusions, caller: Caller, request: Request) -> Response:
        """Propose many entries of one hall's negative list."""
        acting = person(caller, *EDITORS)
        await _their_hall(app, body.hall_id, caller)
        return await _many(
            request,
            body.item_codes,
            lambda code: offers.propose_exclusion(
                app, body.hall_id, code, body.reason, body.handled_at, body.note, acting
            ),
        )

    @router.post("/offers/{hall_id}/{item_code}/lifting")
    async def lift(
        hall_id: HallId, item_code: ItemCode, body: Lifting, caller: Caller, key: http.Keyed
    ) -> Response:
        """Propose that the item is taken off the negative list."""
        acting = person(caller, *EDITORS)
        await _their_hall(app, hall_id, caller)
        return http.JSON(
            listed(await offers.propose_lifting(app, hall_id, item_code, body.note, acting, key))
        )

    @router.post("/offers/{hall_id}/{item_code}/review")
    async def review(
        hall_id: HallId, item_code: ItemCode, body: Review, caller: Caller, key: http.Keyed
    ) -> Response:
        """The second person approves a change of the negative list, or sends it back with a reason."""
        acting = person(caller, *APPROVERS)
        await _their_hall(app, hall_id, caller)
        if body.outcome == "approved":
            return http.JSON(listed(await offers.approve(app, hall_id, item_code, acting, key)))
        found = await offers.send_back(app, hall_id, item_code, body.reason or "", acting, key)
        return http.JSON(listed(found))

    @router.post("/offers/reviews")
    async def review_many(body: ManyReviews, caller: Caller, request: Request) -> Response:
        """Approve many changes of one hall's negative list."""
        acting = person(caller, *APPROVERS)
        await _their_hall(app, body.hall_id, caller)
        return await _many(
            request, body.item_codes, lambda code: offers.approve(app, body.hall_id, code, acting)
        )

    return router


async def _their_hall(app: App, hall_id: str, caller: Principal) -> None:
    """404 where the hall lies outside the caller's prefix; 422 where there is none."""
    hall = await app.store.entries.get(hall_id)
    if hall is None:
        raise NoHall()
    caller.must_oversee(hall.place, f"hall {hall_id}")


async def _many(request: Request, codes: list[str], act: Callable[[str], Awaitable[Offer]]) -> Response:
    done: list[str] = []
    refused: list[tuple[str, Problem]] = []
    for code in dict.fromkeys(codes):
        try:
            await act(code)
        except Problem as problem:
            refused.append((code, problem))
        else:
            done.append(code)
    return many.answer(request, done, refused)
