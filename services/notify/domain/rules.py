"""Who is told of which event: a table from the event's type to what is said and who hears it (mission N1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts import CaseEventData, EventData
from contracts.adoption import LocalReductionFiled
from contracts.approval import (
    CaseDecided,
    CaseWithdrawn,
    ClockResumed,
    ClockStopped,
    DeadlineExtended,
    DueDatesRecomputed,
    WithdrawalRefused,
)
from contracts.evaluation import RatingInvited, ServiceRated
from contracts.intake import (
    AcceptanceRefused,
    ApplicationWithdrawn,
    CaseAccepted,
    CaseLapsed,
    CaseReceived,
    CorrectionRequested,
    MaterialsSupplemented,
)
from contracts.notify import DeliveryChannel, RecipientKind
from contracts.policies import BenefitPaid, BenefitProposed, ProposalEventData
from services.notify.domain import facts, market
from services.notify.domain.delivery import Delivery
from services.notify.domain.facts import Facts
from services.notify.domain.notice import Notice

_PERSON = re.compile(r"a[0-9]+\.[0-9a-f]{16,64}")
#: A grade at or below this goes to the supervisor (events.md, evaluation.ratings).
BAD_GRADE = 2


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of the same case before: the event, and the channels its applicant was told by."""

    event_type: str
    channels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Means:
    """Channels that this installation has, the texts' present edition, and the quiet hours' end, if any."""

    channels: frozenset[DeliveryChannel]
    template_version: int
    not_before: datetime | None = None


def inbox_of_supervisors(place: str) -> str:
    """Reference of the inbox that the supervisors of a place share."""
    return f"supervisor:{place}"


def notice(
    event: EventData, event_key: str, event_id: str, *, told: Sequence[Told], means: Means, now: datetime
) -> Notice | None:
    """The notice that an event leads to, or None where nobody is told."""
    rule = RULES.get(type(event).type)
    if rule is None:
        return None
    recipients = rule.recipients(event, told)
    if not recipients:
        return None
    wait = timedelta(0) if means.not_before is None else means.not_before - now
    deliveries = [
        Delivery(number, channel, ref, kind, next_at=now + (wait if channel == "sms" else timedelta(0)))
        for number, (ref, kind, channel) in enumerate(_possible(recipients, means.channels), 1)
    ]
    case_no = getattr(event, "case_no", None)
    return Notice(
        notice_id=event_key,
        case_no=case_no,
        place_code=event.place_code,
        event_id=event_id,
        event_type=type(event).type,
        template=rule.template or type(event).type,
        template_version=means.template_version,
        at=event.at,
        stored_at=now,
        facts=rule.facts(event),
        deliveries=tuple(deliveries),
    )


Recipient = tuple[str, RecipientKind, DeliveryChannel]


def _possible(recipients: Iterable[Recipient], channels: frozenset[DeliveryChannel]) -> list[Recipient]:
    return [recipient for recipient in recipients if recipient[2] in channels or recipient[2] == "inbox"]


def looks_back(event_type: str) -> bool:
    """Whether what was told before matters for this event."""
    return event_type in (CaseAccepted.type, RatingInvited.type)


# -- who ------------------------------------------------------------------------------------------------


def _by_case(event: CaseEventData, told: Sequence[Told]) -> list[Recipient]:
    """The applicant by every channel known of; who handed in and who is concerned, in their inbox."""
    applicant = event.applicant
    made: list[Recipient] = []
    if applicant.phone_masked:
        made.append((applicant.applicant_ref, "applicant", "sms"))
    if applicant.email_masked:
        made.append((applicant.applicant_ref, "applicant", "email"))
    made.append((applicant.applicant_ref, "applicant", "inbox"))
    others: list[tuple[str, RecipientKind]] = [(event.submitter_ref, "submitter")]
    others += [(ref, "concerned") for ref in event.concerned_refs]
    for ref, kind in others:
        if _PERSON.fullmatch(ref) and all(ref != known for known, _, _ in made):
            made.append((ref, kind, "inbox"))
    return made


