"""Opening selections, taking part in them, and what happens when their times come."""

from __future__ import annotations

import secrets
from collections.abc import Set
from dataclasses import replace
from datetime import datetime
from functools import partial

from contracts import Actor
from services.catalog.app import App
from services.catalog.domain.marketplace import awards, closing, selections
from services.catalog.domain.marketplace.agency_services import AgencyService
from services.catalog.domain.marketplace.closing import SYSTEM, Standing
from services.catalog.domain.marketplace.draws import commitment
from services.catalog.domain.marketplace.marketplace_refusals import UnknownService
from services.catalog.domain.marketplace.selection_refusals import NotEligible, NumberInText, TooManyOpen
from services.catalog.domain.marketplace.selections import (
    MOST_INVITED,
    MOST_OPEN,
    Entered,
    Owner,
    Selection,
    Terms,
)
from services.catalog.domain.text import must_be_sound
from services.catalog.handlers.items import Person
from services.catalog.seeds import Seeds
from services.runtime.change import Change
from services.runtime.clock import BEIJING
from services.runtime.idempotency import IdempotencyKey
from services.runtime.logs import logger
from services.runtime.personal import holds_number
from services.runtime.problems import Problem, Unavailable

#: Without signs that are taken for one another on paper.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


async def open_selection(
    app: App,
    place: str,
    owner: Owner,
    terms: Terms,
    entries_until: datetime,
    case_no: str | None,
    actor: Actor,
    key: IdempotencyKey | None,
) -> Selection:
    """Offer a service for choice. UnknownService, NumberInText, TooManyOpen, WrongTerms."""
    must_be_public(terms.requirements, "requirements")
    service = await _service(app, terms.service_code, place)
    if key is not None and (earlier := await app.store.selections.records.created_with(key)) is not None:
        return earlier
    if owner.person_ref and await app.store.selections.under_way(owner.sub) >= MOST_OPEN:
        raise TooManyOpen(MOST_OPEN)
    now = app.clock()
    assert service.record is not None
    selection = Selection(
        selection_id=_new_id(place, now),
        place=place,
        owner=owner,
        terms=replace(terms, service_name=service.record.name),
        opened_at=now,
        entries_until=entries_until,
        case_no=case_no,
        invited=await _invited(app, service, place, terms, now),
    )
    change = selections.open_selection(_with_seed(app, selection), actor=actor)
    return await app.store.selections.records.create(change, key=key)


async def enter(
    app: App, selection_id: str, agency_id: str, entry: Entered, actor: Actor, key: IdempotencyKey | None
) -> Selection:
    """An agency takes part. NotEligible and what :func:`selections.enter` refuses."""
    selection = await app.store.selections.records.require(selection_id)
    standing = (await _standings(app, selection, [agency_id]))[agency_id]
    why = closing.why_excluded(selection.terms, agency_id, standing)
    if why is not None and agency_id not in selection.terms.related:
        raise NotEligible(why)
    return await app.store.selections.records.change(
        selection_id, partial(selections.enter, entry=entry, actor=actor), key=key
    )


async def leave(
    app: App, selection_id: str, agency_id: str, actor: Actor, key: IdempotencyKey | None
) -> Selection:
    """Take the entry back."""
    return await app.store.selections.records.change(
        selection_id, partial(selections.leave, agency_id=agency_id, actor=actor, now=app.clock()), key=key
    )


async def answer(
    app: App,
    selection_id: str,
    agency_id: str,
    price_fen: int,
    nonce: str | None,
    actor: Actor,
    key: IdempotencyKey | None,
) -> Selection:
    """Reveal the sealed bid, or give the price that was asked for."""
    return await app.store.selections.records.change(
        selection_id,
        lambda one: awards.answer(one, agency_id, price_fen, nonce, actor=actor, now=app.clock()),
        key=key,
    )


async def close_early(app: App, selection_id: str, actor: Actor, key: IdempotencyKey | None) -> Selection:
    """The client of a comparison has seen enough."""
    selection = await app.store.selections.records.require(selection_id)
    standings = await _standings(app, selection, [one.agency_id for one in selection.entries])
    closed = await app.store.selections.records.change(
        selection_id,
        lambda one: closing.close(one, standings, actor=actor, now=app.clock(), early=True),
        key=key,
    )
    if closed.state == "open":
        raise Unavailable()  # somebody entered in the same instant
    return closed


async def witness(
    app: App, selection_id: str, number: str, person: Person, key: IdempotencyKey | None
) -> Selection:
    """The six digits drawn in public."""
    return await app.store.selections.records.change(
        selection_id,
        lambda one: awards.witness(one, number, by=person.sub, actor=person.actor, now=app.clock()),
        key=key,
    )


