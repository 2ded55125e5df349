"""The file of a person or body (一人一档, 一企一档): masks in clear, everything else sealed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from contracts import Actor
from services.intake.domain.case import Sealed
from services.runtime.change import Change


@dataclass(frozen=True, slots=True)
class Person:
    """``data_key`` is wrapped by the master key; without it ``fields`` is noise, here and in every backup."""

    applicant_ref: str
    id_type: str
    name_masked: str
    number_masked: str
    data_key: Sealed
    fields: Sealed
    language: str
    opened_at: datetime
    phone_masked: str | None = None


def opened(person: Person, actor: Actor) -> Change[Person]:
    """A new file."""
    return Change(person, "file-opened", actor, person.opened_at)


def renewed(
    person: Person,
    fields: Sealed,
    *,
    name_masked: str,
    phone_masked: str | None,
    language: str,
    actor: Actor,
    now: datetime,
) -> Change[Person]:
    """Name or address changed."""
    after = replace(
        person, fields=fields, name_masked=name_masked, phone_masked=phone_masked, language=language
    )
    return Change(after, "contact-renewed", actor, now)
