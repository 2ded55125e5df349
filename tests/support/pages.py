"""What tests in the browser share: sizes of screens, patience, and what no page may have."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
#: Milliseconds that an answer of the services may take on a busy machine.
SOON = 20_000

#: `signed_in(username, size)`: a page of somebody who signed in through the form; None for anybody.
SignedIn = Callable[..., AbstractAsyncContextManager[Page]]


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
