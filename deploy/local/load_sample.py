"""The sample catalog through the front door: directory, published lists, terms, sign-off, publication.

Everything goes over HTTP as the demo accounts would do it. A second run finds all in place and changes
nothing;
a run that was broken off is completed. An item that somebody has published since is left as it is.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Iterable
from contextlib import AsyncExitStack
from typing import Any

from deploy.local import sample
from deploy.local.load_drafts import load_drafts
from deploy.local.load_forms import put_forms
from deploy.local.load_levels import load_levels
from deploy.local.load_market import load_market
from deploy.local.load_packages import load_packages
from deploy.local.load_policies import load_policies
from deploy.local.load_proofs import load_proofs
from deploy.local.people import Person
from deploy.local.progress import step

CATALOG = "/api/catalog"
#: Calls that are under way at the same time; two cores are shared by everything.
AT_ONCE = 16
COUNTIES = (("370104", ""), ("370105", "-b"))
CITY, GUIDE = "3701", "20-0005"
#: The street list (Annex 2 of seed 002) is the township list without these numbers.
NOT_IN_STREETS = frozenset((*range(1, 6), *range(11, 14)))
TOWN_CLASS, STREET_CLASS = "各乡镇人民政府", "各街道办事处"


async def load(portal_url: str, password: str) -> None:
    """Load what is missing, a printed line for each step; :class:`StackError` where a call is refused."""
    async with AsyncExitStack() as stack:

        async def sign_in(username: str) -> Person:
            return await stack.enter_async_context(Person(portal_url, username, password))

        with step("示例目录：区划、大厅、部门、窗口 directory"):
            await _directory(await sign_in("operator"))
        for county, suffix in (*COUNTIES, (CITY, "-city")):
            editor, approver = await sign_in(f"editor{suffix}"), await sign_in(f"catalog-approver{suffix}")
            with step(f"示例事项 {county}：导入、补全、审核、发布 items"):
                await _items(editor, approver, county)
        with step("示例草稿：待审签的、待改正的 drafts"):
            await load_drafts(await sign_in("editor"), await sign_in("catalog-approver"))
        with step("示例一件事：组成、审核、发布 packages"):
            await load_packages(await sign_in("editor"), await sign_in("catalog-approver"))
        with step("示例分级：下放与认领、进驻、对标 levels"):
            await load_levels(await sign_in("editor"), await sign_in("catalog-approver"))
        with step("示例清理证明：附件2至4、公布清单 proofs"):
            await load_proofs(await sign_in("editor"), await sign_in("catalog-approver"))
        with step("示例中介超市：清单、机构、选取 marketplace"):
            await load_market(await sign_in("editor"), await sign_in("catalog-approver"))
        with step("示例惠企政策：政策、企业档案 policies"):
            await load_policies(
                await sign_in("editor"), await sign_in("catalog-approver"), await sign_in("clerk")
            )


async def _directory(operator: Person) -> None:
    known = {entry["entry_id"]: entry for entry in (await operator.get(f"{CATALOG}/places"))["entries"]}
    missing = [
        entry
        for entry in sample.directory()
        # What stands above the city is not the city's to publish.
        if entry["entry_id"] not in known
        and (entry["entry_id"] == CITY or not CITY.startswith(entry["entry_id"]))
    ]
    for kinds in (("place",), ("hall", "unit"), ("point",), ("window",)):
        layer = [entry for entry in missing if entry["kind"] in kinds]
        await _together(_put_entry(operator, entry) for entry in layer)


async def _put_entry(operator: Person, entry: dict[str, Any]) -> None:
    body = {name: entry[name] for name in ("kind", "parent_id", "record")}
    await operator.call("PUT", f"{CATALOG}/places/{entry['entry_id']}", json=body)


async def _items(editor: Person, approver: Person, county: str) -> None:
    if county != CITY:
        for name, content in _lists():
            form = {"place": county, "kind": "items"}
            files = {"file": (name, content, "text/csv")}
            await editor.call("POST", f"{CATALOG}/imports", data=form, files=files)
    await _guide(editor, county)
    waiting = [entry for entry in await _unpublished(editor, county) if _is_sample(entry)]
    edits = [_terms(entry) for entry in waiting if not entry["item_code"].startswith(GUIDE)]
    await put_forms(editor, edits)
    if edits:
        _told(await editor.post(f"{CATALOG}/drafts", {"drafts": edits}))
    codes = [entry["item_code"] for entry in waiting]
    for act in ("reviews", "publications"):
        if codes:
            codes = _told(await approver.post(f"{CATALOG}/{act}", {"item_codes": codes}))


def _told(answer: dict[str, Any]) -> list[str]:
    """The items that an act was done on; those that refused it are shown."""
    for refused in answer["refused"]:
        print(f"\n    {refused['item_code']}：{refused['message']}", flush=True)
    done: list[str] = answer["done"]
    return done


def _lists() -> Iterable[tuple[str, bytes]]:
    yield "township-items.csv", sample.township_csv()
    yield "street-items.csv", _street_csv()
    yield "village-items.csv", sample.village_csv()


def _street_csv() -> bytes:
    rows = list(csv.DictReader(io.StringIO(sample.township_csv().decode("utf-8-sig"))))
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]))
    table.writeheader()
    table.writerows(
        {**row, "实施主体": STREET_CLASS} for row in rows if int(row["序号"]) not in NOT_IN_STREETS
    )
    return text.getvalue().encode()


async def _guide(editor: Person, county: str) -> None:
    """The guide of seed 000 附件5 as the city's item, and as each county's with its own units."""
    listed = await editor.get(
        f"{CATALOG}/items", params={"q": f"{GUIDE}-{county}", "state": "all", "place": county}
    )
    if not any(entry["item_code"] == f"{GUIDE}-{county}" for entry in listed["items"]):
        await editor.post(f"{CATALOG}/items", {"place": county, "record": sample.guide_item(county)})


async def _unpublished(editor: Person, county: str) -> list[dict[str, Any]]:
    """Items of a county, or of the city itself, that were never published."""
    found: list[dict[str, Any]] = []
    for state in ("draft", "approved"):
        page = await editor.get(f"{CATALOG}/items", params={"state": state, "limit": 1000})
        found += [
            entry
            for entry in page["items"]
            if entry["version"] == 0 and (county != CITY or entry["place"] == CITY)
        ]
    return found


def _is_sample(entry: dict[str, Any]) -> bool:
    base_code = entry["item_code"].rpartition("-")[0]
    return bool(base_code == GUIDE or sample.item_names().get(base_code) == entry["name"])


def _terms(entry: dict[str, Any]) -> dict[str, Any]:
    """The edit that puts the sample terms into a draft; the implementing body is the list's."""
    base_code, _, place = entry["item_code"].rpartition("-")
    record = sample.item_record(base_code, place)
    if record["implementing_body"] == TOWN_CLASS and place[6:7] == "0":
        record["implementing_body"] = STREET_CLASS
    return {"item_code": entry["item_code"], "revision": entry["revision"], "record": record}


async def _together(calls: Iterable[Awaitable[None]]) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(call: Awaitable[None]) -> None:
        async with turn:
            await call

    await asyncio.gather(*(one(call) for call in calls))
