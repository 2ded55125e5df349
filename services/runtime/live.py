"""Live views: one change stream for all who look at a collection, handed on by key."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from services.runtime.logs import logger
from services.runtime.mongo import Database, Document


class Live:
    """Changes of one collection as they are stored; the stream runs only while somebody listens."""

    def __init__(self, database: Database, collection: str, *, backlog: int = 200) -> None:
        self._database, self._collection, self._backlog = database, collection, backlog
        self._listeners: dict[asyncio.Queue[Document | None], Callable[[Document], bool]] = {}
        self._task: asyncio.Task[None] | None = None
        self._open = asyncio.Event()

    @contextlib.asynccontextmanager
    async def listen(
        self, wanted: Callable[[Document], bool]
    ) -> AsyncIterator[asyncio.Queue[Document | None]]:
        """A queue of the full documents that were stored and are wanted.

        None in the queue says that changes were missed (the stream broke, or the listener was too slow):
        who shows the present state reads it again, who shows a line of changes begins anew.
        """
        queue: asyncio.Queue[Document | None] = asyncio.Queue(self._backlog)
        self._listeners[queue] = wanted
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        try:
            # What is stored after this line is seen; callers read the present state after it.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._open.wait(), 5)
            yield queue
        finally:
            del self._listeners[queue]
            if not self._listeners and self._task is not None:
                self._task.cancel()
                self._task = None
                self._open.clear()

    async def _run(self) -> None:
        wanted = [{"$match": {"operationType": {"$in": ["insert", "update", "replace"]}}}]
        broken = False
        while True:
            try:
                async with self._database.watch(self._collection, wanted) as stream:
                    self._open.set()
                    if broken:
                        # The stream resumes by itself where it can; here it could not.
                        for queue in self._listeners:
                            _missed(queue)
                    async for change in stream:
                        document = change.get("fullDocument")
                        if document is not None:
                            self._hand_on(document)
            except Exception as error:
                broken = True
                logger().warning("live_view_interrupted", collection=self._collection, error=repr(error))
                await asyncio.sleep(1)

    def _hand_on(self, document: Document) -> None:
        for queue, wanted in list(self._listeners.items()):
            if wanted(document):
                if queue.full():
                    _missed(queue)
                else:
                    queue.put_nowait(document)


def _missed(queue: asyncio.Queue[Document | None]) -> None:
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(None)
