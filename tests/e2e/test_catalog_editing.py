"""The catalog's editor and approver in the browser: from a table with a bad row to a guide to read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.drafts import TOWN, drafted, edited_by_another, published
from tests.support.pages import DESKTOP, PHONE, SOON, SignedIn, barriers, wider_than_the_screen
from tests.support.product import Product

BODY, OTHER_TOWN = "各乡镇人民政府", "370105101"
NAME = "农村老年人助餐登记"
TABLE = f"""公共服务事项目录,,,,,,
填表单位：槐荫区政务服务管理办公室,,,填表日期：2026年11月23日,,,
序号,实施主体,事项名称,事项类别,服务对象,承诺时限,备注
1,{BODY},{NAME},社会保障类,六十周岁以上的农村居民,5个工作日,
2,{BODY},农村老年人体检预约,医疗卫生类,六十五周岁以上的农村居民,5个工作日左右,
""".encode("utf-8-sig")


async def imported(page: Page) -> None:
    """The table through the Import page: one draft is made, and the bad row is named with what to write."""
    await page.goto("/catalog/tables")
    await page.get_by_label("导入到").select_option(TOWN, timeout=SOON)
    await page.get_by_label("选择文件").set_input_files(
        {"name": "助餐.csv", "mimeType": "text/csv", "buffer": TABLE}
    )
    await page.get_by_role("button", name="开始导入").click()
    problem = page.get_by_role("row").filter(has_text="5个工作日左右")
    await expect(problem).to_contain_text("农村老年人体检预约", timeout=SOON)
    assert await barriers(page) == []


async def item_of(page: Page, code: str, tab: str = "") -> None:
    await page.goto(f"/catalog/items/{code}{tab}")
    await expect(page.get_by_role("navigation", name="这个事项")).to_be_visible(timeout=SOON)


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


async def saved(page: Page) -> None:
    await page.get_by_role("button", name="保存草稿").click()
    await expect(page.get_by_text("已保存")).to_be_visible(timeout=SOON)


async def sent_in(page: Page) -> None:
    await page.get_by_role("button", name="送审", exact=True).click()
    await page.get_by_role("button", name="保存并送审").click()
    await page.wait_for_url("**/catalog", timeout=SOON)


async def completed(page: Page) -> None:
    """Everything that the row did not say, with a proof and a catch-all clause that must go again."""
    basic = part(page, "基本信息")
    await basic.get_by_label("承办部门").select_option(index=1)
    await basic.get_by_label("事项类型").select_option("公共服务")
    await part(page, "条件").get_by_label("办理条件").fill("户籍在本镇\n其他条件")
    materials = part(page, "材料")
    for name in ("老年人助餐登记表", "无其他收入证明"):
        await materials.get_by_role("button", name="添加材料").click()
        await materials.get_by_label("材料名称").last.fill(name)
    limits = part(page, "时限")
    await limits.get_by_label("办件类型").select_option("promised")
    await limits.get_by_label("承诺时限").fill("5")
    await limits.get_by_label("承诺时限").blur()
    await limits.get_by_role("button", name="填写与承诺时限相同的天数").click(timeout=SOON)
    await part(page, "收费").get_by_role("button", name="填写“不收费”").click()
    # The lint has followed: both slips are named where they are, each with what can be done.
    await part(page, "条件").get_by_role("button", name="删去这一项").click(timeout=SOON)
    await materials.get_by_role("button", name="取消这项证明").click(timeout=SOON)
    await expect(page.get_by_text("没有错误")).to_be_visible(timeout=SOON)


async def test_from_a_table_to_a_guide(signed_in: SignedIn) -> None:
    async with signed_in("editor") as editor, signed_in("catalog-approver") as approver:
        await imported(editor)
        await editor.goto("/catalog?state=draft")
        await editor.get_by_role("searchbox").fill(NAME)
        await editor.get_by_role("button", name="查找").click()
        await expect(editor.get_by_text("处错误").first).to_be_visible(timeout=SOON)
        await editor.get_by_role("link", name=NAME).click()
        await editor.wait_for_url("**/catalog/items/*", timeout=SOON)
        code = editor.url.rpartition("/")[2]
        await expect(part(editor, "收费").get_by_text("不收费").first).to_be_visible(timeout=SOON)
        assert await barriers(editor) == []
        await completed(editor)
        assert await barriers(editor) == []
        await saved(editor)
        await sent_in(editor)

        await approver.goto("/catalog/reviews")
        await approver.get_by_role("link", name=NAME).click(timeout=SOON)
        await expect(approver.get_by_role("heading", name="按草稿显示的办事指南")).to_be_visible(timeout=SOON)
        await expect(approver.get_by_text("老年人助餐登记表").first).to_be_visible()
        assert await barriers(approver) == []
        await approver.get_by_label("同意，签署").check()
        await approver.get_by_role("button", name="提交意见").click()
        await approver.get_by_role("button", name="发布", exact=True).click(timeout=SOON)
        await expect(approver.get_by_text("第1版已发布")).to_be_visible(timeout=SOON)

    async with signed_in("citizen", PHONE) as citizen:
        await citizen.goto(f"/items/{code}")
        await expect(citizen.get_by_role("heading", name=NAME)).to_be_visible(timeout=SOON)
        await expect(citizen.get_by_text("老年人助餐登记表").first).to_be_visible()
        await expect(citizen.get_by_text("其他条件")).to_have_count(0)


async def test_what_a_reviewer_sends_back_says_why_and_what_stays_has_a_reason(
    signed_in: SignedIn, running_product: Product
) -> None:
    code = await drafted(running_product, "79-9001", "退回示例事项", conditions=["法律规定的其他条件"])
    async with signed_in("editor") as editor, signed_in("catalog-approver") as approver:
        await item_of(editor, code)
        await part(editor, "条件").get_by_role("button", name="说明理由后保留").click(timeout=SOON)
        await editor.get_by_label("保留的理由").fill("法律原文如此规定")
        await editor.get_by_role("button", name="保留", exact=True).click()
        await expect(editor.get_by_text("已豁免")).to_be_visible(timeout=SOON)
        await sent_in(editor)

        await item_of(approver, code, "/review")
        await expect(approver.get_by_text("法律原文如此规定")).to_be_visible(timeout=SOON)
        await approver.get_by_role("button", name="提交意见").click()
        await expect(approver.get_by_role("alert").get_by_role("link", name="请选择意见")).to_be_visible()
        await approver.get_by_label("退回修改").check()
        await approver.get_by_label("退回的理由").fill("请把条件写完整")
        await approver.get_by_role("button", name="提交意见").click()
        await expect(approver.get_by_text("请把条件写完整")).to_be_visible(timeout=SOON)

        await item_of(editor, code)
        await expect(editor.get_by_role("status").filter(has_text="请把条件写完整")).to_be_visible(
            timeout=SOON
        )


async def test_an_edit_meets_another_one_and_nothing_typed_is_lost(
    signed_in: SignedIn, running_product: Product
) -> None:
    code = await drafted(running_product, "79-9002", "同时修改示例事项", scope="全镇", remark="原备注")
    async with signed_in("editor") as editor:
        await item_of(editor, code)
        basic = part(editor, "基本信息")
        await basic.get_by_label("备注").fill("我的备注")
        await basic.get_by_label("服务对象").fill("我写的服务对象")
        await edited_by_another(running_product, code, scope="别人写的范围", remark="别人的备注")
        await editor.get_by_role("button", name="保存草稿").click()
        met = editor.get_by_role("alert").filter(has_text="这份草稿刚被他人修改")
        await expect(met).to_be_visible(timeout=SOON)
        await expect(basic.get_by_label("备注")).to_have_value("我的备注")
        await expect(basic.get_by_label("适用范围")).to_have_value("别人写的范围")
        assert await barriers(editor) == []
        await met.get_by_role("button", name="采用对方的").click()
        await expect(basic.get_by_label("备注")).to_have_value("别人的备注")
        await saved(editor)
        await editor.reload()
        await expect(basic.get_by_label("服务对象")).to_have_value("我写的服务对象", timeout=SOON)
        await expect(basic.get_by_label("备注")).to_have_value("别人的备注")


async def test_what_is_not_saved_is_there_after_a_reload_and_asked_about_before_leaving(
    signed_in: SignedIn, running_product: Product
) -> None:
    code = await drafted(running_product, "79-9003", "暂存示例事项")
    async with signed_in("editor") as editor:
        questions: list[str] = []

        async def stay(dialog: Any) -> None:
            questions.append(dialog.message)
            await dialog.dismiss()

        await item_of(editor, code)
        await part(editor, "基本信息").get_by_label("适用范围").fill("只在本机")
        await expect(editor.get_by_text("有未保存的修改")).to_be_visible(timeout=SOON)
        editor.on("dialog", stay)
        await editor.get_by_role("link", name="版本", exact=True).click()
        await expect(part(editor, "基本信息")).to_be_visible()
        assert len(questions) == 1
        editor.remove_listener("dialog", stay)
        editor.on("dialog", lambda dialog: dialog.accept())

        await editor.reload()
        await expect(editor.get_by_text("暂存在本机、还没有保存的修改")).to_be_visible(timeout=SOON)
        await expect(part(editor, "基本信息").get_by_label("适用范围")).to_have_value("只在本机")
        await editor.get_by_role("button", name="放弃未保存的修改").first.click()
        await expect(part(editor, "基本信息").get_by_label("适用范围")).to_have_value("")


async def test_steps_are_ordered_by_keyboard_and_the_map_follows(
    signed_in: SignedIn, running_product: Product
) -> None:
    code = await drafted(running_product, "79-9004", "环节示例事项", steps=[])
    async with signed_in("editor") as editor:
        await item_of(editor, code)
        steps = part(editor, "办理流程")
        for name in ("受理", "审查"):
            await steps.get_by_role("button", name="添加环节").press("Enter")
            await expect(steps.get_by_label("环节名称").last).to_be_focused()
            await editor.keyboard.type(name)
        await expect(steps.get_by_role("heading", name="流程图预览")).to_be_visible()
        opener = steps.get_by_role("button", name="2. 审查")
        await opener.focus()
        await editor.keyboard.press("Alt+ArrowUp")
        await expect(steps.get_by_role("button", name="1. 审查")).to_be_focused()
        await steps.get_by_role("button", name="移除“受理”").press("Enter")
        await expect(steps.get_by_text("已移除“受理”")).to_be_visible()
        await steps.get_by_role("button", name="撤销移除").press("Enter")
        await expect(steps.get_by_role("button", name="2. 受理")).to_be_visible()
        await editor.keyboard.press("Control+s")
        await expect(editor.get_by_text("已保存")).to_be_visible(timeout=SOON)


async def test_many_at_once_with_the_refusals_in_their_rows(
    signed_in: SignedIn, running_product: Product
) -> None:
    good = await drafted(running_product, "79-9005", "批量示例事项甲")
    await drafted(running_product, "79-9006", "批量示例事项乙", fee=None)
    async with signed_in("editor") as editor:
        await editor.goto("/catalog?state=draft&q=批量示例事项")
        rows = editor.get_by_role("row").filter(has_text="批量示例事项")
        await expect(rows).to_have_count(2, timeout=SOON)
        await rows.first.get_by_role("link").focus()
        await editor.keyboard.press("x")
        await editor.keyboard.press("j")
        await editor.keyboard.press("x")
        await expect(editor.get_by_text("已选中2项")).to_be_visible()
        await editor.get_by_role("button", name="送审", exact=True).click()
        await expect(editor.get_by_role("status").filter(has_text="完成1项，未完成1项")).to_be_visible(
            timeout=SOON
        )
        await expect(editor.get_by_role("alert").filter(has_text="错误")).to_be_visible()
        assert await barriers(editor) == []
        await editor.get_by_role("button", name="审签中").click()
        await expect(editor.get_by_text(good)).to_be_visible(timeout=SOON)


async def test_a_version_of_today_is_replaced_read_on_compared_and_withdrawn(
    signed_in: SignedIn, running_product: Product
) -> None:
    code = await published(running_product, "79-9007", "版本示例事项", scope="第一版的范围")
    async with signed_in("editor") as editor, signed_in("catalog-approver") as approver:
        await item_of(editor, code)
        await expect(editor.get_by_text("以第1版为底稿")).to_be_visible(timeout=SOON)
        await part(editor, "基本信息").get_by_label("适用范围").fill("第二版的范围")
        await part(editor, "条件").get_by_label("办理条件").fill("第二版才有的条件")
        await sent_in(editor)

        await item_of(approver, code, "/review")
        await expect(approver.locator("ins").filter(has_text="第二版的范围")).to_be_visible(timeout=SOON)
        await approver.get_by_label("同意，签署").check()
        await approver.get_by_role("button", name="提交意见").click()
        await approver.get_by_label("变更种类").select_option("corrected", timeout=SOON)
        await approver.get_by_role("button", name="发布", exact=True).click()
        await expect(approver.get_by_text("第2版已发布")).to_be_visible(timeout=SOON)

        await item_of(approver, code, "/versions")
        await expect(approver.get_by_role("row")).to_have_count(3)
        await expect(approver.locator("ins").filter(has_text="第二版的范围")).to_be_visible(timeout=SOON)
        assert await barriers(approver) == []
        await approver.get_by_role("link", name=re.compile(r"打开\s*第1版")).click()
        await expect(approver.get_by_text("这是第1版（已被取代）")).to_be_visible(timeout=SOON)
        await expect(approver.get_by_text("第二版才有的条件")).to_have_count(0)

        await item_of(approver, code, "/versions")
        await approver.get_by_role("button", name="撤销这个事项").click()
        await approver.get_by_label("撤销的理由").fill("并入其他事项")
        await approver.get_by_role("button", name="确认撤销").click()
        await expect(approver.get_by_text("已撤销：并入其他事项")).to_be_visible(timeout=SOON)


async def test_a_place_decides_which_words_are_looked_for(signed_in: SignedIn) -> None:
    # Of county 370105: what it decides must not reach the other journeys.
    async with signed_in("editor-b") as editor:
        await editor.goto("/catalog/word-lists")
        await editor.get_by_role("button", name="模糊表述").click(timeout=SOON)
        await editor.get_by_role("button", name="添加一条").click()
        await expect(editor.get_by_label("说法").last).to_be_focused()
        await editor.keyboard.type("有关证件")
        await editor.get_by_label("怎样改").last.fill("居民身份证")
        await editor.get_by_role("button", name="保存", exact=True).click()
        await expect(editor.get_by_text("本级设置，第1版")).to_be_visible(timeout=SOON)
        assert await barriers(editor) == []


async def test_a_place_decides_who_approves_and_is_asked(signed_in: SignedIn) -> None:
    name = "会签批准示例事项"
    async with signed_in("editor-b") as editor, signed_in("catalog-approver-b") as approver:
        await approver.goto("/catalog/review-rules")
        await approver.get_by_label("地区").select_option(OTHER_TOWN, timeout=SOON)
        await approver.get_by_label("批准单位").select_option("u-370105-01", timeout=SOON)
        await approver.get_by_role("button", name="保存", exact=True).click()
        await expect(approver.get_by_text("本级设置，第1版")).to_be_visible(timeout=SOON)
        assert await barriers(approver) == []

        await editor.goto("/catalog/new")
        await editor.get_by_label("地区").select_option(OTHER_TOWN, timeout=SOON)
        await editor.get_by_label("事项名称").fill(name)
        await editor.get_by_label("事项编码").fill("79-9008")
        await editor.get_by_role("button", name="建立草稿").click()
        await editor.wait_for_url(f"**/catalog/items/79-9008-{OTHER_TOWN}", timeout=SOON)
        await completed(editor)
        await sent_in(editor)

        await approver.goto("/catalog/reviews")
        await approver.get_by_role("row").filter(has_text=name).get_by_role("link").click(timeout=SOON)
        await approver.get_by_label("批准", exact=True).check(timeout=SOON)
        await approver.get_by_role("button", name="提交意见").click()
        await approver.get_by_role("button", name="发布", exact=True).click(timeout=SOON)
        await expect(approver.get_by_text("第1版已发布")).to_be_visible(timeout=SOON)


PAGES = [
    ("editor", "/catalog", "事项库"),
    ("editor", "/catalog/new", "新建事项"),
    ("editor", "/catalog/items/05-0008-370104101", "最低生活保障"),
    ("editor", "/catalog/items/05-0008-370104101/review", "最低生活保障"),
    ("editor", "/catalog/items/05-0008-370104101/versions", "最低生活保障"),
    ("editor", "/catalog/tasks", "待完善依据"),
    ("editor", "/catalog/word-lists", "检查词表"),
    ("editor", "/catalog/review-rules", "审签规则"),
    ("catalog-approver", "/catalog", "事项库"),
    ("catalog-approver", "/catalog/reviews", "待我审签"),
    ("catalog-approver", "/catalog/review-rules", "审签规则"),
    ("catalog-approver", "/catalog/word-lists", "检查词表"),
]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("username", ["editor", "catalog-approver"])
async def test_no_page_of_the_catalog_has_barriers(
    signed_in: SignedIn, username: str, size: dict[str, int]
) -> None:
    async with signed_in(username, size) as page:
        found = []
        for _, path, heading in (entry for entry in PAGES if entry[0] == username):
            await page.goto(path)
            await expect(page.get_by_role("heading", name=heading).first).to_be_visible(timeout=SOON)
            await page.wait_for_load_state("networkidle")
            found += await barriers(page)
            found += await wider_than_the_screen(page)
        assert found == []
