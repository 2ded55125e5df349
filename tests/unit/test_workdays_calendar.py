"""What a calendar knows, and what happens when the next year's arrangement is loaded."""

from datetime import date, timedelta

import pytest

from services.workdays import Calendar, DayException, Limit, due_date

OFFICIAL = Calendar.official()

NEXT_YEAR = [
    DayException(date(2027, 1, 1), False, "元旦", "sample arrangement"),
    *(DayException(date(2027, 2, day), False, "春节", "sample arrangement") for day in range(5, 13)),
    DayException(date(2027, 2, 14), True, "春节", "sample arrangement"),
]


def loaded(version: str = "00-2027.1") -> Calendar:
    return OFFICIAL.with_exceptions(version, 2027, NEXT_YEAR)


def test_the_official_calendar_names_its_version_and_years() -> None:
    assert (OFFICIAL.region, OFFICIAL.version) == ("00", "00-2026.1")
    assert sorted(OFFICIAL.known_years) == list(range(2004, 2027))
    assert OFFICIAL is Calendar.official()


def test_a_due_date_in_an_unpublished_year_is_provisional_and_skips_only_fixed_holidays() -> None:
    due = due_date(date(2026, 11, 23), Limit(30), OFFICIAL, explain=True)
    assert (due.on, due.provisional) == (date(2027, 1, 5), True)
    new_year = next(day for day in due.days if day.date == date(2027, 1, 1))
    assert (new_year.counts, new_year.known) == (False, False)
    assert new_year.why_zh == "元旦放假（当年节假日安排未公布，暂按此计）"
    assert not due_date(date(2026, 11, 23), Limit(20), OFFICIAL).provisional


def test_loading_the_year_settles_the_date_or_moves_it() -> None:
    same = due_date(date(2026, 11, 23), Limit(30), loaded())
    assert (same.on, same.provisional) == (date(2027, 1, 5), False)

    before = due_date(date(2027, 1, 29), Limit(10), OFFICIAL)
    after = due_date(date(2027, 1, 29), Limit(10), loaded())
    assert (before.on, before.provisional) == (date(2027, 2, 12), True)
    assert (after.on, after.provisional) == (date(2027, 2, 19), False)
    assert loaded().version == "00-2027.1"


@pytest.mark.parametrize(
    "day", [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)], ids=lambda day: f"{day[0]:02}-{day[1]:02}"
)
def test_holidays_with_a_fixed_date_do_not_count_in_an_unknown_year(day: tuple[int, int]) -> None:
    assert not OFFICIAL.is_working_day(date(2031, *day))


def test_in_an_unknown_year_only_weekends_and_fixed_holidays_are_off() -> None:
    off = [
        day
        for day in (date(2031, 1, 1) + timedelta(days=n) for n in range(365))
        if day.weekday() < 5 and not OFFICIAL.is_working_day(day)
    ]
    assert [(day.month, day.day) for day in off] == [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]


def test_a_known_year_follows_its_table_and_not_the_fixed_list() -> None:
    only_may_day = OFFICIAL.with_exceptions(
        "00-2031.1", 2031, [DayException(date(2031, 5, 1), False, "劳动节")]
    )
    assert only_may_day.is_working_day(date(2031, 5, 2))
    assert only_may_day.status(date(2031, 5, 2)).known


def test_calendar_days_need_no_calendar_unless_they_roll() -> None:
    ten = Limit(10, "calendar_days")
    assert not due_date(date(2026, 12, 28), ten, OFFICIAL).provisional
    assert due_date(date(2026, 12, 28), ten, OFFICIAL, roll_over=True).provisional


def test_a_gap_between_known_years_stays_provisional() -> None:
    gap = OFFICIAL.with_exceptions("00-2028.1", 2028, [])
    assert due_date(date(2026, 12, 1), Limit(300), gap).provisional


def test_a_corrected_table_replaces_that_year_alone() -> None:
    corrected = loaded().with_exceptions("00-2027.2", 2027, NEXT_YEAR[:1])
    assert corrected.is_working_day(date(2027, 2, 5))
    assert not corrected.is_working_day(date(2026, 10, 1))
    without = OFFICIAL.with_exceptions("00-2018.2", 2018, [])
    assert not without.is_working_day(date(2018, 12, 31)), "given away by the arrangement of 2019"


def test_the_last_days_before_a_tuesday_new_year_wait_for_the_next_arrangement() -> None:
    known_to_2029 = OFFICIAL.with_exceptions("00-2029.1", 2029, [])
    assert date(2030, 1, 1).weekday() == 1
    assert not known_to_2029.is_known(date(2029, 12, 31))
    assert known_to_2029.is_known(date(2029, 12, 28))
    assert OFFICIAL.is_known(date(2026, 12, 31))


def test_a_region_adds_its_own_days_in_whatever_order_the_tables_come() -> None:
    song_festival = [DayException(date(2027, 4, 9), False, "三月三")]
    region_first = OFFICIAL.with_exceptions("45-2027.1", 2027, song_festival, region="45")
    assert not region_first.is_known(date(2027, 4, 9)), "the national arrangement is still to come"

    both = region_first.with_exceptions("45-2027.2", 2027, NEXT_YEAR, region="00")
    other_way = loaded().with_exceptions("45-2027.2", 2027, song_festival, region="45")
    assert both.region == other_way.region == "45"
    assert both.exceptions(2027) == other_way.exceptions(2027)
    assert not both.is_working_day(date(2027, 4, 9))
    assert both.is_known(date(2027, 4, 9))
    assert both.status(date(2027, 4, 9)).why_zh == "三月三放假"


def test_a_table_with_a_foreign_year_a_doubled_day_or_a_foreign_region_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the arrangement"):
        OFFICIAL.with_exceptions("00-2028.1", 2028, NEXT_YEAR)
    with pytest.raises(ValueError, match="twice"):
        OFFICIAL.with_exceptions("00-2027.1", 2027, [NEXT_YEAR[0], NEXT_YEAR[0]])
    guangxi = OFFICIAL.with_exceptions("45-2027.1", 2027, [], region="45")
    with pytest.raises(ValueError, match="cannot be laid"):
        guangxi.with_exceptions("37-2027.1", 2027, [], region="37")


def test_working_days_before_and_after_a_day() -> None:
    assert OFFICIAL.add_working_days(date(2026, 10, 1), -2) == date(2026, 9, 29)
    assert OFFICIAL.add_working_days(date(2026, 10, 1), 3) == date(2026, 10, 10)
    assert OFFICIAL.add_working_days(date(2026, 10, 1), 0) == date(2026, 10, 1)
    assert OFFICIAL.count_working_days(date(2026, 10, 1), date(2026, 10, 10)) == 3
    assert OFFICIAL.count_working_days(date(2026, 10, 10), date(2026, 10, 1)) == 0
