"""One delivery of a notice: one recipient, one channel, and its way from queued to delivered or failed.

queued → sent → delivered; a provider that times out makes it unknown, and nothing is sent again before its
receipt was asked for (events.md §6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from contracts.notify import DeliveryChannel, RecipientKind

State = Literal["queued", "sent", "delivered", "failed", "unknown"]

#: What an attempt, or a question for the receipt, came to.
#: ``later`` is a passing failure; ``waiting`` the same where nothing of ours was tried (intake was away);
#: ``silent`` is a provider that does not answer the question for a receipt.
Result = Literal["sent", "delivered", "refused", "later", "waiting", "unknown", "silent"]

#: Why a delivery failed, for operators; never with an address or a number.
NO_ADDRESS = "no-address"
REFUSED = "refused-by-provider"
TRIES_USED_UP = "tries-used-up"
NO_RECEIPT = "no-receipt"


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient delivery is.

    ``pauses`` are the waits after the first, second … failed try; one try more than pauses is made.
    ``receipts`` are the waits after sending, and after each other, before a receipt is asked for; every
    ``turn`` some are.
    """

    pauses: Sequence[timedelta] = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200))
    ask_again: timedelta = timedelta(seconds=15)
    give_up: timedelta = timedelta(hours=24)
    receipts: Sequence[timedelta] = tuple(timedelta(minutes=m) for m in (1, 10, 60, 360, 1440))
    turn: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one delivery.

    ``has_email`` where intake knows an e-mail address of the recipient, ``asked`` where it is the answer to a
    question for the receipt and not to a try.
    """

    delivery: int
    result: Result
    failure: str = REFUSED
    has_email: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recipient on one channel. ``number`` counts from 1 within the notice.

    ``next_at`` is when it is due (again), ``begun_at`` when a try began of which no result is known: only
    kept for channels that give no receipts. ``series`` counts how often a person had it sent anew.
    """

    number: int
    channel: DeliveryChannel
    recipient_ref: str
    recipient_kind: RecipientKind
    state: State = "queued"
    attempts: int = 0
    series: int = 1
    next_at: datetime | None = None
    begun_at: datetime | None = None
    unknown_since: datetime | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    failure: str | None = None
    receipt_at: datetime | None = None
    receipts_asked: int = 0

    @property
    def is_open(self) -> bool:
        """Whether there is still something to be done by itself."""
        return self.state in ("queued", "unknown")

    def after(self, outcome: Outcome, policy: Policy, now: datetime) -> Delivery:
        """The delivery after an outcome; itself where the outcome comes too late to matter."""
        if self.state in ("delivered", "failed"):
            return self
        if self.state == "sent":
            return self._after_receipt(outcome, policy, now)
        attempts = max(1, self.attempts) if outcome.asked else self.attempts + 1
        tried = replace(self, begun_at=None, attempts=attempts)
        match outcome.result:
            case "sent":
                return replace(tried._settled("sent"), sent_at=now, receipt_at=self._ask_at(policy, now))
            case "delivered":
                return replace(tried._settled("delivered"), sent_at=now, delivered_at=now)
            case "refused":
                return replace(tried._settled("failed"), failure=outcome.failure)
            case "waiting":
                return replace(self, begun_at=None, next_at=now + policy.ask_again)
            case "later":
                return tried._again(policy, now)
            case "unknown":
                return self._doubtful(policy, now)
            case "silent" if self.state == "queued":
                return replace(self, begun_at=None, attempts=self.attempts + 1)._again(policy, now)
            case "silent":
                return self._still_silent(policy, now)

    def _settled(self, state: State) -> Delivery:
        return replace(self, state=state, next_at=None, unknown_since=None, failure=None)

    def _again(self, policy: Policy, now: datetime) -> Delivery:
        if self.attempts > len(policy.pauses):
            return replace(self._settled("failed"), failure=TRIES_USED_UP)
        pause = policy.pauses[self.attempts - 1]
        return replace(self, state="queued", unknown_since=None, next_at=now + pause)

    def _doubtful(self, policy: Policy, now: datetime) -> Delivery:
        if self.attempts > len(policy.pauses):
            return replace(self._settled("failed"), failure=TRIES_USED_UP)
        # Without receipts (e-mail) there is nobody to ask: it fails when the time for one is over.
        wait = policy.ask_again if self.channel == "sms" else policy.give_up
        return replace(
            self,
            state="unknown",
            attempts=self.attempts + 1,
            begun_at=None,
            unknown_since=self.unknown_since or now,
            next_at=now + wait,
        )

    def _still_silent(self, policy: Policy, now: datetime) -> Delivery:
        since = self.unknown_since or now
        if now - since >= policy.give_up:
            return replace(self._settled("failed"), failure=NO_RECEIPT)
        wait = max(policy.ask_again, min((now - since) * 2, timedelta(hours=1)))
        return replace(self, next_at=now + wait)

    def _after_receipt(self, outcome: Outcome, policy: Policy, now: datetime) -> Delivery:
        if outcome.result == "delivered":
            return replace(self, state="delivered", delivered_at=now, receipt_at=None)
        if outcome.result == "refused":
            return replace(self, state="failed", failure=outcome.failure, receipt_at=None)
        asked = replace(self, receipts_asked=self.receipts_asked + 1)
        return replace(asked, receipt_at=asked._ask_at(policy, now))

    def _ask_at(self, policy: Policy, now: datetime) -> datetime | None:
        if self.channel != "sms" or self.receipts_asked >= len(policy.receipts):
            return None
        return now + policy.receipts[self.receipts_asked]

    def sent_anew(self, now: datetime) -> Delivery:
        """Queued again by a person, with all tries before it."""
        return replace(
            self,
            state="queued",
            attempts=0,
            series=self.series + 1,
            next_at=now,
            failure=None,
            receipts_asked=0,
        )
