"""One product for all faults, on a broker and a database of its own that may be killed."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.faults.ledger import Ledger
from tests.support import stack as servers
from tests.support.aftermath import Aftermath
from tests.support.eventually import eventually
from tests.support.processes import Product, started
from tests.support.publications import ITEM, publications
from tests.support.tokens import Issuer
from tests.support.troubles import FAILED


@dataclass(frozen=True)
class Field:
    """Where faults are tried: the five services as processes, with one published item."""

    product: Product
    #: What was acknowledged in all tests so far.
    ledger: Ledger
    #: Looks at what is left after a load.
    aftermath: Aftermath


@contextlib.asynccontextmanager
async def _opened(issuer: Issuer) -> AsyncIterator[Field]:
    logs = servers.new_folder()
    try:
        async with (
            servers.running({}) as stack,
            started(stack, "faults", issuer, logs) as product,
            Aftermath(stack, product.names) as aftermath,
        ):
            await product.publish(*publications())
            for service in ("intake", "approval"):
                await eventually(lambda service=service: _knows_the_item(aftermath, service))  # type: ignore[misc]
            yield Field(product, Ledger(product), aftermath)
    finally:
        shutil.rmtree(logs, ignore_errors=True)


async def _knows_the_item(aftermath: Aftermath, service: str) -> bool:
    return bool(await aftermath.collection(service, "items").find_one({"_id": {"$regex": f"^{ITEM}"}}))


class Fields:
    """One field for all faults; after a failure another, so that what one test loses fails no other."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer, self._open = issuer, contextlib.AsyncExitStack()
        self._field: Field | None = None

    async def present(self) -> Field:
        """The field that is open now."""
        if self._field is None:
            self._field = await self._open.enter_async_context(_opened(self._issuer))
        return self._field

    async def close(self) -> None:
        """End it."""
        self._field = None
        await self._open.aclose()


@pytest.fixture(scope="package")
async def fields(issuer: Issuer) -> AsyncIterator[Fields]:
    fields = Fields(issuer)
    yield fields
    await fields.close()


@pytest.fixture
async def field(fields: Fields, request: pytest.FixtureRequest) -> AsyncIterator[Field]:
    """The broker and the database of this one may be killed."""
    yield await fields.present()
    if request.node.stash.get(FAILED, False):
        await fields.close()


@pytest.fixture
def product(field: Field) -> Product:
    return field.product


@pytest.fixture
def ledger(field: Field) -> Ledger:
    return field.ledger


@pytest.fixture
def aftermath(field: Field) -> Aftermath:
    return field.aftermath
