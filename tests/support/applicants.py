"""As many different applicants as a load needs, each with a number whose check digit is right (GB 11643)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "安邦昌德恩芳国华嘉康兰明宁平清荣淑泰文祥雅永振志"
_OLDEST = date(1940, 1, 1)


@dataclass(frozen=True)
class Applicant:
    """A made-up person."""

    name: str
    id_number: str
    phone: str


def applicant(number: int) -> Applicant:
    """The applicant of that number; different numbers give different people (up to 20 million)."""
    day, order = divmod(number, 999)
    born = _OLDEST + timedelta(days=day)
    return Applicant(
        name=_SURNAMES[number % len(_SURNAMES)] + _GIVEN[number // 7 % len(_GIVEN)],
        id_number=with_check_digit(f"370104{born:%Y%m%d}{order + 1:03d}"),
        phone=f"138{number % 10**8:08d}",
    )


def with_check_digit(first: str) -> str:
    """The 18 characters of a citizen number from its first 17 (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return first + _CHECKS[total % 11]
