"""空白表格 and 样表 of materials on the real database: on file, in a draft, public with the version."""

import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from deploy.local import sample
from deploy.local.sample.proofs import BLANK_PAGE
from services.catalog.domain.papers import LARGEST
from tests.support.catalog import COUNTY, GUIDE, TOWN, Catalog, Headers, catalog_with_directory, problem
from tests.support.stack import Stack
from tests.support.tokens import Issuer

CITY, FILES = "3701", "/api/catalog/files"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 40


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Catalog]:
    async with catalog_with_directory(stack, names, issuer) as started:
        yield started


def packed(*members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return made.getvalue()


DOCX, XLSX = packed("word/document.xml"), packed("xl/workbook.xml")


def lying() -> bytes:
    """An archive whose member says that it is shorter than it is."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "0" * 100_000)
    content = bytearray(made.getvalue())
    size = content.index(b"PK\x01\x02") + 24
    content[size : size + 4] = (100).to_bytes(4, "little")
    return bytes(content)


@pytest.mark.parametrize("content", [lying(), packed("word/document.xml", "../../evil")])
async def test_an_archive_that_lies_or_leaves_its_folder_is_not_taken(
    catalog: Catalog, content: bytes
) -> None:
    assert (await upload(catalog, content)).status_code == 415


async def upload(
    catalog: Catalog, content: bytes, place: str = CITY, who: Headers | None = None, name: str = "张三.pdf"
) -> httpx.Response:
    return await catalog.http.post(
        FILES, params={"place": place}, files={"file": (name, content)}, headers=who or catalog.city_editor
    )


async def on_file(catalog: Catalog, content: bytes, place: str = CITY, who: Headers | None = None) -> str:
    answer = await upload(catalog, content, place, who)
    assert answer.status_code == 201, answer.text
    file_id: str = answer.json()["file_id"]
    return file_id


def materials(**files: str) -> list[dict[str, Any]]:
    first, *rest = sample.guide_item()["materials"]
    return [{**first, **files}, *rest]


async def edited(catalog: Catalog, **files: str) -> httpx.Response:
    present = await catalog.http.get(f"/api/catalog/items/{GUIDE}", headers=catalog.city_editor)
    return await catalog.http.put(
        f"/api/catalog/items/{GUIDE}/draft",
        json={**sample.guide_item(), "materials": materials(**files)},
        headers={**catalog.city_editor, "If-Match": present.headers["etag"]},
    )


async def read(
    catalog: Catalog, file_id: str, who: Headers | None = None, item: str = GUIDE, **query: Any
) -> httpx.Response:
    path = f"/api/catalog/items/{item}/files/{file_id}"
    return await catalog.http.get(path, params=query, headers=who or {})


async def published(catalog: Catalog) -> None:
    assert (await catalog.act("review")).status_code == 200
    assert (await catalog.act("publish")).status_code == 200


async def test_from_the_draft_to_the_public_and_on_after_the_next_version(catalog: Catalog) -> None:
    await catalog.draft_guide()
    blank, filled = await on_file(catalog, DOCX), await on_file(catalog, BLANK_PAGE)
    assert (await edited(catalog, blank_file_id=blank, sample_file_id=filled)).status_code == 200

    assert problem(await read(catalog, blank)) == (404, "not-found")
    assert problem(await read(catalog, blank, catalog.editor, version="draft")) == (404, "not-found")
    for who in (catalog.city_editor, catalog.city_approver):
        draft = await read(catalog, blank, who, version="draft")
        assert (draft.content, draft.headers["cache-control"]) == (DOCX, "private, no-store")

    await published(catalog)
    shown = await read(catalog, filled)
    assert (shown.content, shown.headers["content-type"]) == (BLANK_PAGE, "application/pdf")
    title = f"{sample.guide_item()['materials'][0]['name']}（样表）.pdf"
    assert shown.headers["content-disposition"] == (
        f"attachment; filename=\"{filled}.pdf\"; filename*=UTF-8''{quote(title)}"
    )
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["cache-control"] == "public, max-age=3600"
    again = await read(catalog, filled, {"If-None-Match": f'W/"other", {shown.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")

    # The next version has none; the first one keeps its own.
    assert (await edited(catalog)).status_code == 200
    await published(catalog)
    assert problem(await read(catalog, blank)) == (404, "not-found")
    assert (await read(catalog, blank, version=1)).content == DOCX


async def test_the_documents_of_an_item_name_what_is_on_file(catalog: Catalog) -> None:
    await catalog.draft_guide()
    await edited(
        catalog, blank_file_id=await on_file(catalog, XLSX), sample_file_id=await on_file(catalog, PNG)
    )
    await published(catalog)
    for document in ("guide", "acceptance-list", "handbook"):
        path = f"/api/catalog/items/{GUIDE}/{document}"
        page = (await catalog.http.get(path, headers=catalog.city_approver)).text
        assert "空白表格：窗口备有，网上可下载" in page, document
        assert "样表：窗口备有，网上可下载" in page, document


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"", (422, "empty-file")),
        (b"<html><script>alert(1)</script>", (415, "unsupported-media-type")),
        (b"MZ\x90\x00" + b"\0" * 100, (415, "unsupported-media-type")),
        (packed("word/document.xml", "word/vbaProject.bin"), (415, "unsupported-media-type")),
        (packed("readme.txt"), (415, "unsupported-media-type")),
        (b"PK\x03\x04 broken", (415, "unsupported-media-type")),
        (b"%PDF-1.4\n" + b"\0" * LARGEST, (413, "too-large")),
        (b"%PDF-1.4\n" + b"\0" * (11 * 1024 * 1024), (413, "too-large")),
    ],
    ids=["empty", "html", "program", "macros", "other-archive", "broken", "over-limit", "over-body"],
)
async def test_what_is_no_form_is_refused(catalog: Catalog, content: bytes, refused: tuple[int, str]) -> None:
    assert problem(await upload(catalog, content)) == refused


async def test_who_may_put_a_file_where(catalog: Catalog, issuer: Issuer) -> None:
    assert problem(await upload(catalog, PNG, who=catalog.city_approver)) == (403, "forbidden")
    assert problem(await upload(catalog, PNG, who=catalog.editor)) == (404, "not-found")
    assert problem(await upload(catalog, PNG, "370199")) == (422, "unknown-place")
    assert problem(await upload(catalog, PNG, "$ne")) == (422, "invalid")
    citizen = issuer.header("citizen", "citizen", place=COUNTY)
    assert problem(await upload(catalog, PNG, COUNTY, citizen)) == (403, "forbidden")
    answer = await catalog.http.post(FILES, params={"place": CITY}, headers=catalog.city_editor)
    assert problem(answer) == (422, "invalid")
    answer = await catalog.http.post(FILES, params={"place": CITY}, files={"file": ("a.png", PNG)})
    assert problem(answer) == (401, "unauthenticated")

    file_id = await on_file(catalog, PNG, TOWN, catalog.editor)
    assert await on_file(catalog, PNG, TOWN, catalog.editor) == file_id, "the same paper is one file"
    assert await on_file(catalog, PNG) != file_id, "of each place"
    assert (await catalog.http.get(f"{FILES}/{file_id}", headers=catalog.approver)).content == PNG
    neighbour = issuer.header("editor-b", "editor", place="370105")
    assert problem(await catalog.http.get(f"{FILES}/{file_id}", headers=neighbour)) == (404, "not-found")
    assert problem(await catalog.http.get(f"{FILES}/{file_id}", headers=citizen)) == (403, "forbidden")
    assert problem(await catalog.http.get(f"{FILES}/{file_id}")) == (401, "unauthenticated")
    village = issuer.header("approver-c", "catalog-approver", place="370104101201")
    assert (await catalog.http.get(f"{FILES}/{file_id}", headers=village)).content == PNG
    lost = f"if-{'0' * 32}"
    assert problem(await catalog.http.get(f"{FILES}/{lost}", headers=catalog.editor)) == (404, "not-found")


async def test_a_draft_names_only_files_of_its_place(catalog: Catalog) -> None:
    await catalog.draft_guide()
    elsewhere = await on_file(catalog, PNG, TOWN, catalog.editor)
    for file_id in (elsewhere, f"if-{'0' * 32}", "anything"):
        for field in ("blank_file_id", "sample_file_id"):
            answer = await edited(catalog, **{field: file_id})
            assert problem(answer) == (422, "unknown-file")
            assert answer.json()["field"] == f"materials.0.{field}"
    record = {**sample.item_record("05-0008", TOWN), "base_code": "79-9101", "name": "新建示例"}
    record["result"] = {**record["result"], "sample_file_id": f"if-{'0' * 32}"}
    body = {"place": TOWN, "record": record}
    answer = await catalog.http.post("/api/catalog/items", json=body, headers=catalog.editor)
    assert problem(answer) == (422, "unknown-file")
    assert answer.json()["field"] == "result.sample_file_id"
    assert (await edited(catalog)).status_code == 200


async def test_an_adopted_item_inherits_the_files(catalog: Catalog) -> None:
    record = {**sample.item_record("05-0008", TOWN), "unit_id": "u-370104-01", "accepting_places": []}
    blank = await on_file(catalog, DOCX, COUNTY, catalog.editor)
    record |= {"delegated_to": ["town"], "origin": "委托下放"}
    record["materials"][0]["blank_file_id"] = blank
    base, own = f"05-0008-{COUNTY}", f"05-0008-{TOWN}"
    created = await catalog.http.post(
        "/api/catalog/items", json={"place": COUNTY, "record": record}, headers=catalog.editor
    )
    assert created.status_code == 201, created.text
    for act in ("review", "publish"):
        assert (await catalog.act(act, base, catalog.approver)).status_code == 200
    adopted = await catalog.act("adoption", base, catalog.approver, place=TOWN)
    assert adopted.status_code == 201, adopted.text
    assert (await read(catalog, blank, item=own)).content == DOCX

    present = await catalog.http.get(f"/api/catalog/items/{own}", headers=catalog.editor)
    local = {**present.json()["record"], "visits": 0}
    kept = await catalog.http.put(
        f"/api/catalog/items/{own}/draft",
        json=local,
        headers={**catalog.editor, "If-Match": present.headers["etag"]},
    )
    assert kept.status_code == 200, kept.text


async def test_a_table_that_is_read_in_keeps_the_files(catalog: Catalog) -> None:
    table = "实施主体,事项名称,事项类型,承诺时限\n槐荫区人民政府,表格示例事项,公共服务,5个工作日\n"
    (code,) = (await catalog.import_table(table.encode())).json()["items"]
    draft = await catalog.http.get(f"/api/catalog/items/{code}", headers=catalog.editor)
    blank = await on_file(catalog, DOCX, COUNTY, catalog.editor)
    record = {**draft.json()["record"], "materials": [{"name": "申请表", "blank_file_id": blank}]}
    await catalog.http.put(
        f"/api/catalog/items/{code}/draft",
        json=record,
        headers={**catalog.editor, "If-Match": draft.headers["etag"]},
    )
    report = (await catalog.import_table(table.replace("5个", "4个").encode())).json()
    assert report["updated"] == 1, report
    after = (await catalog.http.get(f"/api/catalog/items/{code}", headers=catalog.editor)).json()["record"]
    assert after["limits"]["promised"]["value"] == 4
    assert after["materials"][0]["blank_file_id"] == blank


async def test_a_secret_item_gives_its_files_to_the_offices_of_its_place_alone(
    catalog: Catalog, issuer: Issuer
) -> None:
    await catalog.draft_guide()
    blank = await on_file(catalog, PNG)
    offline = {"channels": ["window"], "online_depth": "none"}
    await catalog.edit_guide(materials=materials(blank_file_id=blank), secret=True, **offline)
    await published(catalog)
    assert problem(await read(catalog, blank)) == (404, "not-found")
    clerk = issuer.header("clerk-city", "clerk", place=CITY)
    shown = await read(catalog, blank, clerk)
    assert (shown.content, shown.headers["cache-control"]) == (PNG, "private, no-store")
