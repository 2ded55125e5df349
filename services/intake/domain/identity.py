"""Who somebody is: numbers with check digits (GB 11643, GB 32100), names, phones, and their masks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.intake.domain.refusals import invalid

IdType = Literal["citizen", "uscc", "passport", "provisional"]

_CITIZEN = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECK = "10X98765432"

_USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100: without I, O, S, V, Z."""
_USCC_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))

_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
_PROVISIONAL = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}")

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"0\d{9,11}", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")

_IN_NAMES = frozenset(" ·•‧・.'’-—")
_IN_BODIES = frozenset("()（）、,，&+/“”《》【】〔〕")
_LOOK_LIKE_NOTHING = frozenset("\u115f\u1160\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class Identity:
    """A person or body, checked and normalised; never stored or sent like this."""

    id_type: IdType
    number: str
    name: str
    phone: str | None = None
    email: str | None = None
    language: str = "zh-CN"

    @property
    def kind(self) -> Literal["person", "enterprise"]:
        """A natural person or a body with a credit code."""
        return "enterprise" if self.id_type == "uscc" else "person"

    def masks(self) -> Masks:
        """What may be shown of it."""
        return Masks(
            name=mask_name(self.name) if self.kind == "person" else self.name,
            number=mask_number(self.number),
            phone=mask_phone(self.phone) if self.phone else None,
        )


@dataclass(frozen=True, slots=True)
class Masks:
    """Name 张*, number with its first three and last four, phone 138****5678."""

    name: str
    number: str
    phone: str | None


def number_of(id_type: IdType, text: str, today: date, field: str) -> str:
    """A number in its normal form; 422 naming the field where it breaks its standard."""
    text = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    if id_type == "citizen":
        return _citizen(text, today, field)
    if id_type == "uscc":
        return _credit_code(text, field)
    if id_type == "passport":
        return _matching(
            _PASSPORT, text, field, "证件号码为 5–20 位字母或数字。", "5 to 20 letters or digits."
        )
    return _matching(_PROVISIONAL, text, field, "临时身份编号格式不对。", "No provisional number.")


def _citizen(text: str, today: date, field: str) -> str:
    """公民身份号码, GB 11643-1999: area, birth date, order, check character by ISO 7064 MOD 11-2."""
    if not _CITIZEN.fullmatch(text):
        raise invalid(
            field, "citizen-number", "公民身份号码应为 18 位，请核对。", "A citizen number has 18 characters."
        )
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        born = None
    if born is None or born > today or born.year < 1880:
        raise invalid(
            field,
            "birth-date",
            "公民身份号码中的出生日期不对，请核对。",
            "The birth date in the number is wrong.",
        )
    total = sum(int(digit) * weight for digit, weight in zip(text, _CITIZEN_WEIGHTS, strict=False))
    if _CITIZEN_CHECK[total % 11] != text[17]:
        raise invalid(
            field,
            "check-digit",
            "公民身份号码的校验码不对，请核对。",
            "The check digit of the number is wrong.",
        )
    return text


def _credit_code(text: str, field: str) -> str:
    """统一社会信用代码, GB 32100-2015: 18 characters, the last one checks the others."""
    if len(text) != 18 or any(character not in _USCC_CHARACTERS for character in text):
        raise invalid(
            field,
            "credit-code",
            "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z），请核对。",
            "A credit code has 18 digits or capital letters, without I, O, S, V, Z.",
        )
    total = sum(
        _USCC_CHARACTERS.index(character) * weight
        for character, weight in zip(text, _USCC_WEIGHTS, strict=False)
    )
    if _USCC_CHARACTERS[(31 - total % 31) % 31] != text[17]:
        raise invalid(
            field, "check-digit", "统一社会信用代码的校验码不对，请核对。", "The check character is wrong."
        )
    return text


def _matching(pattern: re.Pattern[str], text: str, field: str, zh: str, en: str) -> str:
    if not pattern.fullmatch(text):
        raise invalid(field, "number", zh, en)
    return text


def name_of(text: str, id_type: IdType, field: str) -> str:
    """A name as written; 422 for characters that cannot be seen or that turn the text round.

    Rare ideographs (extensions B to H) and the middle dot are names; the unassigned ones of the ideographic
    planes are taken, too, because the character tables here are older than the newest extension.
    """
    name = unicodedata.normalize("NFC", text.strip())
    if not 1 <= len(name) <= (120 if id_type == "uscc" else 50):
        raise invalid(
            field, "name-length", "姓名为 1–50 个字，单位名称不超过 120 个字。", "1 to 50 characters."
        )
    if not all(_in_a_name(character, id_type) for character in name):
        raise invalid(
            field,
            "name-characters",
            "姓名中有不能使用的字符（如不可见字符、数字或符号），请重新输入。",
            "The name has characters that cannot be used (invisible ones, digits, symbols).",
        )
    return name


def _in_a_name(character: str, id_type: IdType) -> bool:
    if character in _LOOK_LIKE_NOTHING:
        return False
    if character in _IN_NAMES or unicodedata.category(character)[0] in "LM":
        return True
    if 0x20000 <= ord(character) <= 0x3FFFF:
        return True
    return id_type == "uscc" and (character in _IN_BODIES or unicodedata.category(character) == "Nd")


def phone_of(text: str, field: str) -> str:
    """A mobile or fixed number of the country, without +86, spaces and dashes."""
    digits = re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", digits)
    if not (_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)):
        raise invalid(
            field,
            "phone",
            "电话号码不对：手机号为 11 位，固定电话请加区号。",
            "Not a phone number: 11 digits, or a fixed line with its area code.",
        )
    return digits


def email_of(text: str, field: str) -> str:
    """An e-mail address."""
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise invalid(field, "email", "电子邮箱格式不对。", "Not an e-mail address.")
    return text


def mask_name(name: str) -> str:
    """`张*`; a name of one character is hidden whole."""
    return f"{name[0]}*" if len(name) > 1 else "*"


def mask_number(number: str) -> str:
    """First three and last four; short numbers keep less."""
    if len(number) < 12:
        return number[:1] + "*" * max(4, len(number) - 3) + number[-2:]
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_phone(phone: str) -> str:
    """`138****5678`."""
    return f"{phone[:3]}****{phone[-4:]}"
