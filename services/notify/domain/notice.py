"""A notice: what one event is told of, to whom and by which channels. One document an event.

The inbox is this system's own and always takes: a delivery to it is delivered as the notice is stored, and is
published only where no other channel tells the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from contracts import Actor, EventData
from contracts.notify import (
    DeliveryChannel,
    DeliveryEvent,
    NoticeDelivered,
    NoticeFailed,
    NoticeOutcomeUnknown,
    NoticeSent,
)
from services.notify.domain.delivery import Delivery, Outcome, Policy
from services.runtime.change import Change
from services.runtime.problems import Conflict

SYSTEM = Actor(role="system")


class NothingFailed(Conflict):
    """409: only a failed delivery can be sent again."""

    default_code = "nothing-failed"

    def __init__(self) -> None:
        super().__init__(
            "没有发送失败的通知，无需重发；请刷新后查看最新状态。",
            "No delivery of this notice has failed, so there is nothing to send again.",
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told, and how far it got.

    ``facts`` fill the template: what everybody is told, dates as ISO text, no personal data. ``held_until``
    keeps the sweep away while a process is at it.
    """

    notice_id: str
    case_no: str | None
    place_code: str
    event_id: str
    event_type: str
    template: str
    template_version: int
    at: datetime
    stored_at: datetime
    facts: Mapping[str, Any]
    deliveries: tuple[Delivery, ...]
    held_until: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """When something is next to be done: the soonest open delivery, not before the holder's time."""
        times = [d.next_at for d in self.deliveries if d.is_open and d.next_at]
        if not times:
            return None
        return max(min(times), self.held_until) if self.held_until else min(times)

    @property
    def receipt_at(self) -> datetime | None:
        """When a receipt is next to be asked for."""
        return min((d.receipt_at for d in self.deliveries if d.receipt_at), default=None)

    @property
    def troubled(self) -> bool:
        """Whether an operator should look at it (N5)."""
        return any(d.state in ("failed", "unknown") for d in self.deliveries)

    @property
    def inbox(self) -> tuple[str, ...]:
        """Whose inbox it stands in."""
        return tuple(d.recipient_ref for d in self.deliveries if d.channel == "inbox")

    def concerns(self, person_ref: str | None) -> bool:
        """Whether it was told to this person."""
        return person_ref is not None and any(d.recipient_ref == person_ref for d in self.deliveries)

    def due(self, now: datetime) -> list[Delivery]:
        """Open deliveries whose time has come."""
        return [d for d in self.deliveries if d.is_open and d.next_at and d.next_at <= now]


def store(notice: Notice, *, now: datetime, hold: timedelta) -> Change[Notice]:
    """The notice as it is first stored: in every inbox, the rest queued and held for who stores it."""
    deliveries = tuple(
        replace(d, state="delivered", attempts=1, sent_at=now, delivered_at=now, next_at=None)
        if d.channel == "inbox"
        else d
        for d in notice.deliveries
    )
    told_otherwise = {d.recipient_ref for d in deliveries if d.channel != "inbox"}
    kept = replace(notice, deliveries=deliveries, held_until=now + hold if told_otherwise else None)
    events = tuple(
        _event(kept, d, NoticeDelivered, now, delivered_at=now)
        for d in deliveries
        if d.channel == "inbox" and d.recipient_ref not in told_otherwise and d.recipient_kind == "applicant"
    )
    return Change(kept, act="stored", actor=SYSTEM, at=now, events=events)


def begin(notice: Notice, numbers: Sequence[int], *, now: datetime) -> Change[Notice]:
    """Note that a try begins on a channel without receipts, so that a crash leaves a trace."""
    marked = tuple(replace(d, begun_at=now) if d.number in numbers else d for d in notice.deliveries)
    return Change(replace(notice, deliveries=marked), act="begun", actor=SYSTEM, at=now)


def record(
    notice: Notice, outcomes: Sequence[Outcome], *, policy: Policy, now: datetime
) -> Change[Notice] | None:
    """What came of the tries; None where nothing changes."""
    by_number = {outcome.delivery: outcome for outcome in outcomes}
    deliveries, events = list(notice.deliveries), list[EventData]()
    for index, before in enumerate(notice.deliveries):
        outcome = by_number.get(before.number)
        if outcome is None:
            continue
        after = deliveries[index] = before.after(outcome, policy, now)
        follower = None
        if after.state == "failed" and before.state != "failed":
            follower = _follower(deliveries, after, outcome, now)
            if follower is not None:
                deliveries.append(follower)
        events += _events(notice, before, after, _next_channel(deliveries, after, follower), now)
    if tuple(deliveries) == notice.deliveries:
        return None
    changed = replace(notice, deliveries=tuple(deliveries), held_until=None)
    states = {str(o.delivery): o.result for o in outcomes}
    return Change(changed, act="tried", actor=SYSTEM, at=now, events=tuple(events), note={"results": states})


def resend(notice: Notice, *, actor: Actor, now: datetime) -> Change[Notice]:
    """A person has every failed delivery sent again (N5)."""
    if not any(d.state == "failed" for d in notice.deliveries):
        raise NothingFailed()
    again = tuple(d.sent_anew(now) if d.state == "failed" else d for d in notice.deliveries)
    return Change(replace(notice, deliveries=again, held_until=None), act="resent", actor=actor, at=now)


def _follower(
    deliveries: Sequence[Delivery], failed: Delivery, outcome: Outcome, now: datetime
) -> Delivery | None:
    """The e-mail that takes the place of a text that did not get through."""
    mailed = any(d.channel == "email" and d.recipient_ref == failed.recipient_ref for d in deliveries)
    if failed.channel != "sms" or mailed or not outcome.has_email:
        return None
    return Delivery(len(deliveries) + 1, "email", failed.recipient_ref, failed.recipient_kind, next_at=now)


def _next_channel(
    deliveries: Sequence[Delivery], failed: Delivery, follower: Delivery | None
) -> DeliveryChannel | None:
    if follower is not None:
        return follower.channel
    others = (d for d in deliveries if d.recipient_ref == failed.recipient_ref and d.state != "failed")
    return next((d.channel for d in others if d.number != failed.number), None)


def _events(
    notice: Notice, before: Delivery, after: Delivery, next_channel: DeliveryChannel | None, now: datetime
) -> list[EventData]:
    if after.state == before.state:
        return []
    made: list[EventData] = []
    if after.state == "sent" or (after.state == "delivered" and before.state != "sent"):
        made.append(_event(notice, after, NoticeSent, now))
    if after.state == "delivered":
        made.append(_event(notice, after, NoticeDelivered, now, delivered_at=now))
    if after.state == "failed":
        made.append(
            _event(notice, after, NoticeFailed, now, failure=after.failure, next_channel=next_channel)
        )
    if after.state == "unknown":
        made.append(_event(notice, after, NoticeOutcomeUnknown, now))
    return made


def _event(
    notice: Notice, delivery: Delivery, kind: type[DeliveryEvent], now: datetime, **more: Any
) -> DeliveryEvent:
    return kind(
        place_code=notice.place_code,
        at=now,
        actor=SYSTEM,
        notice_id=notice.notice_id,
        case_no=notice.case_no,
        event_id=notice.event_id,
        event_type=notice.event_type,
        delivery=delivery.number,
        recipient_ref=delivery.recipient_ref,
        recipient_kind=delivery.recipient_kind,
        channel=delivery.channel,
        template=notice.template,
        template_version=notice.template_version,
        attempt=max(1, delivery.attempts),
        **more,
    )
