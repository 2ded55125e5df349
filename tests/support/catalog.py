"""A running catalog with the sample directory and its people, for tests."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from deploy.local import sample
from services.catalog.main import build
from services.catalog.settings import Settings
from tests.support.eventually import eventually
from tests.support.services import Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

TOWN, COUNTY, ITEM = "370104101", "370104", "05-0008-370104101"
GUIDE = "20-0005-3701"
Headers = dict[str, str]

#: The documents of the directory as the first catalog of this run stored them, for those that come after.
_directory: list[dict[str, Any]] = []


@dataclass(frozen=True)
class Catalog:
    """A running catalog with the sample directory, and the people of one county and of the city."""

    running: Running
    now: Callable[[], datetime]
    set_now: Callable[[datetime], None]
    editor: Headers
    approver: Headers
    city_editor: Headers
    city_approver: Headers

    @property
    def http(self) -> httpx.AsyncClient:
        return self.running.client

    async def import_table(self, content: bytes, place: str = COUNTY, **headers: str) -> httpx.Response:
        return await self.http.post(
            "/api/catalog/imports",
            files={"file": ("table.csv", content)},
            data={"place": place, "kind": "items"},
            headers={**self.editor, **headers},
        )

    async def draft_guide(self) -> None:
        answer = await self.http.post(
            "/api/catalog/items",
            json={"place": "3701", "record": sample.guide_item()},
            headers=self.city_editor,
        )
        assert answer.status_code == 201, answer.text

    async def act(
        self, act: str, item: str = GUIDE, who: Headers | None = None, **body: Any
    ) -> httpx.Response:
        path = f"/api/catalog/items/{item}/{act}"
        return await self.http.post(path, json=body, headers=who or self.city_approver)

    async def publish_guide(self) -> None:
        await self.draft_guide()
        assert (await self.act("review")).status_code == 200
        assert (await self.act("publish")).status_code == 200

    async def edit_guide(self, **fields: Any) -> None:
        present = await self.http.get(f"/api/catalog/items/{GUIDE}", headers=self.city_editor)
        answer = await self.http.put(
            f"/api/catalog/items/{GUIDE}/draft",
            json={**sample.guide_item(), **fields},
            headers={**self.city_editor, "If-Match": present.headers["etag"]},
        )
        assert answer.status_code == 200, answer.text


@contextlib.asynccontextmanager
async def catalog_with_directory(
    stack: Stack, names: str, issuer: Issuer, *, told: bool = False
) -> AsyncIterator[Catalog]:
    """A catalog with the sample directory; ``told`` where its entries shall be on the bus too."""
    instant = [datetime(2026, 11, 23, 1, 0, tzinfo=UTC)]

    def set_now(now: datetime) -> None:
        instant[0] = now

    def service() -> Any:
        return build(settings(Settings, stack, names), clock=lambda: instant[0])

    async with running(service, issuer) as started:
        entries = started.service.database["entries"]
        if told or not _directory:
            await _set_up(started)
            _directory[:] = [{**entry, "outbox": []} for entry in await entries.find().to_list(None)]
        else:
            await entries.insert_many(_directory)
        yield Catalog(
            started,
            lambda: instant[0],
            set_now,
            editor=issuer.header("editor", "editor", place=COUNTY, unit="u-370104-07"),
            approver=issuer.header("approver", "catalog-approver", place=COUNTY, unit="u-370104-01"),
            city_editor=issuer.header("editor-city", "editor", place="3701", unit="u-3701-07"),
            city_approver=issuer.header("approver-city", "catalog-approver", place="3701", unit="u-3701-01"),
        )


async def _set_up(started: Running) -> None:
    operator = started.issuer.header("operator", "operator", place="37")
    for entry in sample.directory():
        body = {name: entry[name] for name in ("kind", "parent_id", "record")}
        answer = await started.client.put(
            f"/api/catalog/places/{entry['entry_id']}", json=body, headers=operator
        )
        assert answer.status_code == 201, answer.text


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


async def published(bus: Bus, topic: str, count: int) -> list[Any]:
    async def found() -> list[Any]:
        events = await bus.all(topic)
        return events if len(events) >= count else []

    return await eventually(found)
