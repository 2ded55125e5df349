"""The files of persons: sealed fields, opened only where somebody may read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contracts import Actor
from services.intake.domain import person as files
from services.intake.domain.identity import Identity
from services.intake.domain.person import Person
from services.intake.sealing import DataKey, References, Sealing
from services.runtime import mapping
from services.runtime.records import AlreadyExists
from services.runtime.service import Service


class Persons:
    """The collection `persons`, one document a person, found by the blind index of the number."""

    def __init__(self, service: Service, sealing: Sealing, references: References) -> None:
        self.records = service.records("persons", Person, key="applicant_ref", converter=mapping.converter())
        self._sealing, self._references = sealing, references

    def ref(self, identity: Identity) -> str:
        """The person's reference."""
        return self._references.person(identity.id_type, identity.number)

    def key(self, person: Person) -> DataKey:
        """The person's data key, opened."""
        return self._sealing.opened(person.data_key, person.applicant_ref)

    async def keep(
        self, identity: Identity, *, actor: Actor, now: datetime, trusted: bool
    ) -> tuple[str, DataKey]:
        """Open the person's file or bring it up to date; gives the reference and the key.

        Only who is ``trusted`` (an official, or the person) may change where an existing person is reached:
        else anybody could have another's notices sent to an own number.
        """
        ref = self.ref(identity)
        found = await self.records.get(ref)
        if found is None:
            made, key = self._new(ref, identity, now)
            try:
                await self.records.create(files.opened(made, actor))
                return ref, key
            except AlreadyExists:
                found = await self.records.require(ref)
        key = self.key(found)
        if trusted and self.read(found, key) != (fields := _fields(identity, self.read(found, key))):
            masks = identity.masks()
            sealed = key.seal_fields(fields, f"person:{ref}")
            await self.records.change(
                ref,
                lambda person: files.renewed(
                    person,
                    sealed,
                    name_masked=masks.name,
                    phone_masked=masks.phone or person.phone_masked,
                    language=identity.language,
                    actor=actor,
                    now=now,
                ),
            )
        return ref, key

    def _new(self, ref: str, identity: Identity, now: datetime) -> tuple[Person, DataKey]:
        wrapped, key = self._sealing.new_key(ref)
        masks = identity.masks()
        made = Person(
            applicant_ref=ref,
            id_type=identity.id_type,
            name_masked=masks.name,
            number_masked=masks.number,
            phone_masked=masks.phone,
            data_key=wrapped,
            fields=key.seal_fields(_fields(identity, {}), f"person:{ref}"),
            language=identity.language,
            opened_at=now,
        )
        return made, key

    def read(self, person: Person, key: DataKey | None = None) -> dict[str, Any]:
        """Name, number, phone and e-mail in clear."""
        return (key or self.key(person)).open_fields(person.fields, f"person:{person.applicant_ref}")

    async def many(self, refs: Sequence[str]) -> list[Person]:
        """The files of these references, as far as there are any."""
        return await self.records.find({"_id": {"$in": list(refs)}}, limit=max(1, len(refs)))


def _fields(identity: Identity, known: dict[str, Any]) -> dict[str, Any]:
    """What the file says afterwards: an address that was not given this time stays."""
    return {
        "name": identity.name,
        "number": identity.number,
        "phone": identity.phone or known.get("phone"),
        "email": identity.email or known.get("email"),
    }
