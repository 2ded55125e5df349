"""Golden cases of the legal clock (design §6, mission A4)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from services.workdays import (
    Calendar,
    DateOutOfRangeError,
    Due,
    Extension,
    Limit,
    Pause,
    civil_day,
    days_left,
    days_used,
    due_date,
    extended_due,
)

OFFICIAL = Calendar.official()
CHINA = timezone(timedelta(hours=8))
FIVE_DAYS = Limit(5, "working_days")


def on(due: Due) -> str:
    return due.on.isoformat()


def test_five_working_days_over_the_spring_festival_and_its_make_up_saturday() -> None:
    due = due_date(date(2026, 2, 13), FIVE_DAYS, OFFICIAL, explain=True)

    assert (on(due), due.provisional) == ("2026-02-27", False)
    counted = [day.date.isoformat() for day in due.days if day.counts]
    assert counted == ["2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27"]
    assert [day.number for day in due.days if day.counts] == [1, 2, 3, 4, 5]
    assert due.days[0].why_zh == "春节调休上班"
    assert due.days[1].why_zh == "春节放假"
    assert len(due.days) == 14


def test_a_make_up_sunday_counts() -> None:
    assert on(due_date(date(2026, 9, 18), Limit(1), OFFICIAL)) == "2026-09-20"
    assert on(due_date(date(2026, 1, 1), Limit(1), OFFICIAL)) == "2026-01-04"


@pytest.mark.parametrize("hour", [0, 9, 18, 23])
def test_day_one_is_the_day_after_acceptance_whatever_the_hour(hour: int) -> None:
    accepted = civil_day(datetime(2026, 11, 23, hour, 59, 59, tzinfo=CHINA))
    due = due_date(accepted, Limit(20), OFFICIAL)
    assert (due.starts_on, on(due)) == (date(2026, 11, 24), "2026-12-21")


def test_the_evening_in_china_is_another_day_than_utc_says() -> None:
    assert civil_day(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == date(2026, 11, 24)
    assert civil_day(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 23)
    with pytest.raises(ValueError, match="offset"):
        civil_day(datetime(2026, 11, 23, 9, 0))  # noqa: DTZ001 - the missing offset is the point


def test_accepted_on_a_holiday_or_a_sunday_starts_with_the_next_working_day() -> None:
    assert on(due_date(date(2026, 10, 3), Limit(2), OFFICIAL)) == "2026-10-09"
    assert on(due_date(date(2026, 11, 22), Limit(1), OFFICIAL)) == "2026-11-23"


def test_a_limit_of_no_days_is_due_on_the_day_of_acceptance() -> None:
    due = due_date(date(2026, 11, 22), Limit(0), OFFICIAL, explain=True)
    assert (on(due), due.provisional, due.days) == ("2026-11-22", False, ())


def test_leap_day_and_year_end() -> None:
    assert on(due_date(date(2024, 2, 28), Limit(2), OFFICIAL)) == "2024-03-01"
    assert on(due_date(date(2024, 2, 28), Limit(1, "calendar_days"), OFFICIAL)) == "2024-02-29"
    assert on(due_date(date(2024, 12, 31), Limit(1), OFFICIAL)) == "2025-01-02"
    assert on(due_date(date(2025, 12, 31), Limit(2), OFFICIAL)) == "2026-01-05"


def test_the_guide_45_working_days_extended_to_90_calendar_days_then_10_to_deliver() -> None:
    accepted = date(2026, 8, 31)
    limit, extension = Limit(45), Extension(Limit(90, "calendar_days"), "acceptance")

    assert on(due_date(accepted, limit, OFFICIAL)) == "2026-11-06"
    assert on(extended_due(accepted, limit, extension, OFFICIAL)) == "2026-11-29"
    assert on(due_date(date(2026, 11, 5), Limit(10, "calendar_days"), OFFICIAL)) == "2026-11-15"
    assert days_used(accepted, date(2026, 11, 5), "working_days", OFFICIAL) == 44


def test_an_extension_may_add_days_after_the_due_date() -> None:
    extension = Extension(Limit(10), "due_date")
    due = extended_due(date(2026, 11, 2), Limit(20), extension, OFFICIAL, explain=True)
    assert on(due) == "2026-12-14"
    assert [day.date for day in due.days][:: len(due.days) - 1] == [date(2026, 11, 3), date(2026, 12, 14)]
    assert sum(day.counts for day in due.days) == 30
    assert [day.number for day in due.days if day.counts] == list(range(1, 31))


def test_an_extension_never_shortens() -> None:
    short = Extension(Limit(10, "calendar_days"), "acceptance")
    assert on(extended_due(date(2026, 11, 2), Limit(20), short, OFFICIAL)) == "2026-11-30"


def test_pauses_are_not_counted_and_overlapping_ones_count_once() -> None:
    accepted = date(2026, 11, 2)
    visit = Pause(date(2026, 11, 9), until=date(2026, 11, 16))
    expert = Pause(date(2026, 11, 12), until=date(2026, 11, 18))

    assert on(due_date(accepted, Limit(10), OFFICIAL)) == "2026-11-16"
    assert on(due_date(accepted, Limit(10), OFFICIAL, [visit])) == "2026-11-23"
    assert on(due_date(accepted, Limit(10), OFFICIAL, [expert, visit])) == "2026-11-25"
    assert on(due_date(accepted, Limit(10), OFFICIAL, [visit, visit])) == "2026-11-23"
    assert days_used(accepted, date(2026, 11, 24), "working_days", OFFICIAL, [visit, expert]) == 9


def test_a_pause_on_the_due_day_moves_it_and_one_after_it_does_not() -> None:
    accepted = date(2026, 11, 2)
    on_the_day = Pause(date(2026, 11, 16), until=date(2026, 11, 17))
    day_after = Pause(date(2026, 11, 17), until=date(2026, 11, 30))
    assert on(due_date(accepted, Limit(10), OFFICIAL, [on_the_day])) == "2026-11-17"
    assert on(due_date(accepted, Limit(10), OFFICIAL, [day_after])) == "2026-11-16"


def test_a_pause_over_days_off_or_from_before_acceptance_costs_only_counting_days() -> None:
    accepted = date(2026, 11, 2)
    weekend = Pause(date(2026, 11, 7), until=date(2026, 11, 9))
    early = Pause(date(2026, 10, 1), until=date(2026, 11, 4))
    assert on(due_date(accepted, Limit(10), OFFICIAL, [weekend])) == "2026-11-16"
    assert on(due_date(accepted, Limit(10), OFFICIAL, [early])) == "2026-11-17"
    assert on(due_date(accepted, Limit(10, "calendar_days"), OFFICIAL, [weekend])) == "2026-11-14"


def test_an_open_pause_runs_to_its_planned_end_or_through_today_if_it_overran() -> None:
    pause = Pause(date(2026, 11, 9), planned_end=date(2026, 11, 11))
    planned = due_date(date(2026, 11, 2), Limit(10), OFFICIAL, [pause], explain=True)
    assert (on(planned), planned.stopped) == ("2026-11-18", True)
    assert [day.date.day for day in planned.days if day.why_zh == "时限中止，不计入"] == [9, 10]

    overran = due_date(date(2026, 11, 2), Limit(10), OFFICIAL, [pause], as_of=date(2026, 11, 12))
    assert (on(overran), overran.stopped) == ("2026-11-20", True)

    ended = Pause(date(2026, 11, 9), until=date(2026, 11, 9), planned_end=date(2026, 11, 11))
    resumed = due_date(date(2026, 11, 2), Limit(10), OFFICIAL, [ended])
    assert (on(resumed), resumed.stopped) == ("2026-11-16", False)


def test_a_pause_still_open_at_the_decision_is_not_used_time() -> None:
    pause = Pause(date(2026, 11, 9), planned_end=date(2026, 11, 10))
    assert days_used(date(2026, 11, 2), date(2026, 11, 13), "working_days", OFFICIAL, [pause]) == 4


def test_calendar_days_end_on_a_day_off_for_the_authority_and_roll_for_the_applicant() -> None:
    ten = Limit(10, "calendar_days")
    assert on(due_date(date(2026, 11, 5), ten, OFFICIAL)) == "2026-11-15"
    rolled = due_date(date(2026, 11, 5), ten, OFFICIAL, roll_over=True, explain=True)
    assert on(rolled) == "2026-11-16"
    assert rolled.days[-1].why_zh == "工作日；届满日逢休息日顺延"
    assert sum(day.counts for day in rolled.days) == 10


def test_days_left_counts_down_to_the_due_day_and_below_zero_after_it() -> None:
    friday, monday, tuesday = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
    assert days_left(friday, monday, "working_days", OFFICIAL) == 1
    assert days_left(monday, monday, "working_days", OFFICIAL) == 0
    assert days_left(tuesday, friday, "working_days", OFFICIAL) == -2
    assert days_left(tuesday, friday, "calendar_days", OFFICIAL) == -4


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="unit"):
        Limit(5, "weeks")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="3660"):
        Limit(-1)
    with pytest.raises(ValueError, match="planned end"):
        Pause(date(2026, 11, 9))
    with pytest.raises(ValueError, match="before it begins"):
        Pause(date(2026, 11, 9), until=date(2026, 11, 8))
    for unit in ("working_days", "calendar_days"):
        with pytest.raises(DateOutOfRangeError):
            due_date(date(9999, 12, 30), Limit(5, unit), OFFICIAL)
