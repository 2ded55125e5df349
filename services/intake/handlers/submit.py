"""An application comes in: checked, its people's files kept, answered, stored with one insert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts import Actor
from contracts.base import Channel
from contracts.blocks import Material, MaterialForm
from services.intake.domain import acts, items, numbers
from services.intake.domain.answers import Application
from services.intake.domain.case import Case, Party, Sealed
from services.intake.domain.identity import Identity
from services.intake.domain.items import Version
from services.intake.domain.materials import check, situation_of
from services.intake.domain.offers import NotInThisHall
from services.intake.domain.refusals import invalid
from services.intake.intake import Intake
from services.intake.sealing import DataKey
from services.runtime.idempotency import IdempotencyKey
from services.runtime.problems import Problem, Unavailable
from services.runtime.records import AlreadyExists
from services.workdays import civil_day


@dataclass(frozen=True, slots=True)
class PartyFields:
    """A person of the application in a role: submitter, concerned, or a party of the item."""

    role: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class GivenMaterial:
    """A material as the application names it; without any way it was handed over on paper."""

    name: str
    file_id: str | None = None
    licence_no: str | None = None
    commitment: bool = False
    deferred: bool = False
    form: MaterialForm | None = None
    copies: int | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """An application, its people checked; ``filed_by`` is the reference of a citizen who files it.

    ``trusted_refs`` are the persons whose addresses the caller may change: None is everybody (an official).
    """

    item_code: str
    place: str
    channel: Channel
    applicant: Identity
    parties: tuple[PartyFields, ...]
    situation: dict[str, str]
    materials: tuple[GivenMaterial, ...]
    actor: Actor
    account: str | None
    filed_by: str | None
    trusted_refs: frozenset[str] | None
    at_the_window: bool
    hall_id: str | None
    files: dict[str, str]


async def submit(intake: Intake, filing: Filing, key: IdempotencyKey | None) -> Case:
    """File an application; a repeat with the same key is answered from the case made then."""
    try:
        return await _submit(intake, filing, key)
    except Unavailable:
        raise  # the database is away: to ask it for the key as well would make the caller wait twice
    except Problem:
        # What is refused now may have been taken before: the item may have ended since.
        if key is not None and (earlier := await intake.cases.records.created_with(key)) is not None:
            return earlier
        raise


async def _submit(intake: Intake, filing: Filing, key: IdempotencyKey | None) -> Case:
    within = await intake.within(filing.place, filing.actor)
    item = await intake.items.get(filing.item_code)
    version = items.applicable(item, place=filing.place, channel=filing.channel, now=within.now)
    hall = filing.hall_id if filing.at_the_window else None
    if hall is not None and (exclusion := await intake.offers.exclusion(hall, filing.item_code)):
        raise NotInThisHall(exclusion)
    situation = situation_of(version.record, filing.situation)
    materials, numbers_of = handed_in(intake, version, filing.materials, filing.files)
    _known_roles(version, filing.parties)
    holders = {party.role: intake.persons.ref(party.identity) for party in filing.parties}
    checked = check(version.record, situation, materials, holders)
    keys = await _files_of(intake, filing)
    for _ in range(3):
        case_no = numbers.case_no(version.place, civil_day(within.now), numbers.random_part())
        applicant = _party(intake, case_no, "applicant", filing.applicant, keys)
        parties = tuple(_party(intake, case_no, p.role, p.identity, keys) for p in filing.parties)
        application = Application(
            case_no=case_no,
            version=version,
            channel=filing.channel,
            applicant=applicant,
            parties=parties,
            submitter_ref=_submitter(filing, applicant, parties),
            account=filing.account,
            hall_id=filing.hall_id,
            situation=situation,
            checked=checked,
            licences=_licences(numbers_of, keys[applicant.ref], case_no),
            wordings=await wordings_of(intake, version, filing.materials),
        )
        try:
            return await intake.cases.records.create(
                acts.submit(application, within, at_the_window=filing.at_the_window), key=key
            )
        except AlreadyExists:
            continue  # the number was taken
    raise Unavailable()


async def _files_of(intake: Intake, filing: Filing) -> dict[str, DataKey]:
    """Open or renew the file of everybody in the application; their keys by reference."""
    keys = {}
    now = intake.clock()
    for identity in (filing.applicant, *(party.identity for party in filing.parties)):
        ref = intake.persons.ref(identity)
        trusted = filing.trusted_refs is None or ref in filing.trusted_refs
        if ref not in keys:
            _, keys[ref] = await intake.persons.keep(identity, actor=filing.actor, now=now, trusted=trusted)
    return keys


def _party(intake: Intake, case_no: str, role: str, identity: Identity, keys: dict[str, DataKey]) -> Party:
    ref, masks = intake.persons.ref(identity), identity.masks()
    declared = {
        "name": identity.name,
        "id_number": identity.number,
        "phone": identity.phone,
        "email": identity.email,
    }
    return Party(
        ref=ref,
        role=role,
        id_type=identity.id_type,
        name_masked=masks.name,
        number_masked=masks.number,
        phone_masked=masks.phone,
        tail=intake.references.tail(case_no, identity.number[-4:]),
        declared=keys[ref].seal_fields(declared, f"case:{case_no}:{role}"),
    )


def handed_in(
    intake: Intake, version: Version, given: Sequence[GivenMaterial], files: dict[str, str]
) -> tuple[list[Material], dict[str, str]]:
    """Materials as events carry them, and the numbers of licences, which do not travel."""
    types = {material.name: material.licence_type for material in version.record.materials}
    made, licences = [], {}
    for one in given:
        fields: dict[str, Any] = {"name": one.name, "source": "file", "form": one.form, "copies": one.copies}
        if one.file_id is not None:
            fields |= {"file_id": one.file_id, "sha256": files[one.file_id]}
        elif one.licence_no is not None:
            number = one.licence_no.replace(" ", "").upper()
            licences[one.name] = number
            reference = intake.references.licence(types.get(one.name), number)
            fields |= {"source": "licence", "licence_no": reference, "form": None, "copies": None}
        elif one.commitment or one.deferred:
            source = "commitment" if one.commitment else "deferred"
            fields |= {"source": source, "form": None, "copies": None}
        made.append(Material(**fields))
    return made, licences


async def wordings_of(intake: Intake, version: Version, given: Sequence[GivenMaterial]) -> dict[str, str]:
    """The published wording under which each commitment is given, by the material's name."""
    committed = {one.name for one in given if one.commitment}
    if not committed:
        return {}
    found = await intake.wordings.of(version.place, version.record)
    return {name: wording.text_version for name, wording in found.items() if name in committed}


def _licences(numbers_of: dict[str, str], key: DataKey, case_no: str) -> Sealed | None:
    return key.seal_fields(numbers_of, f"case:{case_no}:licences") if numbers_of else None


def _submitter(filing: Filing, applicant: Party, parties: Sequence[Party]) -> str:
    """经办人: who was named, else the citizen who files, else the applicant at the window."""
    named = next((party.ref for party in parties if party.role == "submitter"), None)
    return named or filing.filed_by or applicant.ref


def _known_roles(version: Version, parties: Sequence[PartyFields]) -> None:
    known = {"submitter", "concerned", *(party.party for party in version.record.parties)}
    for number, party in enumerate(parties):
        if party.role not in known:
            raise invalid(
                f"parties.{number}.role",
                "unknown-role",
                "该事项没有这一方，请从事项的当事方中选择。",
                f"One of: {', '.join(sorted(known))}.",
            )
