"""Packages of the sample's items, for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from contracts.items import ItemRecord
from deploy.local import sample
from services.catalog.domain.packages.draft import Held, Library, PackageDraft

if TYPE_CHECKING:
    from tests.support.catalog import Catalog

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TOWN = "370104101"
BIRTH, INSURANCE, CARD, ONLY_CHILD = (f"05-{number:04}-{TOWN}" for number in (45, 28, 33, 49))


def record(item_code: str, **changes: Any) -> ItemRecord:
    """The sample record of an item, changed."""
    base_code, _, place = item_code.rpartition("-")
    return ItemRecord.model_validate({**sample.item_record(base_code, place), **changes})


def held(item_code: str, version: int | None = 1, **changes: Any) -> Held:
    """An item in the library, published once; ``changes`` are of its record."""
    made = record(item_code, **changes)
    place = item_code.rpartition("-")[2]
    return Held(item_code, made.name, place, version, made if version else None, NOW, version)


def library(*of: Held) -> Library:
    """What the library has."""
    return {one.item_code: one for one in of}


def draft(*parts: str | tuple[str, list[str]], **fields: Any) -> PackageDraft:
    """A draft of these items; ``(code, after)`` where others go first."""
    named = [(part, []) if isinstance(part, str) else part for part in parts]
    content = {
        "name": "新生儿一件事",
        "life_event": "新生儿出生",
        "parts": [{"item_code": code, "version": 1, "after": after} for code, after in named],
        **fields,
    }
    return PackageDraft.model_validate(content)


def newborn(**fields: Any) -> dict[str, Any]:
    """新生儿一件事 as an editor sends it: the card after the insurance, the allowance for an only child."""
    return {
        "name": "新生儿一件事",
        "life_event": "新生儿出生",
        "parts": [
            {"item_code": BIRTH},
            {"item_code": INSURANCE},
            {"item_code": CARD, "after": [INSURANCE]},
            {"item_code": ONLY_CHILD, "after": [BIRTH]},
        ],
        "questions": [
            {
                "question": "only_child",
                "text": "是否申领独生子女父母奖励扶助？",
                "options": [
                    {"option": "yes", "label": "申领", "parts": [ONLY_CHILD]},
                    {"option": "no", "label": "不申领"},
                ],
            }
        ],
        **fields,
    }


async def publish_items(catalog: Catalog, *codes: str, **changes: Any) -> None:
    """Publish these items of the sample, or a further version of them, changed."""
    for code in codes:
        present = await catalog.http.get(f"/api/catalog/items/{code}", headers=catalog.editor)
        content = {**sample.item_record(*code.rsplit("-", 1)), **changes}
        if present.status_code == 404:
            body = {"place": code.rpartition("-")[2], "record": content}
            answer = await catalog.http.post("/api/catalog/items", json=body, headers=catalog.editor)
        else:
            tag = {**catalog.editor, "If-Match": present.headers["etag"]}
            answer = await catalog.http.put(f"/api/catalog/items/{code}/draft", json=content, headers=tag)
        assert answer.status_code < 300, answer.text
        for act in ("review", "publish"):
            answer = await catalog.act(act, code, catalog.approver)
            assert answer.status_code == 200, answer.text
