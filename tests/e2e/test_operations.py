"""The operator at night: sees what is parked and away, and acts on it in the page."""

from __future__ import annotations

from aiokafka import AIOKafkaProducer
from playwright.async_api import expect

from tests.support.pages import PHONE, SOON, SignedIn, barriers, refreshed_until, wider_than_the_screen
from tests.support.stack import Stack

KEY = "370104-20261122-PA1SANED"


async def test_a_poison_event_is_seen_replayed_and_given_up_in_the_page(
    signed_in: SignedIn, stack: Stack
) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=stack.bootstrap_servers)
    await producer.start()
    await producer.send_and_wait("intake.cases", b"{not json", key=KEY.encode())
    await producer.stop()
    async with signed_in("operator", PHONE) as operator:
        await operator.wait_for_url("**/operations", timeout=SOON)
        services = operator.get_by_role("region", name="服务")
        await expect(services.get_by_text("就绪")).to_have_count(5, timeout=SOON)
        mine = operator.get_by_role("row").filter(has_text=KEY)
        parked = operator.get_by_role("region", name="停放的事件")

        async def all_there() -> bool:
            return await mine.count() >= 4

        await refreshed_until(parked, all_there)
        # Catalog, approval, notify and evaluation listen to that topic, each parks its own copy.
        await expect(mine).to_have_count(4, timeout=SOON)
        await expect(mine.first.get_by_text("需要处置")).to_be_visible()
        assert await barriers(operator) == []
        assert await wider_than_the_screen(operator) == []
        await mine.first.get_by_role("button", name="重放").click()
        await expect(operator.get_by_text("已重放 1 件。")).to_be_visible(timeout=SOON)
        for left in (3, 2, 1, 0):
            await mine.first.get_by_role("button", name="放弃").click()
            await operator.get_by_label("放弃的原因").fill("不是我们的事件")
            await operator.get_by_role("button", name="确认放弃").click()
            await expect(mine).to_have_count(left, timeout=SOON)
