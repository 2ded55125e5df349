"""Units that a record names: whether the directory has them open."""

from __future__ import annotations

from collections.abc import Container, Iterator

from services.catalog.domain import sources
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.item.record import DraftRecord


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


def unknown(record: DraftRecord, known: Container[str]) -> Iterator[Finding]:
    """实施主体…填写办理该事项的部门 (seed 000 附件1 说明 1): cases go to the units of the directory alone."""
    for field, unit_id in named(record):
        if unit_id not in known:
            yield Finding(
                field,
                "unit-not-in-directory",
                f"部门“{unit_id}”不在目录中，或者已经关闭。",
                f"{sources.FILLING} 1",
                severity="warning",
                quote=unit_id,
                suggestion="从目录中选择部门，或者先在目录中登记。",
            )
