"""Units that a record names: whether the directory has them open, and on the line of the item's place."""

from __future__ import annotations

from collections.abc import Iterator

from services.catalog.domain import sources
from services.catalog.domain.checks.findings import Finding, Severity
from services.catalog.domain.checks.known import Known
from services.catalog.domain.item.record import DraftRecord

#: Fields of those who decide; whom the result or the handling is told to may be anywhere.
_DECIDING = ("unit_id", "joint_bodies", "steps")
#: Fields in which an adopted item has what its standard says.
_OF_THE_STANDARD = ("joint_bodies", "result")
_COUNTRY = "00"


def named(record: DraftRecord) -> Iterator[tuple[str, str]]:
    """Every unit id of a record with the field that it stands in."""
    if record.unit_id:
        yield "unit_id", record.unit_id
    for number, body in enumerate(record.joint_bodies):
        if body.unit_id:
            yield f"joint_bodies.{number}", body.unit_id
    for number, step in enumerate(record.steps or ()):
        if step.unit_id:
            yield f"steps.{number}.unit_id", step.unit_id
    for number, unit in enumerate(record.regulators):
        yield f"regulators.{number}", unit.unit_id
    for number, recipient in enumerate(record.result.recipients if record.result else ()):
        if recipient.unit_id:
            yield f"result.recipients.{number}", recipient.unit_id


def unknown(record: DraftRecord, known: Known) -> Iterator[Finding]:
    """实施主体…填写办理该事项的部门 (seed 000 附件1 说明 1): cases go to the units of the directory alone.

    A unit closes while items still name it: those in force go on, a draft is put right before it goes out.
    """
    for field, unit_id in named(record):
        if known.units is not None and unit_id not in known.units:
            yield Finding(
                field,
                "unit-not-in-directory",
                f"部门“{unit_id}”不在目录中，或者已经关闭。",
                f"{sources.FILLING} 1",
                severity=_severity(field, unit_id, known),
                quote=unit_id,
                suggestion="从目录中选择部门，或者先在目录中登记。",
            )


def elsewhere(record: DraftRecord, known: Known) -> Iterator[Finding]:
    """Who decides, alone or with others or in a step, lies at the item's place, above it or below it: else
    the case would go to a place that has nothing to do with it.
    """
    place = known.place
    for field, unit_id in named(record):
        at = (known.units or {}).get(unit_id, _COUNTRY)
        if at == _COUNTRY or not field.startswith(_DECIDING):
            continue
        if place.startswith(at) or at.startswith(place):
            continue
        yield Finding(
            field,
            "unit-elsewhere",
            f"部门“{unit_id}”在{at}，不在本事项的区划（{place}）及其上下级，办件会送到别处。",
            f"{sources.FILLING} 1",
            severity=_severity(field, unit_id, known),
            quote=unit_id,
            suggestion=f"从目录中选择{place}或者它的上级、下级的部门。",
        )


def _severity(field: str, unit_id: str, known: Known) -> Severity:
    """A place that adopted an item cannot put right what the standard above says."""
    given = field.startswith(_OF_THE_STANDARD) and unit_id in known.handed_down
    return "warning" if given else "error"
