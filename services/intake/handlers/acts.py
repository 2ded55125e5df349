"""Acts on a case that is there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, get_args

from contracts import Actor
from contracts.blocks import Missing
from contracts.intake import WithdrawalReason
from services.intake.domain import acts
from services.intake.domain.case import Case, Sealed
from services.intake.domain.items import Version
from services.intake.handlers.submit import GivenMaterial, handed_in, wordings_of
from services.intake.intake import Intake
from services.runtime.idempotency import IdempotencyKey
from services.runtime.logs import logger
from services.workdays import civil_day


async def accept(intake: Intake, case: Case, actor: Actor, key: IdempotencyKey | None) -> Case:
    """受理."""
    version, within = await _version(intake, case), await intake.within(case.place, actor)
    return await intake.cases.records.change(
        case.case_no, lambda present: acts.accept(present, version, within), key=key
    )


async def correct(
    intake: Intake, case: Case, missing: Sequence[Missing], actor: Actor, key: IdempotencyKey | None
) -> Case:
    """补正."""
    within = await intake.within(case.place, actor)
    return await intake.cases.records.change(
        case.case_no, lambda present: acts.correct(present, missing, within), key=key
    )


async def refuse(
    intake: Intake, case: Case, words: dict[str, Any], actor: Actor, key: IdempotencyKey | None
) -> Case:
    """不予受理; without a named basis the item's own is given."""
    version, within = await _version(intake, case), await intake.within(case.place, actor)
    basis = "、".join(one.title for one in version.record.basis) or f"{version.record.name}实施清单"
    given = {**words, "legal_basis": words.get("legal_basis") or basis}
    return await intake.cases.records.change(
        case.case_no, lambda present: acts.refuse(present, within, **given), key=key
    )


async def supplement(
    intake: Intake,
    case: Case,
    given: Sequence[GivenMaterial],
    files: dict[str, str],
    actor: Actor,
    key: IdempotencyKey | None,
) -> Case:
    """Materials that were asked for."""
    version, within = await _version(intake, case), await intake.within(case.place, actor)
    added, numbers = handed_in(intake, version, given, files)
    licences = await _with_licences(intake, case, numbers)
    wordings = await wordings_of(intake, version, given)
    return await intake.cases.records.change(
        case.case_no,
        lambda present: acts.supplement(
            present, version, added, within, licences=licences, wordings=wordings
        ),
        key=key,
    )


async def withdraw(
    intake: Intake, case: Case, reason: str | None, actor: Actor, key: IdempotencyKey | None
) -> Case:
    """The applicant withdraws; own words are sealed for the officials and do not travel."""
    within = await intake.within(case.place, actor)
    code: WithdrawalReason | None = None
    words = None
    if reason in get_args(WithdrawalReason):
        code = reason  # type: ignore[assignment]
    elif reason:
        person = await intake.persons.records.require(case.applicant.ref)
        code, words = "other", intake.persons.key(person).seal(reason.encode(), f"case:{case.case_no}:words")
    return await intake.cases.records.change(
        case.case_no, lambda present: acts.withdraw(present, within, reason=code, words=words), key=key
    )


async def let_days_pass(intake: Intake) -> None:
    """Applications whose answer is overdue count as accepted; corrections not answered lapse."""
    today = civil_day(intake.clock())
    for case in await intake.cases.unanswered(today):
        version, within = await _version(intake, case), await intake.within(case.place, acts.SYSTEM)
        deem = partial(acts.deem_accepted, version=version, within=within)
        await intake.cases.records.change(case.case_no, deem)
        logger().warning("deemed_accepted", case_no=case.case_no, place=case.place)
    for case in await intake.cases.uncorrected(today):
        within = await intake.within(case.place, acts.SYSTEM)
        await intake.cases.records.change(case.case_no, partial(acts.lapse, within=within))


async def _with_licences(intake: Intake, case: Case, numbers: dict[str, str]) -> Sealed | None:
    """The sealed licence numbers of the case with some more."""
    if not numbers:
        return None
    key = intake.persons.key(await intake.persons.records.require(case.applicant.ref))
    context = f"case:{case.case_no}:licences"
    known = key.open_fields(case.licences, context) if case.licences else {}
    return key.seal_fields({**known, **numbers}, context)


async def _version(intake: Intake, case: Case) -> Version:
    return await intake.items.version(case.item.item_code, case.item.version)
