"""Tables given back: the published lists imported in three formats, exported, and imported again."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import pytest

from deploy.local import sample
from services.catalog import sheets
from services.catalog.domain.tables import table
from services.catalog.domain.tables.layout import layout
from services.catalog.exports import Format, Printed, Printout, written
from tests.support.catalog import COUNTY, TOWN, Catalog, catalog_with_directory, problem
from tests.support.stack import Stack
from tests.support.tokens import Issuer

FORMATS: tuple[Format, ...] = ("xlsx", "docx", "csv")


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


async def export(catalog: Catalog, format: Format, place: str = COUNTY, **params: str) -> Any:
    return await catalog.http.get(
        "/api/catalog/exports",
        params={"place": place, "format": format, **params},
        headers=catalog.editor,
    )


def as_file(content: bytes, format: Format) -> bytes:
    """A published list, with a title above it, in another format."""
    (sheet,) = sheets.read(content)
    head, *rows = [list(cells) for _, cells in sheet.rows if any(cells)]
    return written(Printout("公共服务事项目录", [Printed(word, 5) for word in head], rows), format)


async def drafts(catalog: Catalog) -> dict[str, Any]:
    listed = await catalog.http.get(
        "/api/catalog/items", params={"state": "draft", "limit": 1000}, headers=catalog.editor
    )
    found = {}
    for entry in listed.json()["items"]:
        read = await catalog.http.get(f"/api/catalog/items/{entry['item_code']}", headers=catalog.editor)
        found[entry["item_code"]] = (read.json()["record"], read.json()["revision"])
    return found


@pytest.mark.parametrize("format", FORMATS)
async def test_the_seventy_items_of_the_two_published_lists_come_in_by_any_format(
    catalog: Catalog, format: Format
) -> None:
    towns = (await catalog.import_table(as_file(sample.township_csv(), format))).json()
    villages = (await catalog.import_table(as_file(sample.village_csv(), format))).json()
    assert (towns["created"], villages["created"]) == (2 * 56, 14)
    assert towns["problems"] == villages["problems"] == []
    found = await drafts(catalog)
    assert len({record["base_code"] for record, _ in found.values()}) == 70
    assert found["05-0008-370104101"][0]["name"] == "最低生活保障"
    again = (await catalog.import_table(sample.township_csv())).json()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2 * 56), "the same by CSV"


@pytest.mark.parametrize("format", FORMATS)
async def test_importing_an_export_changes_nothing(catalog: Catalog, format: Format) -> None:
    await catalog.import_table(sample.township_csv())
    await catalog.import_table(sample.village_csv())
    own = (
        "实施主体,事项名称,事项类型,实施依据及条款,共同实施部门,收费依据及标准,法定时限,承诺时限,"
        "服务类型,提供方式,适用范围,备注\n"
        '区民政局,=救助,行政给付,"《办法》(国令第1号)第九条\n《条例》",区财政局、区卫生局,'
        '"《复函》,10元/证",30日,当场办结,依申请服务,其他,全区,"上门\n预约"\n'
    )
    assert (await catalog.import_table(own.encode())).json()["created"] == 1
    before = await drafts(catalog)
    file = await export(catalog, format, filled_by="区编办", contact="0531-85061150")
    found = layout(table.FORM, sheets.read(file.content))
    assert (len(found.lines), found.filled_by) == (71, "区编办")
    report = (await catalog.import_table(file.content)).json()
    assert (report["problems"], report["created"], report["updated"]) == ([], 0, 0)
    assert report["unchanged"] == 2 * 56 + 14 + 1
    assert await drafts(catalog) == before


async def test_what_towns_have_differently_is_exported_with_each_town(catalog: Catalog) -> None:
    await catalog.import_table(sample.township_csv())
    one = "实施主体,事项名称,承诺时限\n各乡镇人民政府,最低生活保障,5个工作日\n"
    assert (await catalog.import_table(one.encode(), place=TOWN)).json()["updated"] == 1
    county = (await export(catalog, "csv")).content.decode("utf-8-sig")
    assert "另有 1 项在下级各区划不一致" in county
    assert "最低生活保障" not in county
    town = (await export(catalog, "csv", TOWN)).content.decode("utf-8-sig")
    assert "各乡镇人民政府,最低生活保障,行政给付" in town
    assert "5个工作日" in town


async def test_an_export_is_named_and_for_those_who_prepare_the_catalog(catalog: Catalog) -> None:
    file = await export(catalog, "xlsx")
    assert file.status_code == 200
    name = unquote(file.headers["content-disposition"].split("''")[1])
    assert name.startswith("公共服务事项目录-")
    assert name.endswith("-2026-11-23.xlsx")
    assert problem(await export(catalog, "xlsx", "370105")) == (404, "not-found")
    assert problem(await export(catalog, "xlsx", "370104999")) == (422, "unknown-place")
    anonymous = await catalog.http.get("/api/catalog/exports", params={"place": COUNTY})
    assert anonymous.status_code == 401
