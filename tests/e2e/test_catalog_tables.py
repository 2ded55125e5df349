"""导入 / 导出 in the browser: a table with bad rows, its report, the fix, and the table to print."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from services.catalog import sheets
from services.catalog.domain.tables import table
from services.catalog.domain.tables.layout import layout
from tests.support.pages import DESKTOP, PHONE, SOON, SignedIn, barriers, wider_than_the_screen

HEAD = "序号,实施主体,事项名称,事项类型,收费依据及标准,法定时限,承诺时限\n"
TITLE = "公共服务事项目录,,,,,,\n填表单位(盖章):区民政局,,,,填表日期:2026年11月22日,,\n"
GOOD = "1,区民政局,老年人优待证办理,公共服务,不收费,10个工作日,5个工作日\n"
BAD = (
    "2,区民政局,殡葬服务补贴申领,公共服务,,10个工作日,5个工作日左右\n"
    "3,区民政局,地名使用证明,行政批准,不收费,10个工作日,15个工作日\n"
)
FIXED = (
    "2,区民政局,殡葬服务补贴申领,公共服务,不收费,10个工作日,5个工作日\n"
    "3,区民政局,地名使用证明,公共服务,不收费,10个工作日,8个工作日\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A table as a department holds it, in GBK, and the same put right."""
    bad, fixed = tmp_path / "民政局目录.csv", tmp_path / "民政局目录(改).csv"
    bad.write_bytes((TITLE + HEAD + GOOD + BAD).encode("gbk"))
    fixed.write_bytes((TITLE + HEAD + GOOD + FIXED).encode("gbk"))
    return bad, fixed


async def give(page: Page, file: Path) -> None:
    await page.goto("/catalog/tables")
    await page.get_by_label("导入到").select_option("370104")
    await page.get_by_label("选择文件").set_input_files(file)
    await expect(page.get_by_text(f"已选择：{file.name}")).to_be_visible()
    await page.get_by_role("button", name="开始导入").click()
    await page.wait_for_url("**/catalog/tables/im-*", timeout=SOON)
    await expect(page.get_by_role("heading", name="导入情况")).to_be_visible(timeout=SOON)


async def count(page: Page, name: str) -> str:
    tile = page.locator(".tiles > div").filter(has=page.get_by_text(name, exact=True))
    return await tile.locator("dd").inner_text(timeout=SOON)


async def test_a_bad_row_is_found_put_right_and_nothing_is_doubled(
    signed_in: SignedIn, files: tuple[Path, Path]
) -> None:
    bad, fixed = files
    async with signed_in("editor", DESKTOP) as page:
        await give(page, bad)
        assert (await count(page, "新增"), await count(page, "问题")) == ("1", "3")
        row = page.get_by_role("row").filter(has_text="5个工作日左右")
        await expect(row).to_contain_text("殡葬服务补贴申领")
        await expect(row).to_contain_text("请填写天数和单位")
        await page.get_by_label("显示").select_option("unknown-kind")
        await expect(page.locator("tbody tr")).to_have_count(1)
        await page.get_by_label("显示").select_option("")
        assert await barriers(page) == []
        async with page.expect_download() as saving:
            await page.get_by_role("button", name="下载报告 .xlsx").click()
        saved = await saving.value
        assert saved.suggested_filename.startswith("导入情况报告-")
        await give(page, fixed)
        assert (await count(page, "新增"), await count(page, "未变")) == ("2", "1")
        await expect(page.get_by_text("没有发现问题")).to_be_visible()
        await page.get_by_role("link", name="-370104").first.click()
        await page.wait_for_url("**/catalog/items/*")


async def test_the_table_of_a_place_is_saved_ready_to_print(signed_in: SignedIn, tmp_path: Path) -> None:
    async with signed_in("editor", DESKTOP) as page:
        await page.goto("/catalog/tables")
        await page.get_by_label("导出哪里的").select_option("370104")
        await page.get_by_label("格式").select_option("docx")
        await page.get_by_label("填表单位").fill("槐荫区编办")
        async with page.expect_download() as saving:
            await page.get_by_role("button", name="导出", exact=True).click()
        saved = await saving.value
        assert saved.suggested_filename.endswith(".docx")
        file = tmp_path / "table.docx"
        await saved.save_as(file)
        found = layout(table.FORM, sheets.read(file.read_bytes()))
        assert found.filled_by == "槐荫区编办"
        assert found.lines


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_importing_has_no_barriers(
    signed_in: SignedIn, files: tuple[Path, Path], size: dict[str, int]
) -> None:
    async with signed_in("editor", size) as page:
        await give(page, files[0])
        await count(page, "问题")
        found = [*await barriers(page), *await wider_than_the_screen(page)]
        await page.goto("/catalog/tables")
        await expect(page.get_by_role("link", name="民政局目录.csv").first).to_be_visible(timeout=SOON)
        found += [*await barriers(page), *await wider_than_the_screen(page)]
        await page.get_by_role("button", name="开始导入").click()
        await expect(page.get_by_role("alert").get_by_text("请选择文件。")).to_be_visible()
        assert found == []
