"""Carries notices to their gateways: at once from a queue in batches, and whatever is due again by a sweep.

Nothing is sent in the consumer. What is offered here just after it was stored is sent without another look;
what the sweep finds may have been sent by a process that died, so the gateway is asked for its receipt first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from services.notify import texts as words
from services.notify.channels import Contact, Contacts, ContactsAway, Mail, MailServer, Sms, SmsGateway
from services.notify.domain import notice as domain
from services.notify.domain.delivery import NO_ADDRESS, Delivery, Outcome, Policy, Result
from services.notify.domain.notice import Notice
from services.notify.store.notices import Notices
from services.notify.texts import Texts
from services.runtime.clock import Clock

#: For how long who stored or claimed a notice may work on it before a sweep takes it.
HOLD = timedelta(seconds=30)
#: What must be left of that time to begin to send: more than the time-outs on the way together.
_MARGIN = timedelta(seconds=15)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Job:
    """One delivery to be made now."""

    notice: Notice
    delivery: Delivery

    @property
    def message_id(self) -> str:
        """What the gateway knows this message by; the same however often it is tried."""
        made = f"{self.notice.notice_id}:{self.delivery.number}"
        return made if self.delivery.series == 1 else f"{made}:{self.delivery.series}"


class Courier:
    """Delivers; any number may work beside each other."""

    def __init__(
        self,
        notices: Notices,
        texts: Texts,
        *,
        contacts: Contacts,
        sms: SmsGateway | None,
        mail: MailServer | None,
        policy: Policy,
        clock: Clock,
    ) -> None:
        self._notices, self._texts, self._contacts = notices, texts, contacts
        self._sms, self._mail = sms, mail
        self._policy, self._clock = policy, clock
        self._queue: asyncio.Queue[Notice] = asyncio.Queue(5_000)

    def offer(self, notice: Notice) -> None:
        """Take a notice just stored; never waits. Where the queue is full, the sweep finds it later."""
        if notice.due(self._clock()) and not self._queue.full():
            self._queue.put_nowait(notice)

    async def deliver_offered(self) -> None:
        """Wait for what is offered and deliver one batch of it."""
        taken = [await self._queue.get()]
        while len(taken) < _BATCH and not self._queue.empty():
            taken.append(self._queue.get_nowait())
        await self._deliver(taken, fresh=True)

    async def sweep(self) -> None:
        """Deliver what is due again: retries, ends of quiet hours, what a process left behind."""
        now = self._clock()
        while claimed := await self._notices.claim("due_at", now=now, hold=HOLD, limit=_BATCH):
            await self._deliver(claimed, fresh=False)

    async def ask_receipts(self) -> None:
        """Ask what became of texts that were taken, one page after the other."""
        now = self._clock()
        while self._sms and (
            claimed := await self._notices.claim("receipt_at", now=now, hold=HOLD, limit=_BATCH)
        ):
            jobs = [
                Job(n, d)
                for n in claimed
                for d in n.deliveries
                if d.receipt_at is not None and d.receipt_at <= now
            ]
            await self._record(await self._receipts(jobs, unknown_too=True))

    # -- one batch --------------------------------------------------------------------------------------

    async def _deliver(self, notices: Sequence[Notice], *, fresh: bool) -> None:
        now = self._clock()
        jobs = [Job(notice, delivery) for notice in notices for delivery in notice.due(now)]
        settled: list[tuple[Job, Outcome]] = []
        if not fresh:
            settled = await self._looked_up(jobs)
            done = {job.message_id for job, _ in settled}
            jobs = [job for job in jobs if job.message_id not in done]
        # Held too long already (a paused process, a slow gateway): a sweep has it, or will.
        latest = self._clock() + _MARGIN
        jobs = [job for job in jobs if job.notice.held_until and job.notice.held_until > latest]
        if jobs:
            settled += await self._sent(jobs)
        await self._record(settled)

    async def _looked_up(self, jobs: Sequence[Job]) -> list[tuple[Job, Outcome]]:
        """What is known already of deliveries that may have been tried."""
        mailed = [job for job in jobs if job.delivery.channel == "email"]
        known = [(job, Outcome(job.delivery.number, "unknown")) for job in mailed if job.delivery.begun_at]
        known += [
            (job, Outcome(job.delivery.number, "silent")) for job in mailed if job.delivery.state == "unknown"
        ]
        return known + await self._receipts([job for job in jobs if job.delivery.channel == "sms"])

    async def _receipts(self, jobs: Sequence[Job], *, unknown_too: bool = False) -> list[tuple[Job, Outcome]]:
        if self._sms is None:
            return []
        known = await self._sms.receipts([job.message_id for job in jobs])
        answers: list[tuple[Job, Outcome]] = []
        for job in jobs:
            result = known[job.message_id]
            if result != "not_known":
                answers.append((job, Outcome(job.delivery.number, result, asked=True)))
            elif unknown_too:
                answers.append((job, Outcome(job.delivery.number, "silent")))
        return answers

    async def _sent(self, jobs: Sequence[Job]) -> list[tuple[Job, Outcome]]:
        try:
            contacts = await self._contacts.of({job.delivery.recipient_ref for job in jobs})
        except ContactsAway:
            return [(job, Outcome(job.delivery.number, "waiting")) for job in jobs]
        texts, mails, outcomes = list[tuple[Job, Contact]](), list[tuple[Job, Contact]](), {}
        for job in jobs:
            contact = contacts.get(job.delivery.recipient_ref, Contact())
            if job.delivery.channel == "sms" and contact.phone and self._sms:
                texts.append((job, contact))
            elif job.delivery.channel == "email" and contact.email and self._mail:
                mails.append((job, contact))
            else:
                outcomes[job.message_id] = (job, self._outcome(job, contact, "refused", NO_ADDRESS))
        for sent in await asyncio.gather(self._send_texts(texts), self._send_mails(mails)):
            outcomes |= {job.message_id: (job, outcome) for job, outcome in sent}
        return list(outcomes.values())

    async def _send_texts(self, jobs: Sequence[tuple[Job, Contact]]) -> list[tuple[Job, Outcome]]:
        if not jobs or self._sms is None:
            return []
        messages = [
            Sms(job.message_id, contact.phone or "", self._text(job, contact).signed) for job, contact in jobs
        ]
        results = await self._sms.send(messages)
        return [(job, self._outcome(job, contact, results[job.message_id])) for job, contact in jobs]

    async def _send_mails(self, jobs: Sequence[tuple[Job, Contact]]) -> list[tuple[Job, Outcome]]:
        if not jobs or self._mail is None:
            return []
        now = self._clock()
        begun: dict[str, list[int]] = {}
        for job, _ in jobs:
            begun.setdefault(job.notice.notice_id, []).append(job.delivery.number)
        await self._notices.change_all(
            [(id, partial(domain.begin, numbers=numbers, now=now)) for id, numbers in begun.items()]
        )
        mails = []
        for job, contact in jobs:
            text = self._text(job, contact)
            mails.append(Mail(job.message_id, contact.email or "", text.title, text.body))
        results = await self._mail.send(mails)
        return [(job, self._outcome(job, contact, results[job.message_id])) for job, contact in jobs]

    def _text(self, job: Job, contact: Contact) -> words.Text:
        return self._texts.render(job.notice, job.delivery, words.language_of(contact.language))

    def _outcome(self, job: Job, contact: Contact, result: Result, failure: str | None = None) -> Outcome:
        has_email = contact.email is not None and self._mail is not None
        made = Outcome(job.delivery.number, result, has_email=has_email)
        return made if failure is None else Outcome(job.delivery.number, result, failure, has_email)

    async def _record(self, settled: Iterable[tuple[Job, Outcome]]) -> None:
        by_notice: dict[str, list[Outcome]] = {}
        for job, outcome in settled:
            by_notice.setdefault(job.notice.notice_id, []).append(outcome)
        now = self._clock()
        await self._notices.change_all(
            [
                (id, partial(domain.record, outcomes=outcomes, policy=self._policy, now=now))
                for id, outcomes in by_notice.items()
            ]
        )
