"""Free text of officials: printed on notices and published, so it may hold no number of a person."""

from __future__ import annotations

import re
import unicodedata

from services.approval.domain.refusals import PersonalDataInText

#: Citizen numbers (GB 11643) and mobile numbers.
_NUMBER = re.compile(r"(?<!\d)(?:\d{6}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]|(?:86)?1[3-9]\d{9})(?![\dXx])")
#: Blanks and dashes inside a number do not hide it.
_BETWEEN = re.compile(r"(?<=\d)[\s\-·.]+(?=[\dXx])")


def checked(text: str, field: str) -> str:
    """The text; PersonalDataInText where it holds a citizen number or a mobile number."""
    plain = unicodedata.normalize("NFKC", text)
    if _NUMBER.search(plain) or _NUMBER.search(_BETWEEN.sub("", plain)):
        raise PersonalDataInText(field)
    return text
