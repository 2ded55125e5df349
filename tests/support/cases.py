"""What a window and a reviewer send for one case, and the tokens that they send it with."""

from __future__ import annotations

from typing import Any

from tests.support.applicants import applicant
from tests.support.publications import FORM, HALL, ITEM, PLACE, RESIDENCE, UNIT, WINDOW
from tests.support.tokens import Issuer

SUBMIT = "/api/intake/cases"
DECISION: dict[str, Any] = {"outcome": "granted", "reason": "经审查,符合高龄津贴发放条件。"}


def decide(case_no: str) -> str:
    """Path of the decision of a case."""
    return f"/api/approval/cases/{case_no}/decision"


def submission(number: int) -> dict[str, Any]:
    """A complete submission at the window; each number is another applicant."""
    person = applicant(number)
    return {
        "item_code": ITEM,
        "place": PLACE,
        "channel": "window",
        "applicant": {
            "name": person.name,
            "id_type": "citizen",
            "id_number": person.id_number,
            "phone": person.phone,
        },
        "materials": [{"name": FORM}, {"name": RESIDENCE, "commitment": True}],
    }


def clerk(issuer: Issuer, number: int = 1) -> str:
    """Token of a clerk at the hall's window."""
    return issuer.token(
        f"o-{PLACE}-1{number:03d}", "clerk", place=PLACE, unit=UNIT, hall=HALL, window=WINDOW, name="窗口"
    )


def reviewer(issuer: Issuer, number: int = 1) -> str:
    """Token of a reviewer of the deciding unit."""
    return issuer.token(f"o-{PLACE}-2{number:03d}", "reviewer", place=PLACE, unit=UNIT, name="审批")
