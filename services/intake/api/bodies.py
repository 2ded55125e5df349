"""Bodies of requests, and how they become what the domain works with."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contracts.base import Channel
from contracts.blocks import MaterialForm, Missing
from services.intake.domain import numbers
from services.intake.domain.identity import Identity, IdType, email_of, name_of, number_of, phone_of
from services.intake.domain.refusals import invalid
from services.intake.handlers import GivenMaterial, PartyFields
from services.runtime.http import VISIBLE, Body

Short = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=VISIBLE)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=VISIBLE)]
FileId = Annotated[str, StringConstraints(pattern=r"^f-[0-9a-f]{32}$")]
LicenceNo = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\u4e00-\u9fff〔〕()（） .\-/]{2,60}$")]


class PersonBody(Body):
    """A person or body. A provisional identity (no number yet) needs no number."""

    name: Annotated[str, StringConstraints(max_length=400)]
    id_type: IdType
    id_number: Annotated[str, StringConstraints(max_length=64)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    language: Literal["zh-CN", "en"] = "zh-CN"

    def identity(self, today: date, field: str) -> Identity:
        """Checked and normalised; who has no number yet is given a provisional one."""
        number = self.id_number
        if number is None and self.id_type == "provisional":
            number = f"LS-{numbers.random_part()}{numbers.random_part()}"
        if number is None:
            raise invalid(f"{field}.id_number", "missing", "请填写证件号码。", "The number is required.")
        return Identity(
            id_type=self.id_type,
            name=name_of(self.name, self.id_type, f"{field}.name"),
            number=number_of(self.id_type, number, today, f"{field}.id_number"),
            phone=phone_of(self.phone, f"{field}.phone") if self.phone else None,
            email=email_of(self.email, f"{field}.email") if self.email else None,
            language=self.language,
        )


class PartyBody(PersonBody):
    """Somebody else of the application: 经办人, 当事人, or a party that the item names."""

    role: Short

    def fields(self, today: date, field: str) -> PartyFields:
        """Checked."""
        return PartyFields(self.role, self.identity(today, field))


class MaterialBody(Body):
    """A material, handed in in one way; at a window also on paper, with nothing but its name."""

    name: Short
    file_id: FileId | None = None
    licence_no: LicenceNo | None = None
    commitment: bool = False
    deferred: bool = False
    form: MaterialForm | None = None
    copies: Annotated[int, Field(ge=1, le=100)] | None = None

    def given(self, field: str, *, paper: bool) -> GivenMaterial:
        """Checked: exactly one way, or paper where that can be handed over."""
        ways = [self.file_id is not None, self.licence_no is not None, self.commitment, self.deferred]
        if sum(ways) > 1 or not (any(ways) or paper):
            raise invalid(
                field,
                "one-way",
                "请为每份材料选择一种方式：上传文件、证照号码、告知承诺或容缺后补。",
                "One way for each material: file_id, licence_no, commitment or deferred.",
            )
        return GivenMaterial(**self.model_dump())


class SubmissionBody(Body):
    """An application."""

    item_code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    place: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,12}$")]
    channel: Channel
    applicant: PersonBody
    parties: Annotated[list[PartyBody], Field(default_factory=list, max_length=20)]
    situation: Annotated[dict[Short, Short], Field(default_factory=dict, max_length=50)]
    materials: Annotated[list[MaterialBody], Field(default_factory=list, max_length=200)]


class MaterialsBody(Body):
    """Materials that were asked for."""

    materials: Annotated[list[MaterialBody], Field(min_length=1, max_length=200)]


class MissingBody(Body):
    """One thing that is missing or wrong."""

    name: Short
    problem: Words = "不符合要求"
    remedy: Words = "请按要求补正后重新提交"
    party_ref: Annotated[str, StringConstraints(pattern=r"^a[0-9]+\.[0-9a-f]{16,64}$")] | None = None

    def block(self) -> Missing:
        """As the notice carries it."""
        return Missing(**self.model_dump())


class CorrectionBody(Body):
    """The one notice of everything that is missing."""

    missing: Annotated[list[MissingBody], Field(min_length=1, max_length=100)]


class RefusalBody(Body):
    """不予受理."""

    reason: Words
    remedies: Words
    legal_basis: Words | None = None
    competent_unit: Short | None = None


class WithdrawalBody(Body):
    """Withdrawing; a code of the contract or own words, which do not travel."""

    reason: Annotated[str, StringConstraints(max_length=500)] | None = None


class NoFields(Body):
    """An act that needs no more than its address."""


class ContactsBody(Body):
    """References whose addresses are asked for."""

    refs: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^a[0-9]+\.[0-9a-f]{16,64}$")]],
        Field(max_length=1000),
    ]
