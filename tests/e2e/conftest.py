"""The product and the browser run once for all journeys, and end with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.support.pages import DESKTOP, SOON, SignedIn
from tests.support.product import PASSWORD, Product, product
from tests.support.stack import Stack


@pytest.fixture(scope="package")
async def running_product(stack: Stack) -> AsyncIterator[Product]:
    """The whole product with its sample catalog."""
    async with product(stack) as started:
        yield started


@pytest.fixture(scope="package")
async def browser(chromium: str, chinese_font: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest.fixture
def signed_in(browser: Browser, running_product: Product) -> SignedIn:
    """A page of somebody who signed in through the form; script errors fail the test."""

    @asynccontextmanager
    async def opened(username: str | None, size: dict[str, int] = DESKTOP) -> AsyncIterator[Page]:
        context = await browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale="zh-CN",
            base_url=running_product.url,
        )
        page = await context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        try:
            if username:
                await page.goto("/sign-in")
                await page.get_by_label("用户名").fill(username)
                await page.get_by_label("密码").fill(PASSWORD)
                await page.get_by_role("main").get_by_role("button", name="登录").click()
                await page.wait_for_url(lambda url: "/sign-in" not in url, timeout=SOON)
            yield page
        finally:
            # A page that a failed test leaves would go on asking, and be open in front of the next.
            await context.close()
        assert errors == []

    return opened
