"""Uploaded files in GridFS, each encrypted with a key of its own that is kept wrapped beside it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from gridfs.errors import FileExists, NoFile
from pymongo.errors import DuplicateKeyError

from services.intake.domain.case import Sealed
from services.intake.sealing import Sealing
from services.runtime.idempotency import IdempotencyKey
from services.runtime.mongo import Document, patiently
from services.runtime.problems import NotFound
from services.runtime.service import Service


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of an uploaded file. The name that it had is not kept: it may hold a person's name."""

    file_id: str
    sha256: str
    extension: str
    media_type: str
    size: int
    owner_sub: str
    owner_ref: str | None
    place: str


class Files:
    """The GridFS bucket `uploads`."""

    def __init__(self, service: Service, sealing: Sealing) -> None:
        self._bucket = service.database.bucket("uploads")
        self._files = service.database["uploads.files"]
        self._sealing = sealing
        service.index(
            "uploads.files",
            [("metadata.owner_sub", 1), ("metadata.sha256", 1)],
            unique=True,
            partialFilterExpression={"metadata.sha256": {"$exists": True}},
        )
        service.index(
            "uploads.files",
            [("metadata.idempotency.submitter", 1), ("metadata.idempotency.key", 1)],
            unique=True,
            partialFilterExpression={"metadata.idempotency.key": {"$exists": True}},
        )

    async def put(self, file: StoredFile, content: bytes, key: IdempotencyKey | None) -> StoredFile:
        """Store a file; the same content of the same owner is stored once (mission I14)."""
        if (earlier := await self._earlier(file, key)) is not None:
            return earlier
        wrapped, data_key = self._sealing.new_key(file.file_id)
        sealed = data_key.seal(content, f"file:{file.file_id}")
        metadata = {
            "sha256": file.sha256,
            "extension": file.extension,
            "media_type": file.media_type,
            "size": file.size,
            "owner_sub": file.owner_sub,
            "owner_ref": file.owner_ref,
            "place": file.place,
            "data_key": _stored(wrapped),
            "algorithm": sealed.algorithm,
        }
        if key is not None:
            metadata["idempotency"] = key.stored()
        try:
            with patiently():
                await self._bucket.upload_from_stream_with_id(
                    file.file_id, file.file_id, sealed.box, metadata=metadata
                )
        except (DuplicateKeyError, FileExists):
            await self._remove_chunks(file.file_id)
            if (earlier := await self._earlier(file, key)) is None:
                raise
            return earlier
        return file

    async def _earlier(self, file: StoredFile, key: IdempotencyKey | None) -> StoredFile | None:
        if key is not None:
            where = {"metadata.idempotency.submitter": key.submitter, "metadata.idempotency.key": key.key}
            with patiently():
                found = await self._files.find_one(where)
            if found is not None:
                key.must_match(found["metadata"]["idempotency"])
                return _file(found)
        same = {"metadata.owner_sub": file.owner_sub, "metadata.sha256": file.sha256}
        with patiently():
            found = await self._files.find_one(same)
        return _file(found) if found else None

    async def _remove_chunks(self, file_id: str) -> None:
        with contextlib.suppress(NoFile), patiently():
            await self._bucket.delete(file_id)

    async def many(self, ids: list[str]) -> dict[str, StoredFile]:
        """What is known of these files."""
        with patiently():
            found = await self._files.find({"_id": {"$in": ids}}).to_list(len(ids) or 1)
        return {document["_id"]: _file(document) for document in found}

    async def content(self, file_id: str) -> bytes:
        """A file in clear."""
        with patiently():
            found: Document | None = await self._files.find_one({"_id": file_id})
            if found is None:
                raise NotFound()
            stream = await self._bucket.open_download_stream(file_id)
            box: bytes = await stream.read()
        metadata = found["metadata"]
        data_key = self._sealing.opened(_sealed(metadata["data_key"]), file_id)
        return data_key.open(Sealed(metadata["algorithm"], file_id, box), f"file:{file_id}")


def _stored(sealed: Sealed) -> dict[str, Any]:
    return {"algorithm": sealed.algorithm, "key": sealed.key, "box": sealed.box}


def _sealed(document: Document) -> Sealed:
    return Sealed(document["algorithm"], document["key"], bytes(document["box"]))


def _file(document: Document) -> StoredFile:
    metadata = document["metadata"]
    return StoredFile(
        file_id=document["_id"],
        sha256=metadata["sha256"],
        extension=metadata["extension"],
        media_type=metadata["media_type"],
        size=metadata["size"],
        owner_sub=metadata["owner_sub"],
        owner_ref=metadata.get("owner_ref"),
        place=metadata.get("place", ""),
    )
