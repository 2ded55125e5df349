"""Keeping the list of services, and the agencies that offer them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from contracts.marketplace import Grade
from services.catalog.app import App
from services.catalog.domain.marketplace import agencies, agency_services, agency_standing
from services.catalog.domain.marketplace.agencies import Agency, AgencyRecord
from services.catalog.domain.marketplace.agency_services import AgencyService, ServiceRecord
from services.catalog.domain.marketplace.credit_codes import credit_code
from services.catalog.domain.marketplace.marketplace_refusals import AgencyExists, ServiceExists
from services.catalog.domain.text import must_be_sound
from services.catalog.handlers.items import Person
from services.runtime.change import Change
from services.runtime.idempotency import IdempotencyKey
from services.runtime.records import AlreadyExists

Services = dict[str, AgencyService]
Act = Callable[[Agency, Services], Change[Agency] | None]


async def prepare_service(
    app: App, code: str, place: str, record: ServiceRecord, person: Person, key: IdempotencyKey | None
) -> AgencyService:
    """The first draft of a line of the list."""
    must_be_sound(record.model_dump(exclude_none=True))
    line = AgencyService(code, place)
    change = agency_services.prepare(line, record, editor=person.sub, actor=person.actor, now=app.clock())
    try:
        return await app.store.agencies.services.create(change, key=key)
    except AlreadyExists:
        raise ServiceExists(code) from None


async def edit_service(
    app: App, code: str, record: ServiceRecord, person: Person, revision: int
) -> AgencyService:
    """Put a record in as the draft of a line."""
    must_be_sound(record.model_dump(exclude_none=True))
    return await app.store.agencies.services.change(
        code,
        lambda line: agency_services.edit(
            line, record, editor=person.sub, revision=revision, actor=person.actor, now=app.clock()
        ),
    )


async def publish_service(app: App, code: str, person: Person, key: IdempotencyKey | None) -> AgencyService:
    """A second person puts the draft in force."""
    return await app.store.agencies.services.change(
        code,
        lambda line: agency_services.publish(line, by=person.sub, actor=person.actor, now=app.clock()),
        key=key,
    )


async def cut_service(
    app: App, code: str, reason: str, person: Person, key: IdempotencyKey | None
) -> AgencyService:
    """Take a line off the list."""
    return await app.store.agencies.services.change(
        code,
        lambda line: agency_services.cut(line, reason, actor=person.actor, now=app.clock()),
        key=key,
    )


async def enter(
    app: App, place: str, record: AgencyRecord, person: Person, key: IdempotencyKey | None = None
) -> Agency:
    """入驻申请. The id is made of the credit code: a body enters once."""
    record = _normal(record)
    agency = Agency(id_of(record.uscc), place)
    change = agencies.enter(agency, record, editor=person.sub, actor=person.actor, now=app.clock())
    try:
        return await app.store.agencies.records.create(change, key=key)
    except AlreadyExists:
        raise AgencyExists() from None


def id_of(uscc: str) -> str:
    """The id of the agency with a credit code, which its accounts carry as their unit."""
    return f"ag-{uscc}"


async def edit(app: App, agency_id: str, record: AgencyRecord, person: Person, revision: int) -> Agency:
    """Put changed data in as the draft."""
    record = _normal(record)
    return await app.store.agencies.records.change(
        agency_id,
        lambda agency: agencies.edit(
            agency, record, editor=person.sub, revision=revision, actor=person.actor, now=app.clock()
        ),
    )


async def admit(app: App, agency_id: str, person: Person, key: IdempotencyKey | None) -> Agency:
    """A second person admits the draft."""
    return await _judged(
        app,
        agency_id,
        lambda agency, services: agency_standing.admit(
            agency, services, by=person.sub, actor=person.actor, now=app.clock()
        ),
        key,
    )


async def send_back(
    app: App, agency_id: str, reason: str, person: Person, key: IdempotencyKey | None
) -> Agency:
    """The draft goes back with a reason."""
    return await app.store.agencies.records.change(
        agency_id,
        lambda agency: agencies.send_back(agency, reason, actor=person.actor, now=app.clock()),
        key=key,
    )


async def regrade(
    app: App, agency_id: str, grade: Grade, reason: str, person: Person, key: IdempotencyKey | None
) -> Agency:
    """信用评级."""
    return await _judged(
        app,
        agency_id,
        lambda agency, services: agency_standing.regrade(
            agency, grade, reason, services, actor=person.actor, now=app.clock()
        ),
        key,
    )


async def blacklist(
    app: App, agency_id: str, until: date | None, reason: str, person: Person, key: IdempotencyKey | None
) -> Agency:
    """列入黑名单."""
    return await _judged(
        app,
        agency_id,
        lambda agency, services: agency_standing.blacklist(
            agency, until, reason, services, actor=person.actor, now=app.clock()
        ),
        key,
    )


async def note_appeal(
    app: App, agency_id: str, note: str, person: Person, key: IdempotencyKey | None
) -> Agency:
    """申诉情况."""
    return await app.store.agencies.records.change(
        agency_id,
        lambda agency: agency_standing.note_appeal(agency, note, actor=person.actor, now=app.clock()),
        key=key,
    )


async def readmit(
    app: App, agency_id: str, reason: str, person: Person, key: IdempotencyKey | None
) -> Agency:
    """移出黑名单."""
    return await _judged(
        app,
        agency_id,
        lambda agency, services: agency_standing.readmit(
            agency, reason, services, actor=person.actor, now=app.clock()
        ),
        key,
    )


async def remove(app: App, agency_id: str, reason: str, person: Person, key: IdempotencyKey | None) -> Agency:
    """退出."""
    return await _judged(
        app,
        agency_id,
        lambda agency, services: agency_standing.remove(
            agency, reason, services, actor=person.actor, now=app.clock()
        ),
        key,
    )


async def _judged(app: App, agency_id: str, act: Act, key: IdempotencyKey | None) -> Agency:
    """An act that looks at the services which the agency offers or wants to offer."""
    agency = await app.store.agencies.records.require(agency_id)
    services = await app.store.agencies.named(_codes(agency))
    return await app.store.agencies.records.change(agency_id, lambda now: act(now, services), key=key)


def _codes(agency: Agency) -> Iterable[str]:
    records = [agency.record, agency.draft.record if agency.draft else None]
    return [offer.service_code for record in records if record for offer in record.offers]


def _normal(record: AgencyRecord) -> AgencyRecord:
    must_be_sound(record.model_dump(mode="json", exclude_none=True))
    return record.model_copy(update={"uscc": credit_code(record.uscc, "uscc")})
