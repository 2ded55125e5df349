"""Free text of officials: printed on notices and published, so it may hold no number of a person."""

from __future__ import annotations

from services.approval.domain.refusals import PersonalDataInText
from services.runtime.personal import holds_number


def checked(text: str, field: str) -> str:
    """The text; PersonalDataInText where it holds a citizen number or a mobile number."""
    if holds_number(text):
        raise PersonalDataInText(field)
    return text
