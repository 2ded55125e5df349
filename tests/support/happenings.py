"""Facts that other services would publish: the contracts' own examples, altered as a test needs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import contracts
from contracts import EVENTS, EventData

_EXAMPLES = Path(contracts.__file__).parent / "examples"
CASE_NO = "370104-20261123-7K3M9QX4"
APPLICANT = "a1.7c0e5b1f2d9a4e63"
STRANGER = "a1.0000000000000001"


@cache
def _read(type: str, example: str) -> str:
    return json.dumps(json.loads((_EXAMPLES / type / f"{example}.json").read_text("utf-8"))["data"])


def happened(type: str, example: str, **changes: Any) -> Any:
    """An event of that type with these fields changed; a block is changed by a mapping of its own."""
    data = json.loads(_read(type, example))
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(data.get(name), dict):
            data[name] = {k: v for k, v in {**data[name], **value}.items() if v is not None}
        elif value is None:
            data.pop(name, None)
        else:
            data[name] = value
    event: EventData = EVENTS[type].model_validate_json(json.dumps(data))
    return event


def of_case(type: str, example: str, case_no: str = CASE_NO, **changes: Any) -> Any:
    """An event about one and the same case and applicant."""
    changes = {"submitter_ref": APPLICANT, "place_code": "370104", **changes}
    applicant = {
        "applicant_ref": APPLICANT,
        "type": "person",
        "name_masked": "张*",
        "phone_masked": "138****5678",
        "email_masked": None,
        **changes.pop("applicant", {}),
    }
    return happened(type, example, case_no=case_no, applicant=applicant, **changes)


def accepted(case_no: str = CASE_NO, **changes: Any) -> Any:
    """受理 at the window of the county's hall."""
    return of_case("case-accepted", "at-a-window-with-gap-and-commitment", case_no, **changes)


def decided(case_no: str = CASE_NO, **changes: Any) -> Any:
    """办结: granted, in time."""
    item = json.loads(_read("case-accepted", "at-a-window-with-gap-and-commitment"))
    same = {name: item[name] for name in ("item", "unit", "hall_id")}
    return of_case("case-decided", "granted", case_no, **{**same, **changes})


def refused(case_no: str = CASE_NO, **changes: Any) -> Any:
    """不予许可, with remedies."""
    return of_case("case-decided", "refused", case_no, **changes)


def received(case_no: str = CASE_NO, **changes: Any) -> Any:
    """收件 on the web."""
    return of_case("case-received", "on-the-web", case_no, **changes)


def correction(case_no: str = CASE_NO, **changes: Any) -> Any:
    """补正 naming everything at once."""
    return of_case("correction-requested", "everything-in-one-notice", case_no, **changes)


def rated(case_no: str = CASE_NO, **changes: Any) -> Any:
    """A rating of the case."""
    same = {"service_id": case_no, "case_no": case_no, "place_code": "370104"}
    return happened("service-rated", "five", **{**same, **changes})


def invited(case_no: str = CASE_NO, **changes: Any) -> Any:
    """An invitation to rate the case."""
    same = {"service_id": case_no, "case_no": case_no, "place_code": "370104", "applicant_ref": APPLICANT}
    return happened("rating-invited", "after-the-decision", **{**same, **changes})
