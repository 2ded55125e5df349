"""中介超市 in a real browser: a draw that is verified there, a sealed bid, a free choice, an admission."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect
from pymongo import AsyncMongoClient

from tests.support.pages import (
    DESKTOP,
    PHONE,
    SOON,
    SignedIn,
    barriers,
    refreshed_until,
    wider_than_the_screen,
)
from tests.support.product import Product
from tests.support.stack import Stack

AGENCIES = ("agency", "agency-b", "agency-c")
SELECTIONS = "/api/catalog/selections"


async def opened(product: Product, who: str, mode: str, **terms: Any) -> str:
    """A selection for 可行性研究报告编制, which all three agencies offer."""
    body = {
        "service_code": "zj-001",
        "mode": mode,
        "place": "370104",
        "entries_until": (datetime.now(UTC) + timedelta(days=2)).isoformat(),
        "requirements": "街道便民服务中心改造项目可行性研究报告。",
        **terms,
    }
    async with product.person(who) as person:
        found: str = (await person.post(SELECTIONS, body))["selection_id"]
        return found


async def enter(product: Product, selection_id: str, *agencies: str, **given: Any) -> None:
    for agency in agencies:
        async with product.person(agency) as person:
            await person.post(f"{SELECTIONS}/{selection_id}/entries", {"no_relation": True, **given})


async def let_entry_time_pass(stack: Stack, selection_id: str) -> None:
    """Its two days are over: the instant is moved where the product keeps it."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    client: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(stack.mongodb_uri) as client:
        changed = await client["catalog"]["selections"].update_one(
            {"_id": selection_id}, {"$set": {"entries_until": past, "due_at": past}, "$inc": {"version": 1}}
        )
    assert changed.modified_count == 1


async def good(page: Page) -> None:
    assert await barriers(page) == []
    assert await wider_than_the_screen(page) == []


async def test_a_draw_is_followed_live_and_computed_again_in_the_browser(
    signed_in: SignedIn, running_product: Product, stack: Stack
) -> None:
    number = await opened(running_product, "editor", "draw", ceiling_fen=2_000_000)
    async with signed_in("agency", PHONE) as agency, signed_in(None) as anybody:
        await anybody.goto(f"/market/selections/{number}")
        await expect(anybody.get_by_role("timer")).to_contain_text("天", timeout=SOON)
        await agency.get_by_role("link", name="政府投资项目可行性研究报告编制").first.wait_for(timeout=SOON)
        await agency.goto(f"/market/selections/{number}")
        await agency.get_by_role("button", name="报名", exact=True).click(timeout=SOON)
        await expect(agency.get_by_role("alert")).to_contain_text("利害关系")
        await agency.get_by_label("我机构与委托人没有").check()
        await agency.get_by_role("button", name="报名", exact=True).click()
        await expect(agency.get_by_role("heading", name="已报名")).to_be_visible(timeout=SOON)
        await good(agency)
        await enter(running_product, number, "agency-b", "agency-c", salt="ab" * 16)
        await expect(anybody.get_by_text("已报名 3 家")).to_be_visible(timeout=SOON)
        await expect(anybody.get_by_text("千佛山")).to_have_count(0)

        await let_entry_time_pass(stack, number)
        # Nobody reloads the page.
        await expect(anybody.get_by_role("heading", name="摇号结果")).to_be_visible(timeout=SOON)
        await anybody.get_by_role("button", name="开始验证").click()
        await expect(anybody.get_by_text("验证通过")).to_be_visible(timeout=SOON)
        await good(anybody)

        # A result that somebody changed is found.
        async def tampered(route: Any) -> None:
            answer = await route.fetch()
            body = await answer.json()
            body["ranking"].reverse()
            await route.fulfill(response=answer, json=body)

        await anybody.route("**/verification", tampered)
        await anybody.get_by_role("button", name="重新验证").click()
        await expect(anybody.get_by_text("验证没有通过")).to_be_visible(timeout=SOON)


async def test_a_sealed_price_is_revealed_with_its_receipt(
    signed_in: SignedIn, running_product: Product, stack: Stack
) -> None:
    number = await opened(running_product, "editor", "bid", ceiling_fen=3_000_000, answer_hours=1)
    await enter(running_product, number, "agency-b", bid_sha256="ab" * 32)
    async with signed_in("agency", PHONE) as agency:
        await agency.goto(f"/market/selections/{number}")
        await agency.get_by_label("报价（元）").fill("18000.50")
        await agency.get_by_label("我机构与委托人没有").check()
        async with agency.expect_download() as kept:
            await agency.get_by_role("button", name="报名", exact=True).click()
        receipt = await (await kept.value).path()
        await expect(agency.get_by_role("heading", name="已报名")).to_be_visible(timeout=SOON)
        await good(agency)
        await let_entry_time_pass(stack, number)
        await expect(agency.get_by_role("button", name="揭示报价")).to_be_visible(timeout=SOON)
        # Another browser has no receipt but the file.
        await agency.evaluate(
            "localStorage.removeItem(Object.keys(localStorage).find((k) => k.startsWith('bid:')))"
        )
        await agency.reload()
        await agency.get_by_label("选择回执文件").set_input_files(receipt)
        await agency.get_by_role("button", name="揭示报价").click()
        await expect(agency.get_by_text("报价已提交")).to_be_visible(timeout=SOON)
        await good(agency)


