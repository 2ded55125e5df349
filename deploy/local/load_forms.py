"""An empty form and a filled-in sample (空白表格、样表) on file at each place that has the sample item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deploy.local.people import Person
from deploy.local.sample import forms

FILES = "/api/catalog/files"


async def put_forms(editor: Person, edits: Iterable[dict[str, Any]]) -> None:
    """Upload both where an edit is of the sample item, and name them in its record."""
    blank, filled = forms.contents()
    for edit in edits:
        base_code, _, place = edit["item_code"].rpartition("-")
        if base_code != forms.BASE_CODE:
            continue
        for material in edit["record"]["materials"]:
            if material["name"] == forms.MATERIAL:
                material["blank_file_id"] = await _upload(editor, place, "form-blank.pdf", blank)
                material["sample_file_id"] = await _upload(editor, place, "form-filled.pdf", filled)


async def _upload(editor: Person, place: str, name: str, content: bytes) -> str:
    files = {"file": (name, content, "application/pdf")}
    stored = await editor.call("POST", FILES, params={"place": place}, files=files)
    file_id: str = stored["file_id"]
    return file_id
