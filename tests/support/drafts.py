"""Drafts for the journeys in the browser: made over the API, so that each test has an item of its own."""

from __future__ import annotations

from typing import Any

from deploy.local import sample
from tests.support.product import Product

TOWN = "370104101"
TEMPLATE = "05-0008"


def record(base_code: str, name: str, **fields: Any) -> dict[str, Any]:
    """A whole record on which the lint has no error, under a code and a name of its own."""
    whole = {**sample.item_record(TEMPLATE, TOWN), "base_code": base_code, "name": name, "situations": []}
    whole["materials"] = [one for one in whole["materials"] if "证明" not in one["name"]]
    return {**whole, **fields}


async def drafted(product: Product, base_code: str, name: str, **fields: Any) -> str:
    """The code of a new draft of the town, written by the county's editor."""
    body = {"place": TOWN, "record": record(base_code, name, **fields)}
    async with product.person("editor") as editor:
        code: str = (await editor.post("/api/catalog/items", body))["item_code"]
    return code


async def signed_and_published(product: Product, code: str) -> None:
    """The second person signs what is drafted and publishes it."""
    async with product.person("catalog-approver") as approver:
        await approver.post(f"/api/catalog/items/{code}/review")
        await approver.post(f"/api/catalog/items/{code}/publish")


async def published(product: Product, base_code: str, name: str, **fields: Any) -> str:
    """The code of an item in force."""
    code = await drafted(product, base_code, name, **fields)
    await signed_and_published(product, code)
    return code


async def edited_by_another(product: Product, code: str, **fields: Any) -> None:
    """Somebody else's edit: the stored draft with other fields."""
    async with product.person("editor") as editor:
        shown = await editor.get(f"/api/catalog/items/{code}", params={"version": "draft"})
        edit = {"item_code": code, "revision": shown["revision"], "record": {**shown["record"], **fields}}
        answer = await editor.post("/api/catalog/drafts", {"drafts": [edit]})
        assert answer["done"] == [code], answer
