"""What tests in the browser share: sizes of screens, patience, and what no page may have."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page

from tests.support.eventually import eventually

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
#: Milliseconds that an answer of the services may take on a busy machine.
SOON = 20_000

#: Where pictures of pages go, if anywhere.
PICTURES = os.environ.get("PAGE_PICTURES")

#: `signed_in(username, size)`: a page of somebody who signed in through the form; None for anybody.
SignedIn = Callable[..., AbstractAsyncContextManager[Page]]


async def refreshed_until(area: Page | Locator, there: Callable[[], Awaitable[bool]]) -> None:
    """Press 刷新 as somebody would who waits for what other services are still to be told."""

    async def pressed() -> bool:
        await area.get_by_role("button", name="刷新").click()
        return await there()

    await eventually(pressed, within=SOON / 1000, every=0.5)


async def barriers(page: Page) -> list[str]:
    """Serious and critical findings of axe-core on the page as it is."""
    found = await Axe().run(page)
    return [
        f"{page.url}: {violation['id']} {node['html'][:160]}"
        for violation in found.response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


async def wider_than_the_screen(page: Page) -> list[str]:
    """By how much one would have to scroll sideways, if at all."""
    beyond = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{page.url}: {beyond} px wider than the screen"] if beyond > 0 else []


async def looked_at(page: Page, name: str) -> None:
    """The page has no barriers on a phone and on a small desktop; kept as pictures where somebody asks."""
    for width, height in ((390, 844), (1280, 800)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await barriers(page) == []
        assert await wider_than_the_screen(page) == []
        if PICTURES:
            await page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