def _of_correction(event: CorrectionRequested, told: Sequence[Told]) -> list[Recipient]:
    """As ever, and each other party that must bring something, by text too."""
    made = _by_case(event, told)
    applicant = event.applicant.applicant_ref
    for ref in dict.fromkeys(m.party_ref for m in event.missing if m.party_ref):
        if ref == applicant:
            continue
        made = [r for r in made if r[0] != ref]
        made += [(ref, "concerned", "sms"), (ref, "concerned", "inbox")]
    return made


def _of_acceptance(event: CaseAccepted, told: Sequence[Told]) -> list[Recipient]:
    """Where the decision was told first, only in the inbox (events.md §5)."""
    made = _by_case(event, told)
    if any(before.event_type == CaseDecided.type for before in told):
        return [recipient for recipient in made if recipient[2] == "inbox"]
    return made


def _of_recomputation(event: DueDatesRecomputed, told: Sequence[Told]) -> list[Recipient]:
    """Only where the day that people were told moved."""
    moved = event.previous.promised_due.on != event.clock.promised_due.on
    return _by_case(event, told) if moved else []


def _of_invitation(event: RatingInvited, told: Sequence[Told]) -> list[Recipient]:
    """By the channels that the person was told by before; a text where nothing was."""
    known = frozenset[str]().union(*(before.channels for before in told)) or {"sms"}
    ways: tuple[DeliveryChannel, ...] = ("sms", "email")
    outside: list[Recipient] = [(event.applicant_ref, "applicant", way) for way in ways if way in known]
    return [*outside, (event.applicant_ref, "applicant", "inbox")]


def _of_rating(event: ServiceRated, told: Sequence[Told]) -> list[Recipient]:
    """The supervisors of the place, of a bad grade only."""
    if event.grade > BAD_GRADE:
        return []
    return [(inbox_of_supervisors(event.place_code), "officer", "inbox")]


def _of_proposal(event: ProposalEventData, told: Sequence[Told]) -> list[Recipient]:
    """The enterprise: by text where it has a number, and in its inbox (免申即享)."""
    made: list[Recipient] = [(event.applicant_ref, "applicant", "inbox")]
    return [(event.applicant_ref, "applicant", "sms"), *made] if event.phone_masked else made


def _of_filing(event: LocalReductionFiled, told: Sequence[Told]) -> list[Recipient]:
    """The unit above that a local reduction is filed with (备案)."""
    return [(event.filed_with.unit_id, "officer", "inbox")]


@dataclass(frozen=True, slots=True)
class Rule:
    """Who is told, and what fills the text; the template has the event's name unless another is given."""

    recipients: Callable[[Any, Sequence[Told]], list[Recipient]]
    facts: Callable[[Any], Facts]
    template: str | None = None


RULES: Mapping[str, Rule] = {
    CaseReceived.type: Rule(_by_case, facts.received),
    CorrectionRequested.type: Rule(_of_correction, facts.correction),
    MaterialsSupplemented.type: Rule(_by_case, facts.supplemented),
    CaseAccepted.type: Rule(_of_acceptance, facts.accepted),
    AcceptanceRefused.type: Rule(_by_case, facts.refusal),
    CaseLapsed.type: Rule(_by_case, facts.lapsed),
    ApplicationWithdrawn.type: Rule(_by_case, facts.case),
    ClockStopped.type: Rule(_by_case, facts.stopped),
    ClockResumed.type: Rule(_by_case, facts.resumed),
    DeadlineExtended.type: Rule(_by_case, facts.extended),
    DueDatesRecomputed.type: Rule(_of_recomputation, facts.recomputed),
    CaseDecided.type: Rule(_by_case, facts.decided),
    CaseWithdrawn.type: Rule(_by_case, facts.withdrawal),
    WithdrawalRefused.type: Rule(_by_case, facts.withdrawal),
    RatingInvited.type: Rule(_of_invitation, facts.invited),
    ServiceRated.type: Rule(_of_rating, facts.rated, template="bad-rating"),
    BenefitProposed.type: Rule(_of_proposal, facts.proposed),
    BenefitPaid.type: Rule(_of_proposal, facts.benefit_paid),
    LocalReductionFiled.type: Rule(_of_filing, facts.filed),
    **{
        type: Rule(lambda event, told, who=who: who(event), what)  # type: ignore[misc]
        for type, (who, what) in market.TOLD.items()
    },
}
