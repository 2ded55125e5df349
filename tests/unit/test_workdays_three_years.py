"""The arithmetic against a naive walk over three years, on a table written out from the notices (P8)."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.workdays import Calendar, Limit, Pause, Unit, days_used, due_date

OFFICIAL = Calendar.official()
ONE_DAY = timedelta(days=1)

# 国务院办公厅关于2024年、2025年、2026年部分节假日安排的通知: first and last day off, then the days made up.
PERIODS: dict[int, str] = {
    2024: "01-01..01-01 02-10..02-17 04-04..04-06 05-01..05-05 06-10..06-10 09-15..09-17 10-01..10-07",
    2025: "01-01..01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
    2026: "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07",
}
MADE_UP: dict[int, str] = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}


def naive_working_day(day: date) -> bool:
    text = day.strftime("%m-%d")
    periods = [period.split("..") for period in PERIODS[day.year].split()]
    if any(first <= text <= last for first, last in periods):
        return False
    return day.weekday() < 5 or text in MADE_UP[day.year].split()


def naive_counts(day: date, unit: Unit, pauses: Sequence[Pause]) -> bool:
    if any(pause.first <= day < pause.end() for pause in pauses):
        return False
    return unit == "calendar_days" or naive_working_day(day)


def naive_due(accepted: date, limit: Limit, pauses: Sequence[Pause]) -> date:
    day, left = accepted, limit.value
    while left:
        day += ONE_DAY
        left -= naive_counts(day, limit.unit, pauses)
    return day


@st.composite
def pauses_near(draw: st.DrawFn, accepted: date) -> list[Pause]:
    starts = draw(st.lists(st.integers(-10, 60), max_size=4))
    lengths = draw(st.lists(st.integers(0, 20), min_size=len(starts), max_size=len(starts)))
    firsts = [accepted + timedelta(days=start) for start in starts]
    return [
        Pause(first, until=first + timedelta(days=length))
        for first, length in zip(firsts, lengths, strict=True)
    ]


dates = st.dates(date(2024, 1, 1), date(2026, 3, 31))
units = st.sampled_from(["working_days", "calendar_days"])


@pytest.mark.parametrize("year", sorted(PERIODS))
def test_every_day_of_the_year_agrees_with_the_notice(year: int) -> None:
    days = [
        date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]
    assert [day for day in days if OFFICIAL.is_working_day(day) != naive_working_day(day)] == []


@pytest.mark.parametrize("value", [1, 5, 20, 45])
def test_every_day_of_acceptance_in_three_years_gives_the_walked_due_date(value: int) -> None:
    day, limit = date(2024, 1, 1), Limit(value)
    while day < date(2026, 10, 1):
        due = due_date(day, limit, OFFICIAL)
        assert (due.on, due.provisional) == (naive_due(day, limit, ()), False)
        day += ONE_DAY


@given(data=st.data(), accepted=dates, value=st.integers(0, 60), unit=units)
def test_with_pauses_it_agrees_with_the_walk(
    data: st.DataObject, accepted: date, value: int, unit: Unit
) -> None:
    pauses = data.draw(pauses_near(accepted))
    limit = Limit(value, unit)
    due = due_date(accepted, limit, OFFICIAL, pauses, explain=True)

    assert due.on == naive_due(accepted, limit, pauses)
    assert sum(day.counts for day in due.days) == value
    assert days_used(accepted, due.on, unit, OFFICIAL, pauses) == value


@given(data=st.data(), accepted=dates, length=st.integers(0, 90), unit=units)
def test_days_used_agrees_with_the_walk(data: st.DataObject, accepted: date, length: int, unit: Unit) -> None:
    pauses = data.draw(pauses_near(accepted))
    decided = accepted + timedelta(days=length)
    walked = [accepted + timedelta(days=n) for n in range(1, length + 1)]
    expected = sum(naive_counts(day, unit, pauses) for day in walked)
    assert days_used(accepted, decided, unit, OFFICIAL, pauses) == expected


@given(accepted=dates, value=st.integers(0, 60), order=st.permutations(range(4)))
def test_the_order_in_which_pauses_are_told_does_not_matter(
    accepted: date, value: int, order: list[int]
) -> None:
    pauses = [
        Pause(accepted + timedelta(days=3 * n), until=accepted + timedelta(days=5 * n)) for n in range(4)
    ]
    told = due_date(accepted, Limit(value), OFFICIAL, [pauses[n] for n in order])
    assert told == due_date(accepted, Limit(value), OFFICIAL, pauses)
