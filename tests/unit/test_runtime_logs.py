"""No line of a log gives a person away, however the number got into it (P9)."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import orjson
import pytest

from services.runtime import logs
from services.runtime.http import JSON

pytestmark = pytest.mark.usefixtures("logs_as_before")

PHONE, NUMBER = "13812345678", "11010119900307775X"


class Thing:
    """Says a phone number of itself."""

    def __repr__(self) -> str:
        return f"Thing({PHONE})"


@pytest.mark.parametrize(
    "value",
    [
        PHONE,
        NUMBER,
        f"+86{PHONE}",
        f"86{PHONE}",
        f"0086{PHONE}",
        f"{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}",
        f"{PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}",
        int(PHONE),
        ValueError(f"no such phone: {PHONE}"),
        Thing(),
        {PHONE: 1},
        {"deep": [{"er": (PHONE,)}]},
        {PHONE},
        PHONE.encode(),
    ],
    ids=repr,
)
def test_a_number_of_a_person_is_blacked_out_in_whatever_is_logged(
    capsys: pytest.CaptureFixture[str], value: Any
) -> None:
    logs.configure("notify", "info")
    logs.logger().warning("something", value=value)
    (line,) = capsys.readouterr().out.splitlines()
    assert orjson.loads(line)["event"] == "something"
    for secret in (PHONE, NUMBER, PHONE[3:7], NUMBER[6:14]):
        assert secret not in line


def test_what_is_no_number_of_a_person_stays(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("notify", "info")
    kept = {"case_no": "370104-20261122-7K3M9QX4", "offset": 1763800000000, 3: None, "took": 1.5, "ok": True}
    logs.logger().warning("something", value=kept)
    assert orjson.loads(capsys.readouterr().out)["value"] == {str(k): v for k, v in kept.items()}


def test_a_day_is_answered_as_iso_text() -> None:
    assert JSON({"due": date(2026, 11, 23)}).body == b'{"due":"2026-11-23"}'


def test_a_topic_that_is_still_to_be_made_is_no_error_and_other_errors_of_the_library_stay(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("intake", "info")
    library = logging.getLogger("aiokafka.cluster")
    library.error("Topic %s not found in cluster metadata", "approval.calendars")
    library.error("Topic %s is not authorized for this client", "approval.calendars")
    first, second = (orjson.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["level"], first["event"]) == (
        "info",
        "Topic approval.calendars not found in cluster metadata",
    )
    assert second["level"] == "error"