async def choose(
    app: App, selection_id: str, agency_id: str, reason: str, actor: Actor, key: IdempotencyKey | None
) -> Selection:
    """The client's choice."""
    must_be_public(reason, "reason")
    selection = await app.store.selections.records.require(selection_id)
    barred = await _barred(app, selection)
    return await app.store.selections.records.change(
        selection_id,
        lambda one: awards.choose(one, agency_id, reason, barred, actor=actor, now=app.clock()),
        key=key,
    )


async def cancel(
    app: App, selection_id: str, reason: str, actor: Actor, key: IdempotencyKey | None
) -> Selection:
    """Call it off."""
    must_be_public(reason, "reason")
    selection = await app.store.selections.records.require(selection_id)
    seed = _seed(app, selection)
    return await app.store.selections.records.change(
        selection_id, lambda one: awards.cancel(one, reason, seed, actor=actor, now=app.clock()), key=key
    )


async def fulfil(
    app: App, selection_id: str, rating: int, actor: Actor, key: IdempotencyKey | None
) -> Selection:
    """The work is done, and rated."""
    return await app.store.selections.records.change(
        selection_id, partial(awards.fulfil, rating=rating, actor=actor, now=app.clock()), key=key
    )


def must_be_public(text: str, field: str) -> None:
    """Refuse invisible characters and a person's number in a text that is shown."""
    must_be_sound({field: text})
    if holds_number(text):
        raise NumberInText(field)


# -- what happens by itself -----------------------------------------------------------------------------


async def let_time_pass(app: App) -> None:
    """Close, draw, award or end what is due; one act each, and a second replica finds it done."""
    for selection in await app.store.selections.due(app.clock()):
        try:
            await _move_on(app, selection)
        except Problem as refused:
            logger().warning("selection_not_moved", selection=selection.selection_id, code=refused.code)


async def _move_on(app: App, selection: Selection) -> None:
    entered = [one.agency_id for one in selection.entries]
    standings = await _standings(app, selection, entered)
    barred = {agency for agency, standing in standings.items() if standing.why_not is not None}
    seed = _seed(app, selection)

    def decide(present: Selection) -> Change[Selection] | None:
        now = app.clock()
        if present.state == "open":
            return closing.close(present, standings, actor=SYSTEM, now=now)
        if present.state in ("choosing", "witnessing"):
            return awards.lapse(present, seed, now=now)
        assert seed is not None
        return awards.draw(present, seed, barred, now=now) or awards.award(present, seed, barred, now=now)

    await app.store.selections.records.change(selection.selection_id, decide)


# -- what the domain is given ---------------------------------------------------------------------------


def _with_seed(app: App, selection: Selection) -> Selection:
    if not selection.terms.draws:
        return selection
    seeds = Seeds(app.digest_key)
    seed = seeds.new()
    return replace(
        selection, commitment=commitment(seed), sealed_seed=seeds.sealed(selection.selection_id, seed)
    )


def _seed(app: App, selection: Selection) -> bytes | None:
    if selection.sealed_seed is None:
        return None
    return Seeds(app.digest_key).opened(selection.selection_id, selection.sealed_seed)


async def _service(app: App, code: str, place: str) -> AgencyService:
    service = await app.store.agencies.services.get(code)
    if service is None or not service.open_for_choice or not place.startswith(service.place):
        raise UnknownService(code, "service_code")
    return service


async def _invited(
    app: App, service: AgencyService, place: str, terms: Terms, now: datetime
) -> tuple[str, ...]:
    day = now.astimezone(BEIJING).date()
    found = await app.store.agencies.offering(service.service_code, place)
    able = (
        one.agency_id
        for one in found
        if closing.why_excluded(terms, one.agency_id, Standing(one.grade, one.why_not(service, day))) is None
    )
    return tuple(able)[:MOST_INVITED]


async def _standings(app: App, selection: Selection, agency_ids: list[str]) -> dict[str, Standing]:
    """How each agency stands today for the service of a selection."""
    service = await app.store.agencies.services.require(selection.terms.service_code)
    found = await app.store.agencies.many(agency_ids)
    day = app.clock().astimezone(BEIJING).date()
    made = {}
    for agency_id in agency_ids:
        agency = found.get(agency_id)
        if agency is None or not selection.place.startswith(agency.place):
            made[agency_id] = Standing("D", "未在该地入驻")
        else:
            made[agency_id] = Standing(agency.grade, agency.why_not(service, day))
    return made


async def _barred(app: App, selection: Selection) -> Set[str]:
    standings = await _standings(app, selection, [one.agency_id for one in selection.entries])
    return {agency for agency, standing in standings.items() if standing.why_not is not None}


def _new_id(place: str, now: datetime) -> str:
    tail = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return f"xq-{place}-{now.astimezone(BEIJING):%Y%m%d}-{tail}"
