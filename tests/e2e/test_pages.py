"""The pages in a real browser: a citizen's case from search to rating, and each page free of barriers."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.pages import DESKTOP, PHONE, SOON, SignedIn, barriers, wider_than_the_screen

#: 最低生活保障 of the sample town: a question, a file, a commitment, and licences that stand for proofs.
ITEM = "05-0008-370104101"
NAME = "最低生活保障"
#: The demo citizen's own number (a sample with right check digit).
NUMBER = "370104199003078723"


async def onward(page: Page) -> None:
    await page.get_by_role("button", name="继续").click()


async def fill_applicant(page: Page) -> None:
    await page.get_by_label("姓名").fill("张晓梅")
    await page.get_by_label("身份证号码").fill(NUMBER)
    await page.get_by_label("联系电话").fill("13800005678")


def material(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name)


async def give_all_materials(page: Page, scan: Path) -> None:
    """One of each way: a file, a licence on file, a commitment."""
    await material(page, "最低生活保障申请书").get_by_text("上传文件").click()
    await material(page, "最低生活保障申请书").locator("input[type=file]").set_input_files(scan)
    await expect(material(page, "最低生活保障申请书").get_by_text(scan.name)).to_be_visible(timeout=SOON)
    await material(page, "居民身份证").get_by_text("使用已有证照").click()
    await material(page, "居民身份证").get_by_label("证照编号").fill("示例-2")
    await material(page, "居住地住址证明").get_by_text("告知承诺").click()


async def apply_online(page: Page, scan: Path) -> str:
    """From the home page to the number of the new case."""
    await page.goto("/")
    await page.get_by_label("所在地区").select_option("370104101")
    await page.get_by_label("要办的事").fill("最低生活")
    # On a phone the suggestions lie over the button; one goes on from the keyboard.
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=NAME, exact=True).click()
    await page.wait_for_url(f"**/items/{ITEM}")
    await expect(page.get_by_role("heading", name="申请材料")).to_be_visible(timeout=SOON)
    await page.get_by_role("link", name="在线申请").click()
    await fill_applicant(page)
    await onward(page)
    await page.get_by_label("没有在校就读的子女").check()
    await onward(page)
    await give_all_materials(page, scan)
    await onward(page)
    await expect(page.get_by_role("heading", name="核对填写的内容")).to_be_visible()
    await page.get_by_role("button", name="提交申请").click()
    await page.wait_for_url("**/submitted", timeout=SOON)
    return await page.locator(".done .case-no").inner_text()


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest PDF that has a page."""
    file = tmp_path_factory.mktemp("scan") / "申请书.pdf"
    file.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    return file


async def test_a_case_goes_from_search_to_rating_through_the_pages(signed_in: SignedIn, scan: Path) -> None:
    async with (
        signed_in("citizen", PHONE) as citizen,
        signed_in("clerk") as clerk,
        signed_in("reviewer") as reviewer,
    ):
        number = await apply_online(citizen, scan)
        await citizen.get_by_role("link", name="查看进度").click()
        await expect(citizen.get_by_text("实时更新中")).to_be_visible(timeout=SOON)

        await clerk.goto("/window/online")
        await clerk.get_by_role("link", name=number).click()
        await expect(clerk.get_by_role("heading", name="申请信息")).to_be_visible(timeout=SOON)
        assert await barriers(clerk) == []
        await clerk.get_by_role("button", name="受理", exact=True).click()
        await clerk.wait_for_url("**/window/online", timeout=SOON)
        # Nobody reloads the citizen's page.
        await expect(citizen.locator("p", has_text="申请已受理")).to_be_visible(timeout=SOON)

        await reviewer.goto("/approval")
        await reviewer.get_by_role("link", name=number).click()
        await reviewer.get_by_label("准予", exact=True).check()
        await reviewer.get_by_label("理由").fill("经审查,符合条件。")
        await reviewer.get_by_text("逐日说明").click()
        await expect(reviewer.get_by_text("到期", exact=True)).to_be_visible(timeout=SOON)
        assert await barriers(reviewer) == []
        await reviewer.get_by_role("button", name="签发决定").click()
        await expect(reviewer.get_by_role("heading", name="准予")).to_be_visible(timeout=SOON)

        await citizen.get_by_role("link", name="评价服务").click(timeout=SOON)
        await citizen.get_by_text("非常满意").click()
        await citizen.get_by_label("办事效率高").check()
        await citizen.get_by_role("button", name="提交评价").click()
        await expect(citizen.get_by_role("heading", name="评价已提交")).to_be_visible(timeout=SOON)
        assert await barriers(citizen) == []

    async with signed_in("supervisor") as supervisor:
        await supervisor.goto("/live")
        await expect(supervisor.get_by_text(number).first).to_be_visible(timeout=SOON)
        await supervisor.goto("/figures")
        await expect(supervisor.locator(".tiles dd").first).not_to_have_text("0", timeout=SOON)


async def test_the_window_accepts_by_keyboard_alone(signed_in: SignedIn) -> None:
    async with signed_in("clerk") as clerk:
        await clerk.goto("/window")
        await clerk.get_by_role("combobox", name="事项").press_sequentially("最低生活")
        await expect(clerk.get_by_role("option").first).to_be_visible(timeout=SOON)
        await clerk.keyboard.press("Enter")
        await expect(clerk.get_by_label("姓名")).to_be_focused(timeout=SOON)
        await clerk.keyboard.press("Control+Enter")
        # Everything that is wrong is named at once, and each error leads to its field.
        await expect(clerk.get_by_role("alert").get_by_role("link")).to_have_count(7)
        await clerk.get_by_role("link", name="请填写证件号码").press("Enter")
        await expect(clerk.get_by_label("身份证号码")).to_be_focused()
        await fill_applicant(clerk)
        await clerk.get_by_label("家庭成员中是否有在校就读的子女").select_option("general")
        await clerk.get_by_role("button", name="全部已收纸质件").press("Enter")
        await clerk.keyboard.press("Control+Enter")
        await expect(clerk.get_by_role("heading", name="已受理")).to_be_visible(timeout=SOON)
        await clerk.keyboard.press("Alt+n")
        await expect(clerk.get_by_role("combobox", name="事项")).to_be_focused()


