"""Sample packages (一件事) through the front door: composed by an editor, signed by another, published."""

from __future__ import annotations

import json
from typing import Any

from deploy.local.people import Person
from deploy.local.sample.lists import FOLDER

PACKAGES = "/api/catalog/packages"


def sample_packages() -> list[dict[str, Any]]:
    """`{place, draft}` of each, as an editor sends it."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "packages.json").read_text("utf-8"))
    return found


async def load_packages(editor: Person, approver: Person) -> None:
    """Make those that are not there yet; one whose making was broken off is completed."""
    listed = await editor.get(PACKAGES, params={"state": "all", "limit": 1000})
    known = {(one["place"], one["name"]): one for one in listed["packages"]}
    for package in sample_packages():
        found = known.get((package["place"], package["draft"]["name"]))
        if found is None:
            found = await editor.post(PACKAGES, package)
        if found["version"]:
            continue
        path = f"{PACKAGES}/{found['package_code']}"
        for act in ("review", "publish"):
            await approver.post(f"{path}/{act}")
