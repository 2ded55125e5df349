"""A run shared out among processes (`pytest -n 2`): one broker and one database for all of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.support import stack as servers
from tests.support.stack import Stack

#: Levels that run a whole product. One process takes them all, one after the other.
PRODUCTS = ("tests/e2e/", "tests/faults/")
_LONGEST_FIRST = (*PRODUCTS, "tests/component/")


def sharing(config: pytest.Config) -> bool:
    """Whether this process hands its tests to others."""
    return bool(config.getoption("dist", "no") != "no")


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is handed tests by another."""
    return hasattr(config, "workerinput")


def given(config: pytest.Config) -> Mapping[str, str]:
    """The environment, and before it what the first process of the run says."""
    return {**os.environ, **getattr(config, "workerinput", {})}


def longest_first(items: list[pytest.Item]) -> None:
    """Levels by how long they take, so that near the end there is only little left to share out."""
    items.sort(key=lambda item: [not item.nodeid.startswith(level) for level in _LONGEST_FIRST])


class Shared:
    """The plugin of the first process: its stack starts with the first worker and ends with the run."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._running: AbstractAsyncContextManager[Stack] = servers.running(os.environ)
        self._stack: Stack | None = None

    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where the stack is."""
        if self._stack is None:
            self._stack = self._runner.run(self._running.__aenter__())
        node.workerinput["KAFKA_BOOTSTRAP_SERVERS"] = self._stack.bootstrap_servers
        node.workerinput["MONGODB_URI"] = self._stack.mongodb_uri

    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> LoadScopeScheduling:
        """Share out by file."""
        config.option.loadscopereorder = False
        return _Files(config, log)

    def pytest_unconfigure(self) -> None:
        """End the stack."""
        if self._stack is not None:
            self._runner.run(self._running.__aexit__(None, None, None))
        self._runner.close()


class _Files(LoadScopeScheduling):  # type: ignore[misc]
    """A file goes to one worker whole, for the sake of what its tests share; products go to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return "products" if nodeid.startswith(PRODUCTS) else nodeid.partition("::")[0]
