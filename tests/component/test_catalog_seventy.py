"""The seventy items of the two published lists: imported as .xlsx, .docx and .csv, linted, adopted by three
towns and two villages, found by characters, pinyin and initials (mission C2, C6, C9, C15).
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest

from deploy.local import sample
from services.catalog.exports import Printed, Printout, written
from tests.support.catalog import COUNTY, Catalog, catalog_with_directory
from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.support.tokens import Issuer

TOWNS = ("370104101", "370104102", "370104003")
VILLAGES = ("370104101201", "370104102201")
#: The county makes one list of all and hands it down (seed 002 二(二)5).
BODY, UNIT = "槐荫区人民政府", "u-370104-01"


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        operator = issuer.header("operator", "operator", place="37")
        second = VILLAGES[1]
        for entry_id, kind, parent in ((second, "place", second[:9]), (f"u-{second}-01", "unit", second)):
            record = {"name": "泉西村(示例)" if kind == "place" else "泉西村民委员会(示例)"}
            body = {"kind": kind, "parent_id": parent, "record": record}
            path = f"/api/catalog/places/{entry_id}"
            assert (await started.http.put(path, json=body, headers=operator)).status_code == 201
        yield started


def of_the_county(content: bytes, format: str) -> bytes:
    """A published list with the county as its implementing body, as a file of this format."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    at = rows[0].index("实施主体")
    lines = [[BODY if number == at else cell for number, cell in enumerate(row)] for row in rows[1:]]
    columns = [Printed(name, 12) for name in rows[0]]
    if format == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([rows[0], *lines])
        return text.getvalue().encode("gb18030")
    return written(Printout("公共服务事项目录", columns, lines), format)  # type: ignore[arg-type]


async def import_list(catalog: Catalog, content: bytes, name: str, list_number: str) -> dict[str, Any]:
    answer = await catalog.http.post(
        "/api/catalog/imports",
        files={"file": (name, content)},
        data={"place": COUNTY, "kind": "items", "list": list_number},
        headers=catalog.editor,
    )
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def bulk(catalog: Catalog, path: str, who: dict[str, str], **body: Any) -> list[str]:
    answer = await catalog.http.post(f"/api/catalog/{path}", json=body, headers=who)
    assert answer.status_code == 200, answer.text
    assert answer.json()["refused"] == []
    done: list[str] = answer.json()["done"]
    return done


async def completed(catalog: Catalog, code: str, level: str) -> dict[str, Any]:
    """The edit that puts the sample terms into a draft and hands it down."""
    base_code = code.rpartition("-")[0]
    place = TOWNS[0] if level == "town" else VILLAGES[0]
    terms = sample.item_record(base_code, place)
    given = {"implementing_body": BODY, "unit_id": UNIT, "delegated_to": [level], "accepting_places": []}
    read = await catalog.http.get(
        f"/api/catalog/items/{code}", params={"version": "draft"}, headers=catalog.editor
    )
    return {"item_code": code, "revision": read.json()["revision"], "record": {**terms, **given}}


async def test_the_seventy_items_from_table_to_village(catalog: Catalog) -> None:
    township, village = sample.township_csv(), sample.village_csv()
    first = await import_list(catalog, of_the_county(township, "xlsx"), "乡镇.xlsx", "05")
    assert (first["created"], first["problems"]) == (56, [])
    again = await import_list(catalog, of_the_county(township, "csv"), "乡镇.csv", "05")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 56)
    second = await import_list(catalog, of_the_county(village, "docx"), "村居.docx", "06")
    assert (second["created"], second["problems"]) == (14, [])

    levels = dict.fromkeys(first["items"], "town") | dict.fromkeys(second["items"], "village")
    codes = list(levels)
    findings = await catalog.http.get(f"/api/catalog/items/{codes[0]}/findings", headers=catalog.editor)
    assert {"limits.promised", "materials"} <= {one["field"] for one in findings.json()}
    drafts = [await completed(catalog, code, level) for code, level in levels.items()]
    await bulk(catalog, "drafts", catalog.editor, drafts=drafts)
    for act in ("reviews", "publications"):
        assert len(await bulk(catalog, act, catalog.approver, item_codes=codes)) == 70

    for place in TOWNS:
        done = await bulk(catalog, "adoptions", catalog.approver, place=place, item_codes=first["items"])
        assert len(done) == 56
    for place in VILLAGES:
        done = await bulk(catalog, "adoptions", catalog.approver, place=place, item_codes=second["items"])
        assert len(done) == 14
    rates = await catalog.http.get(
        "/api/catalog/adoption-rates", params={"place": COUNTY}, headers=catalog.editor
    )
    assert {one["place"]: one["rate"] for one in rates.json()["places"]} == dict.fromkeys(
        (*TOWNS, *VILLAGES), 1.0
    )

    async def found(words: str, place: str) -> list[str]:
        query = {"q": words, "place": place}
        answer: httpx.Response = await catalog.http.get("/api/catalog/items", params=query)
        return [one["name"] for one in answer.json()["items"]]

    for words in ("最低生活保障", "zuidishenghuobaozhang", "zdshbz"):
        names = await eventually(partial(found, words, TOWNS[1]))
        assert "最低生活保障" in names
    assert await eventually(lambda: found("居住地住址", VILLAGES[1]))
