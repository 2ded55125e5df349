"""The sample of 清理证明 through the front door: 附件2–4 imported, completed and published by two people."""

from __future__ import annotations

from typing import Any

from deploy.local.people import Person
from deploy.local.sample import proofs as sample

CATALOG = "/api/catalog"
PLACE = "370104"


async def load_proofs(editor: Person, approver: Person) -> None:
    """Load what is missing; a second run changes nothing."""
    published = await approver.get(f"{CATALOG}/proof-lists", params={"place": PLACE})
    if any(one["place"] == PLACE for one in published["lists"]):
        return
    for kind, name in sample.PROOF_TABLES.items():
        files = {"file": (name, sample.proof_table(kind), "text/csv")}
        await editor.call("POST", f"{CATALOG}/imports", data={"place": PLACE, "kind": kind}, files=files)
    for name, terms in sample.PROOF_COMMITMENTS.items():
        found = await editor.get(f"{CATALOG}/proofs/needed", params={"place": PLACE, "q": name})
        await _edit(editor, found["entries"][0], commitment=terms)
    await _agree(editor)
    for list in ("kept", "by_commitment", "inspections"):
        path = f"{CATALOG}/proof-lists/{PLACE}/{list}"
        ready = await approver.get(f"{path}/preview")
        await approver.call("POST", f"{path}/publication", headers={"If-Match": f'"{ready["sha256"]}"'})


async def _agree(editor: Person) -> None:
    """Agreement and specimen for what is kept without legal basis (附件2 说明 3)."""
    files = {"file": ("sample.pdf", sample.BLANK_PAGE, "application/pdf")}
    paper = await editor.call("POST", f"{CATALOG}/proofs/files", params={"place": PLACE}, files=files)
    lacking = {"place": PLACE, "standing": "incomplete"}
    for row in (await editor.get(f"{CATALOG}/proofs/needed", params=lacking))["entries"]:
        day: str = row["edited_at"][:10]
        agreement = {
            "unit": row["record"]["issued_by"],
            "by": "业务科室(示例)",
            "on": day,
            "file_id": paper["file_id"],
        }
        specimen = {"file_id": paper["file_id"], "year": int(day[:4]), "note": "示例样张"}
        await _edit(editor, row, agreement=agreement, samples=[specimen])


async def _edit(editor: Person, row: dict[str, Any], **fields: Any) -> None:
    await editor.call(
        "PUT",
        f"{CATALOG}/proofs/needed/{row['proof_id']}",
        json={"record": {**row["record"], **fields}},
        headers={"If-Match": f'"{row["revision"]}"'},
    )
