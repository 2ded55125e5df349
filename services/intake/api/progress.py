"""How far a case is: by its number and the last four of the ID, and live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sse_starlette import EventSourceResponse

from services.intake.api import access, shapes
from services.intake.domain import numbers
from services.intake.domain.case import Case
from services.intake.intake import Intake
from services.runtime import http
from services.runtime.problems import NotFound, Unauthenticated
from services.runtime.tokens import MaybeCaller

Tail = Annotated[str, Query(pattern=r"^[0-9A-Za-z]{4}$", description="证件号码后四位")]

#: Seconds that a live line lasts: the life of a token. The pages open it again with a fresh one.
LINE_LIFE = 300.0

Shape = Callable[[Case], Awaitable[dict[str, Any]]]


def routes(intake: Intake) -> APIRouter:
    """Progress, public and live."""
    router = APIRouter(prefix="/api/intake", tags=["progress"])

    @router.get("/progress")
    async def progress(
        request: Request, case_no: Annotated[str, Query(max_length=64)], id_tail: Tail
    ) -> Response:
        """Public, by case number and the last four of the ID; few tries for each case."""
        found = await by_tail(intake, case_no, id_tail)
        return http.JSON(await shapes.public_progress(intake, found, english=_english(request)))

    @router.get("/cases/{case_no}/live")
    async def live(
        request: Request, caller: MaybeCaller, case_no: str, id_tail: Tail | None = None
    ) -> EventSourceResponse:
        """The same as server-sent events, whenever something happens to the case."""
        english = _english(request)
        if caller is not None:
            await access.readable(intake, caller, case_no)
            shape: Shape = lambda case: shapes.progress(intake, case, english=english)  # noqa: E731
        elif id_tail is not None:
            await by_tail(intake, case_no, id_tail)
            shape = lambda case: shapes.public_progress(intake, case, english=english)  # noqa: E731
        else:
            raise Unauthenticated(
                "请登录，或提供证件号码后四位。", "Sign in, or give the last four of the ID."
            )
        return EventSourceResponse(follow(intake, case_no, shape), headers={"cache-control": "no-store"})

    return router


async def by_tail(intake: Intake, case_no: str, id_tail: str) -> Case:
    """The case of that number, if one of its people has a number that ends so.

    An unknown number and wrong digits give the same 404; too many wrong tries 429.
    """
    case_no = case_no.strip().upper()
    if not numbers.is_case_no(case_no):
        raise _not_found()
    await intake.tries.must_be_left(case_no)
    case = await intake.cases.records.get(case_no)
    people = [case.applicant, *case.parties] if case else []
    if case is None or not any(intake.references.holds(p.tail, case_no, id_tail) for p in people):
        await intake.tries.wrong(case_no)
        raise NotFound(
            "没有找到：请核对办件编号和证件号码后四位。", "Not found: check the number and the last four."
        )
    return case


def _not_found() -> NotFound:
    return NotFound(
        "没有找到：请核对办件编号和证件号码后四位。", "Not found: check the number and the last four."
    )


async def follow(intake: Intake, case_no: str, shape: Shape) -> AsyncIterator[dict[str, str]]:
    """The state now, and again whenever the case or what the applicant was told changes."""
    loop = asyncio.get_running_loop()
    end = loop.time() + LINE_LIFE
    async with (
        intake.cases.live.listen(lambda document: document["_id"] == case_no) as changes,
        intake.told.live.listen(lambda document: document.get("case_no") == case_no) as notices,
    ):
        last: bytes = b""
        while True:
            body = http.JSON(await shape(await intake.cases.records.require(case_no))).body
            if body != last:
                yield {"data": bytes(body).decode()}
            last = bytes(body)
            waiting = [asyncio.ensure_future(queue.get()) for queue in (changes, notices)]
            try:
                left = max(0.0, end - loop.time())
                done, _ = await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in waiting:
                    one.cancel()
            if not done:
                return


def _english(request: Request) -> bool:
    return request.headers.get("accept-language", "").lower().startswith("en")
