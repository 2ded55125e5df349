"""空白表格 and 样表 in a real browser: uploaded by an editor, reviewed, published, downloaded."""

from __future__ import annotations

from playwright.async_api import Page, expect

from deploy.local.sample import forms
from tests.support.drafts import drafted
from tests.support.pages import PHONE, SOON, SignedIn, looked_at
from tests.support.product import Product

ITEM, MATERIAL = "05-0008-370104101", forms.MATERIAL


async def downloaded(page: Page, link: str) -> tuple[str, bytes]:
    """The name that a file is kept under, and what is in it."""
    async with page.expect_download(timeout=SOON) as begun:
        await page.get_by_role("link", name=link).first.click()
    download = await begun.value
    return download.suggested_filename, (await download.path()).read_bytes()


async def test_from_the_editors_upload_to_the_citizens_download(
    signed_in: SignedIn, running_product: Product
) -> None:
    code = await drafted(running_product, "79-9120", "表格示例事项")
    async with signed_in("editor") as editor:
        await editor.goto(f"/catalog/items/{code}")
        materials = editor.get_by_role("region", name="材料", exact=True)
        await materials.get_by_role("button", name=f"1. {MATERIAL}").click(timeout=SOON)
        blank = materials.get_by_label("空白表格")
        await blank.set_input_files({"name": "表.exe", "mimeType": "application/pdf", "buffer": b"MZ\x90\0"})
        await expect(materials.get_by_role("alert")).to_contain_text("文件类型不支持", timeout=SOON)
        await blank.set_input_files(forms.FILLED)
        await expect(materials.get_by_text("已上传")).to_have_count(1, timeout=SOON)
        await expect(materials.get_by_role("alert")).to_have_count(0)
        await blank.set_input_files(forms.BLANK)  # the right one instead
        await materials.get_by_label("样表").set_input_files(forms.FILLED)
        await expect(materials.get_by_text("已上传")).to_have_count(2, timeout=SOON)
        async with editor.expect_download(timeout=SOON) as begun:
            await materials.get_by_role("button", name="打开").first.click()
        assert (await (await begun.value).path()).read_bytes() == forms.BLANK.read_bytes()
        await looked_at(editor, "editor-files")
        await editor.get_by_role("button", name="保存草稿").click()
        await expect(editor.get_by_text("已保存")).to_be_visible(timeout=SOON)

    async with signed_in("catalog-approver") as approver:
        await approver.goto(f"/catalog/items/{code}/review")
        await expect(approver.get_by_role("link", name="空白表格")).to_be_visible(timeout=SOON)
        assert (await downloaded(approver, "样表"))[1] == forms.FILLED.read_bytes()
        await looked_at(approver, "review-files")
        await approver.get_by_label("同意，签署").check()
        await approver.get_by_role("button", name="提交意见").click()
        await approver.get_by_role("button", name="发布", exact=True).click(timeout=SOON)
        await expect(approver.get_by_text("第1版已发布")).to_be_visible(timeout=SOON)

    async with signed_in(None, PHONE) as anybody:
        await anybody.goto(f"/items/{code}")
        await expect(anybody.get_by_role("link", name="空白表格")).to_be_visible(timeout=SOON)
        assert await downloaded(anybody, "空白表格") == (
            f"{MATERIAL}（空白表格）.pdf",
            forms.BLANK.read_bytes(),
        )
        assert await downloaded(anybody, "样表") == (f"{MATERIAL}（样表）.pdf", forms.FILLED.read_bytes())


async def test_the_sample_item_has_both_in_the_guide_in_the_application_and_at_the_window(
    signed_in: SignedIn,
) -> None:
    async with signed_in("citizen") as citizen:
        await citizen.goto(f"/items/{ITEM}#materials")
        await expect(citizen.get_by_role("link", name="样表")).to_be_visible(timeout=SOON)
        await looked_at(citizen, "guide-files")
    async with signed_in("clerk") as clerk:
        await clerk.goto("/window")
        await clerk.get_by_role("combobox", name="事项").press_sequentially("最低生活")
        await expect(clerk.get_by_role("option").first).to_be_visible(timeout=SOON)
        await clerk.keyboard.press("Enter")
        await expect(clerk.get_by_role("link", name="空白表格")).to_be_visible(timeout=SOON)
        name, content = await downloaded(clerk, "空白表格")
        assert (name, content) == (f"{MATERIAL}（空白表格）.pdf", forms.BLANK.read_bytes())
        await looked_at(clerk, "window-files")
