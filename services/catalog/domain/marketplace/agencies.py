"""中介机构: who may be chosen, by what qualification, with which credit grade, and who is barred.

"实行中介服务机构信用评级和“黑名单”制度,对违法违规行为在网上予以通报和公告" (seed 004 二(六) 2).
A qualification that has run out needs no act: what may be chosen is computed from its dates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts import Actor
from contracts.base import Block, Identifier, PositiveInt, Text
from contracts.marketplace import Grade
from services.catalog.domain.marketplace import marketplace_refusals as refusals
from services.catalog.domain.marketplace.agency_services import AgencyService, Fen
from services.catalog.domain.refusals import Stale
from services.runtime.change import Change

#: Office numbers only: a line with its area code, or a service number. A mobile number would be a person's.
_OFFICE = re.compile(r"0[1-9][0-9]{1,2}-?[0-9]{7,8}(-[0-9]{1,5})?|[48]00-?[0-9]{3}-?[0-9]{4}")
#: The grade that an agency begins with, until somebody gives another with a reason.
FIRST_GRADE: Grade = "B"


class Qualification(Block):
    """资质: a certificate and the services it stands for."""

    name: Text
    number: Text
    issuer: Text
    valid_from: date
    valid_to: date | None = None
    """The last valid day; absent where it does not run out."""
    services: list[Identifier] = Field(default_factory=list, max_length=200)
    file_id: Identifier | None = None

    def covers(self, service_code: str, day: date) -> bool:
        """Whether it stands for the service on that day."""
        begun = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return begun and service_code in self.services


class Offer(Block):
    """One service that the agency offers, with its usual price and time."""

    service_code: Identifier
    price_fen: Fen | None = None
    price_text: Text | None = None
    days: PositiveInt | None = None
    """Working days from the contract."""


class AgencyRecord(Block):
    """What the public may know of an agency; public office data only."""

    name: Text
    uscc: Text
    """统一社会信用代码 (GB 32100)."""
    phone: Text
    """The office's own."""
    address: Text | None = None
    summary: Annotated[str, StringConstraints(max_length=1000)] | None = None
    offers: list[Offer] = Field(min_length=1, max_length=200)
    qualifications: list[Qualification] = Field(default_factory=list, max_length=200)
    sample: bool = False


@dataclass(frozen=True, slots=True)
class AgencyDraft:
    """What was entered and not admitted yet; ``returned`` says why it was sent back."""

    record: AgencyRecord
    editors: tuple[str, ...]
    at: datetime
    returned: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A time on the blacklist; without ``until`` for good. ``appeal`` is what came of an objection (申诉)."""

    since: datetime
    until: date | None
    reason: str
    appeal: str | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """An intermediary; ``record`` is what was admitted."""

    agency_id: str
    place: str
    revision: int = 1
    record: AgencyRecord | None = None
    draft: AgencyDraft | None = None
    admitted_at: datetime | None = None
    grade: Grade = FIRST_GRADE
    grade_reason: str | None = None
    bar: Bar | None = None
    removed: str | None = None

    def barred(self, day: date) -> bool:
        """Whether it is on the blacklist that day; the last barred day included."""
        return self.bar is not None and (self.bar.until is None or day <= self.bar.until)

    def state(self, day: date) -> str:
        """pending, admitted, blacklisted or removed."""
        if self.removed is not None:
            return "removed"
        if self.record is None:
            return "pending"
        return "blacklisted" if self.barred(day) else "admitted"

    def qualified_until(self, service: AgencyService, day: date) -> tuple[bool, date | None]:
        """Whether it may offer the service that day, and the last day of what allows it (None: no end)."""
        if self.record is None or service.record is None:
            return False, None
        if service.record.qualification is None:
            return True, None
        ends = [q.valid_to for q in self.record.qualifications if q.covers(service.service_code, day)]
        if not ends:
            return False, None
        known = [end for end in ends if end is not None]
        return True, max(known) if len(known) == len(ends) else None

    def why_not(self, service: AgencyService, day: date) -> str | None:
        """Why it may not be chosen for a service that day; None where it may."""
        if self.state(day) != "admitted":
            return {"removed": "已退出", "pending": "尚未入驻", "blacklisted": "在黑名单期内"}[
                self.state(day)
            ]
        assert self.record is not None
        if all(offer.service_code != service.service_code for offer in self.record.offers):
            return "未提供该项服务"
        return None if self.qualified_until(service, day)[0] else "资质不在有效期内"


def enter(
    agency: Agency, record: AgencyRecord, *, editor: str, actor: Actor, now: datetime
) -> Change[Agency]:
    """入驻申请: by the agency itself, or from its papers by an editor."""
    _must_be_sound(record)
    made = replace(agency, draft=AgencyDraft(record, (editor,), now))
    return Change(made, "entered", actor, now, note={"name": record.name})


def edit(
    agency: Agency, record: AgencyRecord, *, editor: str, revision: int, actor: Actor, now: datetime
) -> Change[Agency] | None:
    """Put changed data in as the draft; what was admitted stands until the draft is. Stale."""
    _must_be_sound(record)
    if revision != agency.revision:
        raise Stale(agency.revision)
    known = agency.draft.record if agency.draft else agency.record
    if known is not None and record.uscc != known.uscc:
        raise refusals.AnotherAgency()
    if record == known and not (agency.draft and agency.draft.returned):
        return None
    before = agency.draft.editors if agency.draft else ()
    draft = AgencyDraft(record, (*(one for one in before if one != editor), editor), now)
    return Change(replace(agency, draft=draft, revision=agency.revision + 1), "edited", actor, now)


def must_be_admissible(
    agency: Agency, services: Mapping[str, AgencyService], *, by: str, today: date
) -> AgencyRecord:
    """The draft, if another person may admit it today: services on the list, qualifications valid.

    NothingToSign, OwnWork, UnknownService, QualificationMissing.
    """
    if agency.draft is None:
        raise refusals.NothingToSign()
    if by in agency.draft.editors:
        raise refusals.OwnWork()
    record = agency.draft.record
    wanted = replace(agency, record=record)
    for number, offer in enumerate(record.offers):
        service = services.get(offer.service_code)
        if service is None or not service.open_for_choice:
            raise refusals.UnknownService(offer.service_code, f"record.offers.{number}.service_code")
        if not wanted.qualified_until(service, today)[0]:
            assert service.record is not None
            raise refusals.QualificationMissing(
                service.record.name, service.record.qualification or "", number
            )
    return record


def send_back(agency: Agency, reason: str, *, actor: Actor, now: datetime) -> Change[Agency]:
    """The approver does not admit the draft and says why."""
    if agency.draft is None:
        raise refusals.NothingToSign()
    returned = replace(agency.draft, returned=reason)
    return Change(
        replace(agency, draft=returned, revision=agency.revision + 1),
        "sent_back",
        actor,
        now,
        note={"reason": reason},
    )


def _must_be_sound(record: AgencyRecord) -> None:
    if not _OFFICE.fullmatch(record.phone):
        raise refusals.NotAnOfficePhone()
    codes = [offer.service_code for offer in record.offers]
    for number, code in enumerate(codes):
        if code in codes[:number]:
            raise refusals.OfferedTwice(number)
    for number, one in enumerate(record.qualifications):
        if one.valid_to is not None and one.valid_to < one.valid_from:
            raise refusals.ValidityUpsideDown(number)
