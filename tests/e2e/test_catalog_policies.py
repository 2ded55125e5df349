"""惠企政策 in the browser: a policy is written and tried, put in force, agreed to, and paid."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.support.pages import DESKTOP, PHONE, SOON, SignedIn, barriers

NAME = "食品企业检验检测补助"


async def write_policy(page: Page) -> None:
    """With two conditions that the sample enterprise meets."""
    await page.goto("/catalog/policies/new")
    main = page.get_by_role("main")
    await main.get_by_label("政策编码").fill("hq-e2e-1")
    await main.get_by_label("政策名称").fill(NAME)
    await main.get_by_label("优惠内容").fill("补助检验检测费用3000元")
    await main.get_by_label("依据文件（名称和文号）").fill("惠企政策清单（示例）")
    await main.get_by_label("兑现事项编码").fill("05-0022-370104101")
    await main.get_by_label("定额（元）").fill("3000")
    await main.get_by_role("button", name="添加条件").click()
    first = main.get_by_role("group", name="条件1")
    await first.get_by_label("小型").check()
    await first.get_by_label("条件的文字（给企业看）").fill("小型企业")
    await main.get_by_role("button", name="添加条件").click()
    second = main.get_by_role("group", name="条件2")
    await second.get_by_label("企业特征").select_option("industry")
    await second.get_by_label("取值").fill("C13")
    await second.get_by_label("条件的文字（给企业看）").fill("农副食品加工企业")
    await main.get_by_role("button", name="试算符合的企业").click()
    await expect(main.get_by_text("符合全部条件的1家")).to_be_visible(timeout=SOON)
    assert await barriers(page) == []
    await main.get_by_role("button", name="保存草稿").click()
    await page.wait_for_url("**/catalog/policies/hq-e2e-1", timeout=SOON)


async def test_a_policy_goes_from_the_draft_to_the_payment(signed_in: SignedIn) -> None:
    async with signed_in("editor", DESKTOP) as page:
        await write_policy(page)
    async with signed_in("catalog-approver", DESKTOP) as page:
        await page.goto("/catalog/policies/hq-e2e-1")
        await page.get_by_role("button", name="审核发布").click()
        await expect(page.get_by_text("已发布，正在比对企业档案")).to_be_visible(timeout=SOON)
    async with signed_in("enterprise", PHONE) as page:
        card = page.get_by_role("article").filter(has_text=NAME)
        # The proposal is made in the background; the page shows it when it is opened again.
        for _ in range(20):
            await page.goto("/policies/mine")
            await expect(page.get_by_role("article").first).to_be_visible(timeout=SOON)
            if await card.count():
                break
        await expect(card.get_by_text("农副食品加工企业（行业代码：C1392）")).to_be_visible(timeout=SOON)
        assert await barriers(page) == []
        await card.get_by_role("button", name="同意享受").click()
        await expect(page.get_by_text("已记录您的答复")).to_be_visible(timeout=SOON)
    async with signed_in("chief", DESKTOP) as page:
        await page.goto("/benefits")
        card = page.get_by_role("article").filter(has_text=NAME)
        await expect(card.get_by_role("heading", name="济南示例食品有限公司")).to_be_visible(timeout=SOON)
        assert await barriers(page) == []
        await card.get_by_role("button", name="登记兑现").click()
        await card.get_by_role("button", name="登记兑现").click()
        await expect(card).to_have_count(0, timeout=SOON)
        await page.get_by_label("状态").select_option("paid")
        await expect(card.get_by_text("3000.00元")).to_be_visible(timeout=SOON)


async def test_everybody_reads_the_policies_and_a_clerk_keeps_enterprises_files(signed_in: SignedIn) -> None:
    async with signed_in(None, PHONE) as page:
        await page.goto("/policies")
        await expect(page.get_by_role("heading", name="小微企业社会保险补贴")).to_be_visible(timeout=SOON)
        assert await barriers(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    async with signed_in("clerk", DESKTOP) as page:
        await page.goto("/window/enterprises")
        await page.get_by_label("统一社会信用代码").fill("91370104MA3F2H6K7M")
        await page.get_by_role("button", name="查找档案").click()
        await expect(page.get_by_label("企业名称")).to_have_value("济南示例食品有限公司", timeout=SOON)
        assert await barriers(page) == []
