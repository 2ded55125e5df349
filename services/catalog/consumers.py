"""What the catalog listens to: its own facts, where one act leads to others in other documents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from services.catalog.app import App
from services.catalog.handlers import adoption, packages, policies, search
from services.runtime.message import Handler, Handlers, Message

Act = Callable[[App, Message], Awaitable[None]]

#: Event type → what is done, in this order. An event may come again, so each is done at most once by itself.
TABLE: dict[str, tuple[Act, ...]] = {
    "case-accepted": (search.count_use,),
    "enterprise-file-updated": (policies.file_updated,),
    "proposal-consented": (policies.consented,),
    "proposal-declined": (policies.declined,),
    "item-published": (adoption.standard_published, packages.item_published),
    "item-withdrawn": (adoption.standard_withdrawn, packages.item_withdrawn),
    "package-published": (packages.package_published,),
}


def table(app: App) -> Handlers:
    """Event → everything that follows from it."""
    return Handlers({type: _in_turn(app, acts) for type, acts in TABLE.items()})


def _in_turn(app: App, acts: tuple[Act, ...]) -> Handler:
    bound: list[Handler] = [partial(act, app) for act in acts]

    async def all_of_them(message: Message) -> None:
        for act in bound:
            await act(message)

    return all_of_them