async def test_what_is_missing_is_named_once_and_handed_in_later(signed_in: SignedIn, scan: Path) -> None:
    async with signed_in("citizen", PHONE) as citizen:
        await citizen.goto(f"/apply/{ITEM}")
        await fill_applicant(citizen)
        await onward(citizen)
        await citizen.get_by_label("没有在校就读的子女").check()
        await onward(citizen)
        await give_all_materials(citizen, scan)
        await material(citizen, "居民身份证").get_by_text("暂时没有").click()
        await onward(citizen)
        await citizen.get_by_role("button", name="提交申请").click()
        await expect(citizen.get_by_role("heading", name="材料不齐")).to_be_visible(timeout=SOON)
        await expect(citizen.locator(".missing li")).to_have_count(1)
        assert await barriers(citizen) == []
        await citizen.get_by_role("link", name="查看进度").click()
        await citizen.get_by_role("link", name="补交材料").click(timeout=SOON)
        await citizen.get_by_role("button", name="提交补正材料").click()
        await expect(citizen.get_by_role("alert").get_by_role("link")).to_have_count(1)
        await material(citizen, "居民身份证").get_by_text("使用已有证照").click()
        await material(citizen, "居民身份证").get_by_label("证照编号").fill("示例-2")
        await citizen.get_by_role("button", name="提交补正材料").click()
        await expect(citizen.get_by_text("已收到补充的材料")).to_be_visible(timeout=SOON)
        assert await barriers(citizen) == []


async def test_progress_without_signing_in(signed_in: SignedIn, scan: Path) -> None:
    async with signed_in("citizen") as citizen:
        number = await apply_online(citizen, scan)
    async with signed_in(None, PHONE) as anybody:
        await anybody.goto(f"/track?case_no={number}")
        await anybody.get_by_label("证件号码后四位").fill("0000")
        await anybody.get_by_role("button", name="查询").click()
        await expect(anybody.get_by_role("alert")).to_contain_text("没有找到", timeout=SOON)
        await anybody.get_by_label("证件号码后四位").fill(NUMBER[-4:])
        await anybody.get_by_role("button", name="查询").click()
        await expect(anybody.get_by_role("heading", name=NAME)).to_be_visible(timeout=SOON)
        assert NUMBER[-4:] not in anybody.url
        # What the services say follows the language of the page.
        await anybody.get_by_role("button", name="菜单").click()
        await anybody.get_by_role("button", name="English").click()
        await expect(anybody.get_by_text("Your application was received")).to_be_visible(timeout=SOON)


PAGES = [
    (None, "/", "要办什么事"),
    (None, "/items", "办事事项"),
    (None, f"/items/{ITEM}", "办理流程"),
    (None, "/items/20-0005-3701", "办理流程"),
    (None, "/track", "查询哪一件"),
    (None, "/sign-in", "登录"),
    (None, "/no-such-page", "页面不存在"),
    ("citizen", "/cases", "我的办件"),
    ("citizen", f"/apply/{ITEM}/applicant", "申请人信息"),
    ("citizen", f"/apply/{ITEM}/situation", "您属于哪种情形"),
    ("citizen", f"/apply/{ITEM}/materials", "申请材料"),
    ("citizen", f"/apply/{ITEM}/check", "核对填写的内容"),
    ("clerk", "/window", "窗口收件受理"),
    ("clerk", "/window/online", "网上申请待办"),
    ("reviewer", "/approval", "审批工作台"),
    ("supervisor", "/figures", "每日受理与办结"),
    ("supervisor", "/live", "实时动态"),
    ("operator", "/operations", "运行维护"),
]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("username", [None, "citizen", "clerk", "reviewer", "supervisor", "operator"])
async def test_no_page_has_barriers(signed_in: SignedIn, username: str | None, size: dict[str, int]) -> None:
    async with signed_in(username, size) as page:
        found = []
        for _, path, heading in (entry for entry in PAGES if entry[0] == username):
            await page.goto(path)
            await expect(page.get_by_role("heading", name=heading).first).to_be_visible(timeout=SOON)
            found += await barriers(page)
            found += await wider_than_the_screen(page)
        assert found == []


async def test_a_service_that_is_away_is_told_and_asked_again(signed_in: SignedIn) -> None:
    async with signed_in(None) as page:
        await page.route("**/api/catalog/items?*", lambda route: route.abort())
        await page.goto("/items")
        await expect(page.get_by_role("alert")).to_contain_text("服务暂时无法访问", timeout=SOON)
        assert await barriers(page) == []
        await page.unroute("**/api/catalog/items?*")
        await page.get_by_role("button", name="重新读取").click()
        await expect(page.locator(".list li").first).to_be_visible(timeout=SOON)


async def test_what_one_chose_stays_chosen(signed_in: SignedIn) -> None:
    async with signed_in(None) as page:
        await page.goto("/")
        await page.get_by_role("button", name="长辈版").click()
        await page.get_by_role("button", name="English").click()
        await expect(page.get_by_role("heading", name="What do you need")).to_be_visible(timeout=SOON)
        await page.reload()
        await expect(page.get_by_role("heading", name="What do you need")).to_be_visible(timeout=SOON)
        assert await page.evaluate("document.documentElement.lang") == "en"
        assert await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24
        assert await barriers(page) == []
