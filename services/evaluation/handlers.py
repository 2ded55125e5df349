"""What evaluation does: keep facts, invite, take ratings, count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from contracts import CaseEventData
from contracts.approval import CaseDecided
from contracts.evaluation import RatingChannel, ServiceRated
from services.evaluation.domain import coverage, facts, rating
from services.evaluation.domain.coverage import Bypass, Share
from services.evaluation.domain.figures import By, Cell
from services.evaluation.domain.rating import AlreadyRated, Invitation, Rating
from services.evaluation.store import figures
from services.evaluation.store.benefits import Benefits
from services.evaluation.store.coverage import Coverage
from services.evaluation.store.facts import Facts
from services.evaluation.store.market import Market
from services.evaluation.store.names import Names
from services.evaluation.store.ratings import Ratings
from services.runtime.clock import Clock
from services.runtime.idempotency import IdempotencyKey
from services.runtime.message import Message
from services.runtime.mongo import Database
from services.runtime.records import AlreadyExists


@dataclass(frozen=True)
class App:
    """The parts that the use cases work on."""

    facts: Facts
    ratings: Ratings
    names: Names
    market: Market
    database: Database
    clock: Clock
    rating_days: int
    coverage: Coverage
    benefits: Benefits


async def note(app: App, message: Message) -> None:
    """Fill the block of the event's publisher."""
    event = cast(CaseEventData | ServiceRated, message.data)
    await app.facts.records.apply(message, lambda case: facts.apply(case, event))


async def note_and_invite(app: App, message: Message) -> None:
    """A decided case: fill the block, and invite the applicant to rate, once for each decision."""
    await note(app, message)
    change = rating.invite(
        cast(CaseDecided, message.data), message.event_key, days=app.rating_days, now=app.clock()
    )
    try:
        await app.ratings.invitations.create(change)
    except AlreadyExists:
        return


async def rate(
    app: App,
    case_no: str,
    *,
    person_ref: str | None,
    grade: int,
    reasons: list[str],
    comment: str | None,
    channel: RatingChannel,
    key: IdempotencyKey | None,
) -> Rating:
    """Take a rating; the same key gives the same answer, another rating of the same case is refused."""
    if key is not None and (earlier := await app.ratings.records.created_with(key)) is not None:
        return earlier
    change = rating.rate(
        await app.facts.records.get(case_no),
        person_ref=person_ref,
        grade=grade,
        reasons=reasons,
        comment=comment,
        channel=channel,
        days=app.rating_days,
        now=app.clock(),
    )
    try:
        return await app.ratings.records.create(change, key=key)
    except AlreadyExists:
        raise AlreadyRated() from None


async def invitations(
    app: App, person_ref: str, *, cursor: str | None, limit: int
) -> tuple[list[Invitation], str | None]:
    """A person's invitations that wait for an answer, and the cursor of the next page."""
    today = facts.civil(app.clock())
    found, following = await app.ratings.open_invitations(person_ref, today=today, cursor=cursor, limit=limit)
    rated = await app.ratings.rated_among(invitation.case_no for invitation in found)
    waiting = [invitation for invitation in found if invitation.case_no not in rated]
    return waiting, following


async def count(app: App, *, place: str, first: date, last: date, by: By) -> list[Cell]:
    """Count what figures are made of; secret items are left out."""
    secret = await app.names.secret_items()
    return await figures.count(app.database, place=place, first=first, last=last, by=by, without=secret)


async def keep_item(app: App, message: Message) -> None:
    """An item's name, and what figures of items are counted from."""
    await app.names.keep_item(message)
    await app.coverage.keep_item(message)


async def keep_entry(app: App, message: Message) -> None:
    """A name of the directory, and the tree of places and halls."""
    await app.names.keep_entry(message)
    await app.coverage.keep_entry(message)


async def cover(app: App, place: str) -> tuple[list[Share], list[Share]]:
    """认领率 of each place and 进驻率 of each hall at and below a place."""
    items = await app.coverage.held(place, app.clock())
    places, halls = await app.coverage.places(place)
    offered = await app.coverage.offered(place)
    return coverage.adoption(items, places), coverage.offering(items, halls, offered)


async def bypasses(
    app: App, place: str, first: date, last: date, *, after: str | None, limit: int
) -> tuple[list[Bypass], str | None]:
    """明进暗不进 of a period, and after which case the next page begins."""
    offered = coverage.first_offers(await app.coverage.offered(place))
    found = await app.coverage.bypasses(place, offered, first, last, after=after, limit=limit)
    following = found[-1].case_no if len(found) == limit else None
    return [one for one in found if one.counts], following
