"""一件事 and the lists of reach in the browser: composed, reviewed, published, then read by a citizen."""

from __future__ import annotations

import os
import re
import uuid
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.support.pages import DESKTOP, PHONE, SOON, SignedIn, barriers, wider_than_the_screen

TOWN = "370104101"
BIRTH, CARD = "生育登记服务", "社保卡申领及发放"
ITEM = "05-0045-370104101"


async def picture(page: Page, name: str) -> None:
    """Kept where somebody asks for pictures."""
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def add(page: Page, name: str) -> None:
    await page.get_by_role("main").get_by_placeholder("查找事项").fill(name)
    await page.get_by_role("main").get_by_role("button", name="查找", exact=True).click()
    await page.get_by_role("button", name=re.compile(f"^添加.*{name}$")).click(timeout=SOON)


async def test_a_package_is_composed_reviewed_published_and_read(signed_in: SignedIn) -> None:
    name = f"生育一件事{uuid.uuid4().hex[:4]}"
    async with signed_in("editor") as editor:
        await editor.goto("/catalog/packages")
        await editor.get_by_role("link", name="新建一件事").click(timeout=SOON)
        await editor.get_by_label("名称").fill(name)
        await editor.get_by_label("人生或经营事件").fill("新生儿出生")
        await editor.get_by_label("地区").select_option(TOWN)
        await add(editor, BIRTH)
        await add(editor, CARD)
        parts = editor.locator("ol.parts > li")
        await expect(parts).to_have_count(2)
        await parts.nth(1).get_by_label(BIRTH).check()
        await expect(editor.get_by_role("img", name="办理顺序")).to_be_visible(timeout=SOON)
        await expect(editor.get_by_text("11个工作日 · 不收费")).to_be_visible(timeout=SOON)
        await editor.get_by_role("button", name=f"下移“{BIRTH}”").press("Enter")
        await expect(parts.nth(0)).to_contain_text(CARD)
        await editor.get_by_role("button", name="添加问题").click()
        await editor.get_by_label("问题 1").last.fill("现在申领社保卡吗？")
        options = editor.get_by_placeholder("选项")
        await options.nth(0).fill("申领")
        await options.nth(1).fill("不申领")
        await editor.get_by_role("group", name="选择的事项：申领", exact=True).get_by_label(CARD).check()
        await editor.get_by_role("button", name="保存草稿").click()
        await editor.wait_for_url("**/catalog/packages/P-*", timeout=SOON)
        await expect(editor.get_by_text("没有问题")).to_be_visible(timeout=SOON)
        assert await barriers(editor) == []
        await picture(editor, "package-editor")
        address = editor.url
    async with signed_in("catalog-approver") as approver:
        await approver.goto(address)
        await approver.get_by_role("button", name="同意发布").click(timeout=SOON)
        await approver.get_by_role("button", name="发布", exact=True).click(timeout=SOON)
        await expect(approver.get_by_text("已生效")).to_be_visible(timeout=SOON)
    async with signed_in(None, PHONE) as anybody:
        await anybody.goto("/packages")
        await anybody.get_by_role("link", name=name).click(timeout=SOON)
        await expect(anybody.get_by_role("heading", name=name)).to_be_visible(timeout=SOON)
        await expect(anybody.locator(".key")).to_contain_text("11个工作日", timeout=SOON)
        await anybody.get_by_text("不申领", exact=True).click()
        await expect(anybody.locator(".key")).to_contain_text("1个工作日", timeout=SOON)
        await expect(anybody.get_by_role("link", name=CARD, exact=True)).to_have_count(0)
        assert await barriers(anybody) == []


PAGES = [
    (None, "/packages", "一件事"),
    (None, "/reach", "网上可办清单"),
    (None, "/reach?list=full", "各地区"),
    (None, f"/items/{ITEM}", "办理流程"),
    (None, "/", "一件事"),
    ("editor", "/catalog/packages", "一件事"),
    ("editor", "/catalog/packages/new", "组成事项"),
    ("editor", "/catalog/packages/P-0001-370104101", "合并后的材料"),
    ("catalog-approver", "/catalog/packages/P-0001-370104101", "合并后的材料"),
    ("supervisor", "/reach", "目标完成情况"),
]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("username", [None, "editor", "catalog-approver", "supervisor"])
async def test_no_page_has_barriers(signed_in: SignedIn, username: str | None, size: dict[str, int]) -> None:
    async with signed_in(username, size) as page:
        found = []
        for _, path, heading in (entry for entry in PAGES if entry[0] == username):
            await page.goto(path)
            await expect(page.get_by_role("heading", name=heading).first).to_be_visible(timeout=SOON)
            await expect(page.locator(".el-skeleton")).to_have_count(0, timeout=SOON)
            found += await barriers(page)
            found += await wider_than_the_screen(page)
            await picture(page, f"{username}{path.replace('/', '_')}-{size['width']}")
        assert found == []


async def test_a_package_page_is_free_of_barriers_with_its_map(signed_in: SignedIn) -> None:
    for size in (DESKTOP, PHONE):
        async with signed_in("citizen", size) as page:
            await page.goto("/packages/P-0001-370104101")
            await expect(page.get_by_role("heading", name="新生儿一件事")).to_be_visible(timeout=SOON)
            await page.get_by_text("办理顺序图").click()
            await expect(page.get_by_role("img", name="办理顺序")).to_be_visible(timeout=SOON)
            await expect(page.get_by_role("button", name="提交")).to_have_count(0)
            assert await barriers(page) == []
            assert await wider_than_the_screen(page) == []
            await picture(page, f"package-{size['width']}")


async def test_the_papers_of_an_item_open_for_those_who_may_read_them(signed_in: SignedIn) -> None:
    async with signed_in("clerk") as clerk:
        await clerk.goto(f"/items/{ITEM}")
        await expect(clerk.get_by_role("button", name="业务手册")).to_be_visible(timeout=SOON)
    async with signed_in(None, PHONE) as page:
        await page.goto(f"/items/{ITEM}")
        await expect(page.get_by_role("link", name="受理清单")).to_be_visible(timeout=SOON)
        await expect(page.get_by_role("button", name="业务手册")).to_have_count(0)
        for paper, words in (
            ("acceptance-list", "收件要求"),
            ("element-table", "环节要素"),
            ("guide", "咨询方式"),
        ):
            await page.goto(f"/api/catalog/items/{ITEM}/{paper}")
            await expect(page.get_by_text(words).first).to_be_attached(timeout=SOON)
            assert await wider_than_the_screen(page) == []
            await picture(page, f"paper-{paper}")
