"""会签、批准 (seed 001 三(一)2) in a real browser: three units sign, the town's government approves."""

from __future__ import annotations

from playwright.async_api import Page, expect

from deploy.local.load_drafts import IN_JOINT_REVIEW, JOINT_PLACE
from tests.support.drafts import record
from tests.support.pages import SOON, SignedIn, looked_at
from tests.support.product import Product

NAME, CODE = "会签批准全程示例事项", f"79-9130-{JOINT_PLACE}"
UNITS = {
    "signer-staffing": "槐荫区机构编制委员会办公室",
    "signer-justice": "槐荫区司法局",
    "signer-services": "槐荫区行政审批服务局",
}
GOVERNMENT = "槐西镇人民政府(示例)"


async def opened_from_the_inbox(page: Page) -> None:
    await page.goto("/catalog/reviews")
    row = page.get_by_role("row").filter(has_text=NAME)
    await row.get_by_role("link").click(timeout=SOON)


async def test_a_draft_through_all_signatures_to_publication(
    signed_in: SignedIn, running_product: Product
) -> None:
    whole = record("79-9130", NAME, unit_id="u-370104102-01")
    async with running_product.person("editor") as author:
        await author.post("/api/catalog/items", {"place": JOINT_PLACE, "record": whole})
    async with signed_in("editor") as editor:
        await editor.goto(f"/catalog/items/{CODE}")
        await editor.get_by_role("button", name="送审", exact=True).click(timeout=SOON)
        await editor.get_by_role("button", name="保存并送审").click()
        await editor.wait_for_url("**/catalog", timeout=SOON)

    # Whose unit is not asked has nothing to sign, and the government waits for the others.
    for username in ("catalog-approver", "signer-town"):
        async with signed_in(username) as other:
            await other.goto("/catalog/reviews")
            await expect(other.get_by_role("heading", name="待我审签")).to_be_visible(timeout=SOON)
            await expect(other.get_by_text(NAME)).to_have_count(0)

    for username, unit in UNITS.items():
        async with signed_in(username) as signer:
            await opened_from_the_inbox(signer)
            await expect(signer.get_by_text(f"等待{unit}签署").first).to_be_visible(timeout=SOON)
            await signer.get_by_label("同意，签署").check(timeout=SOON)
            await looked_at(signer, f"joint-{username}")
            await signer.get_by_role("button", name="提交意见").click()
            await expect(signer.get_by_text(f"等待{unit}签署")).to_have_count(0, timeout=SOON)

    async with signed_in("signer-town") as town:
        await opened_from_the_inbox(town)
        for unit in UNITS.values():
            await expect(town.get_by_text(unit).first).to_be_visible(timeout=SOON)
        await town.get_by_label("批准", exact=True).check(timeout=SOON)
        await town.get_by_role("button", name="提交意见").click()
        await town.get_by_role("button", name="发布", exact=True).click(timeout=SOON)
        await expect(town.get_by_text("第1版已发布")).to_be_visible(timeout=SOON)
        await town.goto(f"/catalog/items/{CODE}/versions")
        await expect(town.get_by_text(GOVERNMENT).first).to_be_visible(timeout=SOON)
        await looked_at(town, "joint-versions")


async def test_the_sample_waits_for_the_three_units(signed_in: SignedIn) -> None:
    async with signed_in("signer-justice") as signer:
        await signer.goto("/catalog/reviews")
        waiting = signer.get_by_role("row").filter(has_text=IN_JOINT_REVIEW)
        await expect(waiting).to_be_visible(timeout=SOON)
        await looked_at(signer, "joint-inbox")
        await signer.goto("/catalog/review-rules")
        await signer.get_by_label("地区").select_option(JOINT_PLACE, timeout=SOON)
        await expect(signer.get_by_text("本级设置，第1版")).to_be_visible(timeout=SOON)
        await looked_at(signer, "joint-rule")
