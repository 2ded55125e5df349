"""What notify does: tell people of an event, send a notice again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from contracts import Actor
from contracts.notify import DeliveryChannel
from services.notify.courier import HOLD, Courier
from services.notify.domain import notice as domain
from services.notify.domain import rules
from services.notify.domain.notice import Notice
from services.notify.domain.quiet import QuietHours
from services.notify.store.feed import Feed
from services.notify.store.notices import Notices
from services.notify.texts import Texts
from services.runtime.clock import Clock
from services.runtime.idempotency import IdempotencyKey
from services.runtime.message import Message
from services.runtime.records import AlreadyExists


@dataclass(frozen=True)
class App:
    """The parts that the use cases work on."""

    notices: Notices
    feed: Feed
    courier: Courier
    texts: Texts
    channels: frozenset[DeliveryChannel]
    quiet: QuietHours | None
    clock: Clock


async def tell(app: App, message: Message) -> None:
    """Make the notice of an event and hand it to the courier; an event seen before makes none."""
    now = app.clock()
    case_no = getattr(message.data, "case_no", None)
    told = await app.notices.told(case_no) if case_no and rules.looks_back(message.type) else ()
    means = rules.Means(app.channels, app.texts.newest, app.quiet.end_after(now) if app.quiet else None)
    notice = rules.notice(
        message.data, message.event_key, message.envelope.id, told=told, means=means, now=now
    )
    if notice is None:
        return
    try:
        stored = await app.notices.create(domain.store(notice, now=now, hold=HOLD))
    except AlreadyExists:
        return
    app.courier.offer(stored)


async def resend(app: App, notice_id: str, actor: Actor, key: IdempotencyKey | None) -> Notice:
    """Send the failed deliveries of a notice again; the sweep takes them at its next turn."""
    decide = partial(domain.resend, actor=actor, now=app.clock())
    return await app.notices.records.change(notice_id, decide, key=key)
