"""Levels, halls and comparison in a real browser: adopted, reduced and filed, offered, excluded, compared."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.support.pages import DESKTOP, PHONE, SOON, SignedIn, barriers

STREET, TOWN = "370104003", "370104101"
ADOPTED = f"03-0101-{TOWN}"
NAME = "低收入家庭认定"
#: Where pictures of the pages go, if anywhere.
PICTURES = os.environ.get("PAGE_PICTURES")


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


async def test_a_place_adopts_reduces_and_files(signed_in: SignedIn) -> None:
    async with signed_in("catalog-approver") as approver:
        await approver.goto(f"/catalog/adoption?place={STREET}")
        await expect(approver.get_by_role("link", name=NAME)).to_be_visible(timeout=SOON)
        await picture(approver, "adoption")
        await approver.get_by_label(f"选择 {NAME}").check()
        await approver.get_by_role("button", name="认领所选 1 项").click()
        await expect(approver.get_by_role("status").filter(has_text="已认领 1 项")).to_be_visible(
            timeout=SOON
        )
        assert await barriers(approver) == []

    async with signed_in("editor") as editor:
        await editor.goto(f"/catalog/adoption/{ADOPTED}")
        days = editor.get_by_label("承诺时限", exact=True)
        await expect(days).not_to_have_value("0", timeout=SOON)
        standard = await days.input_value()
        # More than the standard is refused with its value.
        await days.fill("99")
        await editor.get_by_role("button", name="保存为草稿").click()
        await expect(editor.get_by_role("alert")).to_contain_text(f"标准是{standard}个工作日", timeout=SOON)
        await days.fill(standard)
        await editor.locator(".choice input").last.uncheck()
        await editor.get_by_role("button", name="保存为草稿").click()
        await expect(editor.get_by_text("已保存为草稿")).to_be_visible(timeout=SOON)
        assert await barriers(editor) == []

    async with signed_in("catalog-approver") as approver:
        await approver.goto(f"/catalog/items/{ADOPTED}/review")
        await approver.get_by_label("同意，签署").check(timeout=SOON)
        await approver.get_by_role("button", name="提交意见").click()
        await approver.get_by_role("button", name="发布", exact=True).click(timeout=SOON)
        await expect(approver.get_by_text("第2版已发布")).to_be_visible(timeout=SOON)
        await approver.goto(f"/catalog/adoption/{ADOPTED}")
        await expect(approver.get_by_role("row").filter(has_text="BA-03-0101")).to_be_visible(timeout=SOON)
        assert await barriers(approver) == []
        await approver.goto("/catalog/filings")
        await approver.get_by_label("事项名称或者编码").fill(NAME)
        await approver.get_by_label("减少的内容").select_option("减少材料")
        filed = approver.get_by_role("row").filter(has_text="BA-03-0101")
        await expect(filed).to_contain_text("不要求：", timeout=SOON)


async def test_the_negative_list_takes_two_people(signed_in: SignedIn) -> None:
    async with signed_in("editor") as editor:
        await editor.goto("/catalog/offers")
        await expect(editor.get_by_label("大厅")).not_to_have_value("", timeout=SOON)
        await editor.get_by_label("大厅").select_option("h-370104101")
        await editor.get_by_role("button", name="未进驻").click()
        name = "最低生活保障"
        await editor.get_by_label(f"选择 {name}", exact=True).check(timeout=SOON)
        await editor.get_by_label("改在何处办理").fill("槐南镇民政办公室（示例地址）")
        await editor.get_by_role("button", name="提交批准").click()
        await expect(editor.get_by_role("status").filter(has_text="已办理 1 项")).to_be_visible(timeout=SOON)
        await editor.get_by_role("button", name="待批准").click()
        await expect(editor.get_by_role("link", name=name, exact=True)).to_be_visible()
        await picture(editor, "proposed")
        assert await barriers(editor) == []
    async with signed_in("catalog-approver", PHONE) as approver:
        await approver.goto("/catalog/offers")
        await approver.get_by_label("大厅").select_option("h-370104101", timeout=SOON)
        await approver.get_by_role("button", name="待批准").click()
        await approver.get_by_label(f"选择 {name}", exact=True).check(timeout=SOON)
        await picture(approver, "approve-phone")
        await approver.get_by_role("button", name="退回").click()
        await expect(approver.get_by_label("退回理由")).to_be_focused()
        await approver.get_by_label("退回理由").fill("大厅场地足够")
        await approver.get_by_role("button", name="退回").click()
        await expect(approver.get_by_role("status").filter(has_text="已办理 1 项")).to_be_visible(
            timeout=SOON
        )
        assert await barriers(approver) == []


async def test_a_list_of_another_place_is_read_in_and_its_names_confirmed(
    signed_in: SignedIn, tmp_path: Path
) -> None:
    table = tmp_path / "对标.csv"
    table.write_text(
        "事项名称,申请材料,承诺时限,收费\n低收入家庭的认定,申请表,7个工作日,不收费\n某事,表,大约三天,不收费\n",
        encoding="utf-8",
    )
    async with signed_in("editor") as editor:
        await editor.goto("/catalog/comparison")
        await editor.get_by_text("导入其他地区的清单").click(timeout=SOON)
        await editor.get_by_label("地区", exact=True).last.fill("另一先进地区")
        await editor.locator("#set-file").set_input_files(table)
        await editor.get_by_role("button", name="导入", exact=True).click()
        await expect(editor.get_by_text("读入 1 行，1 处没有读懂")).to_be_visible(timeout=SOON)
        await expect(editor.get_by_text("时限不是确定的天数")).to_be_visible()
        await picture(editor, "comparison-names")
        assert await barriers(editor) == []
        await editor.get_by_role("button", name="是同一事项").first.click()
        item = editor.locator("details").filter(has_text=NAME)
        await item.locator("summary").click(timeout=SOON)
        await expect(item.get_by_text("另一先进地区").first).to_be_visible(timeout=SOON)
        await picture(editor, "comparison")
        async with editor.expect_download() as download:
            await editor.get_by_role("button", name="下载对标表").click()
        assert (await download.value).suggested_filename.endswith(".xlsx")
        assert await barriers(editor) == []


PAGES = [
    ("editor", f"/catalog/adoption?place={TOWN}", "认领与备案"),
    ("editor", "/catalog/adoption-rates", "认领率"),
    ("editor", f"/catalog/adoption/{ADOPTED}", "本地减少与备案"),
    ("editor", "/catalog/filings", "下级备案"),
    ("editor", "/catalog/offers", "进驻与负面清单"),
    ("editor", "/catalog/comparison", "对标赶超"),
    ("supervisor", "/figures", "明进暗不进"),
]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("username", ["editor", "supervisor"])
async def test_no_page_of_levels_has_barriers(
    signed_in: SignedIn, username: str, size: dict[str, int]
) -> None:
    async with signed_in(username, size) as page:
        found = []
        for number, (_, path, heading) in enumerate(entry for entry in PAGES if entry[0] == username):
            await page.goto(path)
            await expect(page.get_by_role("heading", name=heading).first).to_be_visible(timeout=SOON)
            await expect(page.locator(".table tbody tr, details.panel, p.panel").first).to_be_visible(
                timeout=SOON
            )
            await picture(page, f"{username}-{number}-{size['width']}")
            found += await barriers(page)
            beyond = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            found += [f"{path}: {beyond} px wider than the screen"] if beyond > 0 else []
        assert found == []
