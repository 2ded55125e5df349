"""Numbers that people read out on the phone: case numbers and what is derived from them."""

from __future__ import annotations

import re
import secrets
from datetime import date

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0/O, 1/I/L and U: nothing that is misread or makes a word."""

_RANDOM = 7
_CASE_NO = re.compile(rf"\d{{2,6}}-\d{{8}}-[{ALPHABET}]{{{_RANDOM + 1}}}")


def random_part() -> str:
    """Seven characters at random, about 2·10¹⁰ a place and day."""
    number, characters = secrets.randbelow(len(ALPHABET) ** _RANDOM), ""
    for _ in range(_RANDOM):
        number, index = divmod(number, len(ALPHABET))
        characters += ALPHABET[index]
    return characters


def case_no(place: str, day: date, random: str) -> str:
    """`370104-20261122-7K3M9QX4`: place (six digits at most), civil day, random part, check character."""
    body = f"{place[:6]}-{day:%Y%m%d}-{random}"
    return body + _check_character(body)


def is_case_no(text: str) -> bool:
    """Whether it can be a case number at all: form and check character."""
    return bool(_CASE_NO.fullmatch(text)) and _check_character(text[:-1]) == text[-1]


def _check_character(body: str) -> str:
    """Luhn modulo 30 over all characters but the dashes: finds nearly every slip of reading or typing."""
    total, factor = 0, 2
    for character in reversed(body.replace("-", "")):
        value = ALPHABET.find(character) if character in ALPHABET else int(character) + len(ALPHABET)
        product = factor * (value % len(ALPHABET))
        total += product // len(ALPHABET) + product % len(ALPHABET)
        factor = 3 - factor
    return ALPHABET[-total % len(ALPHABET)]


def receipt_no(case_no: str) -> str:
    """收件回执编号, one a case."""
    return f"R-{case_no}"


def notice_no(case_no: str, count: int) -> str:
    """补正告知书编号, counted within the case."""
    return f"{case_no}-B{count}"


def commitment_id(case_no: str, count: int) -> str:
    """Number of a commitment (告知承诺) within the case."""
    return f"cm-{case_no}-{count}"
