"""Papers in GridFS: forms, samples, agreements. The same paper of the same place is stored once.

Nothing deletes one: versions and published lists that name it stay readable for good.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from gridfs.errors import FileExists
from pymongo.errors import DuplicateKeyError

from services.catalog.domain.papers import Paper
from services.runtime.mongo import Document, patiently
from services.runtime.problems import NotFound
from services.runtime.service import Service

_FIELDS = ("sha256", "extension", "media_type", "size", "place")


class Papers:
    """One GridFS bucket of papers."""

    def __init__(self, service: Service, bucket: str) -> None:
        self._bucket = service.database.bucket(bucket)
        self._files = service.database[f"{bucket}.files"]

    async def put(self, paper: Paper, content: bytes, by: str) -> None:
        """Store a paper; its id comes from its content, so that a repeat stores nothing."""
        if await self.known([paper.file_id], paper.place):
            return
        metadata = {**{name: getattr(paper, name) for name in _FIELDS}, "by": by}
        with contextlib.suppress(DuplicateKeyError, FileExists), patiently():
            await self._bucket.upload_from_stream_with_id(
                paper.file_id, paper.file_id, content, metadata=metadata
            )

    async def get(self, file_id: str) -> Paper:
        """What is known of a paper; 404 where there is none."""
        with patiently():
            found: Document | None = await self._files.find_one({"_id": file_id})
        if found is None:
            raise NotFound()
        return Paper(file_id, **{name: found["metadata"][name] for name in _FIELDS})

    async def content(self, file_id: str) -> bytes:
        """The paper itself."""
        with patiently():
            stream = await self._bucket.open_download_stream(file_id)
            content: bytes = await stream.read()
        return content

    async def known(self, file_ids: Iterable[str], place: str) -> set[str]:
        """Those of the papers that are here and of this place."""
        where = {"_id": {"$in": [*file_ids]}, "metadata.place": place}
        with patiently():
            found = await self._files.find(where, {"_id": 1}).to_list(None)
        return {paper["_id"] for paper in found}
