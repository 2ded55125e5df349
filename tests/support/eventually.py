"""Waiting for what must become true, instead of sleeping and hoping."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
async def eventually(
    condition: Callable[[], Awaitable[T]], within: float = ..., every: float = ..., message: str = ...
) -> T: ...
@overload
async def eventually(
    condition: Callable[[], T], within: float = ..., every: float = ..., message: str = ...
) -> T: ...
async def eventually(
    condition: Callable[[], Any], within: float = 15.0, every: float = 0.03, message: str = ""
) -> Any:
    """Call `condition` until its (awaited) answer is true, and return the answer.

    An AssertionError inside counts as "not yet". After `within` seconds the last one is raised again, or an
    AssertionError with the last answer; the condition is always tried at least once.
    """
    deadline = time.monotonic() + within
    while True:
        failure: AssertionError | None = None
        answer: object = None
        try:
            answer = condition()
            if inspect.isawaitable(answer):
                answer = await answer
            if answer:
                return answer
        except AssertionError as problem:
            failure = problem
        if time.monotonic() > deadline:
            raise failure or AssertionError(message or f"not true within {within} s; last answer: {answer!r}")
        await asyncio.sleep(every)
