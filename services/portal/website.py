"""The built pages, held in memory: hashed files for good, the page itself asked for anew each time."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from services.runtime.problems import NotFound, Unavailable

_INDEX = "index.html"
_FOREVER = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"
_ASK = "no-cache"
_WORTH_PACKING = ("text/", "application/javascript", "application/json", "image/svg+xml")

#: Charts and Element Plus set styles on elements; scripts come from the own address only.
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; frame-src 'self' blob:; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: bytes | None
    kind: str
    etag: str
    caching: str


class Website:
    """The files of one folder; paths are looked up in a table, so none leads out of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, _File] = {}

    def answer(self, request: Request, path: str) -> Response:
        """A file, or the page for every address that is one of its own views.

        NotFound for a file that is not there; Unavailable while the pages are not built.
        """
        if _INDEX not in self._files:
            self._files = _read(self._folder)
        found = self._files.get(path or _INDEX)
        if found is None:
            if "." in path.rsplit("/", 1)[-1]:
                raise NotFound()
            found = self._files.get(_INDEX)
        if found is None:
            raise Unavailable("页面尚未构建。", "The pages are not built yet.", retry_after=10)
        return _respond(request, found)


def _respond(request: Request, file: _File) -> Response:
    headers = {
        **SECURITY_HEADERS,
        "cache-control": file.caching,
        "etag": file.etag,
        "vary": "accept-encoding",
    }
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = file.content
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["content-encoding"] = file.packed, "gzip"
    return Response(content, headers=headers, media_type=file.kind)


def _read(folder: Path) -> dict[str, _File]:
    if not (folder / _INDEX).is_file():
        return {}
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): _file(path, folder) for path in files}


def _file(path: Path, folder: Path) -> _File:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind == "text/javascript" or kind == "application/javascript":
        kind = "text/javascript"
    name = path.relative_to(folder).as_posix()
    caching = _ASK if name == _INDEX else _FOREVER if name.startswith("assets/") else _AN_HOUR
    packed = gzip.compress(content, mtime=0) if kind.startswith(_WORTH_PACKING) else None
    return _File(content, packed, kind, f'"{hashlib.sha256(content).hexdigest()[:32]}"', caching)
