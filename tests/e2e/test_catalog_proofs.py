"""清理证明 in the browser: a row examined, circles seen, a list published by another person, read by all."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.support.pages import DESKTOP, PHONE, SOON, SignedIn, barriers, wider_than_the_screen

OPEN_PROOF = "未享受福利分房证明"
PLACE = "370104"


async def work_table(page: Page, query: str = "") -> None:
    await page.goto(f"/catalog/proofs{query}")
    await expect(page.get_by_role("heading", name="清理证明", level=1)).to_be_visible(timeout=SOON)
    await expect(page.get_by_role("table")).to_be_visible(timeout=SOON)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


async def test_an_open_row_is_examined_and_the_list_published_by_another(
    signed_in: SignedIn, tmp_path: Path
) -> None:
    paper = tmp_path / "意见书.pdf"
    paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
    async with signed_in("editor") as editor, signed_in("catalog-approver", PHONE) as approver:
        await work_table(editor, "?standing=open")
        await row(editor, OPEN_PROOF).get_by_role("button", name="清理").click()
        form = editor.locator("form.editor")
        await form.get_by_label("保留").check()
        await form.get_by_label("清理意见的理由").fill("同上")
        await form.get_by_role("button", name="保存").click()
        await expect(form.get_by_role("alert")).to_contain_text("请写明充分理由", timeout=SOON)
        await form.get_by_label("清理意见的理由").fill("目前没有其他核实方式")
        await form.get_by_label("否", exact=True).check()
        await form.locator("input[type=file]").first.set_input_files(paper)
        await form.get_by_label("同意的科室").fill("办公室")
        await form.locator("input[type=file]").last.set_input_files(paper)
        await expect(form.get_by_label("年度")).to_be_visible(timeout=SOON)
        assert await barriers(editor) == []
        await form.get_by_role("button", name="保存").click()
        await expect(editor.get_by_role("status").filter(has_text="已保存")).to_be_visible(timeout=SOON)

        await approver.goto("/catalog/proofs-publish")
        await approver.get_by_role("button", name="公布第").click(timeout=SOON)
        await expect(approver.get_by_text("已公布第")).to_be_visible(timeout=SOON)
        assert await wider_than_the_screen(approver) == []
        assert await barriers(approver) == []
    async with signed_in(None, PHONE) as anybody:
        await anybody.goto("/proofs")
        await anybody.get_by_label("所在地区").select_option(PLACE)
        await anybody.get_by_role("searchbox").fill(OPEN_PROOF)
        await expect(anybody.get_by_text("目前没有其他核实方式")).to_be_visible(timeout=SOON)
        assert await wider_than_the_screen(anybody) == []
        assert await barriers(anybody) == []
        await anybody.get_by_role("link", name="第 1 版").first.click()
        await expect(anybody.get_by_text("这是以前公布的一版")).to_be_visible(timeout=SOON)
        await expect(anybody.get_by_text(OPEN_PROOF)).to_have_count(0)
        assert await wider_than_the_screen(anybody) == []
        assert await barriers(anybody) == []


async def test_a_cut_proof_is_counted_and_no_longer_asked_for(signed_in: SignedIn) -> None:
    async with signed_in("editor") as editor:
        await editor.goto("/catalog/proofs-figures")
        await expect(editor.get_by_role("heading", name="取消的理由")).to_be_visible(timeout=SOON)
        await expect(editor.get_by_text("证照能够证明").first).to_be_visible()
        assert await barriers(editor) == []
        await work_table(editor, "?standing=cancelled")
        await expect(row(editor, "健在证明")).to_be_visible(timeout=SOON)
        await expect(row(editor, "居住地住址证明")).to_have_count(0)


async def test_circles_are_drawn_and_told_with_where_to_break_them(signed_in: SignedIn) -> None:
    async with signed_in("editor", DESKTOP) as editor, signed_in("editor", PHONE) as phone:
        for page in (editor, phone):
            await page.goto("/catalog/proofs-circles")
            words = page.get_by_text("居住证明 → 户籍证明 → 居住证明", exact=True)
            await expect(words).to_be_visible(timeout=SOON)
            await expect(page.get_by_role("img", name="循环证明图")).to_be_visible()
            await expect(page.get_by_text("没有法律法规依据，予以取消").first).to_be_visible()
            assert await wider_than_the_screen(page) == []
            assert await barriers(page) == []


async def test_the_comparison_suggests_one_name_for_two(signed_in: SignedIn) -> None:
    async with signed_in("editor") as editor:
        await editor.goto("/catalog/proofs-check")
        await expect(editor.get_by_role("heading", name="要求了，没有单位出具")).to_be_visible(timeout=SOON)
        await editor.get_by_role("button", name="改为“在校就读证明”").click()
        await expect(editor.get_by_text("子女在校就读证明 → 在校就读证明")).to_be_visible(timeout=SOON)
        assert await barriers(editor) == []
