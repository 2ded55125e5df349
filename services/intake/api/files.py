"""Uploads: type from the content, name replaced, encrypted, given back as an attachment only."""

from __future__ import annotations

import hashlib
import secrets

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from services.intake.api import access
from services.intake.domain.refusals import invalid
from services.intake.intake import Intake
from services.intake.store.files import StoredFile
from services.runtime import http
from services.runtime.media import kind_of
from services.runtime.problems import NotFound, UnsupportedMedia
from services.runtime.tokens import Caller, Principal

_FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
                "required": ["file"],
            }
        }
    },
}


class _InMemory(MultiPartParser):
    """Keeps uploads in memory: a temporary file would hold people's papers in clear."""

    spool_max_size = 11 * 1024 * 1024


def routes(intake: Intake) -> APIRouter:
    """`/api/intake/files`."""
    router = APIRouter(prefix="/api/intake/files", tags=["files"])

    @router.post("", status_code=201, openapi_extra={"requestBody": _FORM})
    async def upload(caller: Caller, request: Request) -> Response:
        """Store a file; the same content again gives the same file."""
        caller.require("citizen", "clerk", "agent")
        content = await _content(request)
        kind = kind_of(content)
        key = await http.idempotency_key(request, caller, request.app.state.digest_key, content)
        stored = await intake.files.put(
            StoredFile(
                file_id=f"f-{secrets.token_hex(16)}",
                sha256=hashlib.sha256(content).hexdigest(),
                extension=kind.extension,
                media_type=kind.media_type,
                size=len(content),
                owner_sub=caller.sub,
                owner_ref=caller.person_ref,
                place=caller.place,
            ),
            content,
            key,
        )
        return http.JSON({"file_id": stored.file_id, "sha256": stored.sha256}, status_code=201)

    @router.get("/{file_id}")
    async def download(caller: Caller, file_id: str) -> Response:
        """The file, for who uploaded it and who may see a case that it belongs to."""
        file = await _readable(intake, caller, file_id)
        return Response(
            await intake.files.content(file_id),
            media_type=file.media_type,
            headers={
                "content-disposition": f'attachment; filename="{file.file_id}.{file.extension}"',
                "content-security-policy": "sandbox; default-src 'none'",
                "cache-control": "private, no-store",
            },
        )

    return router


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise UnsupportedMedia("请用 multipart/form-data 上传文件。", "Upload as multipart/form-data.")
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=1, max_fields=4).parse()
    except MultiPartException:
        raise invalid("file", "form", "上传的表单不完整，请重新上传。", "The form is not complete.") from None
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise invalid("file", "missing", "请选择要上传的文件。", "Choose a file.")
    content = await file.read()
    if not content:
        raise invalid("file", "empty", "文件是空的，请重新选择。", "The file is empty.")
    return content


async def _readable(intake: Intake, caller: Principal, file_id: str) -> StoredFile:
    file = (await intake.files.many([file_id])).get(file_id)
    if file is None:
        raise NotFound()
    if file.owner_sub == caller.sub or (caller.person_ref and file.owner_ref == caller.person_ref):
        return file
    for case in await intake.cases.with_file(file_id):
        if access.oversees(caller, case) or access.owns(caller, case):
            return file
    raise NotFound()
