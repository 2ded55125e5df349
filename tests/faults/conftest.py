"""One product for all faults, on a broker and a database of its own that may be killed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest

from tests.faults.ledger import Ledger
from tests.support import stack as servers
from tests.support.aftermath import Aftermath
from tests.support.eventually import eventually
from tests.support.processes import Product, started
from tests.support.publications import ITEM, publications
from tests.support.stack import Stack
from tests.support.tokens import Issuer


@pytest.fixture(scope="session")
async def product(issuer: Issuer) -> AsyncIterator[Product]:
    """The five services as processes, with one published item."""
    folder = servers.new_folder()
    broker, database = servers.broker(folder), servers.database(folder)
    try:
        await asyncio.gather(broker.start(), database.start())
        stack = Stack(broker.address, database.address, broker, database)
        async with started(stack, "faults", issuer, folder) as product:
            await product.publish(*publications())
            async with Aftermath(stack, product.names) as aftermath:
                for service in ("intake", "approval"):
                    await eventually(lambda service=service: _knows_the_item(aftermath, service))  # type: ignore[misc]
            yield product
    finally:
        await asyncio.gather(broker.kill(), database.kill())
        shutil.rmtree(folder, ignore_errors=True)


async def _knows_the_item(aftermath: Aftermath, service: str) -> bool:
    return bool(await aftermath.collection(service, "items").find_one({"_id": {"$regex": f"^{ITEM}"}}))


@pytest.fixture(scope="session")
def ledger(product: Product) -> Ledger:
    """What was acknowledged in all tests so far."""
    return Ledger(product)


@pytest.fixture(scope="session")
async def aftermath(product: Product) -> AsyncIterator[Aftermath]:
    """Looks at what is left after a load."""
    async with Aftermath(product.stack, product.names) as found:
        yield found
