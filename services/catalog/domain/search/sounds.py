"""How Chinese words sound: syllables, which of them are confused, what a row of letters may stand for."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

#: Most readings of one row of letters that are looked at (xian: xian, xi'an).
READINGS = 8
_LONGEST = 6  # letters of a syllable: zhuang
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
#: Beginnings and ends that speakers of many dialects do not tell apart, and what stands for both.
_BEGINNINGS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("hu", "f"))
_ENDS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


def bare(text: str) -> str:
    """What is compared of a name: letters, digits and Chinese characters; full-width folded, lower case."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def is_chinese(sign: str) -> bool:
    """Whether a character has a Chinese reading."""
    return "㐀" <= sign <= "鿿" or sign >= "\U00020000"


@lru_cache(20_000)
def syllables(text: str) -> tuple[str, ...]:
    """The sound of each character of a bare text; a character without one stands for itself."""
    found = lazy_pinyin(text, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]
    return tuple(found) if len(found) == len(text) else tuple(syllable_of(sign) for sign in text)


@lru_cache(30_000)
def syllable_of(sign: str) -> str:
    """The usual sound of one character."""
    return str(lazy_pinyin(sign, style=Style.NORMAL)[0])


@lru_cache(2_000)
def alike(syllable: str) -> str:
    """One form for all syllables that are taken for one another: zh/z, n/l, ang/an …"""
    for beginning, common in _BEGINNINGS:
        if syllable.startswith(beginning):
            syllable = common + syllable[len(beginning) :]
            break
    for end, common in _ENDS:
        if syllable.endswith(end):
            return syllable[: -len(end)] + common
    return syllable


def readings(letters: str, known: Collection[str]) -> list[tuple[str, ...]]:
    """The rows of known syllables that spell these letters, the fewest syllables first."""
    found: list[tuple[str, ...]] = []

    def follow(start: int, before: tuple[str, ...]) -> None:
        if start == len(letters):
            found.append(before)
        for length in range(min(_LONGEST, len(letters) - start), 0, -1):
            if len(found) >= READINGS:
                return
            if (syllable := letters[start : start + length]) in known and start + length not in dead:
                known_before = len(found)
                follow(start + length, (*before, syllable))
                if len(found) == known_before:
                    dead.add(start + length)

    dead: set[int] = set()
    follow(0, ())
    return sorted(found, key=len)


def open_readings(letters: str, known: Collection[str]) -> list[tuple[tuple[str, ...], str]]:
    """Readings whose last syllable is still being typed: (whole syllables, letters of the last)."""
    found = []
    for length in range(1, min(_LONGEST, len(letters) + 1)):
        head, tail = letters[:-length], letters[-length:]
        if not any(syllable != tail and syllable.startswith(tail) for syllable in known):
            continue
        heads = readings(head, known) if head else [()]
        found += [(syllables, tail) for syllables in heads]
    return found[:READINGS]


def one_slip(letters: str) -> Iterator[str]:
    """Every spelling that one wrong, missing, additional or swapped letter makes into this one."""
    for at in range(len(letters) + 1):
        head, tail = letters[:at], letters[at:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        if tail:
            yield head + tail[1:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail and letter != tail[0]:
                yield head + letter + tail[1:]
