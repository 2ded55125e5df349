"""The database client: the one module that knows which driver is underneath (motor or PyMongo's own async).

Both are used through the calls that they share; where they differ, a function here hides it.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any, Literal

import pymongo
from bson.codec_options import CodecOptions
from pymongo.errors import ConnectionFailure, ExecutionTimeout, NetworkTimeout, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from services.runtime.problems import Unavailable

Driver = Literal["motor", "pymongo"]
Document = dict[str, Any]

#: Seconds that anything a person waits for may take in the database.
PATIENCE = 5.0


class Database:
    """One service's own database. Made inside the running loop, one a process."""

    def __init__(self, uri: str, name: str, driver: Driver = "motor") -> None:
        options: dict[str, Any] = {
            "w": "majority",
            "journal": True,
            "retryWrites": True,
            "readConcernLevel": "majority",
            "readPreference": "primary",
            "serverSelectionTimeoutMS": int(PATIENCE * 1000),
            "appname": f"yichuang-{name}",
        }
        self.client: Any
        if driver == "motor":
            from motor.motor_asyncio import AsyncIOMotorClient

            self.client = AsyncIOMotorClient(uri, **options)
        else:
            self.client = pymongo.AsyncMongoClient(uri, **options)
        self.driver, self.name = driver, name
        self._database = self.client.get_database(
            name,
            codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
            write_concern=WriteConcern("majority", j=True),
            read_concern=ReadConcern("majority"),
        )

    def __getitem__(self, collection: str) -> Any:
        return self._database[collection]

    async def ping(self) -> None:
        """Raise where the database does not answer."""
        with patiently():
            await self._database.command("ping")

    async def aggregate(
        self, collection: str, pipeline: Sequence[Mapping[str, Any]], length: int | None = None
    ) -> list[Document]:
        """All documents (at most ``length``) that a pipeline gives."""
        with patiently():
            cursor = self._database[collection].aggregate(list(pipeline))
            if self.driver == "pymongo":
                cursor = await cursor
            found: list[Document] = await cursor.to_list(length)
            return found

    @contextlib.asynccontextmanager
    async def watch(self, collection: str, pipeline: Sequence[Mapping[str, Any]]) -> AsyncIterator[Any]:
        """A change stream over one collection."""
        stream = self._database[collection].watch(list(pipeline), full_document="updateLookup")
        if self.driver == "pymongo":
            stream = await stream
        async with stream:
            yield stream

    def bucket(self, name: str) -> Any:
        """A GridFS bucket for files."""
        if self.driver == "motor":
            from motor.motor_asyncio import AsyncIOMotorGridFSBucket

            return AsyncIOMotorGridFSBucket(self._database, bucket_name=name)
        from gridfs.asynchronous import AsyncGridFSBucket

        return AsyncGridFSBucket(self._database, bucket_name=name)

    async def drop(self) -> None:
        """Throw the whole database away (tests, reset)."""
        await self.client.drop_database(self.name)

    async def close(self) -> None:
        """Give the connections back."""
        closing = self.client.close()
        if closing is not None:
            await closing


#: Errors that mean "the database is away", not "you asked for nonsense".
AWAY = (ConnectionFailure, ExecutionTimeout, NetworkTimeout)


def is_away(error: BaseException) -> bool:
    """Whether the database, not the request, is the trouble."""
    return isinstance(error, AWAY) or (
        isinstance(error, PyMongoError) and (error.timeout or error.has_error_label("RetryableWriteError"))
    )


@contextlib.contextmanager
def patiently() -> Iterator[None]:
    """Bound what is done inside to :data:`PATIENCE` seconds; an absent database becomes a 503."""
    try:
        with pymongo.timeout(PATIENCE):
            yield
    except PyMongoError as error:
        if is_away(error):
            raise Unavailable() from error
        raise
