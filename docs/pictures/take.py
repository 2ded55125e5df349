"""Take the pictures of the documentation from a running product with its sample catalog.

`python docs/pictures/take.py http://127.0.0.1:8080 PASSWORD [picture …]`: files cases as the demo accounts
would, in several states, and photographs each page. Without a picture named, all are taken.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from cases import PEOPLE, Life, life
from playwright.async_api import Browser, Page, async_playwright

from deploy.local.demo import APPLICANT, ITEM

HERE = Path(__file__).resolve().parent
CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
#: Milliseconds that a page may take on a busy machine.
PATIENCE = 60_000


async def home(page: Page, _: Life) -> None:
    await page.goto("/")
    await page.get_by_label("所在地区").wait_for()


async def guide(page: Page, _: Life) -> None:
    await page.goto(f"/items/{ITEM}")
    await page.get_by_role("heading", name="申请材料").wait_for()


async def apply(page: Page, _: Life) -> None:
    await page.goto(f"/apply/{ITEM}")
    await page.get_by_label("姓名").fill(APPLICANT["name"])
    await page.get_by_label("身份证号码").fill(APPLICANT["id_number"])
    await page.get_by_label("联系电话").fill(APPLICANT["phone"])
    await page.get_by_role("button", name="继续").click()
    await page.get_by_label("没有在校就读的子女").check()
    await page.get_by_role("button", name="继续").click()
    await page.get_by_role("group", name="居民身份证").get_by_text("使用已有证照").click()


async def follow(page: Page, life: Life) -> None:
    await page.goto(f"/cases/{life.followed}")
    await page.get_by_text("实时更新中").wait_for()


async def window(page: Page, _: Life) -> None:
    await page.goto("/window")
    await page.get_by_role("combobox", name="事项").press_sequentially("最低生活")
    await page.get_by_role("option").first.wait_for()
    await page.keyboard.press("Enter")
    await page.get_by_label("姓名").fill("赵玉梅")
    await page.get_by_label("身份证号码").fill(PEOPLE[3]["id_number"])
    await page.get_by_label("联系电话").fill("13800000017")
    await page.get_by_label("家庭成员中是否有在校就读的子女").select_option("general")
    await page.get_by_label("“居民身份证”的提交方式").select_option("licence")
    await page.get_by_label("“居住地住址证明”的提交方式").select_option("commitment")
    await page.get_by_role("button", name="全部已收纸质件").click()


async def online_case(page: Page, life: Life) -> None:
    await page.goto(f"/window/online/{life.waiting}")
    await page.get_by_label("材料不齐，一次性告知补正").check()
    await page.get_by_label("最低生活保障申请书").check()
    await page.get_by_label("有什么问题").fill("申请书没有签名")


async def work_list(page: Page, _: Life) -> None:
    await page.goto("/approval")
    await page.locator("tbody tr").first.wait_for()


async def dossier(page: Page, life: Life) -> None:
    await page.goto(f"/approval/{life.dossier}")
    await page.get_by_text("逐日说明承诺办结日怎样算出").click()
    await page.locator(".days td.due").wait_for()
    await page.evaluate("scrollTo(0, 290)")  # decision and clock together


async def figures(page: Page, _: Life) -> None:
    await page.goto("/figures")
    await page.locator("canvas, svg").first.wait_for()


async def live(page: Page, _: Life) -> None:
    await page.goto("/live")
    await page.locator("#main ol li").nth(8).wait_for()


async def sign_in_page(page: Page, _: Life) -> None:
    await page.goto("/sign-in")
    await page.get_by_role("button", name="窗口人员").first.wait_for()


async def item_library(page: Page, _: Life) -> None:
    await page.goto("/catalog")
    await page.locator("tbody tr").first.wait_for()


async def editing(page: Page, _: Life) -> None:
    await page.goto(f"/catalog/items/{ITEM}")
    await page.get_by_label("事项名称").wait_for()


async def circles(page: Page, _: Life) -> None:
    await page.goto("/catalog/proofs-circles")
    await page.get_by_role("heading", name="怎样打破").first.wait_for()


async def market(page: Page, _: Life) -> None:
    await page.goto("/market")
    await page.get_by_role("heading", name="正在报名").wait_for()


Show = Callable[[Page, Life], Awaitable[None]]
#: File name → who is signed in, and what is done before the picture is taken.
PICTURES: dict[str, tuple[str | None, Show]] = {
    # First: what is new now; a minute later it is all receipts of notices.
    "live-desktop": ("supervisor", live),
    "citizen-phone": (None, home),
    "citizen-desktop": (None, home),
    "guide-phone": (None, guide),
    "apply-phone": ("citizen", apply),
    "follow-phone": ("citizen", follow),
    "clerk-desktop": ("clerk", window),
    "clerk-phone": ("clerk", window),
    "online-desktop": ("clerk", online_case),
    "approver-desktop": ("reviewer", work_list),
    "approver-phone": ("reviewer", work_list),
    "dossier-desktop": ("reviewer", dossier),
    "supervisor-desktop": ("supervisor", figures),
    "supervisor-phone": ("supervisor", figures),
    "signin-desktop": (None, sign_in_page),
    "catalog-desktop": ("editor", item_library),
    "catalog-phone": ("editor", item_library),
    "editing-desktop": ("editor", editing),
    "circles-desktop": ("editor", circles),
    "market-phone": (None, market),
}


@asynccontextmanager
async def opened_page(
    browser: Browser, url: str, name: str, who: str | None, password: str
) -> AsyncIterator[Page]:
    """A page of the right size, signed in through the form."""
    phone = name.endswith("-phone")
    context = await browser.new_context(
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
        device_scale_factor=2 if phone else 1,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        base_url=url,
    )
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    if who:
        await page.goto("/sign-in")
        await page.get_by_label("用户名").fill(who)
        await page.get_by_label("密码").fill(password)
        await page.get_by_role("main").get_by_role("button", name="登录").click()
        await page.wait_for_url(lambda address: "/sign-in" not in address)
    yield page
    await context.close()


async def main(url: str, password: str, wanted: list[str]) -> None:
    """File the cases, take the pictures."""
    shown = await life(url, password)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (who, show) in PICTURES.items():
            if wanted and name not in wanted:
                continue
            async with opened_page(browser, url, name, who, password) as page:
                await show(page, shown)
                await page.evaluate("document.fonts.ready")
                await page.wait_for_timeout(4000)  # charts and lists that come in after the page
                await page.screenshot(path=HERE / f"{name}.png")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
