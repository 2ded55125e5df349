"""Use cases: load, one call of the domain, save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from contracts import Actor
from contracts.approval import CalendarException
from contracts.blocks import Limit
from contracts.catalog import ItemEventData
from contracts.intake import CaseAccepted, MaterialsSupplemented, WithdrawalRequested
from services.approval.domain import acts, calendars, intake_facts
from services.approval.domain.acts import Verdict
from services.approval.domain.calendars import CalendarYear, calendar_id
from services.approval.domain.dossier import Dossier
from services.approval.domain.items import Terms, copy_key
from services.approval.store import Store, TermsNotAtHand
from services.runtime.change import Change
from services.runtime.clock import Clock
from services.runtime.idempotency import IdempotencyKey
from services.runtime.message import Message, NotYet
from services.runtime.records import AlreadyExists
from services.workdays import Calendar

#: An act of the domain, with everything bound but the dossier, its item's terms and its calendar.
Act = Callable[[Dossier, Terms | None, Calendar], Change[Dossier]]


@dataclass(frozen=True, slots=True)
class Approval:
    """What the use cases stand on."""

    store: Store
    clock: Clock


# -- acts of officers -----------------------------------------------------------------------------------


async def act(
    app: Approval, case_no: str, see: Callable[[Dossier], None], do: Act, key: IdempotencyKey | None
) -> Dossier:
    """Do one act. ``see`` raises where the caller may not see the dossier.

    The item's terms and the calendar are mostly at hand, so that an act is one read and one write.
    """
    await app.store.calendar.look()

    def at_hand(dossier: Dossier) -> Change[Dossier]:
        see(dossier)
        terms = app.store.terms.at_hand(dossier.case.item)
        return do(dossier, terms, app.store.calendar.at_hand(dossier.place))

    try:
        return await app.store.dossiers.change(case_no, at_hand, key=key)
    except TermsNotAtHand as missing:
        terms = await app.store.terms.fetch(missing.item)

    def fetched(dossier: Dossier) -> Change[Dossier]:
        return do(dossier, terms, app.store.calendar.at_hand(dossier.place))

    return await app.store.dossiers.change(case_no, fetched, key=key)


def decide(app: Approval, verdict: Verdict, actor: Actor) -> Act:
    """Decide a case."""
    return lambda d, t, c: acts.decided(d, t, verdict, actor, c, app.clock())


def pause(app: Approval, step: str, planned_end: date, actor: Actor) -> Act:
    """Stop the clock for a special step."""
    return lambda d, t, c: acts.paused(d, t, step, planned_end, actor, c, app.clock())


def resume(app: Approval, pause_id: str | None, protocol_sha256: str | None, actor: Actor) -> Act:
    """Let the clock run again."""
    return lambda d, _, c: acts.resumed(d, pause_id, protocol_sha256, actor, c, app.clock())


def extend(app: Approval, reason: str, limit: Limit | None, actor: Actor) -> Act:
    """Extend the limit, once."""
    return lambda d, t, c: acts.extended(d, t, reason, limit, actor, c, app.clock())


# -- facts of intake and catalog ------------------------------------------------------------------------


async def open_dossier(app: Approval, message: Message) -> None:
    """`case-accepted`: the dossier opens, with or without the item's copy."""
    event = message.data
    assert isinstance(event, CaseAccepted)
    calendar = await app.store.calendar.of(event.place_code)
    terms = await app.store.terms.fetch(event.item)
    await app.store.dossiers.apply(
        message, lambda d: intake_facts.opened(event, terms, calendar, app.clock()) if d is None else None
    )


async def supplement(app: Approval, message: Message) -> None:
    """`materials-supplemented`, of which those before acceptance are intake's alone."""
    event = message.data
    assert isinstance(event, MaterialsSupplemented)
    if event.stage == "before_acceptance":
        return
    calendar = await app.store.calendar.of(event.place_code)
    await app.store.dossiers.apply(
        message, lambda d: intake_facts.supplemented(_there(d), event, calendar, app.clock())
    )


async def withdraw(app: Approval, message: Message) -> None:
    """`withdrawal-requested`: approval says whether it comes in time."""
    event = message.data
    assert isinstance(event, WithdrawalRequested)
    await app.store.dossiers.apply(message, lambda d: intake_facts.withdrawn(_there(d), event, app.clock()))


async def keep_item(app: Approval, message: Message) -> None:
    """The `item-…` events: keep the copy of that version, and of the one still in force."""
    event = message.data
    assert isinstance(event, ItemEventData)
    versions = {event.version: event.record}
    if (before := getattr(event, "in_force", None)) is not None:
        versions[before.version] = before.record
    for version, record in versions.items():
        terms = Terms.of(event.item_code, version, record)
        await app.store.copies.apply(
            message, partial(_kept, terms, event), id=copy_key(event.item_code, version)
        )


def _kept(terms: Terms, event: ItemEventData, known: Terms | None) -> Change[Terms] | None:
    return None if known else Change(terms, "kept", event.actor, event.at)


def _there(dossier: Dossier | None) -> Dossier:
    if dossier is None:
        raise NotYet("the dossier is not open yet")
    return dossier


# -- calendars ------------------------------------------------------------------------------------------


async def load_calendar(
    app: Approval,
    place: str,
    year: int,
    exceptions: list[CalendarException],
    source: str,
    actor: Actor,
    must_match: Callable[[CalendarYear | None], None],
) -> CalendarYear:
    """Load a year; the sweep then looks through the open dossiers. CalendarInvalid."""

    def load(before: CalendarYear | None) -> Change[CalendarYear]:
        must_match(before)
        return calendars.loaded(before, place, year, exceptions, source, actor, app.clock())

    records = app.store.calendars
    if await records.get(calendar_id(place, year)) is None:
        try:
            made = await records.create(load(None))
        except AlreadyExists:
            made = await records.change(calendar_id(place, year), load)
    else:
        made = await records.change(calendar_id(place, year), load)
    await app.store.calendar.refresh()
    return made


async def recompute(app: Approval) -> None:
    """Work off loaded calendars: every open dossier whose dates they move or confirm says so by event."""
    pending = await app.store.calendar.not_worked_off()
    if not pending:
        return
    await app.store.calendar.refresh()
    for loaded in pending:
        # The arrangement of a year may reach into the last week of the December before.
        async for dossier in app.store.open_under(loaded.place, date(loaded.year - 1, 12, 25)):
            calendar = app.store.calendar.at_hand(dossier.place)
            await app.store.dossiers.change(
                dossier.case_no, partial(calendars.recomputed, calendar=calendar, now=app.clock())
            )
        await app.store.calendars.change(
            loaded.calendar_id, partial(calendars.worked_off, edition=loaded.edition, now=app.clock())
        )
