"""Notices get through once, over real HTTP and SMTP, whatever the gateways do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from deploy.local.gateways.mailbox import Fault
from services.notify import channels
from services.notify.domain.delivery import Policy
from services.notify.main import build
from services.notify.settings import Settings
from tests.support import happenings as h
from tests.support.eventually import eventually
from tests.support.outside import Outside, outside
from tests.support.services import Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

QUICK = Policy(
    pauses=(timedelta(seconds=0.2),) * 3,
    ask_again=timedelta(seconds=0.2),
    receipts=(timedelta(seconds=0.2),),
    turn=timedelta(seconds=0.2),
)
PHONE, EMAIL = "13800005678", "zhang@person.example"


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outside]:
    """Intake and the gateways; a gateway that keeps silent is given up soon."""
    monkeypatch.setattr(channels, "TIMEOUT", httpx.Timeout(1.0))
    async with outside() as made:
        made.contacts[h.APPLICANT] = {"phone": PHONE, "email": EMAIL, "language": "zh"}
        yield made


@pytest.fixture
async def notify(stack: Stack, names: str, issuer: Issuer, world: Outside) -> AsyncIterator[Running]:
    """The service, quick to try again."""
    async with running(
        lambda: build(settings(Settings, stack, names, **world.settings), policy=QUICK), issuer
    ) as made:
        yield made


async def notices(notify: Running, case_no: str = h.CASE_NO, **as_whom: Any) -> list[dict[str, Any]]:
    """The notices of a case as an officer of the county sees them."""
    header = as_whom or notify.issuer.header("o-1", "clerk", place="370104")
    answer = await notify.client.get(f"/api/notify/cases/{case_no}/notices", headers=header)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def by_channel(notify: Running, event: str) -> dict[str, dict[str, Any]]:
    return {n["channel"]: n for n in await notices(notify) if n["event"] == event}


async def until(notify: Running, event: str, channel: str, state: str) -> dict[str, Any]:
    """The delivery once it has come to a state."""

    async def there() -> dict[str, Any] | None:
        found = (await by_channel(notify, event)).get(channel)
        return found if found and found["state"] == state else None

    found: dict[str, Any] | None = await eventually(there)
    assert found
    return found


async def published(bus: Bus, type: str) -> list[dict[str, Any]]:
    return [data for envelope, data in await bus.all("notify.notices") if envelope.type == type]


async def test_a_case_is_told_by_text_and_inbox_and_the_receipt_makes_it_delivered(
    notify: Running, bus: Bus, world: Outside
) -> None:
    await bus.publish(h.accepted())
    delivered = await until(notify, "case-accepted", "sms", "delivered")
    assert delivered["attempts"] == 1 and "最低生活保障" in delivered["text"]
    assert (await by_channel(notify, "case-accepted"))["inbox"]["state"] == "delivered"
    assert len(world.texts()) == 1 and world.texts()[0].startswith("【政务服务】")
    assert world.mailbox.newest("sms")[0].to == PHONE

    async def both() -> bool:
        sent, arrived = await published(bus, "notice-sent"), await published(bus, "notice-delivered")
        return [e["channel"] for e in sent + arrived] == ["sms", "sms"]

    assert await eventually(both)


async def test_an_event_that_comes_again_is_told_once(notify: Running, bus: Bus, world: Outside) -> None:
    envelope = await bus.publish(h.accepted())
    await until(notify, "case-accepted", "sms", "delivered")
    for _ in range(5):
        await bus.publish(h.accepted(), sequence=envelope.sequence, id=envelope.id, time=envelope.time)
    await bus.publish(h.decided())
    await until(notify, "case-decided", "sms", "delivered")
    assert len(await notices(notify)) == 4
    assert world.mailbox.handed_in["sms"] == 2


async def test_a_decision_told_first_leaves_the_acceptance_to_the_inbox(
    notify: Running, bus: Bus, world: Outside
) -> None:
    await bus.publish(h.decided())
    await until(notify, "case-decided", "sms", "delivered")
    await bus.publish(h.accepted())
    await until(notify, "case-accepted", "inbox", "delivered")
    assert list(await by_channel(notify, "case-accepted")) == ["inbox"]
    assert world.mailbox.handed_in["sms"] == 1


async def test_an_email_is_really_received(notify: Running, bus: Bus, world: Outside) -> None:
    await bus.publish(h.accepted(applicant={"email_masked": "zh***@person.example"}))
    await until(notify, "case-accepted", "email", "sent")
    (mail,) = world.mailbox.newest("email")
    assert mail.to == EMAIL and mail.subject == "申请已受理" and h.CASE_NO in mail.text


async def test_a_person_who_reads_english_is_written_to_in_english(
    notify: Running, bus: Bus, world: Outside
) -> None:
    world.contacts[h.APPLICANT]["language"] = "en"
    await bus.publish(h.accepted())
    await until(notify, "case-accepted", "sms", "delivered")
    assert "has been accepted under number" in world.texts()[0]


async def test_a_gateway_that_fails_is_tried_again(notify: Running, bus: Bus, world: Outside) -> None:
    world.mailbox.faults["sms"] = Fault("error", 2)
    await bus.publish(h.accepted())
    delivered = await until(notify, "case-accepted", "sms", "delivered")
    assert delivered["attempts"] == 3 and len(world.texts()) == 1


async def test_a_time_out_is_unknown_and_the_text_is_not_sent_twice(
    notify: Running, bus: Bus, world: Outside
) -> None:
    world.mailbox.faults["sms"] = Fault("timeout", 1)
    await bus.publish(h.accepted())
    await until(notify, "case-accepted", "sms", "delivered")
    assert world.mailbox.handed_in["sms"] == 1 and world.receipts_asked >= 1

    async def said() -> bool:
        return [e["attempt"] for e in await published(bus, "notice-outcome-unknown")] == [1]

    assert await eventually(said)


async def test_receipts_are_asked_for_together(notify: Running, bus: Bus, world: Outside) -> None:
    for number in range(20):
        await bus.publish(h.accepted(case_no=f"370104-20261123-7K3M9Q{number:02}"))

    async def all_there() -> bool:
        arrived = await published(bus, "notice-delivered")
        return len({e["case_no"] for e in arrived}) == 20

    assert await eventually(all_there, within=30)
    assert world.receipts_asked < 20


async def test_a_gateway_that_gives_receipts_one_by_one_is_asked_so(
    notify: Running, bus: Bus, world: Outside
) -> None:
    world.receipts_together = False
    await bus.publish(h.accepted())
    await until(notify, "case-accepted", "sms", "delivered")
    assert world.receipts_asked >= 2


async def test_what_a_dead_process_may_have_sent_is_asked_for_first(
    stack: Stack, names: str, issuer: Issuer, bus: Bus, world: Outside
) -> None:
    """The text went out and the process ended before it could write that down."""

    def make() -> Any:
        return build(settings(Settings, stack, names, **world.settings), policy=QUICK)

    service = make()
    broken = service.database["notices"]
    async with running(lambda: service, issuer) as first:
        await bus.publish(h.accepted())
        await until(first, "case-accepted", "sms", "delivered")
        # As it stood before the outcome was written: still queued, the holder's time over.
        await broken.update_one(
            {"case_no": h.CASE_NO},
            {
                "$set": {
                    "deliveries.0.state": "queued",
                    "deliveries.0.attempts": 0,
                    "deliveries.0.next_at": service.clock(),
                    "deliveries.0.receipt_at": None,
                    "due_at": service.clock(),
                    "held_until": None,
                }
            },
        )
        await until(first, "case-accepted", "sms", "queued")
        await until(first, "case-accepted", "sms", "delivered")
    assert world.mailbox.handed_in["sms"] == 1


async def test_a_refused_text_fails_is_shown_to_operators_and_sent_again_by_hand(
    notify: Running, bus: Bus, world: Outside
) -> None:
    world.contacts[h.APPLICANT]["email"] = None
    world.mailbox.faults["sms"] = Fault("refuse", 1)
    await bus.publish(h.accepted())
    failed = await until(notify, "case-accepted", "sms", "failed")
    assert failed["failure"] == "refused-by-provider"
    operator = notify.issuer.header("op", "operator", place="3701")
    listed = (await notify.client.get("/api/notify/failures", headers=operator)).json()["failures"]
    assert [f["notice_id"] for f in listed] == [failed["notice_id"]]
    elsewhere = notify.issuer.header("op-b", "operator", place="370105")
    none = (await notify.client.get("/api/notify/failures", headers=elsewhere)).json()["failures"]
    assert none == []

    path = f"/api/notify/notices/{failed['notice_id']}/resend"
    assert (await notify.client.post(path, headers=elsewhere)).status_code == 404
    again = await notify.client.post(path, headers={**operator, "Idempotency-Key": "k1"})
    assert again.status_code == 200
    await until(notify, "case-accepted", "sms", "delivered")
    repeated = await notify.client.post(path, headers={**operator, "Idempotency-Key": "k1"})
    assert repeated.status_code == 200
    refused = await notify.client.post(path, headers=operator)
    assert refused.status_code == 409 and refused.json()["code"] == "nothing-failed"
    assert (await notify.client.get("/api/notify/failures", headers=operator)).json()["failures"] == []
    assert len(world.texts()) == 1


async def test_a_text_that_cannot_arrive_is_followed_by_an_email(
    notify: Running, bus: Bus, world: Outside
) -> None:
    world.contacts[h.APPLICANT]["phone"] = None
    await bus.publish(h.accepted())
    assert (await until(notify, "case-accepted", "sms", "failed"))["failure"] == "no-address"
    await until(notify, "case-accepted", "email", "sent")
    assert [m.to for m in world.mailbox.newest("email")] == [EMAIL]

    async def said() -> bool:
        return [e["next_channel"] for e in await published(bus, "notice-failed")] == ["email"]

    assert await eventually(said)


async def test_while_intake_is_away_nothing_is_lost_and_no_try_used(
    notify: Running, bus: Bus, world: Outside
) -> None:
    world.intake_away = True
    await bus.publish(h.accepted())

    async def postponed() -> bool:
        document = await notify.service.database["notices"].find_one({"case_no": h.CASE_NO})
        return bool(document) and len(document["history"]) >= 2

    assert await eventually(postponed)
    assert (await by_channel(notify, "case-accepted"))["sms"]["attempts"] == 0
    world.intake_away = False
    assert (await until(notify, "case-accepted", "sms", "delivered"))["attempts"] == 1


async def test_many_at_once_share_their_calls(notify: Running, bus: Bus, world: Outside) -> None:
    numbers = [f"370104-20261123-7K3M9Q{n:02d}" for n in range(60)]
    for number in numbers:
        await bus.publish(h.accepted(number))

    async def all_there() -> bool:
        return world.mailbox.handed_in["sms"] == len(numbers)

    assert await eventually(all_there)
    assert len(world.texts()) == len(numbers) and len(world.asked) < len(numbers)


async def test_no_number_and_no_address_is_kept(notify: Running, bus: Bus, world: Outside) -> None:
    await bus.publish(h.accepted(applicant={"email_masked": "zh***@person.example"}))
    await until(notify, "case-accepted", "email", "sent")
    await until(notify, "case-accepted", "sms", "delivered")
    for collection in ("notices", "feed", "parked"):
        kept = str(await notify.service.database[collection].find({}).to_list(None))
        assert PHONE not in kept and EMAIL not in kept


async def test_a_history_holds_together(notify: Running, bus: Bus) -> None:
    await bus.publish(h.accepted())
    notice = await until(notify, "case-accepted", "sms", "delivered")
    records = notify.service.outbox._watched[0]
    assert await records.fault_in_history(notice["notice_id"]) is None
