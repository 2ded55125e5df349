"""What others do with benefits of enterprises: notify tells the enterprise, evaluation counts."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.evaluation.main import build as build_evaluation
from services.evaluation.settings import Settings as EvaluationSettings
from services.notify.main import build as build_notify
from services.notify.settings import Settings as NotifySettings
from tests.support import happenings as h
from tests.support.eventually import eventually
from tests.support.outside import outside
from tests.support.services import Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

REF = "a1.5f1c0a9be3d27746"


@pytest.fixture
async def evaluation(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Running]:
    now = datetime(2027, 1, 20, 1, tzinfo=UTC)
    made = settings(EvaluationSettings, stack, names)
    async with running(lambda: build_evaluation(made, clock=lambda: now), issuer) as service:
        yield service


async def test_the_enterprise_is_told_of_its_benefit_and_of_the_payment(
    stack: Stack, names: str, issuer: Issuer, bus: Bus
) -> None:
    async with outside() as world:
        world.contacts[REF] = {"phone": "13800005678", "email": None, "language": "zh"}
        made = settings(NotifySettings, stack, names, **world.settings)
        async with running(lambda: build_notify(made), issuer) as notify:
            await bus.publish(h.happened("benefit-proposed", "fixed-amount"))

            async def texts(count: int) -> list[Any] | None:
                found = world.texts()
                return found if len(found) == count else None

            (first,) = await eventually(lambda: texts(1))
            assert "无需提交申请" in str(first) and "2026年12月31日" in str(first)
            paid = h.happened("benefit-paid", "without-case", phone_masked="138****5678")
            await bus.publish(paid)
            _, second = await eventually(lambda: texts(2))
            assert "10000.00 元" in str(second)
            # Without a number it stands in the inbox alone.
            await bus.publish(h.happened("benefit-proposed", "amount-to-be-assessed"))
            notices = notify.service.database["notices"]
            where = {"event_type": "benefit-proposed", "deliveries": {"$size": 1}}
            alone = await eventually(lambda: notices.find_one(where))
            assert alone["deliveries"][0]["channel"] == "inbox"


async def test_proposals_answers_and_payments_are_counted_in_any_order(evaluation: Running, bus: Bus) -> None:
    ids = [f"bp-{number:024x}" for number in range(4)]
    # The answer may come before the proposal, and each may come twice.
    for one in ids[:2]:
        envelope = await bus.publish(h.happened("proposal-consented", "online", proposal_id=one))
        assert envelope.sequence == 1
    await bus.publish(h.happened("proposal-declined", "not-wanted", proposal_id=ids[2]))
    for one in ids:
        event = h.happened("benefit-proposed", "fixed-amount", proposal_id=one)
        await bus.publish(event)
        await bus.publish(event, sequence=1)
    await bus.publish(h.happened("benefit-paid", "without-case", proposal_id=ids[0]), sequence=2)
    header = evaluation.issuer.header("o-1", "supervisor", place="370104")
    query = {"from": "2026-11-01", "to": "2027-01-20"}

    async def counted() -> bool:
        answer = await evaluation.client.get("/api/evaluation/benefits", params=query, headers=header)
        assert answer.status_code == 200, answer.text
        return bool(
            answer.json()["policies"]
            == [
                {
                    "policy_code": "hq-2026-001",
                    "policy_name": "小微企业创新券补助",
                    "proposed": 4,
                    "consented": 2,
                    "declined": 1,
                    "paid": 1,
                    "paid_fen": 1_000_000,
                }
            ]
        )

    await eventually(counted)
    stranger = evaluation.issuer.header("o-2", "supervisor", place="370105")
    refused = await evaluation.client.get(
        "/api/evaluation/benefits", params={"place": "370104"}, headers=stranger
    )
    assert refused.status_code == 404
