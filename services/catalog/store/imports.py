"""Imports and the chunks of their rows as documents. The raw lines go when a run is over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from services.catalog.domain.tables.forms import Line
from services.catalog.domain.tables.imports import Chunk, Import
from services.runtime import mapping
from services.runtime.mongo import Document, patiently
from services.runtime.service import Service

CHUNKS = "import_chunks"


class Imports:
    """Jobs (`records`) and their chunks, each in a document of its own, so that no report is too large."""

    def __init__(self, service: Service) -> None:
        self._database, self._converter = service.database, mapping.converter()
        self.records = service.records(
            "imports", Import, key="import_id", converter=self._converter, schema=2, lift=_lifted
        )
        service.index("imports", [("asked.place", 1), ("at", -1), ("_id", -1)])
        service.index(
            "imports",
            [("state", 1), ("held_until", 1)],
            partialFilterExpression={"state": {"$in": ["queued", "running"]}},
        )
        service.index(CHUNKS, [("import_id", 1), ("run", 1), ("number", 1)])

    async def keep_lines(self, job: Import, chunks: Sequence[Sequence[Line]]) -> None:
        """Store what is to be worked off; what is there already stays, with what became of it."""
        for number, lines in enumerate(chunks):
            document = {
                "import_id": job.import_id,
                "run": job.run,
                "number": number,
                "lines": [self._converter.unstructure(line) for line in lines],
            }
            operation = UpdateOne({"_id": _chunk_id(job, number)}, {"$setOnInsert": document}, upsert=True)
            with patiently():
                await self._database[CHUNKS].bulk_write([operation])

    async def chunk(self, job: Import, number: int) -> tuple[list[Line], Chunk | None]:
        """The lines of a chunk, and what became of them in this pass where that is known already."""
        with patiently():
            found = await self._database[CHUNKS].find_one({"_id": _chunk_id(job, number)})
        if found is None:
            raise LookupError(f"{_chunk_id(job, number)} is gone")
        lines = [self._converter.structure(line, Line) for line in found.get("lines", ())]
        outcome = found.get("outcome")
        if outcome is None or outcome["checking"] != job.checking:
            return lines, None
        return lines, self._converter.structure(outcome, Chunk)

    async def put_outcome(self, job: Import, number: int, chunk: Chunk) -> None:
        """Store what became of a chunk; its lines go unless they are needed once more."""
        outcome = {**self._converter.unstructure(chunk), "checking": job.checking}
        update: Document = {"$set": {"outcome": outcome}}
        if not (job.checking and job.asked.mode == "whole-or-none"):
            update["$unset"] = {"lines": ""}
        with patiently():
            await self._database[CHUNKS].update_one({"_id": _chunk_id(job, number)}, update)

    async def outcomes(self, job: Import) -> AsyncIterator[Chunk]:
        """What became of the chunks of the latest run, in the order of the file."""
        where = {"import_id": job.import_id, "run": job.run, "outcome.checking": job.checking}
        cursor = self._database[CHUNKS].find(where, {"lines": 0}).sort("number", 1)
        async for document in cursor:
            yield self._converter.structure(document["outcome"], Chunk)

    async def tidy(self, job: Import) -> None:
        """A finished run: older runs and all raw lines go."""
        with patiently():
            await self._database[CHUNKS].delete_many({"import_id": job.import_id, "run": {"$lt": job.run}})
            await self._database[CHUNKS].update_many(
                {"import_id": job.import_id, "run": job.run}, {"$unset": {"lines": ""}}
            )

    async def waiting(self, now: datetime) -> str | None:
        """The oldest job that nobody is at."""
        free = {"$or": [{"held_until": None}, {"held_until": {"$lte": now}}]}
        found = await self.records.find(
            {"state": {"$in": ["queued", "running"]}, **free}, sort=(("at", 1),), limit=1
        )
        return found[0].import_id if found else None

    async def under(self, place: str, after: Sequence[Any] | None, limit: int) -> list[Import]:
        """A page of the imports at and below a place, newest first. ``after``: instant and id of the last."""
        where: Document = {"asked.place": {"$gte": place, "$lt": f"{place}:"}}
        if after is not None:
            at = datetime.fromisoformat(after[0])
            where["$or"] = [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": after[1]}}]
        return await self.records.find(where, sort=(("at", -1), ("_id", -1)), limit=limit)


def _chunk_id(job: Import, number: int) -> str:
    return f"{job.import_id}-{job.run}-{number:05}"


def _lifted(document: Document) -> Document:
    """Shape 1 held the whole report of a finished import in one document."""
    names = ("created", "updated", "unchanged")
    document["counts"] = {name: document.get(name, 0) for name in names}
    document["counts"]["problems"] = len(document.get("problems", ()))
    rows = sum(document["counts"].values())
    actor = {"role": "editor"}
    document["asked"] = {
        "place": document["place"],
        "kind": document["kind"],
        "mode": "good-rows",
        "list_number": None,
        "file_name": "",
        "sub": "",
        "unit": "",
        "actor": actor,
    }
    return {**document, "state": "done", "rows_total": rows, "rows_done": rows, "chunks_total": 0}
