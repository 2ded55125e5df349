"""Finding an item in the browser: suggestions by keyboard, reasons, slips; an editor's everyday words."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.support.pages import DESKTOP, PHONE, SOON, SignedIn, barriers

LIST = "您要找的可能是"


async def typed(page: Page, label: str, words: str) -> None:
    box = page.get_by_role("combobox", name=label)
    await box.click()
    await box.press_sequentially(words)


async def test_a_citizen_finds_an_item_by_an_everyday_word_without_a_mouse(signed_in: SignedIn) -> None:
    async with signed_in(None, PHONE) as page:
        await page.goto("/")
        await page.get_by_label("所在地区").select_option("370104101")
        await typed(page, "要办的事", "dibao")
        listed = page.get_by_role("listbox", name=LIST)
        await expect(listed.get_by_role("option").first).to_contain_text("最低生活保障", timeout=SOON)
        assert await barriers(page) == []
        await page.keyboard.press("ArrowDown")
        await expect(listed.get_by_role("option", selected=True)).to_contain_text("最低生活保障")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/items/05-0008-370104101", timeout=SOON)


async def test_a_slip_is_asked_about_and_nothing_found_is_no_dead_end(signed_in: SignedIn) -> None:
    async with signed_in(None, DESKTOP) as page:
        await page.goto("/items?q=最底生活保障")
        await expect(page.get_by_text("您要找的是不是“最低生活保障”？")).to_be_visible(timeout=SOON)
        assert await barriers(page) == []
        await page.goto("/items?q=残疾人坐公交车免费吗")
        await expect(page.get_by_role("heading", name=LIST)).to_be_visible(timeout=SOON)
        await page.get_by_role("link", name="残疾人机动轮椅车燃油补贴").first.click()
        await page.wait_for_url("**/items/*", timeout=SOON)


async def test_an_editor_adds_an_everyday_word_and_people_find_by_it(signed_in: SignedIn) -> None:
    async with signed_in("editor", DESKTOP) as page:
        await page.goto("/catalog/synonyms")
        form = page.get_by_role("main")
        await form.get_by_label("群众的说法").fill("泉城养老")
        await form.get_by_label("事项名称中的词").fill("居民养老保险、养老金")
        await form.get_by_role("button", name="保存", exact=True).click()
        await expect(page.get_by_text("搜索立即按新的词库查找")).to_be_visible(timeout=SOON)
        await form.get_by_role("searchbox", name="试搜").fill("泉城养老")
        await form.get_by_role("search").get_by_role("button", name="查找").click()
        await expect(form.get_by_text("居民养老保险待遇支付")).to_be_visible(timeout=SOON)
        assert await barriers(page) == []
        row = form.get_by_role("row").filter(has=page.get_by_role("rowheader", name="泉城养老"))
        await row.get_by_role("button", name="移除").click()
        await expect(page.get_by_text("移除：泉城养老")).to_be_visible(timeout=SOON)
    async with signed_in("editor", PHONE) as page:
        await page.goto("/catalog/synonyms")
        await expect(page.get_by_role("heading", name="俗称词库")).to_be_visible(timeout=SOON)
        assert await barriers(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
