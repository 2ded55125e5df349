"""What happens while cases go through: processor time of every process, documents written, events sent."""

from __future__ import annotations

import time
from collections.abc import Mapping

from pymongo import AsyncMongoClient

from tests.support.aftermath import Document
from tests.support.processes import cpu_seconds
from tests.support.stack import Server

_DOCUMENTS = ("inserted", "updated", "deleted")


class Count:
    """Readings taken before and after a measurement, and their difference."""

    def __init__(self, processes: Mapping[str, Server], mongodb_uri: str) -> None:
        self._processes = dict(processes)
        self._client: AsyncMongoClient[Document] = AsyncMongoClient(mongodb_uri)
        self._before: dict[str, float] = {}
        self._written: dict[str, float] = {}

    async def begin(self) -> None:
        """Take the first reading."""
        self._before, self._written = self._cpu(), await self._documents()

    async def cpu(self) -> dict[str, float]:
        """Processor seconds since :meth:`begin`, by process; the measuring one is `load`."""
        return {name: now - self._before[name] for name, now in self._cpu().items()}

    async def documents(self) -> dict[str, float]:
        """Documents inserted, updated and deleted since :meth:`begin`."""
        return {name: now - self._written[name] for name, now in (await self._documents()).items()}

    async def close(self) -> None:
        """Give the connection back."""
        await self._client.close()

    def _cpu(self) -> dict[str, float]:
        used = {name: cpu_seconds(server) for name, server in self._processes.items()}
        return {**used, "load": time.process_time()}

    async def _documents(self) -> dict[str, float]:
        status = await self._client.admin.command("serverStatus")
        return {name: float(status["metrics"]["document"][name]) for name in _DOCUMENTS}
