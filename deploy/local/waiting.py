"""Waiting for a condition with an end to the patience."""

import time
from collections.abc import Callable

from deploy.local.problems import StackError


def wait_until(condition: Callable[[], bool], within: float, what: str, every: float = 0.1) -> None:
    """Return as soon as `condition()` is true; a StackError names `what` after `within` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise StackError(
                f"{what} 在 {within:.0f} 秒内未就绪。 {what} was not ready within {within:.0f} s."
            )
        time.sleep(every)
