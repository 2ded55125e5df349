"""The hash chain: canonical form, and every change, loss or swap of an entry is found (P7)."""

from __future__ import annotations

import copy
import random
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.runtime import history

_NAMES = st.text(st.characters(max_codepoint=0xD7FF), max_size=8)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_the_canonical_form_is_that_of_rfc_8785(value: Any) -> None:
    assert history.canonical(value) == rfc8785.dumps(value)


def test_an_instant_is_hashed_as_civil_time_whatever_zone_it_is_given_in() -> None:
    at = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert history.canonical({"at": at}) == b'{"at":"2026-11-23T00:30:00+08:00"}'


def test_a_fraction_is_refused_because_it_has_no_one_form() -> None:
    with pytest.raises(TypeError):
        history.canonical({"days": 1.5})


def _chain(length: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    prev = history.GENESIS
    for seq in range(1, length + 1):
        at = datetime(2026, 11, 22, 8, seq, tzinfo=UTC)
        made = history.entry(
            seq=seq, prev=prev, type="decided", at=at, actor={"role": "reviewer"}, data={"days": seq}
        )
        entries.append(made)
        prev = made["hash"]
    return entries, {"seq": length, "hash": prev}


def test_a_chain_that_nobody_touched_holds() -> None:
    assert history.first_fault(*_chain(12)) is None


def test_a_thousand_changes_losses_and_swaps_are_all_found() -> None:
    chance = random.Random(20261122)
    for _ in range(1000):
        entries, head = _chain(chance.randint(2, 12))
        _tamper(entries, chance)
        assert history.first_fault(entries, head) is not None


def _tamper(entries: list[dict[str, Any]], chance: random.Random) -> None:
    before, place = copy.deepcopy(entries), chance.randrange(len(entries))
    match chance.choice(["change", "drop", "swap", "cut"]):
        case "change":
            entries[place]["data"] = {"days": 99}
        case "drop":
            del entries[place]
        case "swap":
            other = (place + 1) % len(entries)
            entries[place], entries[other] = entries[other], entries[place]
        case "cut":
            del entries[place:]
    assert entries != before


@pytest.mark.parametrize("value", [1.5, b"x", 2**70, "\ud800", {1, 2}])
def test_a_value_that_no_entry_of_ours_can_hold_is_a_fault_and_no_crash(value: Any) -> None:
    entries, head = _chain(3)
    entries[1]["data"]["grade"] = value
    assert history.first_fault(entries, head) == "entry 2 was changed"
