"""统一社会信用代码 of an enterprise (GB 32100-2015): 18 characters, the last one checks the others."""

from __future__ import annotations

import unicodedata

from services.runtime.problems import Invalid

#: Without I, O, S, V, Z.
_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))


class WrongCreditCode(Invalid):
    """Not a credit code, or its check character is another."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "统一社会信用代码不正确：应为 18 位数字或大写字母（不含 I、O、S、V、Z），末位为校验码。",
            "Not a credit code: 18 digits or capitals without I, O, S, V, Z, the last one a check character.",
            code="credit-code",
            field=field,
        )


def check_character(first: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015 §4.3)."""
    total = sum(_CHARACTERS.index(sign) * weight for sign, weight in zip(first, _WEIGHTS, strict=True))
    return _CHARACTERS[(31 - total % 31) % 31]


def credit_code(text: str, field: str) -> str:
    """The code in its normal form. WrongCreditCode."""
    code = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    if len(code) != 18 or any(sign not in _CHARACTERS for sign in code):
        raise WrongCreditCode(field)
    if check_character(code[:17]) != code[17]:
        raise WrongCreditCode(field)
    return code
