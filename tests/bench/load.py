"""Whole cases over HTTP, each client one after the other: submitted, on the work list, decided, told."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import Any

from tests.bench.arrivals import Arrivals
from tests.bench.connection import Connection
from tests.bench.figures import Figures, Timer
from tests.support import cases
from tests.support.processes import Product

Case = Callable[[Figures], Awaitable[None]]


class Refused(Exception):
    """The product did not do what it was asked."""


class Client:
    """One clerk and one reviewer, each with a connection that stays open."""

    _numbers = itertools.count(1)

    def __init__(self, product: Product, arrivals: Arrivals, number: int) -> None:
        self._arrivals = arrivals
        self._intake = Connection.to(product.url("intake"))
        self._approval = Connection.to(product.url("approval"))
        self._clerk = _authorization(cases.clerk(product.issuer, number))
        self._reviewer = _authorization(cases.reviewer(product.issuer, number))

    async def case(self, figures: Figures) -> None:
        """Take one case of a new applicant the whole way."""
        timer, submission = Timer(), cases.submission(next(self._numbers))
        submitted = await _post(self._intake, cases.SUBMIT, submission, self._clerk, 201)
        figures.add("submit", timer.lap())
        case_no = submitted["case_no"]
        await self._arrivals.wait("listed", case_no)
        figures.add("listed", timer.lap())
        await _post(self._approval, cases.decide(case_no), cases.DECISION, self._reviewer, 200)
        figures.add("decide", timer.lap())
        await self._arrivals.wait("notice", case_no)
        figures.add("notice", timer.lap())
        figures.done(timer.total())

    def close(self) -> None:
        """Give the connections back."""
        self._intake.close()
        self._approval.close()


async def measure(cases_of: list[Case], seconds: float, *, at_most: float | None = None) -> Figures:
    """Let each client do cases for some time; `at_most` bounds the cases a second of all together."""
    figures = Figures(len(cases_of))
    started = time.perf_counter()
    pace = _pace(started, at_most)

    async def go_on(case: Case) -> None:
        while time.perf_counter() - started < seconds:
            await pace()
            await case(figures)

    await asyncio.gather(*(go_on(case) for case in cases_of))
    figures.seconds = time.perf_counter() - started
    return figures


def _pace(started: float, at_most: float | None) -> Callable[[], Awaitable[None]]:
    turns = itertools.count()

    async def turn() -> None:
        if at_most is not None:
            await asyncio.sleep(max(0.0, started + next(turns) / at_most - time.perf_counter()))

    return turn


async def _post(connection: Connection, path: str, body: Any, headers: bytes, expected: int) -> Any:
    status, answer = await connection.post(path, body, headers)
    if status != expected:
        raise Refused(f"{path}: {status} {answer}")
    return answer


def _authorization(token: str) -> bytes:
    return f"authorization: Bearer {token}\r\n".encode()
