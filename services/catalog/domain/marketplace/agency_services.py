"""必须的中介服务清单: which services an item needs of intermediaries, on what basis, how long and how much.

"对清理规范后保留的中介服务事项,实行清单管理,明确项目名称、设定依据、服务时限、收费标准等并向社会公布"
(seed 004 二(六) 1); a service without a basis in law is to be cut (seed 001 规范审批服务行为), so publishing
asks for one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from contracts import Actor
from contracts.base import Block, Identifier, Text
from contracts.blocks import Limit
from contracts.items import Basis
from services.catalog.domain.marketplace.marketplace_refusals import (
    NothingToSign,
    OwnWork,
    PriceGuidanceUpsideDown,
    ServiceWithoutBasis,
)
from services.catalog.domain.refusals import Stale
from services.runtime.change import Change

Fen = Annotated[int, Field(ge=0, le=100_000_000_000)]


class PriceGuidance(Block):
    """收费标准: how it is priced and what is usual, in 分; the text is what is printed."""

    kind: Literal["government", "guided", "market"] = "market"
    """政府定价, 政府指导价, 市场调节价."""
    lowest_fen: Fen | None = None
    highest_fen: Fen | None = None
    text: Text


class ServiceRecord(Block):
    """One line of the list."""

    name: Text
    basis: list[Basis] = Field(default_factory=list)
    item_codes: list[Identifier] = Field(default_factory=list, max_length=500)
    """Base codes of the items that need it, besides those whose record names it."""
    standard_limit: Limit
    """服务时限."""
    price: PriceGuidance
    qualification: Text | None = None
    """What an agency must hold to offer it, e.g. 工程咨询单位资信; absent where none is asked for."""
    result: Text | None = None
    """What it ends with, e.g. 可行性研究报告."""
    competent_unit: Text | None = None
    """行业主管部门."""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """What an editor prepared; none of the editors may publish it."""

    record: ServiceRecord
    editors: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class AgencyService:
    """A service of the list at one place; ``record`` is what is published."""

    service_code: str
    place: str
    revision: int = 1
    record: ServiceRecord | None = None
    published_at: datetime | None = None
    draft: ServiceDraft | None = None
    cut: str | None = None

    @property
    def open_for_choice(self) -> bool:
        """Whether agencies can be chosen for it: published and not cut from the list."""
        return self.record is not None and self.cut is None


def prepare(
    service: AgencyService, record: ServiceRecord, *, editor: str, actor: Actor, now: datetime
) -> Change[AgencyService]:
    """The first draft of a line."""
    _must_be_sound(record)
    made = replace(service, draft=ServiceDraft(record, (editor,), now))
    return Change(made, "drafted", actor, now, note={"name": record.name})


def edit(
    service: AgencyService, record: ServiceRecord, *, editor: str, revision: int, actor: Actor, now: datetime
) -> Change[AgencyService] | None:
    """Put a record in as the draft; None where it says nothing new. Stale."""
    _must_be_sound(record)
    if revision != service.revision:
        raise Stale(service.revision)
    if record == (service.draft.record if service.draft else service.record):
        return None
    before = service.draft.editors if service.draft else ()
    draft = ServiceDraft(record, (*(one for one in before if one != editor), editor), now)
    return Change(replace(service, draft=draft, revision=service.revision + 1), "edited", actor, now)


def publish(service: AgencyService, *, by: str, actor: Actor, now: datetime) -> Change[AgencyService]:
    """A second person puts the draft in force. NothingToSign, OwnWork, ServiceWithoutBasis."""
    draft = service.draft
    if draft is None:
        raise NothingToSign()
    if by in draft.editors:
        raise OwnWork()
    if not draft.record.basis:
        raise ServiceWithoutBasis()
    published = replace(
        service,
        record=draft.record,
        draft=None,
        cut=None,
        published_at=now,
        revision=service.revision + 1,
    )
    return Change(published, "published", actor, now)


def cut(service: AgencyService, reason: str, *, actor: Actor, now: datetime) -> Change[AgencyService] | None:
    """Take a line off the list (清理); selections under way go on. None where it is cut already."""
    if service.record is None:
        raise NothingToSign()
    if service.cut is not None:
        return None
    ended = replace(service, cut=reason, revision=service.revision + 1)
    return Change(ended, "cut", actor, now, note={"reason": reason})


def _must_be_sound(record: ServiceRecord) -> None:
    low, high = record.price.lowest_fen, record.price.highest_fen
    if low is not None and high is not None and low > high:
        raise PriceGuidanceUpsideDown()
