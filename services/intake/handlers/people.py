"""People's data in clear: for the sender of notices, and for officials with a reason."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from contracts import Actor
from services.intake.domain import acts
from services.intake.domain.case import Case
from services.intake.domain.refusals import PersonalDataInText, PersonErased
from services.intake.intake import Intake
from services.intake.sealing import Erased
from services.runtime.logs import logger
from services.runtime.personal import holds_number


async def contacts(intake: Intake, refs: Sequence[str], *, by: str) -> dict[str, dict[str, Any]]:
    """Where these persons are reached, as their files say now; unknown references are left out."""
    found = {}
    for person in await intake.persons.many(list(dict.fromkeys(refs))):
        try:
            fields = intake.persons.read(person)
        except Erased:
            continue
        found[person.applicant_ref] = {
            "phone": fields["phone"],
            "email": fields["email"],
            "language": person.language,
        }
    logger().info("audit_contacts", by=by, asked=len(refs), given=len(found))
    return found


async def unmask(intake: Intake, case: Case, actor: Actor, reason: str) -> dict[str, Any]:
    """The applicant's data in clear; the case's history says who read it and why, before it is given."""
    now = intake.clock()
    await intake.cases.records.change(case.case_no, lambda present: acts.unmask(present, actor, now, reason))
    logger().info("audit_unmasked", case_no=case.case_no, by=actor.officer_id)
    person = await intake.persons.records.require(case.applicant.ref)
    try:
        key = intake.persons.key(person)
    except Erased:
        raise PersonErased() from None
    declared = key.open_fields(case.applicant.declared, f"case:{case.case_no}:{case.applicant.role}")
    return {"case_no": case.case_no, "id_type": case.applicant.id_type, **declared}


async def must_be_impersonal(intake: Intake, case: Case, words: Mapping[str, str | None]) -> None:
    """Refuse words of an official that hold a number or the name of one of the case's people: they are
    printed and travel."""
    names = await _names(intake, case)
    for field, text in words.items():
        if text and (holds_number(text) or any(name in text for name in names)):
            raise PersonalDataInText(field)


async def _names(intake: Intake, case: Case) -> set[str]:
    """The names of the natural persons of a case, as declared and as their files say now."""
    people = [party for party in (case.applicant, *case.parties) if party.kind == "person"]
    files = {file.applicant_ref: file for file in await intake.persons.many([party.ref for party in people])}
    names = set()
    for party in people:
        with contextlib.suppress(Erased, KeyError):
            file = files[party.ref]
            declared = intake.persons.key(file).open_fields(
                party.declared, f"case:{case.case_no}:{party.role}"
            )
            names |= {str(declared["name"]), str(intake.persons.read(file)["name"])}
    return {name for name in names if len(name) > 1}
