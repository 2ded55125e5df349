"""Numbers, names, phones and masks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import numbers
from services.intake.domain.identity import (
    IdType,
    mask_name,
    mask_number,
    mask_phone,
    name_of,
    number_of,
    phone_of,
)
from services.runtime.problems import Invalid
from tests.support.intake import citizen_number

TODAY = date(2026, 11, 22)


def code_of(id_type: IdType, text: str) -> str:
    with pytest.raises(Invalid) as refused:
        number_of(id_type, text, TODAY, "applicant.id_number")
    assert refused.value.field == "applicant.id_number"
    assert len(text) < 3 or text not in f"{refused.value.zh}{refused.value.en}"
    return refused.value.code


def test_a_citizen_number_is_taken_with_spaces_full_width_digits_and_a_lower_x() -> None:
    order = next(n for n in range(1, 999) if citizen_number(n).endswith("X"))
    right = citizen_number(order)
    assert number_of("citizen", right.lower(), TODAY, "f") == right
    assert number_of("citizen", f" {right[:6]} {right[6:14]} {right[14:]}", TODAY, "f") == right
    wide = "".join(chr(ord(c) + 0xFEE0) for c in right)
    assert number_of("citizen", wide, TODAY, "f") == right


@given(st.integers(min_value=0, max_value=16), st.integers(min_value=1, max_value=9))
def test_each_changed_digit_of_a_citizen_number_is_found(position: int, by: int) -> None:
    right = citizen_number(27)
    digit = str((int(right[position]) + by) % 10)
    assert code_of("citizen", right[:position] + digit + right[position + 1 :])


def test_birth_dates_that_cannot_be() -> None:
    assert code_of("citizen", citizen_number(born="19900230")) == "birth-date"
    assert code_of("citizen", citizen_number(born="20261123")) == "birth-date"
    assert code_of("citizen", citizen_number(born="17991231")) == "birth-date"
    assert number_of("citizen", citizen_number(born="20261122"), TODAY, "f")


def test_credit_codes_by_gb_32100() -> None:
    right = "91350100M000100Y43"
    assert number_of("uscc", right.lower(), TODAY, "f") == right
    assert code_of("uscc", "91350100M000100Y44") == "check-digit"
    assert code_of("uscc", "9135010IM000100Y43") == "credit-code"
    assert code_of("uscc", right[:-1]) == "credit-code"


@pytest.mark.parametrize("text", ["", "1", "abc", "3701041990030712345", "370104 19900307", "{}"])
def test_what_is_no_citizen_number(text: str) -> None:
    assert code_of("citizen", text) == "citizen-number"


@pytest.mark.parametrize(
    "name",
    [
        "张三",
        "欧阳修",
        "阿不都热依木·买买提",
        "John O'Neill",
        "𠮷田",
        "\U000323af",
        "葛\U000e0100飾",
        "王" * 50,
    ],
)
def test_names_as_people_have_them(name: str) -> None:
    assert name_of(name, "citizen", "f")


@pytest.mark.parametrize(
    "name",
    ["", "  ", "张\u200b三", "\u202e三张", "张\x00三", "张\u3164", "<b>张三</b>", "张3", "王" * 51, "张\n三"],
)
def test_names_that_hide_something(name: str) -> None:
    with pytest.raises(Invalid):
        name_of(name, "citizen", "f")


def test_a_body_may_have_digits_and_brackets() -> None:
    assert name_of("济南58同城信息技术（集团）有限公司", "uscc", "f")
    assert name_of("济南58同城信息技术(集团)有限公司", "uscc", "f")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("13812345678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("(0531) 85061150", "053185061150"),
    ],
)
def test_phones_are_normalised(text: str, normal: str) -> None:
    assert phone_of(text, "f") == normal


@pytest.mark.parametrize(
    "text", ["138123456789", "1381234567", "12812345678", "85061150", "+1 202 555 0100", "x"]
)
def test_what_is_no_phone(text: str) -> None:
    with pytest.raises(Invalid):
        phone_of(text, "f")


def test_masks() -> None:
    assert (mask_name("张三丰"), mask_name("张")) == ("张*", "*")
    assert mask_number("37010419900307001X") == "370***********001X"
    assert mask_number("E12345678") == "E******78"
    assert mask_phone("13812345678") == "138****5678"


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.text(numbers.ALPHABET, min_size=7, max_size=7))
def test_case_numbers_are_told_from_others(day: date, random: str) -> None:
    made = numbers.case_no("370104101", day, random)
    assert made.startswith(f"370104-{day:%Y%m%d}-{random}") and numbers.is_case_no(made)
    other = "2" if made[-1] != "2" else "3"
    assert not numbers.is_case_no(made[:-1] + other)