async def test_an_applicant_opens_compares_and_chooses(signed_in: SignedIn, running_product: Product) -> None:
    async with signed_in("citizen", PHONE) as citizen:
        await citizen.goto("/market")
        await citizen.get_by_role("link", name="政府投资项目可行性研究报告编制").first.click(timeout=SOON)
        await expect(citizen.get_by_role("heading", name="机构比较")).to_be_visible(timeout=SOON)
        await citizen.get_by_label("排序").select_option("grade")
        await expect(citizen.get_by_role("link", name="济南明湖工程咨询有限公司(示例)")).to_be_visible(
            timeout=SOON
        )
        await good(citizen)
        await citizen.get_by_role("link", name="发起选取").click()
        await citizen.get_by_role("button", name="公开发起").click(timeout=SOON)
        await expect(citizen.get_by_role("alert")).to_contain_text("请写明需求")
        await citizen.get_by_label("需求说明").fill("个体工商户厂房改造的可行性研究报告。")
        await good(citizen)
        await citizen.get_by_role("button", name="公开发起").click()
        await citizen.wait_for_url("**/market/selections/xq-*", timeout=SOON)
        number = citizen.url.rsplit("/", 1)[1]
        await enter(running_product, number, "agency-b", price_fen=1_900_000, days=9)
        await enter(running_product, number, "agency-c", price_fen=1_700_000, days=19)
        await expect(citizen.get_by_text("已报名 2 家")).to_be_visible(timeout=SOON)
        await citizen.get_by_role("button", name="提前截止并比较").click()
        await citizen.get_by_role("radio").first.check(timeout=SOON)
        await citizen.get_by_label("选择理由").fill("时间短")
        await good(citizen)
        await citizen.get_by_role("button", name="选定这家机构").click()
        await citizen.get_by_label("请给这次服务打分").select_option("4", timeout=SOON)
        await citizen.get_by_role("button", name="确定").click()
        await expect(citizen.get_by_text("委托人评价 4 分")).to_be_visible(timeout=SOON)


async def test_an_agency_changes_its_price_and_another_person_admits_it(
    signed_in: SignedIn, running_product: Product
) -> None:
    async with signed_in("agency-b") as agency, signed_in("catalog-approver") as approver:
        await agency.get_by_role("button", name="修改入驻信息").click(timeout=SOON)
        await agency.get_by_label("参考报价（元）").first.fill("21000")
        await agency.get_by_label("办公电话").fill("13800005678")
        await agency.get_by_role("button", name="提交审核").click()
        await expect(agency.get_by_role("alert")).to_be_visible(timeout=SOON)
        await agency.get_by_label("办公电话").fill("0531-85060002")
        await good(agency)
        await agency.get_by_role("button", name="提交审核").click()
        await expect(agency.get_by_text("等待审核")).to_be_visible(timeout=SOON)
        await good(agency)

        await approver.goto("/catalog/agencies")
        await approver.get_by_role("link", name="山东泉城规划咨询有限公司(示例)").click(timeout=SOON)
        await expect(approver.get_by_text("21,000.00 元")).to_be_visible(timeout=SOON)
        await good(approver)
        await approver.get_by_role("button", name="准予入驻").click()
        await expect(approver.get_by_text("已办理。")).to_be_visible(timeout=SOON)
        await approver.get_by_role("button", name="调整信用等级").click()
        await approver.get_by_label("信用等级").select_option("A")
        await approver.get_by_label("原因").fill("连续三年无差错。")
        await approver.get_by_role("button", name="确定").click()
        await expect(approver.get_by_text("A 级").first).to_be_visible(timeout=SOON)
        await refreshed_until(agency, agency.get_by_text("信用等级调整").first.is_visible)


async def test_an_approver_calls_off_a_selection_with_a_reason(
    signed_in: SignedIn, running_product: Product
) -> None:
    number = await opened(running_product, "citizen", "draw")
    async with signed_in("catalog-approver") as approver:
        await approver.goto(f"/market/selections/{number}")
        await approver.get_by_role("button", name="终止选取").click(timeout=SOON)
        await approver.get_by_role("button", name="终止选取").click()
        await expect(approver.get_by_role("alert")).to_contain_text("请写明理由")
        await approver.get_by_label("终止原因").fill("需求与实际项目不符。")
        await good(approver)
        await approver.get_by_role("button", name="终止选取").click()
        await expect(approver.get_by_text("终止原因：需求与实际项目不符。")).to_be_visible(timeout=SOON)


PAGES = [
    (None, "/market", "中介超市"),
    (None, "/market/services/zj-001", "政府投资项目可行性研究报告编制"),
    (None, "/market/agencies", "入驻机构"),
    (None, "/market/agencies?state=blacklisted", "黑名单"),
    (None, "/market/agencies/ag-91370104MA3C4N5P6W", "济南明湖"),
    (None, "/market/selections", "选取公告"),
    ("agency", "/agency", "机构工作台"),
    ("supervisor", "/market/selections", "近 30 天选取情况"),
    ("editor", "/market/open", "发起中介服务选取"),
    ("editor", "/catalog/agencies", "中介机构"),
    ("editor", "/catalog/agency-services", "中介服务清单"),
    ("catalog-approver", "/catalog/agencies/ag-91370104MA3C4N5P6W", "济南明湖"),
]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("username", [None, "agency", "supervisor", "editor", "catalog-approver"])
async def test_no_page_of_the_marketplace_has_barriers(
    signed_in: SignedIn, username: str | None, size: dict[str, int]
) -> None:
    async with signed_in(username, size) as page:
        for _, path, heading in (entry for entry in PAGES if entry[0] == username):
            await page.goto(path)
            await expect(page.get_by_role("heading", name=heading).first).to_be_visible(timeout=SOON)
            await page.wait_for_load_state("networkidle")
            await good(page)
