"""No event has a field for personal data in clear (events: only references and masks)."""

from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import BaseModel

from contracts.base import Block, EventData
from contracts.registry import MODELS

# Fields that could hold a person's data, and the blocks in which they are the administration's own:
# a block that is not listed here must not have them.
PUBLIC_FIELDS = {
    "name": {
        "CalendarException",
        "DecisionResult",
        "Deferred",
        "DirectoryRecord",
        "AcceptingPlace",
        # An agency is a company.
        "AgencyAdmitted",
        "AgencyBlacklisted",
        "AgencyRegraded",
        "AgencyRemoved",
        "ItemMaterial",
        "ItemRecord",
        "ItemRef",
        "ItemResult",
        "ItemStep",
        "Material",
        "Missing",
        "PackageMaterial",
        "PackageNeed",
        "PackagePart",
        "PackageRecord",
        "PartyRole",
        "PolicyPublished",
        "PolicyWithdrawn",
        "Recipient",
        "UnitRef",
    },
    "address": {"AcceptingPlace", "DirectoryRecord"},
    "phone": {"AcceptingPlace", "DirectoryRecord"},
}
PERSONAL_WORDS = (
    *("name", "phone", "mobile", "tel", "address", "email", "mail", "wechat", "birth", "birthday", "gender"),
    *("id_number", "id_no", "id_card", "identity", "passport", "account", "bank", "comment", "question"),
)
# The item's own question to everybody, the class of a unit, and whether there is a comment at all.
ALLOWED = {
    ("Situation", "question"),
    ("PackageChoice", "question"),
    ("PackageQuestion", "question"),
    ("DirectoryRecord", "class_name"),
    ("ServiceRated", "has_comment"),
}
#: A company chosen.
ALLOWED |= {("AgencySelected", "agency_name")}
#: What a selection is about: 可行性研究报告编制.
ALLOWED |= {
    (selection, "service_name")
    for selection in (
        "AgenciesDrawn",
        "AgencySelected",
        "EntriesClosed",
        "SelectionCancelled",
        "SelectionOpened",
    )
}
#: The item that asks for the proof.
ALLOWED |= {("ProofEntry", "item_name")}
#: The policy's own name.
ALLOWED |= {("BenefitProposed", "policy_name"), ("BenefitPaid", "policy_name")}


def blocks_of(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            yield from blocks_of(inner)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def personal_fields(model: type[BaseModel]) -> list[str]:
    """Fields of an event, at any depth, whose names say that they hold personal data in clear."""
    return sorted(
        {
            f"{block.__name__}.{name}"
            for block in blocks_of(model)
            for name in block.model_fields
            if _is_personal(name)
            and block.__name__ not in PUBLIC_FIELDS.get(name, ())
            and (block.__name__, name) not in ALLOWED
        }
    )


def _is_personal(name: str) -> bool:
    if name.endswith("_masked"):
        return False
    return any(f"_{word}_" in f"_{name}_" for word in PERSONAL_WORDS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.type)
def test_no_field_holds_personal_data_in_clear(model: type[EventData]) -> None:
    assert personal_fields(model) == []


def test_the_check_finds_what_it_looks_for() -> None:
    class Person(Block):
        id_number: str
        contact_phone: str
        phone_masked: str

    class Told(Block):
        persons: list[Person] | None = None

    assert personal_fields(Told) == ["Person.contact_phone", "Person.id_number"]
