"""A load that gives up nothing, and the client's own book of what was acknowledged to it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import httpx

from tests.support import cases
from tests.support.eventually import eventually
from tests.support.processes import Product

Attempt = Callable[[], Awaitable[httpx.Response]]
_CLERKS = 8


class Ledger:
    """What clients of one product were told, over all loads.

    Every call carries an idempotency key and is repeated with it until it is acknowledged, as a careful
    client does; a refusal that no fault explains ends the load.
    """

    def __init__(self, product: Product, seed: int = 20261122) -> None:
        self.product, self.random = product, random.Random(seed)
        #: Submission → case number, as acknowledged.
        self.submitted: dict[int, str] = {}
        self.decided: set[str] = set()
        #: Status of every answer; 0 is a connection that broke or was refused.
        self.statuses: Counter[int] = Counter()
        self._number = 0
        #: Authorization of the clerk that all submissions come from.
        self.clerk = f"Bearer {cases.clerk(product.issuer)}"
        self._reviewer = {"Authorization": f"Bearer {cases.reviewer(product.issuer)}"}

    @property
    def troubles(self) -> int:
        """Calls that were not answered as they should be: no connection, or 5xx."""
        return sum(count for status, count in self.statuses.items() if status == 0 or status >= 500)

    @contextlib.asynccontextmanager
    async def load(self, count: int) -> AsyncIterator[Load]:
        """That many new cases, submitted and decided while the body runs; left when all are through."""
        numbers = range(self._number, self._number + count)
        self._number += count
        async with httpx.AsyncClient(timeout=10) as client:
            load = Load(self, client, list(numbers))
            async with asyncio.timeout(120):
                work = asyncio.create_task(load.run())
                try:
                    yield load
                except BaseException:
                    work.cancel()
                    raise
                await work

    async def submit(
        self, client: httpx.AsyncClient, number: int, *, key: str | None = None
    ) -> httpx.Response:
        """One try."""
        return await self._post(
            client,
            self.product.url("intake") + cases.SUBMIT,
            cases.submission(number),
            {"Authorization": self.clerk, "Idempotency-Key": key or f"submit-{number}"},
        )

    async def decide(self, client: httpx.AsyncClient, case_no: str) -> httpx.Response:
        """One try."""
        return await self._post(
            client,
            self.product.url("approval") + cases.decide(case_no),
            cases.DECISION,
            {**self._reviewer, "Idempotency-Key": f"decide-{case_no}"},
        )

    def new_number(self) -> int:
        """A submission that no load makes."""
        self._number += 1
        return self._number - 1

    async def _post(
        self, client: httpx.AsyncClient, url: str, body: Any, headers: dict[str, str]
    ) -> httpx.Response:
        try:
            answer = await client.post(url, json=body, headers=headers)
        except httpx.TransportError:
            self.statuses[0] += 1
            raise
        self.statuses[answer.status_code] += 1
        return answer


class Load:
    """Clerks who submit and reviewers who decide, independent of each other."""

    def __init__(self, ledger: Ledger, client: httpx.AsyncClient, numbers: list[int]) -> None:
        self._ledger, self._client, self._numbers = ledger, client, numbers
        self._todo = iter(numbers)
        self._accepted: asyncio.Queue[str | None] = asyncio.Queue()
        self.submitted = self.decided = 0

    @property
    def is_running(self) -> bool:
        """Whether some cases are not decided yet."""
        return self.decided < len(self._numbers)

    async def reaches(self, submitted: int) -> None:
        """Wait until that many submissions are acknowledged."""
        await eventually(lambda: self.submitted >= submitted, within=60, every=0.005)

    async def run(self) -> None:
        """All of it."""
        async with asyncio.TaskGroup() as group:
            for _ in range(_CLERKS):
                group.create_task(self._review())
            async with asyncio.TaskGroup() as clerks:
                for _ in range(_CLERKS):
                    clerks.create_task(self._take_in())
            for _ in range(_CLERKS):
                self._accepted.put_nowait(None)

    async def _take_in(self) -> None:
        for number in self._todo:
            answer = await self._insist(partial(self._ledger.submit, self._client, number), 201)
            assert answer["state"] == "accepted"
            self._ledger.submitted[number] = answer["case_no"]
            self.submitted += 1
            self._accepted.put_nowait(answer["case_no"])

    async def _review(self) -> None:
        while case_no := await self._accepted.get():
            await self._insist(partial(self._ledger.decide, self._client, case_no), 200, 404)
            self._ledger.decided.add(case_no)
            self.decided += 1

    async def _insist(self, attempt: Attempt, good: int, not_yet: int = 0) -> dict[str, Any]:
        """Repeat until it is acknowledged: a broken connection, 5xx and `not_yet` may pass."""
        pause = 0.03
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await attempt()
                if answer.status_code == good:
                    found: dict[str, Any] = answer.json()
                    return found
                assert answer.status_code in (not_yet, 429) or answer.status_code >= 500, answer.text
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.5)
