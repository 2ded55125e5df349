"""The sample of levels loads into a fresh catalog, and a second time changes nothing."""

from __future__ import annotations

from typing import Any

import httpx

from deploy.local.load_levels import load_levels
from deploy.local.people import Refused
from tests.support.catalog import COUNTY, catalog_with_directory
from tests.support.stack import Stack
from tests.support.tokens import Issuer


class Caller:
    """A demo account, signed in by a test's token."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._client, self._headers = client, headers

    async def call(self, method: str, path: str, **given: Any) -> Any:
        answer = await self._client.request(method, path, headers=self._headers, **given)
        if not answer.is_success:
            body = answer.json()
            raise Refused(path, answer.status_code, body.get("code", ""), body.get("title", ""))
        return answer.json()

    async def get(self, path: str, **given: Any) -> Any:
        return await self.call("GET", path, **given)

    async def post(self, path: str, body: Any = None, **given: Any) -> Any:
        return await self.call("POST", path, json={} if body is None else body, **given)


async def test_the_sample_of_levels_loads_and_loads_again(stack: Stack, names: str, issuer: Issuer) -> None:
    async with catalog_with_directory(stack, names, issuer) as catalog:
        editor: Any = Caller(catalog.http, catalog.editor)
        approver: Any = Caller(catalog.http, catalog.approver)
        seen = []
        for _ in range(2):
            await load_levels(editor, approver)
            rates = await editor.get("/api/catalog/adoption-rates", params={"place": COUNTY})
            hall = await editor.get("/api/catalog/halls/h-370104101/items")
            compared = await editor.get("/api/catalog/comparisons", params={"place": COUNTY})
            seen.append(
                (
                    {one["place"]: (one["adopted"], one["delegated"]) for one in rates["places"]},
                    [len(theme["items"]) for theme in hall["themes"]],
                    [one["reason"] for one in hall["excluded"]],
                    compared["compared"],
                )
            )
        assert seen[0] == seen[1]
        assert seen[0] == (
            {
                "370104101": (3, 3),
                "370104102": (2, 3),
                "370104003": (0, 3),
                "370104101201": (1, 1),
            },
            [2],
            ["场地限制"],
            2,
        )
