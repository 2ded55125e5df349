"""Documents of one collection: each act is one atomic write of state, history, outbox and `seen`.

The write is guarded by the document's `version`; who loses to another reads the newer document and decides
again. Single calls made at the same time share one round trip (see `batches`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import uuid_utils
from cattrs import Converter
from pymongo.errors import DuplicateKeyError

from contracts import EventData, dataschema_for
from services.runtime import history, trace
from services.runtime.bulk import WITHOUT_HISTORY, Bulk, Update, encoded, is_of_id
from services.runtime.change import Change
from services.runtime.clock import Clock, milliseconds
from services.runtime.idempotency import IdempotencyKey
from services.runtime.message import Message
from services.runtime.metrics import Metrics
from services.runtime.mongo import Database, Document, patiently
from services.runtime.outbox import Outbox, OutboxFull, Waiting
from services.runtime.problems import NotFound, Unavailable

State = TypeVar("State")

#: Fields of a document that are the runtime's own; a state may not use these names.
OWN = frozenset(
    ("schema", "version", "sequence", "head", "history", "outbox", "lease", "seen", "idempotency")
)
#: How often an act may lose to another writer before the caller is asked to try again.
_TRIES = 200
#: Bytes that one event may have (design §3).
EVENT_LIMIT = 64 * 1024


class AlreadyExists(Exception):
    """A document with this id, or with this natural key, is there already."""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[State]):
    """A document as read: the state and what the next write must know."""

    id: str
    state: State
    version: int
    document: Document


class Records(Generic[State]):
    """The documents of one collection.

    ``key`` is the attribute of ``state`` that is the document's ``_id``. ``topic`` is where its events go, or
    None where it publishes nothing. ``schema`` is the present shape; ``lift`` turns older shapes into it.
    """

    def __init__(
        self,
        database: Database,
        collection: str,
        state: type[State],
        *,
        key: str,
        converter: Converter,
        outbox: Outbox,
        clock: Clock,
        metrics: Metrics,
        source: str,
        topic: str | None = None,
        schema: int = 1,
        lift: Callable[[Document], Document] | None = None,
        event_limit: int = EVENT_LIMIT,
    ) -> None:
        self.database, self.name, self.topic = database, collection, topic
        self.collection = database[collection]
        self._state, self._key, self._converter = state, key, converter
        self._outbox, self._clock, self._metrics, self._source = outbox, clock, metrics, source
        self._schema, self._lift, self._event_limit = schema, lift, event_limit
        self._bulk = Bulk(self.collection)
        if topic is not None:
            outbox.watch(self)

    # -- reading ----------------------------------------------------------------------------------------

    async def get(self, id: str) -> State | None:
        """The state of a document, or None."""
        loaded = await self._load(id)
        return loaded.state if loaded else None

    async def require(self, id: str) -> State:
        """The state of a document; 404 where there is none."""
        found = await self.get(id)
        if found is None:
            raise NotFound()
        return found

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (("_id", 1),),
        limit: int = 100,
        skip: int = 0,
    ) -> list[State]:
        """States of the documents that match."""
        with patiently():
            cursor = self.collection.find(where, WITHOUT_HISTORY).sort(list(sort)).skip(skip).limit(limit)
            return [self._to_state(document) for document in await cursor.to_list(limit)]

    async def history(self, id: str) -> list[Document]:
        """Everything that was done to a document, oldest first."""
        with patiently():
            found = await self.collection.find_one({"_id": id}, {"history": 1})
        return list(found["history"]) if found else []

    async def fault_in_history(self, id: str) -> str | None:
        """What is wrong with the document's chain, or None (promise P7)."""
        with patiently():
            found = await self.collection.find_one({"_id": id}, {"history": 1, "head": 1})
        return history.first_fault(found["history"], found["head"]) if found else "no such document"

    # -- writing ----------------------------------------------------------------------------------------

    async def create(self, change: Change[State], *, key: IdempotencyKey | None = None) -> State:
        """Store a new document.

        With an idempotency ``key`` that was used before, the document made then is given back, or the call
        refused if the body differs. :class:`AlreadyExists` where the id or another unique field is taken.
        """
        document = self._new_document(change)
        if key is not None:
            document["idempotency"] = key.stored()
        waiting = document["outbox"]
        try:
            await self._bulk.insert(encoded(document))
        except DuplicateKeyError as error:
            if key is not None and (earlier := await self.created_with(key)) is not None:
                return earlier
            raise AlreadyExists(str(document["_id"])) from error
        self._offer(document["_id"], waiting)
        return change.state

    async def created_with(self, key: IdempotencyKey) -> State | None:
        """The state of the document that was created with this key; refused if the body was another."""
        with patiently():
            found = await self.collection.find_one(
                {"idempotency.submitter": key.submitter, "idempotency.key": key.key}, WITHOUT_HISTORY
            )
        if found is None:
            return None
        key.must_match(found["idempotency"])
        return self._to_state(found)

    async def change(
        self,
        id: str,
        decide: Callable[[State], Change[State] | None],
        *,
        key: IdempotencyKey | None = None,
    ) -> State:
        """Do one act. ``decide`` is pure: it may run again on a newer state, and refuses by raising.

        None from ``decide`` means that nothing is to be done. With an idempotency ``key`` that was used for
        an act on this document before, the present state is given back and nothing is done.
        :class:`AlreadyExists` where the act takes a natural key that another document has.
        """
        for _ in range(_TRIES):
            loaded = await self._load(id)
            if loaded is None:
                raise NotFound()
            # Asked after the document was read: what is stored from then on makes the write below lose.
            if key is not None and await self._done_with(id, key):
                return await self.require(id)
            change = decide(loaded.state)
            if change is None:
                return loaded.state
            if await self._write(loaded, change, key=key):
                return change.state
            self._metrics.lost_races.labels(self.name).inc()
        raise Unavailable()

    async def apply(
        self,
        message: Message,
        decide: Callable[[State | None], Change[State] | None],
        *,
        id: str | None = None,
    ) -> State | None:
        """Apply a consumed event once. ``decide`` gets None where the document does not exist yet.

        The document is the event's subject unless ``id`` is given, which then must come from this event
        alone. A repeat changes nothing and gives None. :class:`AlreadyExists` where the document would take a
        natural key that another has.
        """
        id = id or message.subject
        seen = message.topic.replace(".", ":")
        for _ in range(_TRIES):
            loaded = await self._load(id)
            if loaded and loaded.document["seen"].get(seen, 0) >= message.sequence:
                self._metrics.consumed.labels(message.topic, "duplicate").inc()
                return None
            change = decide(loaded.state if loaded else None)
            if change is None:
                return None
            if loaded is None:
                document = self._new_document(change)
                document["seen"][seen] = message.sequence
                waiting = document["outbox"]
                try:
                    await self._bulk.insert(encoded(document))
                except DuplicateKeyError as error:
                    if not is_of_id(error):
                        raise AlreadyExists(id) from error
                    continue
                self._offer(id, waiting)
                return change.state
            if await self._write(loaded, change, seen=(seen, message.sequence)):
                return change.state
            self._metrics.lost_races.labels(self.name).inc()
        raise Unavailable()

    # -- one write --------------------------------------------------------------------------------------

    async def _write(
        self,
        loaded: Loaded[State],
        change: Change[State],
        *,
        key: IdempotencyKey | None = None,
        seen: tuple[str, int] | None = None,
    ) -> bool:
        before = loaded.document
        fields = self._to_fields(change.state)
        changed = {
            name: value for name, value in fields.items() if name not in before or before[name] != value
        }
        changed.pop("_id", None)
        events = self._events(loaded.id, change, int(before["sequence"]))
        done = self._entry(change, before["head"], events, key)
        changed["head"] = {"seq": done["seq"], "hash": done["hash"]}
        changed["schema"] = self._schema
        if events:
            changed["sequence"] = before["sequence"] + len(events)
        if seen is not None:
            changed[f"seen.{seen[0]}"] = seen[1]
        push: Document = {"history": done}
        if events:
            push["outbox"] = {"$each": events}
        update = encoded({"$set": changed, "$push": push, "$inc": {"version": 1}})
        try:
            won = await self._bulk.update(Update(loaded.id, loaded.version, done["hash"], update))
        except DuplicateKeyError as error:
            raise AlreadyExists(loaded.id) from error
        if won and events:
            # Older events of this document that were still waiting go first, so that order holds.
            self._offer(loaded.id, [*before.get("outbox", ()), *events])
        return won

    def _new_document(self, change: Change[State]) -> Document:
        fields = self._to_fields(change.state)
        events = self._events(fields["_id"], change, 0)
        done = self._entry(change, {"seq": 0, "hash": history.GENESIS}, events, None)
        document: Document = {
            **fields,
            "schema": self._schema,
            "version": 1,
            "sequence": len(events),
            "head": {"seq": 1, "hash": done["hash"]},
            "history": [done],
            "seen": {},
            "outbox": events,
        }
        return document

    def _entry(
        self, change: Change[State], head: Document, events: Sequence[Document], key: IdempotencyKey | None
    ) -> Document:
        data: Document = dict(change.note)
        if events:
            data["events"] = [f"{event['type']}:{event['id']}" for event in events]
        else:
            # Two equal acts of one instant are still two: no other entry may have the same hash.
            data["id"] = str(uuid_utils.uuid7())
        if key is not None:
            data["idempotency"] = key.stored()
        return history.entry(
            seq=head["seq"] + 1,
            prev=head["hash"],
            type=change.act,
            at=milliseconds(change.at),
            actor=change.actor.model_dump(exclude_none=True),
            data=data,
        )

    def _events(self, id: str, change: Change[State], sequence: int) -> list[Document]:
        now, made = self._clock(), []
        for number, event in enumerate(change.events, sequence + 1):
            if event.topic != self.topic:
                raise TypeError(f"{event.type} belongs to {event.topic}, not to {self.topic}")
            made.append(self._outbox_entry(event, number, now))
        return made

    def _outbox_entry(self, event: EventData, sequence: int, now: datetime) -> Document:
        value = event.encode()
        if len(value) > self._event_limit:
            raise OutboxFull(event.type, len(value), self._event_limit)
        return {
            "id": str(uuid_utils.uuid7()),
            "type": event.type,
            "schema": dataschema_for(type(event)),
            "sequence": sequence,
            "at": now,
            "place": event.place_code,
            "trace": trace.current.get() or trace.continued(None),
            "value": value.decode(),
        }

    def _offer(self, id: str, entries: Sequence[Document]) -> None:
        if entries:
            self._outbox.offer(Waiting(self, id, tuple(entries)))

    # -- documents --------------------------------------------------------------------------------------

    def _to_fields(self, state: State) -> Document:
        fields: Document = self._converter.unstructure(state)
        if clash := OWN & fields.keys():
            raise TypeError(f"{self._state.__name__} uses reserved names: {sorted(clash)}")
        return {"_id": fields.pop(self._key), **fields}

    def _to_state(self, document: Document) -> State:
        if document.get("schema", 1) < self._schema and self._lift is not None:
            document = self._lift(dict(document))  # callers of one batch may share what was read
        return self._converter.structure({**document, self._key: document["_id"]}, self._state)

    async def _load(self, id: str) -> Loaded[State] | None:
        document = await self._bulk.load(id)
        if document is None:
            return None
        return Loaded(id, self._to_state(document), document["version"], document)

    async def _done_with(self, id: str, key: IdempotencyKey) -> bool:
        wanted = {"data.idempotency.submitter": key.submitter, "data.idempotency.key": key.key}
        with patiently():
            found = await self.collection.find_one({"_id": id}, {"history": {"$elemMatch": wanted}})
        entries = (found or {}).get("history")
        if not entries:
            return False
        key.must_match(entries[0]["data"]["idempotency"])
        return True
