"""The product runs once for all journeys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.product import Product, product
from tests.support.stack import Stack


@pytest.fixture(scope="session")
async def running_product(stack: Stack) -> AsyncIterator[Product]:
    """The whole product with its sample catalog."""
    async with product(stack) as started:
        yield started
