"""The HTTP side of evaluation: rate, one's own invitations, figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from contracts.evaluation import RatingChannel
from services.evaluation import handlers
from services.evaluation.domain import figures
from services.evaluation.domain.facts import civil
from services.evaluation.domain.figures import By
from services.evaluation.domain.rating import GRADES, LONGEST_COMMENT, Invitation, Rating
from services.evaluation.handlers import App
from services.runtime import http
from services.runtime.http import JSON
from services.runtime.problems import Invalid, NotFound
from services.runtime.tokens import Caller, Principal

#: Who may see figures, and ratings that are not their own, under their prefix.
OVERSEERS = ("supervisor", "operator", "regulator", "chief")
#: Days that figures cover where nothing else is asked for, and at most.
_DEFAULT_DAYS, _MOST_DAYS = 30, 366
#: As the due-date calculator's: outside of it there are no cases, and arithmetic runs out of calendar.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2150, 12, 31)

Place = Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")]
From = Annotated[date | None, Query(alias="from", ge=FIRST_DAY, le=LAST_DAY)]
To = Annotated[date | None, Query(alias="to", ge=FIRST_DAY, le=LAST_DAY)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=50)]


class RatingBody(http.Body):
    """A rating: 5 非常满意 … 1 非常不满意."""

    grade: int = Field(ge=1, le=5, strict=True)
    reasons: list[Reason] = Field(default_factory=list, max_length=10)
    comment: str | None = Field(None, max_length=LONGEST_COMMENT)
    channel: RatingChannel = "web"


def routes(app: App) -> APIRouter:
    """`/api/evaluation/cases/…/rating`, `/invitations`, `/figures`."""
    router = APIRouter(prefix="/api/evaluation", tags=["evaluation"])

    @router.post("/cases/{case_no}/rating", status_code=201)
    async def rate(caller: Caller, case_no: str, body: RatingBody, key: http.Keyed) -> JSON:
        """Rate a finished case, once; only by whom it concerns."""
        given = await handlers.rate(
            app,
            case_no,
            person_ref=caller.person_ref,
            grade=body.grade,
            reasons=body.reasons,
            comment=body.comment,
            channel=body.channel,
            key=key,
        )
        return JSON(_rating(given, in_full=True), status_code=201)

    @router.get("/cases/{case_no}/rating")
    async def rating(caller: Caller, case_no: str) -> JSON:
        """The rating of a case: for who gave it, and for those who oversee its place."""
        found = await app.ratings.records.require(case_no)
        if found.rated_by == caller.person_ref:
            return JSON(_rating(found, in_full=True))
        if not caller.has(*OVERSEERS):
            raise NotFound()
        caller.must_oversee(found.place_code, f"rating of {case_no}")
        return JSON(_rating(found, in_full=caller.has("supervisor")))

    @router.get("/invitations")
    async def invitations(
        caller: Caller, limit: Annotated[int, Query(ge=1, le=1000)] = 50, cursor: str | None = None
    ) -> JSON:
        """The caller's finished cases that wait for a rating."""
        if caller.person_ref is None:
            return JSON({"invitations": [], "next_cursor": None})
        waiting, following = await handlers.invitations(app, caller.person_ref, cursor=cursor, limit=limit)
        return JSON({"invitations": [_invitation(i) for i in waiting], "next_cursor": following})

    @router.get("/figures")
    async def counted(
        caller: Caller,
        place: Place = None,
        first: From = None,
        last: To = None,
        by: By = "unit",
    ) -> JSON:
        """Figures of a place and all below it, from one civil day to another, both included.

        What each figure counts is said at `services.evaluation.domain.figures.Counts`.
        """
        caller.require(*OVERSEERS)
        wanted = place_of(caller, place)
        first, last = period_of(first, last, civil(app.clock()))
        cells = await handlers.count(app, place=wanted, first=first, last=last, by=by)
        days = figures.by_day(cells, first, last)
        return JSON(
            {
                "place": wanted,
                "from": first.isoformat(),
                "to": last.isoformat(),
                "by": by,
                "totals": figures.total(cells).shown(),
                "rows": await _rows(app, by, cells),
                "days": [
                    {"day": day.isoformat(), "accepted": counts.accepted, "decided": counts.decided}
                    for day, counts in days.items()
                ],
            }
        )

    @router.get("/marketplace")
    async def marketplace(
        caller: Caller,
        place: Place = None,
        first: From = None,
        last: To = None,
    ) -> JSON:
        """中介超市: selections by mode, agencies by grade."""
        caller.require(*OVERSEERS)
        wanted, today = place_of(caller, place), civil(app.clock())
        first, last = period_of(first, last, today)
        counted = await app.market.count(wanted, first, last, today)
        period = {"place": wanted, "from": first.isoformat(), "to": last.isoformat()}
        return JSON({**period, **counted})

    @router.get("/benefits")
    async def benefits(
        caller: Caller,
        place: Place = None,
        first: From = None,
        last: To = None,
    ) -> JSON:
        """惠企政策兑现: of what was proposed in a period, answers and payments by policy."""
        caller.require(*OVERSEERS)
        wanted = place_of(caller, place)
        first, last = period_of(first, last, civil(app.clock()))
        counted = await app.benefits.count(wanted, first, last)
        return JSON({"place": wanted, "from": first.isoformat(), "to": last.isoformat(), "policies": counted})

    return router


def place_of(caller: Principal, place: str | None) -> str:
    """The place asked for, or the caller's own; 404 outside the prefix."""
    wanted = place or caller.place
    caller.must_oversee(wanted, "figures")
    return wanted


def period_of(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The days asked for, the last thirty where nothing is said; 422 for a period that is none."""
    last = last or (today if first is None or first <= today else first)
    first = first or last - timedelta(days=_DEFAULT_DAYS - 1)
    if first > last:
        raise Invalid("起始日期不能晚于截止日期。", "The period begins after its end.", field="from")
    if (last - first).days >= _MOST_DAYS:
        raise Invalid(
            f"统计区间最长 {_MOST_DAYS} 天，请缩短后再查。",
            f"A period has at most {_MOST_DAYS} days; ask for a shorter one.",
            field="from",
        )
    return first, last


async def _rows(app: App, by: By, cells: list[figures.Cell]) -> list[dict[str, Any]]:
    counts = figures.by_key(cells)
    names = {} if by == "day" else await app.names.of(by, counts)
    order = sorted(counts, key=lambda key: key if by == "day" else (-counts[key].accepted, key))
    return [{"key": key, "name": names.get(key, key), **counts[key].shown()} for key in order]


def _rating(rating: Rating, *, in_full: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "case_no": rating.case_no,
        "grade": rating.grade,
        "grade_text": GRADES[rating.grade],
        "reasons": rating.reasons,
        "reason_list": rating.reason_list,
        "channel": rating.channel,
        "rated_at": rating.rated_at,
        "has_comment": rating.comment is not None or bool(rating.own_words),
    }
    if in_full:
        shown |= {"own_words": rating.own_words, "comment": rating.comment}
    return shown


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return {
        "invitation_id": invitation.invitation_id,
        "case_no": invitation.case_no,
        "item_name": invitation.item_name,
        "place_code": invitation.place_code,
        "open_until": invitation.open_until.isoformat(),
    }
