"""Sample lists of 附件2–4 with two circular proofs, one proof that nobody issues and rows still open."""

from __future__ import annotations

from deploy.local.sample.lists import FOLDER

#: Kind of the import → the file.
PROOF_TABLES = {
    "proofs-needed": "proofs-needed.csv",
    "proofs-issued": "proofs-issued.csv",
    "inspections": "inspections.csv",
}
#: What may be committed to instead of a proof, by the proof's name.
PROOF_COMMITMENTS = {
    "居住地住址证明": {
        "text": "本人承诺所填写的现居住地址真实、准确，共同生活的家庭成员实际在该处居住。",
        "liability": "承诺不实的，撤销决定、追回已领取的待遇，并依法记入信用记录。",
        "supervision": "作出决定后三十日内由街道入户核查。",
    }
}
#: A page with nothing on it, for the agreement and the specimen.
BLANK_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def proof_table(kind: str) -> bytes:
    """The table of a kind of import (UTF-8 with BOM)."""
    return (FOLDER / PROOF_TABLES[kind]).read_bytes()
