"""Notices in the database: one document an event, and the queries of the sweep and of the readers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid_utils

from services.notify.domain.delivery import Delivery
from services.notify.domain.notice import Notice
from services.notify.domain.rules import Told
from services.runtime import mapping
from services.runtime.batches import Batch
from services.runtime.change import Change
from services.runtime.clock import milliseconds
from services.runtime.mongo import Database, Document, patiently
from services.runtime.paging import Cursors
from services.runtime.records import Records
from services.runtime.service import Service

COLLECTION = "notices"
_HAS_TIME = {"$type": "date"}


class Notices:
    """The notices, and what is found by them."""

    def __init__(self, service: Service) -> None:
        self.records: Records[Notice] = service.records(
            COLLECTION, Notice, key="notice_id", converter=_converter(), topic="notify.notices"
        )
        self._cursors = Cursors(service.digest_key, "notify.notices")
        self._told: Batch[str, list[Told]] = Batch(self._told_of_all)
        self._database: Database = service.database
        self._collection: Any = service.database[COLLECTION]
        for name, keys, partial in (
            ("case", [("case_no", 1), ("at", 1)], {"case_no": {"$type": "string"}}),
            ("inbox", [("inbox", 1), ("stored_at", -1), ("_id", -1)], None),
            ("due", [("due_at", 1)], {"due_at": _HAS_TIME}),
            ("receipt", [("receipt_at", 1)], {"receipt_at": _HAS_TIME}),
            ("troubled", [("stored_at", -1), ("_id", -1)], {"troubled": True}),
        ):
            options: dict[str, Any] = {"partialFilterExpression": partial} if partial else {}
            service.index(COLLECTION, keys, name=name, **options)

    # -- acts -------------------------------------------------------------------------------------------

    async def create(self, change: Change[Notice]) -> Notice:
        """Store a new notice; `AlreadyExists` where its event was seen before."""
        return await self.records.create(change)

    async def change_all(self, changes: Sequence[tuple[str, Any]]) -> list[Notice]:
        """Do one act on each of several notices; calls made together share their round trips."""
        return list(await asyncio.gather(*(self.records.change(id, decide) for id, decide in changes)))

    async def claim(self, field: str, *, now: datetime, hold: timedelta, limit: int) -> list[Notice]:
        """Take notices whose ``field`` (``due_at`` or ``receipt_at``) has come, away from other replicas.

        Who dies with a claim loses it after ``hold``. Neither version nor history moves.
        """
        due: Document = {field: {"$lte": now}}
        with patiently():
            found = await self._collection.find(due, {"_id": 1}).sort(field, 1).limit(limit).to_list(limit)
            if not found:
                return []
            token, until = str(uuid_utils.uuid7()), now + hold
            ids = {"$in": [document["_id"] for document in found]}
            held = {field: until, "held_until": until, "held_by": token}
            await self._collection.update_many({"_id": ids, **due}, {"$set": held})
        return await self.records.find({"_id": ids, "held_by": token}, limit=limit)

    # -- reading ----------------------------------------------------------------------------------------

    async def of_case(self, case_no: str) -> list[Notice]:
        """Everything told of a case, oldest first."""
        return await self.records.find({"case_no": case_no}, sort=(("at", 1), ("_id", 1)), limit=1000)

    async def told(self, case_no: str) -> list[Told]:
        """What was told of a case so far; calls made together share one round trip."""
        return await self._told(case_no)

    async def inbox(
        self, *, ref: str | None, place: str | None, cursor: str | None, limit: int
    ) -> tuple[list[Notice], str | None]:
        """Newest first, and the next page's cursor: a person's own, or those for supervisors of a place."""
        wanted: Any = ref if ref is not None else {"$regex": f"^supervisor:{re.escape(place or '')}"}
        return await self._page({"inbox": wanted}, cursor, limit)

    async def troubled(
        self, *, place: str, cursor: str | None, limit: int
    ) -> tuple[list[Notice], str | None]:
        """Notices with a delivery that failed or of which nothing is known, newest first; the next cursor."""
        return await self._page(
            {"troubled": True, "place_code": {"$regex": f"^{re.escape(place)}"}}, cursor, limit
        )

    async def _page(self, where: Document, cursor: str | None, limit: int) -> tuple[list[Notice], str | None]:
        if (after := self._cursors.read(cursor)) is not None:
            at, id = datetime.fromtimestamp(after[0] / 1000, UTC), after[1]
            where = {**where, "$or": [{"stored_at": {"$lt": at}}, {"stored_at": at, "_id": {"$lt": id}}]}
        found = await self.records.find(where, sort=(("stored_at", -1), ("_id", -1)), limit=limit + 1)
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], self._cursors.made(int(last.stored_at.timestamp() * 1000), last.notice_id)

    async def _told_of_all(self, case_nos: Sequence[str]) -> list[list[Told]]:
        wanted = {"event_type": 1, "case_no": 1, "deliveries.channel": 1, "deliveries.recipient_kind": 1}
        with patiently():
            found = await self._collection.find(
                {"case_no": {"$in": list(set(case_nos))}}, {"_id": 0, **wanted}
            ).to_list(None)
        by_case: dict[str, list[Told]] = {}
        for document in found:
            channels = frozenset(
                d["channel"] for d in document["deliveries"] if d["recipient_kind"] == "applicant"
            )
            by_case.setdefault(document["case_no"], []).append(Told(document["event_type"], channels))
        return [by_case.get(case_no, []) for case_no in case_nos]


def _converter() -> Any:
    """By hand, because every event that people are told of passes here; with what the indexes need."""
    converter = mapping.converter()
    converter.register_unstructure_hook(Notice, _document)
    return converter


_NAMES = tuple(field.name for field in fields(Notice) if field.name != "deliveries")
_DELIVERY = tuple(field.name for field in fields(Delivery))


def _document(notice: Notice) -> Document:
    made: Document = {name: getattr(notice, name) for name in _NAMES}
    made["at"] = milliseconds(notice.at)
    made["deliveries"] = [{name: getattr(d, name) for name in _DELIVERY} for d in notice.deliveries]
    made["due_at"], made["receipt_at"] = notice.due_at, notice.receipt_at
    made["troubled"], made["inbox"] = notice.troubled, list(notice.inbox)
    return made
