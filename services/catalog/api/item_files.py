"""空白表格, 样表 and 结果样本: put on file by the place's editors, public with the version that names them.

- POST `/files?place=` (editor of the place) multipart `file` → 201 `{file_id, sha256, extension, size}`;
  422 `empty-file`, 413, 415
- GET `/files/{file_id}` (R of the place, of those above and of those below it) → the file
- GET `/items/{code}/files/{file_id}[?version=]` (all; drafts and 涉密 as the item itself) → the file;
  404 where that version does not name it
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, UploadFile
from fastapi.responses import Response

from services.catalog.api import papers
from services.catalog.api.items import ItemCode, WhichVersion, chosen, visible
from services.catalog.api.people import EDITORS, READERS, is_secret, person
from services.catalog.app import App
from services.catalog.domain.papers import LARGEST
from services.catalog.handlers import item_files
from services.runtime import http
from services.runtime.problems import NotFound
from services.runtime.tokens import Caller, MaybeCaller

FileId = Annotated[str, Path(pattern=r"^if-[0-9a-f]{32}$")]


def routes(app: App) -> APIRouter:
    """Writing is for editors; reading follows the record that names the file."""
    router = APIRouter(prefix="/api/catalog", tags=["files of items"])

    @router.post("/files", status_code=201)
    async def upload(
        caller: Caller, place: Annotated[str, Query(pattern=r"^[0-9]{2,12}$")], file: UploadFile
    ) -> Response:
        """Store a form or a sample; a sample must show nobody's personal data."""
        acting = person(caller, *EDITORS)
        caller.must_oversee(place, "file of an item")
        stored = await item_files.put(app, place, await file.read(LARGEST + 1), acting)
        shown = {name: getattr(stored, name) for name in ("file_id", "sha256", "extension", "size")}
        return http.JSON(shown, 201)

    @router.get("/files/{file_id}")
    async def of_place(file_id: FileId, caller: Caller) -> Response:
        """A file that a draft may not name yet."""
        caller.require(*READERS)
        found = await app.store.item_files.get(file_id)
        if not (caller.place or "-").startswith(found.place):
            caller.must_oversee(found.place, f"file {file_id}")
        return papers.attachment(found, await app.store.item_files.content(file_id), file_id)

    @router.get("/items/{item_code}/files/{file_id}")
    async def of_version(
        item_code: ItemCode,
        file_id: FileId,
        caller: MaybeCaller,
        version: WhichVersion = None,
        if_none_match: Annotated[str | None, Header(max_length=2000)] = None,
    ) -> Response:
        """A file of the version in force, of the one asked for, or of the draft."""
        item = await visible(app, item_code, caller)
        shown = await chosen(app, item, caller, version)
        written = shown or item.draft
        if written is None:
            raise NotFound()
        named, found = await item_files.of_record(app, written.record, file_id)
        cache = papers.PRIVATE if shown is None or is_secret(item, shown) else papers.PUBLIC
        if (same := papers.unchanged(found, if_none_match, cache)) is not None:
            return same
        return papers.attachment(found, await app.store.item_files.content(file_id), named.title, cache)

    return router
