"""Names from the catalog, as its events give them: places, halls, units, windows, items; what is secret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from contracts import Actor
from contracts.catalog import DirectoryEventData, ItemEventData
from services.runtime import mapping
from services.runtime.change import Change
from services.runtime.message import Message
from services.runtime.mongo import patiently
from services.runtime.records import Records
from services.runtime.service import Service

_SYSTEM = Actor(role="system")


@dataclass(frozen=True, slots=True)
class Entry:
    """A place, hall, unit or window."""

    entry_id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item; ``secret`` ones (涉密) are in no figure."""

    item_code: str
    name: str
    secret: bool


class Names:
    """What things are called."""

    def __init__(self, service: Service) -> None:
        self._entries: Records[Entry] = service.records(
            "directory", Entry, key="entry_id", converter=mapping.converter()
        )
        self._items: Records[Item] = service.records(
            "items", Item, key="item_code", converter=mapping.converter()
        )
        service.index("items", [("secret", 1)], name="secret", partialFilterExpression={"secret": True})
        self._database = service.database

    async def keep_entry(self, message: Message) -> None:
        """Keep an entry of the directory; a closed one too, because its cases are still counted."""
        event = cast(DirectoryEventData, message.data)
        entry = Entry(event.entry_id, event.kind, event.record.name)
        await self._entries.apply(message, lambda _: Change(entry, message.type, _SYSTEM, event.at))

    async def keep_item(self, message: Message) -> None:
        """Keep an item's name and whether it is secret."""
        event = cast(ItemEventData, message.data)
        item = Item(event.item_code, event.record.name, event.record.secret)
        await self._items.apply(message, lambda _: Change(item, message.type, _SYSTEM, event.at))

    async def secret_items(self) -> list[str]:
        """Codes of the secret items."""
        with patiently():
            found: list[str] = await self._database["items"].distinct("_id", {"secret": True})
        return found

    async def of(self, by: str, keys: Iterable[str]) -> dict[str, str]:
        """Names by key; a key without a known name is left out."""
        collection: Any = self._database["items" if by == "item" else "directory"]
        wanted = list(keys)
        with patiently():
            found = await collection.find({"_id": {"$in": wanted}}, {"name": 1}).to_list(len(wanted) or 1)
        return {document["_id"]: document["name"] for document in found}
